"""
Pages under load: a field office's Saturday at nine, while a county is being cut.

``python tests/benchmarks/load.py PLAN`` publishes a plan for five organizations, runs the viewer as
the README has it (gunicorn, two processes, here on 127.0.0.1) and lets 250 people, each with a
login of their own, ask for 50 things a second (`locustfile.py`), while an invented county is cut
again and again with ``nice``.  It prints the 95th
percentile of the answers, what failed, and what each part took of the processors, the load
generator too.
"""

import csv
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import click
import pandas as pd
import psutil
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from web import accounts, library
from web.db import open_database, transaction
from web.models import Account, PublishedPlan
from web.settings import (
    DATABASE,
    ORIGIN,
    PLAIN_HTTP,
    SECRET,
    STATE,
    production_settings,
    sqlite_url,
)
from web.viewer import create_viewer

BIN = Path(sys.executable).parent
HERE = Path(__file__).parent
ORGANIZATIONS = 5
CUT_NICE = 10
MANY = 40
"""Answers after which each process has given some."""
START = "--workers 2 --threads 8 --timeout 120 --keep-alive 75 web.production:application()"
"""As in the README, but that connections of people stay open, as nginx keeps them."""


@click.command()
@click.argument("plan", type=click.Path(path_type=Path, exists=True))
@click.option("--database", default="", help="An empty one; SQLite where not given.")
@click.option("--people", default=250, show_default=True)
@click.option("--rate", default=50.0, show_default=True, help="Requests a second.")
@click.option("--seconds", default=120, show_default=True)
@click.option("--county", default=100_000, show_default=True, help="Its voters; 0 for none.")
def main(plan: Path, database: str, people: int, rate: float, seconds: int, county: int) -> None:
    """Put a viewer under load."""
    folder = Path(tempfile.mkdtemp(prefix="turf-load-"))
    try:
        environment = _environment(folder / "state", database)
        given = _people(plan, environment, people) | {"rate": rate}
        (folder / "given.json").write_text(json.dumps(given), encoding="utf-8")
        files = _county(folder / "county", county) if county else []
        with _running(_serve(environment), environment) as pages:
            _wait(environment[ORIGIN])
            with _running(_cutting(files, folder), os.environ) as cut:
                before = _seconds(pages), _seconds(cut)
                took = _load(folder, environment[ORIGIN], people, seconds)
                took |= {
                    "gunicorn": _seconds(pages) - before[0],
                    "the cut": _seconds(cut) - before[1],
                }
        _tell(folder, took, seconds)
    finally:
        shutil.rmtree(folder)


def _environment(state: Path, database: str) -> dict[str, str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings = {
        SECRET: secrets.token_hex(32),
        STATE: str(state),
        ORIGIN: f"http://127.0.0.1:{port}",
        DATABASE: database or sqlite_url(state),
        PLAIN_HTTP: "yes",
    }
    return {**os.environ, **settings}


def _people(plan: Path, environment: dict[str, str], people: int) -> dict[str, Any]:
    """Organizations, a plan of each, accounts, and a login and a link of everybody."""
    settings = production_settings(environment)
    engine = open_database(settings.database, settings.state)
    app = create_viewer(settings, engine)
    with transaction(engine) as session:
        visits = [
            visit
            for number in range(ORGANIZATIONS)
            for visit in _organization(session, settings.state, plan, number, people)
        ]
    turfs = [str(turf) for turf in pd.read_parquet(plan / "turfs.parquet")["turf_id"]]
    links: dict[str, str] = {}
    persons = [_log_in(app, environment[ORIGIN], *visit, turfs[0], links) for visit in visits]
    engine.dispose()
    streets = pd.read_parquet(plan / "doors.parquet", columns=["street"])["street"]
    words = [str(text) for text in streets.drop_duplicates().head(50) if text]
    cookie = app.config["SESSION_COOKIE_NAME"]
    return {"people": persons, "turfs": turfs, "words": words, "cookie": cookie}


def _organization(
    session: Session, state: Path, plan: Path, number: int, people: int
) -> list[tuple[str, str]]:
    """Tokens of the visits of everybody in an organization, and the id of its plan."""
    name = f"Organization {number}"
    lead = accounts.add_account(session, name, f"lead{number}", "organizer", "x" * 12)
    everybody = [lead]
    for each in range(people // ORGANIZATIONS - 1):
        mine = {"organization_id": lead.organization_id, "password": lead.password}
        everybody.append(Account(**mine, name=f"person{number}-{each}", role="organizer"))
    session.add_all(everybody)
    session.flush()
    plan_id = _published(session, state, plan, lead.organization_id, name)
    return [(accounts.begin_visit(session, each, "locust"), plan_id) for each in everybody]


def _published(session: Session, state: Path, plan: Path, owner: str, name: str) -> str:
    """The id of an organization's plan; the first is published, the others are copies of it."""
    first = session.scalar(select(PublishedPlan).limit(1))
    if first is None:
        return library.publish(session, state, plan, name, name)
    prepared = state / "copied"
    shutil.copytree(library.plan_folder(state, first.id), prepared)
    return library.take_over(session, state, prepared, owner, name, vars(first))


def _log_in(
    app: Flask, base: str, token: str, plan_id: str, turf: str, links: dict[str, str]
) -> dict[str, str]:
    """What one person's browser has; the first of a plan makes the link that all others open."""
    client = app.test_client()
    with client.session_transaction(base_url=base) as cookie:
        cookie["_user_id"] = token
    csrf = client.get("/api/session", base_url=base).json["csrf"]
    if plan_id not in links:
        path = f"/api/plans/{plan_id}/turfs/{turf}/shares"
        made = client.post(path, json={}, headers={"X-CSRFToken": csrf}, base_url=base).json
        links[plan_id] = made["link"].removeprefix(base)
    client.post(links[plan_id], data={"csrf_token": csrf}, base_url=base)
    kept = client.get_cookie(app.config["SESSION_COOKIE_NAME"], domain="127.0.0.1")
    return {"cookie": kept.value, "csrf": csrf, "plan": plan_id, "link": links[plan_id]}


def _county(folder: Path, voters: int) -> list[str]:
    """Invent a county; returns the options that name its files."""
    words = [str(BIN / "turfcutter"), "sample", "--out", str(folder), "--voters", str(voters)]
    subprocess.run(words, check=True, capture_output=True)
    kinds = ("precincts", "voters", "streets")
    return [word for kind in kinds for word in (f"--{kind}", str(next(folder.glob(f"{kind}.*"))))]


def _serve(environment: dict[str, str]) -> list[str]:
    bound = environment[ORIGIN].removeprefix("http://")
    return [str(BIN / "gunicorn"), "--bind", bound, *START.split()]


def _cutting(files: list[str], folder: Path) -> list[str]:
    """Cut again and again, each time from the files on."""
    if not files:
        return ["sleep", "1000000"]
    cut = f"{BIN}/turfcutter cut {' '.join(files)} --workspace ws --out cut"
    loop = f"cd {folder}; while true; do rm -rf ws cut; nice -n {CUT_NICE} {cut}; done"
    return ["/bin/sh", "-c", loop]


@contextmanager
def _running(words: list[str], environment: Any) -> Iterator[psutil.Process]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        words, env=environment, stdout=quiet, stderr=quiet, cwd=HERE.parents[1]
    )
    watched = psutil.Process(process.pid)
    try:
        yield watched
    finally:
        children = watched.children(recursive=True)
        process.terminate()  # gunicorn's first process ends the others
        process.wait(timeout=60)
        for each in children:
            if each.is_running():
                each.kill()


def _seconds(process: psutil.Process) -> float:
    """Processor seconds of a process, of those it waited for, and of its children."""
    total = 0.0
    for each in [process, *process.children(recursive=True)]:
        times = each.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _wait(origin: str) -> None:
    """Until pages answer, of each process."""
    host = origin.removeprefix("http://")
    answered = 0
    for _ in range(240):
        with suppress(OSError), closing(HTTPConnection(host, timeout=60)) as connection:
            connection.request("GET", "/login")
            answered += connection.getresponse().status == HTTPStatus.OK
        if answered > MANY:
            return
        time.sleep(0.1 if answered else 0.5)
    raise SystemExit("gunicorn did not start")


def _load(folder: Path, origin: str, people: int, seconds: int) -> dict[str, float]:
    words = [sys.executable, "-m", "locust", "-f", HERE / "locustfile.py", "--headless"]
    words += ["-H", origin, "-u", str(people), "-r", "50", "-t", f"{seconds}s", "--only-summary"]
    words += ["--csv", folder / "locust", "--reset-stats"]
    environment = {**os.environ, "TURFCUTTER_LOAD": str(folder / "given.json")}
    before = os.times()
    done = subprocess.run(
        [str(word) for word in words], env=environment, capture_output=True, text=True, check=False
    )
    after = os.times()
    if not (folder / "locust_stats.csv").exists():
        raise SystemExit(done.stderr)
    took = after.children_user + after.children_system
    return {"locust": took - before.children_user - before.children_system}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _tell(folder: Path, took: dict[str, float], seconds: int) -> None:
    rows = _rows(folder / "locust_stats.csv")
    click.echo(f"{'':14}{'requests':>10}{'failed':>8}{'median':>8}{'95 %':>8}{'longest':>9} ms")
    for row in rows:
        name = row["Name"] if row["Name"] != "Aggregated" else "all"
        longest = float(row["Max Response Time"])
        click.echo(
            f"{name:14}{row['Request Count']:>10}{row['Failure Count']:>8}"
            f"{row['50%']:>8}{row['95%']:>8}{longest:>9.0f}"
        )
    for row in _rows(folder / "locust_failures.csv"):
        click.echo(f"failed: {row['Name']}, {row['Occurrences']} times: {row['Error']}")
    rate = float(rows[-1]["Requests/s"])
    click.echo(f"{rate:.1f} requests a second for {seconds} s; processor seconds taken:")
    for name, each in took.items():
        click.echo(f"  {name:10}{each:8.1f}  ({each / seconds:.2f} processors)")
    click.echo(f"load average at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
