"""From files to a plan in the browser's forms, without a browser."""

import json
import re

import pytest
from sqlalchemy import select

from turfcutter.sample import make_county
from web import uploads
from web.db import transaction
from web.jobs import queue
from web.jobs.worker import Worker
from web.models import Account, Event, Job, PublishedPlan, Upload

BOTH = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
KINDS = ("precincts", "voters", "streets")


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """Files of a small county."""
    made = make_county(tmp_path_factory.mktemp("county") / "made", voters=300, seed=11)
    return {name: getattr(made, name) for name in KINDS}


def token_of(client):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)[1]


def send(office, client, paths):
    """Send files; the ids under which they are kept."""
    found = {}
    for name, path in paths.items():
        with path.open("rb") as file:
            form = {"csrf_token": token_of(client), "file": (file, path.name)}
            answer = client.post("/files", data=form)
        assert answer.status_code == 303, answer.text
        rows = office.rows(
            select(Upload).order_by(Upload.at.desc()).where(Upload.name == path.name)
        )
        found[f"inputs.{name}"] = rows[0].id
    return found


def ask(client, do, **form):
    return client.post("/cut", data={"csrf_token": token_of(client), "do": do, **form})


def job_of(office, answer):
    assert answer.status_code == 303, answer.text
    job_id = answer.location.rpartition("/")[2]
    office.work()
    (job,) = office.rows(select(Job).where(Job.id == job_id))
    return job


@BOTH
def test_a_cut_becomes_a_plan_of_the_organization(office, county):
    client = office.client("olga")
    files = send(office, client, county)
    wanted = {
        "cut.target": "25",
        "packet.title": "Fall <b>{{7*7}}",
        "beside": office.plans["North"],
    }
    asked = ask(client, "cut", **files, **wanted)
    assert Worker(office.engine, office.settings.state).step("cut")
    (job, judged) = office.rows(select(Job).order_by(Job.queued, Job.begun.desc()))
    assert job.state == queue.DONE, job.sentence
    assert (judged.kind, judged.state) == ("score", queue.WAITING)
    result = json.loads(job.result)
    assert result["score"] == judged.id
    (plan,) = office.rows(select(PublishedPlan).where(PublishedPlan.id == result["plan_id"]))
    (olga,) = office.rows(select(Account).where(Account.name == "olga"))
    assert (plan.title, plan.organization_id) == ("Fall <b>{{7*7}}", olga.organization_id)
    assert "Fall &lt;b&gt;{{7*7}}" in client.get("/").text
    about = json.loads((office.settings.state / "plans" / plan.id / "plan.json").read_bytes())
    assert about["params"]["cut"]["target"] == 25
    assert about["counts"]["turfs"] == plan.turfs > 3
    assert str(office.settings.state) not in json.dumps(about)
    for path in (f"/plans/{plan.id}", f"/plans/{plan.id}/layers.json", asked.location):
        assert client.get(path).status_code == 200
        assert office.client("solga").get(path).status_code == 404
    assert not (office.settings.state / "jobs" / job.id / "cut").exists()
    told = office.rows(select(Event).where(Event.action == "plan cut"))
    assert [event.plan_id for event in told] == [plan.id]
    again = client.get("/cut", query_string={"like": job.id}).text
    assert all(f'<option value="{each}" selected>' in again for each in files.values())


@BOTH
@pytest.mark.slow
def test_two_cuts_of_the_same_doors_stand_beside_each_other(office, county):
    client = office.client("olga")
    files = send(office, client, county)
    results = []
    for target in ("25", "40"):
        job = job_of(
            office, ask(client, "cut", **files, **{"cut.target": target}, beside=before(results))
        )
        results.append(json.loads(job.result))
    (judged,) = office.rows(select(Job).where(Job.id == results[1]["score"]))
    rows = json.loads(judged.result)["scores"]
    assert [row["cut"] for row in rows] == ["this plan", "voters", "k-means"]
    assert rows[0]["turfs"] < rows[1]["turfs"]
    assert rows[0]["doors"] == rows[1]["doors"]
    page = client.get(f"/jobs/{judged.id}").text
    assert re.search(r"turfs of the wanted size</th><td class=\"n\">\d+%</td>", page)
    assert page.index(">voters</th>") < page.index(">k-means</th>")


def before(results):
    return results[-1]["plan_id"] if results else ""


@BOTH
def test_a_file_that_cannot_be_used_is_one_sentence(office, tmp_path):
    wrong = tmp_path / "voters.csv"
    wrong.write_text("name,street\nSecret Person,1 Elm\n")
    client = office.client("olga")
    looked = job_of(office, ask(client, "check", **send(office, client, {"voters": wrong})))
    page = client.get(f"/jobs/{looked.id}").text
    assert "Something here cannot be used as it is." in page
    assert "Change something" in page
    assert str(office.settings.state) not in page
    assert "Secret" not in page


@BOTH
def test_rows_of_files_beside_the_voters_are_told_too(office, tmp_path):
    voters, points = tmp_path / "voters.csv", tmp_path / "points.csv"
    voters.write_text("voter_id,address\n1,5 Elm St\n")
    points.write_text("address,lat,lon\n5 Elm St,37.3,-121.9\n,37.3,-121.9\n")
    client = office.client("olga")
    files = send(office, client, {"voters": voters, "addresses": points})
    looked = job_of(office, ask(client, "check", **files))
    page = client.get(f"/jobs/{looked.id}").text
    assert page.index("Voters <small>") < page.index("Beside them <small>")
    assert "without address" in page


def test_what_no_job_could_do_is_said_at_once(office, county):
    client = office.client("olga")
    files = send(office, client, {"voters": county["voters"]})
    for form, said in (
        ({}, "No file is chosen for Precincts, Voters, Streets."),
        (files, "No file is chosen for Precincts, Streets."),
        ({**files, "cut.target": "many"}, "&#39;many&#39;"),
        ({**files, "cut.tolerance": "7"}, "must lie between"),
        ({**files, "cut.within": "/etc/hosts.txt.x"}, "names no uploaded file"),
        ({"inputs.voters": "0" * 16}, "is not there any more"),
    ):
        answer = ask(client, "cut", **form)
        assert answer.status_code == 400
        assert said in answer.text
    assert office.rows(select(Job)) == []
    south = office.client("solga")
    assert "is not there any more" in ask(south, "check", **files).text
    assert office.client("fred").get("/cut").status_code == 404


@BOTH
def test_a_file_deleted_while_its_job_waits(office, county):
    client = office.client("olga")
    files = send(office, client, {"voters": county["voters"]})
    answer = ask(client, "check", **files)
    with transaction(office.engine) as session:
        upload = session.get(Upload, files["inputs.voters"])
        account = session.scalar(select(Account).where(Account.name == "olga"))
        uploads.delete(session, office.settings.state, upload, account)
    job = job_of(office, answer)
    assert (job.state, job.code) == (queue.FAILED, "NO_FILE")


@BOTH
@pytest.mark.usefixtures("jobs_here")
def test_the_same_through_the_api(office, county):
    """A program prints, looks at files and cancels as people do."""
    client = office.client("olga")
    head = {"X-CSRFToken": client.get("/api/session").json["csrf"]}

    def post(path, **body):
        return client.post(f"/api{path}", json=body, headers=head)

    with county["voters"].open("rb") as file:
        sent = client.post("/api/files", data={"file": (file, "voters.csv")}, headers=head)
    (kept,) = client.get("/api/files").json["files"]
    assert (sent.status_code, sent.json) == (201, kept)
    params = {"inputs": {"voters": kept["id"]}, "cut": {"target": 40.0}, "as_of": "2026-11-03"}
    assert post("/cut", do="cut", params=params).status_code == 400
    for wrong in (
        {"inputs": {"voters": 7}},
        {"inputs": "x"},
        {"as_of": 1},
        {"cut": {"within": [3]}},
        {"nothing": {}},
        {"inputs": {"voters": kept["id"], "download": "Davis"}},
    ):
        assert post("/cut", do="check", params=wrong).status_code == 400
    looked = post("/cut", do="check", params=params)
    assert (looked.status_code, looked.json["state"]) == (201, queue.WAITING)
    plan = office.plans["North"]
    printed = post(f"/plans/{plan}/print", turfs=["A1", "B1"]).json
    late = post(f"/plans/{plan}/turfs/A1/print").json
    assert client.delete(f"/api/jobs/{late['id']}", headers=head).json["state"] == queue.CANCELLED
    office.work()
    states = {row["id"]: row["state"] for row in client.get("/api/jobs").json["jobs"]}
    assert states[looked.json["id"]] == states[printed["id"]] == queue.DONE
    detail = client.get(f"/api/jobs/{printed['id']}").json
    assert [each["turf_id"] for each in detail["lists"]] == ["A1", "B1"]
    assert "all-packets.pdf" in detail["files"]
    assert client.get(f"/api/jobs/{looked.json['id']}").json["result"] == {"exit_code": 0}
    page = client.get(f"/jobs/{looked.json['id']}").text
    assert "These files are fit for cutting." in page
    assert "Go on to cutting" in page
    assert client.delete(f"/api/files/{kept['id']}", headers=head).json["name"] == "voters.csv"
    assert client.get("/api/files").json["files"] == []
    assert post(f"/plans/{plan}/split", areas=kept["id"], column="x").status_code == 404
