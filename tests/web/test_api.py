"""The API: what it says of itself, what it answers, and that nothing sent to it is a fault."""

import json

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from sqlalchemy import select

from web.access import rule_of
from web.api.described import description_of
from web.db import transaction
from web.models import Account, Event, Job, Share, Upload

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
ROLES = {"administrator": "ada", "organizer": "olga", "field lead": "fred", "nobody": ""}
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


class Program:
    """A program that talks to the API as one account."""

    def __init__(self, office, name):
        self.client = office.client(name)
        self.base = f"/api/plans/{office.plans['North']}"
        self.head = {"X-CSRFToken": self.client.get("/api/session").json["csrf"]}

    def send(self, path, body=None, method="POST"):
        more = {} if body is None else {"json": body}
        return self.client.open(f"/api{path}", method=method, headers=self.head, **more)


def test_the_document_is_valid_and_has_every_route(office):
    document = office.client("fred").get("/api/openapi.json").json
    validate(document)
    told = {
        (path, method.upper())
        for path, operations in document["paths"].items()
        for method in operations
    }
    there = {
        (rule.rule.replace("<", "{").replace(">", "}"), method)
        for rule in office.app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/") and rule.endpoint != "api_plans.openapi"
    }
    assert told == there
    operations = [each for path in document["paths"].values() for each in path.values()]
    assert all(each["summary"] for each in operations)


def test_every_route_of_the_api_describes_itself(office):
    for rule in office.app.url_map.iter_rules():
        if rule.rule.startswith("/api/") and rule.endpoint != "api_plans.openapi":
            assert description_of(office.app.view_functions[rule.endpoint]), rule
            assert rule_of(office.app, rule.endpoint), rule


def test_a_program_logs_in_reads_shares_and_logs_out(office, plan):
    client = office.client()
    first = client.get("/api/session").json
    assert first["account"] is None
    form = {"name": "olga", "password": PASSWORD}
    assert client.post("/api/session", json=form).status_code == 400
    entered = client.post("/api/session", json=form, headers={"X-CSRFToken": first["csrf"]})
    assert (entered.status_code, entered.json["account"]["role"]) == (201, "organizer")
    head = {"X-CSRFToken": entered.json["csrf"]}
    (listed,) = client.get("/api/plans").json["plans"]
    assert (listed["id"], listed["doors"]) == (office.plans["North"], len(plan.doors))
    base = f"/api/plans/{listed['id']}"
    turfs = client.get(f"{base}/turfs").json["turfs"]
    assert [turf["turf_id"] for turf in turfs] == plan.turfs["turf_id"].tolist()
    found = client.post(f"{base}/find", json={"find": "b2"}, headers=head).json["turfs"]
    assert [turf["turf_id"] for turf in found] == ["B2"]
    made = client.post(f"{base}/turfs/B2/shares", json={"days": 2}, headers=head)
    assert made.status_code == 201
    assert office.client().get(made.json["link"]).status_code == 200
    (share,) = client.get(f"{base}/turfs/B2/shares").json["shares"]
    assert (share["id"], share["made_by"], share["with_code"]) == (made.json["id"], "olga", False)
    ended = client.delete(f"{base}/shares/{share['id']}", headers=head)
    assert (ended.status_code, ended.json["open"]) == (200, False)
    assert office.client().get(made.json["link"]).status_code == 404
    assert client.get(f"{base}/shares").json == {"shares": []}
    assert client.delete("/api/session", headers=head).json["account"] is None
    assert client.get("/api/plans").status_code == 401


def test_doors_come_in_order_and_names_only_when_asked_for_and_logged(office, plan):
    program = Program(office, "fred")
    answer = program.client.get(f"{program.base}/turfs/A1")
    own = plan.doors[plan.doors["turf_id"] == "A1"].sort_values("order")
    assert [door["address"] for door in answer.json["door_list"]] == own["address"].tolist()
    assert "Secret" not in answer.text
    assert office.rows(select(Event).where(Event.action == "names shown")) == []
    named = program.send(f"/plans/{office.plans['North']}/turfs/A1/names").json["door_list"]
    assert sum(len(door["names"]) for door in named) == own["voters"].sum()
    (event,) = office.rows(select(Event).where(Event.action == "names shown"))
    assert (event.turf_id, event.voters) == ("A1", own["voters"].sum())


def test_after_a_pause_a_program_gives_the_password_again(office):
    program = Program(office, "olga")
    office.pause(16 * 60)
    path = f"/plans/{office.plans['North']}/turfs/A1/names"
    refused = program.send(path)
    assert (refused.status_code, [*refused.json]) == (403, ["error"])
    assert program.send("/session/confirm", {"password": "wrong"}).status_code == 401
    again = program.send("/session/confirm", {"password": PASSWORD})
    program.head = {"X-CSRFToken": again.json["csrf"]}
    assert program.send(path).status_code == 200


def test_an_administrator_keeps_accounts_and_reads_the_log(office, plan):
    ada, fred = Program(office, "ada"), Program(office, "fred")
    fred.send(f"/plans/{office.plans['North']}/turfs/A1/names")
    person = {"name": "Gus", "role": "field lead", "password": PASSWORD}
    assert ada.send("/people", {**person, "role": "king"}).status_code == 400
    made = ada.send("/people", person)
    assert (made.status_code, made.json["name"]) == (201, "gus")
    assert ada.send(f"/people/{made.json['id']}/open", {"open": False}, "PUT").json["open"] is False
    people = ada.client.get("/api/people").json["people"]
    assert [each["name"] for each in people] == ["ada", "fred", "gus", "olga"]
    fred_id = people[1]["id"]
    seen = ada.client.get(f"/api/people/{fred_id}/seen").json["voters"]
    assert set(seen) == set(plan.voters.loc[plan.voters["turf_id"] == "A1", "voter_id"])
    actions = [event["action"] for event in ada.client.get("/api/log").json["events"]]
    assert {"names shown", "account added", "account closed", "voters seen looked up"} <= {*actions}
    assert fred.client.get("/api/log").status_code == 404


def test_visits_are_listed_and_ended_and_the_password_changed(office):
    lost, program = office.client("fred"), Program(office, "fred")
    ids = {row["id"] for row in program.client.get("/api/account/visits").json["visits"]}
    assert len(ids) == 2
    new = {"password": PASSWORD, "new": "another long password"}
    assert program.send("/account/password", {**new, "new": "short"}, "PUT").status_code == 400
    assert program.send("/account/password", {**new, "password": "x"}, "PUT").status_code == 401
    assert program.send("/account/password", new, "PUT").status_code == 200
    assert lost.get("/api/plans").status_code == 401
    (mine,) = program.client.get("/api/account/visits").json["visits"]
    assert program.send(f"/account/visits/{mine['id']}", method="DELETE").status_code == 200
    assert program.client.get("/api/plans").status_code == 401


def test_the_language_of_an_account_is_read_and_chosen(office):
    program = Program(office, "fred")
    assert program.client.get("/api/session").json["account"]["language"] == ""
    assert program.send("/account/language", {"language": "xx"}, "PUT").status_code == 400
    chosen = program.send("/account/language", {"language": "es"}, "PUT")
    assert (chosen.status_code, chosen.json["account"]["language"]) == (200, "es")
    assert "<h1>Planes</h1>" in office.client("fred").get("/").text


def test_errors_are_one_sentence_that_repeats_nothing(office):
    program = Program(office, "olga")
    path = f"/plans/{office.plans['North']}/turfs/A1/shares"
    for body in ({"days": "Secret"}, {"days": 99}, {"Secret": 1}, [], "Secret"):
        answer = program.send(path, body)
        assert (answer.status_code, [*answer.json]) == (400, ["error"]), body
    for text in (b"{", b"\xff", b'{"days": NaN}', b"[" * 100_000):
        answer = program.client.post(
            f"/api{path}",
            data=text,
            headers={**program.head, "Content-Type": "application/json"},
        )
        assert answer.status_code in (400, 413), text[:9]
        assert answer.json["error"].count(".") == 1
    plain = program.client.post(f"/api{path}", data="days=1", headers=program.head)
    assert "Content-Type" in plain.json["error"]
    assert program.client.get("/api/nothing").json == {
        "error": "There is nothing here, or it is not yours to see."
    }
    wrong = program.client.patch("/api/plans", headers=program.head)
    assert (wrong.status_code, [*wrong.json]) == (405, ["error"])
    assert office.rows(select(Share)) == []


DELETING = ("delete", "/api/plans/{plan_id}")


def operations(office):
    """All operations of the document; what deletes the plan comes last, because others need it."""
    document = office.client("fred").get("/api/openapi.json").json
    found = [each.ok() for each in schemathesis.openapi.from_dict(document).get_all_operations()]
    return sorted(found, key=lambda each: (each.method, each.path) == DELETING)


def things_of(office):
    """Something that is there for each part of an address."""
    with transaction(office.engine) as session:
        fred = session.scalar(select(Account).where(Account.name == "fred"))
        mine = {"organization_id": fred.organization_id, "account_id": fred.id}
        plan = office.plans["North"]
        result = json.dumps({"parts": [], "given": False})
        done = {"kind": "split", "lane": "none", "state": "done", "asked": "{}", "result": result}
        job = Job(**mine, **done, title="Split", plan_id=plan, queued=1)
        upload = Upload(**mine, name="a.csv", size=1, at=1)
        link = {"token": "t", "code": "", "made": 1, "expires": 2**40}
        share = Share(plan_id=plan, account_id=fred.id, turf_id="A1", **link)
        session.add_all([job, upload, share])
        session.flush()
        ids = {"job_id": job.id, "upload_id": upload.id, "share_id": share.id}
        return {"plan_id": plan, "turf_id": "A1", "account_id": fred.id, **ids}


class Caller:
    """Somebody who logs in again when the last answer was the end of a visit."""

    def __init__(self, office, name):
        self.office, self.name = office, name
        self.come()

    def come(self):
        self.client = self.office.client(self.name)
        self.token = self.client.get("/api/session").json["csrf"]

    def send(self, case):
        asked = case.as_transport_kwargs()
        body = {name: asked.get(name) for name in ("json", "data", "files")}
        sent = requests.Request("POST", "http://localhost/", **body).prepare()
        found = self.client.open(
            case.formatted_path,
            method=case.method,
            headers={**sent.headers, **asked["headers"], "X-CSRFToken": self.token},
            data=sent.body,
        )
        if found.status_code == 401 or "Set-Cookie" in found.headers:
            self.come()
        return found


def shake(office, role, examples, *, bodies=False):
    """
    Send what fits the document and what does not, to things that are there and that are not.

    The same things each time; the first that is a fault is told as it is, without looking long for
    a shorter one.
    """
    things, caller = things_of(office), Caller(office, ROLES[role])

    def of(operation, mode):
        @settings(
            max_examples=examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), there=st.booleans())
        def send(case, there):
            if there:
                case.path_parameters = {
                    name: things.get(name, value) for name, value in case.path_parameters.items()
                }
            case.validate_response(caller.send(case), checks=CHECKS)

        send()

    for operation in operations(office):
        if bodies and not operation.body:
            continue
        of(operation, GenerationMode.POSITIVE)
        if list(operation.iter_parameters()) or operation.body:  # else nothing can be wrong
            of(operation, GenerationMode.NEGATIVE)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_few_things_sent_to_routes_with_a_body_are_no_fault(own_office):
    shake(own_office, "organizer", 1, bodies=True)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_nothing_sent_to_any_route_is_a_fault(own_office, role):
    shake(own_office, role, 12)
