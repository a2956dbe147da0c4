"""
What each page of the viewer costs: CPU ms a request, of the mix that `load.py` sends.

``python tests/benchmarks/pages.py PLAN`` publishes a plan, and asks the application itself, in this
process: without a network and a web server, so that a busy machine changes little. Pages that a
browser keeps are asked for again, too.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
from flask import Flask
from load import _environment, _people  # the same people
from werkzeug.test import EnvironBuilder, run_wsgi_app

from web.db import open_database
from web.settings import ORIGIN, production_settings
from web.viewer import create_viewer

TIMES = 40


class Ask(NamedTuple):
    """Something that is asked for, and how often among others, as `locustfile.py` has it."""

    name: str
    method: str
    path: str
    often: float


@click.command()
@click.argument("plan", type=click.Path(path_type=Path, exists=True))
@click.option("--database", default="", help="An empty one; SQLite where not given.")
def main(plan: Path, database: str) -> None:
    """Say what pages cost."""
    folder = Path(tempfile.mkdtemp(prefix="turf-pages-"))
    try:
        environment = _environment(folder / "state", database)
        given = _people(plan, environment, 10)
        settings = production_settings(environment)
        app = create_viewer(settings, open_database(settings.database, settings.state))
        total = weight = 0.0
        for ask in _asked(given):
            first, again = _cost(app, environment[ORIGIN], given, ask)
            kept = f", {again:.1f} where the browser has it" if again else ""
            click.echo(f"{ask.name:12}{first:6.1f} ms{kept}")
            total += ask.often * (again or first)
            weight += ask.often
        click.echo(f"{'of the mix':12}{total / weight:6.1f} ms")
    finally:
        shutil.rmtree(folder)


def _asked(given: dict[str, Any]) -> Iterator[Ask]:
    person = given["people"][0]
    plan = f"/plans/{person['plan']}"
    turf = f"{plan}/turfs/{given['turfs'][len(given['turfs']) // 2]}"
    yield Ask("plans", "GET", "/", 2)
    yield Ask("plan", "GET", plan, 2)
    for name in ("map", "layers.json", "parts/0.json"):
        yield Ask(name, "GET", f"{plan}/{name}", 1)
    yield Ask("turf", "GET", turf, 5)
    yield Ask("turf's map", "GET", f"{turf}/layers.json", 5)
    yield Ask("names", "POST", f"{turf}/names", 1)
    yield Ask("find", "POST", f"{plan}/found.json", 1)
    yield Ask("api turf", "GET", f"/api{turf}", 1)
    yield Ask("link", "GET", person["link"], 2)
    yield Ask("link's map", "GET", f"{person['link']}/layers.json", 2)


def _cost(app: Flask, origin: str, given: dict[str, Any], ask: Ask) -> tuple[float, float]:
    """CPU ms of one request, and of one for what the browser has; 0 where it may keep nothing."""
    person = given["people"][0]
    cookie = f"{given['cookie']}={person['cookie']}"
    head = {"Cookie": cookie, "Accept-Encoding": "gzip", "X-CSRFToken": person["csrf"]}
    form = {"find": given["words"][0]} if ask.method == "POST" else None

    def request(more: dict[str, str]) -> tuple[str, Any]:
        made = EnvironBuilder(ask.path, origin, method=ask.method, headers=head | more, data=form)
        content, status, headers = run_wsgi_app(app.wsgi_app, made.get_environ(), buffered=True)
        list(content)
        return status[:3], headers

    status, headers = request({})  # what is read once is read now
    assert status == "200", (ask, status)

    def average(more: dict[str, str]) -> float:
        began = time.process_time()
        for _ in range(TIMES):
            request(more)
        return (time.process_time() - began) / TIMES * 1000

    tag = headers.get("ETag")
    return average({}), average({"If-None-Match": tag}) if tag else 0.0


if __name__ == "__main__":
    main()
