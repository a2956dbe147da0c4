"""A worker and its processes: what it prints, what stops it, and what it leaves."""

import csv
import io
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import geopandas as gpd
import pytest
from sqlalchemy import select

from web import audit
from web.db import transaction
from web.jobs import queue
from web.jobs.worker import Worker
from web.models import Account, Event, Job

BOTH = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
"""The same on both; `test_queue` and `test_splits` are quick enough for every run."""


def token_of(client):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)[1]


def ask(office, client, **form):
    """A job that prints, and its id."""
    path = f"/plans/{office.plans['North']}/print"
    answer = client.post(path, data={"csrf_token": token_of(client), **form})
    assert answer.status_code == 303, answer.text
    return answer.location.rpartition("/")[2]


def job_of(office, job_id):
    (job,) = office.rows(select(Job).where(Job.id == job_id))
    return job


def until(office, job_id, *states):
    """Wait until a job has one of some states."""
    for _ in range(600):
        job = job_of(office, job_id)
        if job.state in states:
            return job
        time.sleep(0.05)
    raise AssertionError(job.state)


def content(client, path):
    with client.get(path) as answer:
        assert answer.status_code == 200
        return answer.data


@BOTH
def test_a_selection_is_printed_with_all_that_lies_on_the_launch_table(office, plan, tmp_path):
    client = office.client("olga")
    job = ask(office, client, turf=["A1", "B2"], what="chosen")
    office.work()
    assert job_of(office, job).state == queue.DONE, job_of(office, job).sentence
    page = client.get(f"/jobs/{job}").text
    names = re.findall(rf'href="/jobs/{job}/files/([^"]+)"', page)
    assert names == [
        *("all-packets.pdf", "launch.pdf", "wall-map.pdf", "slip-sheets.pdf"),
        *("lists.csv", "lists.xlsx", "gpx.zip", "turfs.gpkg"),
    ]
    files = {name: content(client, f"/jobs/{job}/files/{name}") for name in names}
    assert all(files[name].startswith(b"%PDF-") for name in names if name.endswith(".pdf"))
    chosen = plan.voters[plan.voters["turf_id"].isin(["A1", "B2"])]
    rows = list(csv.DictReader(io.StringIO(files["lists.csv"].decode())))
    assert len(rows) == len(chosen)
    assert zipfile.ZipFile(io.BytesIO(files["gpx.zip"])).namelist() == ["A1.gpx", "B2.gpx"]
    (tmp_path / "turfs.gpkg").write_bytes(files["turfs.gpkg"])
    layer = gpd.read_file(tmp_path / "turfs.gpkg", layer="turfs")
    assert layer["turf_id"].tolist() == ["A1", "B2"]
    assert b"Secret" not in files["turfs.gpkg"]
    with transaction(office.engine) as session:
        olga = session.scalar(select(Account.id).where(Account.name == "olga"))
        folder = office.settings.state / "plans"
        seen = audit.voters_seen(session, olga, lambda plan_id: folder / plan_id)
    assert seen == {*chosen["voter_id"]}
    fred = office.client("fred")
    page = fred.get(f"/jobs/{job}").text  # a field lead has the lists, but not all in one file
    assert page.count("/printings/") == 2
    assert "/files/" not in page
    for other in (fred, office.client("sada")):
        assert other.get(f"/jobs/{job}/files/all-packets.pdf").status_code == 404
    log = office.client("ada").get("/log").text
    assert re.search(r"list saved: [^<]*, 2 turfs, lists.csv", log)
    assert not re.search(r"turf A1, lists.csv", log)
    saved = office.rows(select(Event).where(Event.action == "list saved"))
    assert {(row.turf_id, row.detail) for row in saved if row.voters} == {
        (turf, name)
        for turf in ("A1", "B2")
        for name in ("all-packets.pdf", "lists.csv", "lists.xlsx")
    }


def test_nothing_chosen_and_turfs_that_are_not_there_are_refused(office):
    client = office.client("olga")
    path = f"/plans/{office.plans['North']}/print"
    for form in ({}, {"turf": "Z9"}):
        answer = client.post(path, data={"csrf_token": token_of(client), **form})
        assert answer.status_code == 400
    assert office.rows(select(Job)) == []


@pytest.fixture
def worker(office):
    made = Worker(office.engine, office.settings.state)
    made.start()
    yield made
    made.stop()


@pytest.mark.usefixtures("worker")
def test_cancelling_ends_the_process_and_leaves_no_files(office):
    client = office.client("olga")
    job = ask(office, client, what="all")
    until(office, job, queue.RUNNING)
    assert "Cancel" in client.get(f"/jobs/{job}").text
    client.post(f"/jobs/{job}/cancel", data={"csrf_token": token_of(client)})
    over = until(office, job, queue.CANCELLED, queue.DONE)
    assert over.state == queue.CANCELLED
    assert not (office.settings.state / "jobs" / job).exists()
    assert "cancelled" in client.get(f"/jobs/{job}").text
    assert office.client("sfred").get(f"/jobs/{job}").status_code == 404


@BOTH
def test_a_job_outlives_the_worker_that_began_it(office):
    client = office.client("olga")
    job = ask(office, client, turf="A1", what="chosen")
    first, second = (Worker(office.engine, office.settings.state) for _ in range(2))
    first.start()
    until(office, job, queue.RUNNING)
    second.start()
    time.sleep(1)
    assert job_of(office, job).tries == 1
    first.stop()
    over = until(office, job, queue.DONE, queue.FAILED)
    second.stop()
    assert (over.state, over.tries) == (queue.DONE, 1)


@BOTH
def test_why_a_job_failed_is_one_sentence_without_places_on_the_server(office):
    client = office.client("olga")
    job = ask(office, client, turf="A1", what="chosen")
    folder = office.settings.state / "plans" / office.plans["North"]
    whole = (folder / "doors.parquet").read_bytes()
    (folder / "doors.parquet").write_bytes(whole[:-1])
    try:
        office.work()
    finally:
        (folder / "doors.parquet").write_bytes(whole)
    over = job_of(office, job)
    assert (over.state, over.code) == (queue.FAILED, "DAMAGED")
    assert "doors.parquet is not as it was written" in over.sentence
    assert str(office.settings.state) not in over.sentence
    assert over.sentence.split(":")[0] in client.get(f"/jobs/{job}").text


@BOTH
def test_asking_how_far_it_is_keeps_nobody_logged_in(office):
    client = office.client("olga")
    job = ask(office, client, what="all")
    office.pause(office.app.config["IDLE_S"] - 5)
    assert client.get(f"/jobs/{job}/state.json").json["over"] is False
    office.pause(10)
    assert client.get(f"/jobs/{job}").status_code == 303


def process_of(worker):
    """The process of the job that a worker does."""
    for _ in range(200):
        for task in Path(f"/proc/{worker}/task").glob("*/children"):
            for word in task.read_text().split():
                with suppress(OSError):
                    if b"web.jobs.child" in Path(f"/proc/{word}/cmdline").read_bytes():
                        return int(word)
        time.sleep(0.05)
    raise AssertionError


def gone(process):
    """Whether a process ended; one that nobody waits for keeps its number."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


@BOTH
@pytest.mark.slow
def test_a_worker_that_is_killed_takes_its_job_with_it_and_the_next_does_it_again(office):
    client = office.client("olga")
    job = ask(office, client, what="all")
    state, database = office.settings.state, office.settings.database
    words = ["--state", str(state), "--database", database]
    command = [sys.executable, "-c", "from web.office import work; work()", *words]
    home = Path(__file__).parents[3]
    first = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL)
    try:
        until(office, job, queue.RUNNING)
        child = process_of(first.pid)
        first.kill()
        first.wait()
        for _ in range(100):
            if gone(child):
                break
            time.sleep(0.05)
        assert gone(child)
        assert job_of(office, job).state == queue.RUNNING
        with subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, text=True) as second:
            over = until(office, job, queue.DONE, queue.FAILED)
            second.terminate()
            assert "Stopped" in second.communicate(timeout=30)[0]
    finally:
        first.kill()
    assert (over.state, over.tries) == (queue.DONE, 2)
    assert client.get(f"/jobs/{job}").text.count("/printings/") == 6


@BOTH
def test_a_process_that_is_killed_is_one_sentence(office, worker):
    client = office.client("olga")
    job = ask(office, client, what="all")
    until(office, job, queue.RUNNING)
    os.kill(process_of(os.getpid()), signal.SIGKILL)
    over = until(office, job, queue.FAILED, queue.DONE)
    assert over.state == queue.FAILED
    assert "more memory or time" in client.get(f"/jobs/{job}").text
    assert not (office.settings.state / "jobs" / job).exists()
    assert worker.over.is_set() is False
