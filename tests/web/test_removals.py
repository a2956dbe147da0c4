"""Deleting a plan: who may, what goes, what the log can tell for ever."""

import re

import pytest
from sqlalchemy import select

from web import audit
from web.db import transaction
from web.jobs import queue
from web.models import Account, Event, Job, Printing, PublishedPlan, Share

TITLE = "{{7*7}} <b>x"
"""What the plan of the tests is called."""


def form_of(client, **more):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)[1]
    return {"csrf_token": token, **more}


def seen_by(office, name):
    """Ids of the voters that an account saw, as pages ask for it."""
    with transaction(office.engine) as session:
        account = session.scalar(select(Account.id).where(Account.name == name))
        folder = office.settings.state / "plans"
        return audit.voters_seen(session, account, lambda plan_id: folder / plan_id)


@pytest.fixture
def office(own_office):
    """Others need their plans, too."""
    return own_office


@pytest.fixture
def path(office):
    return f"/plans/{office.plans['North']}/delete"


def test_only_administrators_delete_and_only_by_its_name(office, path):
    for name in ("fred", "olga", "sada"):
        client = office.client(name)
        assert client.get(path).status_code == 404
        assert client.post(path, data=form_of(client, name=TITLE)).status_code == 404
    client = office.client("ada")
    assert "type its name" in client.get(path).text
    for typed in ("", "x", TITLE.upper()):
        refused = client.post(path, data=form_of(client, name=typed))
        assert refused.status_code == 400
        assert "nothing was deleted" in refused.text
    office.pause(16 * 60)
    assert client.post(path, data=form_of(client, name=TITLE)).location.startswith("/confirm")
    assert client.get(f"/plans/{office.plans['North']}").status_code == 200


@pytest.mark.usefixtures("jobs_here")
def test_everything_of_a_deleted_plan_goes_but_the_ids_that_somebody_saw(office, path):
    client, fred, olga = office.client("ada"), office.client("fred"), office.client("olga")
    base = f"/plans/{office.plans['North']}"
    fred.post(f"{base}/turfs/A1/names", data=form_of(fred))
    olga.post(f"{base}/turfs/B2/print", data=form_of(olga))
    office.work()
    shared = olga.post(f"{base}/turfs/A1/shares", data=form_of(olga, days="7")).text
    link = re.search(r"/s/[\w-]+", shared)[0]
    assert office.client().get(link).status_code == 200
    before = {name: seen_by(office, name) for name in ("fred", "olga")}
    assert all(before.values())
    done = client.post(path, data=form_of(client, name=f"  {TITLE} "))
    assert done.location == "/"
    assert "is deleted" in client.get("/").text
    for below in ("", "/map", "/layers.json", "/turfs/A1", "/turfs/A1/layers.json", "/delete"):
        assert client.get(base + below).status_code == 404
    assert office.client().get(link).status_code == 404
    assert office.rows(select(Share)) == office.rows(select(Printing)) == []
    assert {name: seen_by(office, name) for name in before} == before
    (job,) = office.rows(select(Job))
    assert not (office.settings.state / "jobs" / job.id).exists()
    assert "The plan was deleted" in olga.get(f"/jobs/{job.id}").text
    log = client.get("/log").text
    assert "plan deleted, {{7*7}} &lt;b&gt;x" in log
    assert "names shown: a deleted plan" in log


def test_what_is_left_in_the_folder_names_nobody_and_holds_no_voter_whom_nobody_saw(
    office, plan, path
):
    client, fred = office.client("ada"), office.client("fred")
    fred.post(f"/plans/{office.plans['North']}/turfs/A1/names", data=form_of(fred))
    client.post(path, data=form_of(client, name=TITLE))
    left = list((office.settings.state / "plans" / office.plans["North"]).rglob("*"))
    assert [each.name for each in left] == ["voters.parquet"]
    assert left[0].stat().st_mode & 0o077 == 0
    content = left[0].read_bytes()
    assert b"Secret" not in content
    assert b"Street" not in content
    unseen = plan.voters.loc[plan.voters["turf_id"] != "A1", "voter_id"]
    assert not [each for each in unseen if re.search(rb"\b%s\b" % each.encode(), content)]


def test_a_plan_of_which_nobody_saw_a_voter_leaves_nothing(office, path):
    client = office.client("ada")
    client.post(path, data=form_of(client, name=TITLE))
    assert not (office.settings.state / "plans" / office.plans["North"]).exists()
    assert (office.settings.state / "plans" / office.plans["South"]).is_dir()


def test_after_a_walk_list_was_saved_all_ids_stay(office, plan, path):
    client, olga = office.client("ada"), office.client("olga")
    with olga.get(f"/plans/{office.plans['North']}/files/walklist.csv") as answer:
        assert answer.status_code == 200
    before = seen_by(office, "olga")
    assert before == {*plan.voters["voter_id"], *plan.exceptions["voter_id"]}
    client.post(path, data=form_of(client, name=TITLE))
    assert seen_by(office, "olga") == before


@pytest.mark.parametrize("kind", ["print", "score"])
def test_a_plan_that_a_job_reads_stays(office, path, kind):
    client, plan = office.client("ada"), office.plans["North"]
    with transaction(office.engine) as session:
        ada = session.scalar(select(Account).where(Account.name == "ada"))
        asked = {"others": [plan]} if kind == "score" else {}
        about = "" if kind == "score" else plan
        job = queue.add(session, ada, kind, "none", "Work", asked, about).id
    refused = client.post(path, data=form_of(client, name=TITLE))
    assert refused.status_code == 409
    assert "A job on this plan is not over" in refused.text
    assert client.get(f"/plans/{plan}/map").status_code == 200
    assert office.rows(select(Event).where(Event.action == "plan deleted")) == []
    with transaction(office.engine) as session:
        queue.cancel(session, session.get_one(Job, job))
    assert client.post(path, data=form_of(client, name=TITLE)).location == "/"
    assert [row.id for row in office.rows(select(PublishedPlan))] == [office.plans["South"]]


def test_a_program_deletes_a_plan_and_is_told_what_it_was(office):
    client, base = office.client("ada"), f"/api/plans/{office.plans['North']}"
    head = {"X-CSRFToken": client.get("/api/session").json["csrf"]}
    assert client.delete(base).status_code == 400
    was = client.get("/api/plans").json["plans"]
    done = client.delete(base, headers=head)
    assert (done.status_code, [done.json]) == (200, was)
    assert client.get(base).status_code == client.delete(base, headers=head).status_code == 404
    (event,) = office.rows(select(Event).where(Event.action == "plan deleted"))
    assert (event.plan_id, event.detail) == (office.plans["North"], TITLE)
