"""What jobs left goes after a month, and nothing else does."""

import time

import pytest
from sqlalchemy import select

from web.db import transaction
from web.jobs import queue
from web.jobs.places import PRINTED, job_folder
from web.jobs.tidying import DAY_S, DAYS, tidy
from web.models import Account, Event, Job, Printing


@pytest.fixture
def printed(office, tmp_path):
    """A job that printed a list, one that runs, and a list from before there were jobs."""
    office.app.config["STATE"] = tmp_path
    with transaction(office.engine) as session:
        olga = session.scalar(select(Account).where(Account.name == "olga"))
        plan = office.plans["North"]
        over, runs = (queue.add(session, olga, "print", "list", "A1", {}, plan) for _ in range(2))
        queue.finish(over, {"lists": 1})
        runs.state = queue.RUNNING
        common = {"plan_id": plan, "account_id": olga.id, "turf_id": "A1", "at": int(time.time())}
        lists = [
            Printing(**common, serial=1_000_001, job_id=over.id, name="A1"),
            Printing(**common, serial=1_000_002),
        ]
        session.add_all(lists)
        session.flush()
        folders = {
            "over": job_folder(tmp_path, over.id),
            "runs": job_folder(tmp_path, runs.id),
            "before": tmp_path / "printings" / lists[1].id,
        }
        ids = over.id, lists[0].id
    for folder in folders.values():
        (folder / PRINTED).mkdir(parents=True)
        (folder / PRINTED / "all-packets.pdf").write_bytes(b"voters")
    return folders, *ids


def test_files_go_after_a_month_but_not_those_of_a_job_that_runs(office, printed):
    folders, *_ = printed
    state, now = office.app.config["STATE"], int(time.time())
    assert tidy(office.engine, state, now + DAYS * DAY_S - 60) == 0
    assert all(folder.is_dir() for folder in folders.values())
    assert tidy(office.engine, state, now + DAYS * DAY_S + 60) == 2
    assert [name for name, folder in folders.items() if folder.is_dir()] == ["runs"]
    assert tidy(office.engine, state, now + DAYS * DAY_S + 60) == 0


def test_pages_say_that_the_files_are_gone_and_the_log_stays(office, printed):
    _, job, printing = printed
    client, events = office.client("olga"), len(office.rows(select(Event)))
    assert "all-packets.pdf" in client.get(f"/jobs/{job}").text
    tidy(office.engine, office.app.config["STATE"], int(time.time()) + 31 * DAY_S)
    list_page = f"/plans/{office.plans['North']}/printings/{printing}"
    for path in (f"/jobs/{job}", list_page):
        page = client.get(path)
        assert page.status_code == 200
        assert "were erased 30 days after" in page.text
    for gone in (f"/jobs/{job}/files/all-packets.pdf", f"{list_page}/packet.pdf"):
        assert client.get(gone).status_code == 404
    kept = office.rows(select(Job).where(Job.id == job)) + office.rows(select(Printing))
    assert len(kept) == 3
    assert len(office.rows(select(Event))) >= events
