"""Every route, role and object: what is another organization's does not exist."""

import pytest
from sqlalchemy import select

from web.access import FINDERS, RIGHTS, own_path, rule_of
from web.db import transaction
from web.models import Account, Event, Job, Printing, Share, Upload, Visit

ROLES = {"administrator": "ada", "organizer": "olga", "field lead": "fred"}


def routes(app):
    """Every route with each of its methods that does something."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule, method


@pytest.fixture
def things(office):
    """What stands for each part of an address, of the North and of the South."""
    found = {}
    with transaction(office.engine) as session:
        for organization, letter in (("North", ""), ("South", "s")):
            fred = session.scalar(select(Account).where(Account.name == f"{letter}fred"))
            plan = office.plans[organization]
            printing = Printing(plan_id=plan, account_id=fred.id, turf_id="A1", serial=1, at=1)
            visit = Visit(account_id=fred.id, token=letter * 9, browser="b", began=1, seen=1)
            share = Share(
                plan_id=plan,
                account_id=fred.id,
                turf_id="A1",
                token=organization,
                code="",
                made=1,
                expires=1,
            )
            job = Job(
                organization_id=fred.organization_id,
                account_id=fred.id,
                kind="print",
                lane="none",
                title="Print",
                asked="{}",
                plan_id=plan,
                queued=1,
            )
            upload = Upload(
                organization_id=fred.organization_id, account_id=fred.id, name="a.csv", size=1, at=1
            )
            session.add_all([printing, visit, share, job, upload])
            session.flush()
            found[organization] = {
                "plan_id": plan,
                "turf_id": "A1",
                "account_id": fred.id,
                "visit_id": visit.id,
                "printing_id": printing.id,
                "share_id": share.id,
                "job_id": job.id,
                "upload_id": upload.id,
                "file": "doors.csv",
                "part": "0",
            }
    return found


def test_every_route_has_a_rule_and_every_part_of_its_address_a_meaning(office):
    for rule, _ in routes(office.app):
        marked = rule_of(office.app, rule.endpoint)
        assert marked is not None, f"{rule} has no rule"
        assert not marked.right or rule.arguments <= FINDERS.keys(), f"{rule} has an unknown part"
        assert not marked.right or any(marked.right in rights for rights in RIGHTS.values())


def test_a_route_without_a_rule_lets_nobody_in(office):
    office.app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert office.client("ada").get("/forgotten").status_code == 404


def test_what_may_be_used_without_logging_in(office):
    public = {
        rule.rule for rule, _ in routes(office.app) if not rule_of(office.app, rule.endpoint).right
    }
    links = {f"/s/<token>{below}" for below in ("", "/layers.json")}
    assets = {"/assets/own/<path:name>", "/assets/map/<path:name>"}
    assert public == {"/login", "/language", "/api/session", *assets, *links}


def test_nobody_gets_in_without_logging_in(office, things):
    office.app.config["WTF_CSRF_ENABLED"] = False
    for rule, method in routes(office.app):
        if rule_of(office.app, rule.endpoint).right:
            path = address(office, rule, things["North"])
            answer = office.client().open(path, method=method)
            if path.startswith("/api/"):
                assert (answer.status_code, [*answer.json]) == (401, ["error"]), path
            else:
                assert answer.status_code == 303, path
                assert answer.location.startswith("/login?next=")


def address(office, rule, values):
    adapter = office.app.url_map.bind("turf.test")
    return adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})


@pytest.mark.parametrize("role", ROLES)
def test_foreign_objects_are_not_there(office, things, role):
    """Wholly foreign addresses, and own ones with one foreign part, for each part that is an id."""
    office.app.config["WTF_CSRF_ENABLED"] = False
    client = office.client(ROLES[role])
    asked = set()
    for rule, method in routes(office.app):
        ids = {name for name in rule.arguments if name.endswith("_id")} - {"turf_id"}
        if not rule_of(office.app, rule.endpoint).right or not ids:
            continue
        mixed = [{**things["North"], name: things["South"][name]} for name in ids]
        for values in [things["South"], *mixed]:
            path = address(office, rule, values)
            assert client.open(path, method=method).status_code == 404, (method, path)
            asked.add(f"{method} {path}")
    refused = office.rows(select(Event).where(Event.action == "refused"))
    assert {event.detail for event in refused} == asked


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_what_it_has_a_right_to_and_nothing_else(office, things, role):
    office.app.config["WTF_CSRF_ENABLED"] = False
    with transaction(office.engine) as session:
        mine = session.scalar(select(Account.id).where(Account.name == ROLES[role]))
        session.get(Visit, things["North"]["visit_id"]).account_id = mine
    for rule, method in routes(office.app):
        marked = rule_of(office.app, rule.endpoint)
        missing_file = rule.endpoint in ("printings.save", "jobs.save")  # nothing was printed
        if not marked.right or missing_file:
            continue
        if rule.endpoint == "api_plans.delete" and role == "administrator":
            continue  # it would be gone for all that follow; see test_removals.py
        if "upload_id" in rule.arguments:  # it can be deleted in two ways
            with transaction(office.engine) as session:
                north = session.get(Account, things["North"]["account_id"])
                kept = {"organization_id": north.organization_id, "account_id": north.id}
                session.merge(
                    Upload(id=things["North"]["upload_id"], name="a.csv", size=1, at=1, **kept)
                )
        path = address(office, rule, things["North"])
        with office.client(ROLES[role]).open(path, method=method) as answer:
            status = answer.status_code
        assert (status != 404) == (marked.right in RIGHTS[role]), (method, path, status)
        assert status < 500


def test_unknown_turfs_and_files_are_not_there(office):
    plan = office.plans["North"]
    client = office.client("ada")
    for path in ("turfs/Z9", "turfs/Z9/map", "files/voters.parquet", "files/plan.json"):
        assert client.get(f"/plans/{plan}/{path}").status_code == 404


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/plans/1", "/plans/1"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/a\nb", "/"),
        ("", "/"),
    ],
)
def test_nobody_is_sent_to_another_host(text, path):
    assert own_path(text) == path
