"""What holds for every route and answer: forms, headers, limits, and a database that is busy."""

import time
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select, text, update

from web.access import rule_of
from web.api.described import description_of
from web.db import transaction
from web.models import Account, Attempt, Event, Share, Visit, new_id
from web.plans import FILES_AN_HOUR, NAMES_AN_HOUR
from web.tokens import fingerprint
from web.viewer import create_viewer

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def values_of(office):
    """Something for each part of an address; what is not there answers 404 all the same."""
    (fred,) = office.rows(select(Account).where(Account.name == "fred"))
    known = {"plan_id": office.plans["North"], "turf_id": "A1", "account_id": fred.id}
    return lambda name: known.get(name, "0")


def addresses(office, methods):
    """Every route with a method, as an address."""
    value = values_of(office)
    adapter = office.app.url_map.bind("turf.test")
    for rule in office.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & methods):
            path = adapter.build(rule.endpoint, {name: value(name) for name in rule.arguments})
            yield rule, method, path


def snapshot(office):
    """Everything that a form could change, but the log."""
    with transaction(office.engine) as session:
        return [
            sorted(map(repr, session.execute(select(table.__table__)).all()))
            for table in (Account, Share)
        ]


def test_nothing_is_changed_by_a_request_without_a_csrf_token(office):
    client = office.client("ada")
    before = snapshot(office)
    asked = 0
    for rule, method, path in addresses(office, {"POST", "PUT", "PATCH", "DELETE"}):
        answer = client.open(path, method=method, data={"name": "x"})
        link = path.startswith("/s/")  # first it is looked whether it works
        assert answer.status_code == (404 if link else 400), (method, path)
        asked += 1
        if description_of(office.app.view_functions[rule.endpoint]):
            assert [*answer.json] == ["error"]
    assert asked > 20
    assert snapshot(office) == before
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("name", ["", "ada"])
def test_every_answer_has_its_headers_and_none_is_kept(office, name):
    """Pages, files, JSON, mistakes, and what leads elsewhere."""
    client = office.client(name)
    paths = [path for _, _, path in addresses(office, {"GET"})]
    for path in [*paths, "/nothing", "/api/nothing", "/s/nothing/at/all"]:
        with client.get(path) as answer:
            told = answer.headers
        assert {key: told.get(key) for key in HEADERS} == HEADERS, path
        policy = told["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), path
        assert policy.endswith("frame-ancestors 'none'"), path
        assert "unsafe" not in policy, path
        assert "http" not in policy, path
        kept = told["Cache-Control"]
        public = path.startswith("/assets/")
        drawn = path.startswith("/plans/") and answer.mimetype == "application/json"
        assert public or kept == "no-store" or (drawn and kept == "private, no-cache"), path
        assert told["Referrer-Policy"] == (
            "no-referrer" if path.startswith("/s/") else "same-origin"
        )


def test_a_form_that_is_too_long_is_refused(office):
    client = office.client()
    answer = client.post("/login", data={"name": "x" * 70_000})
    assert answer.status_code == 413
    api = client.post("/api/session", json={"name": "x" * 70_000})
    assert api.status_code in (400, 413)


def test_strange_signs_are_no_fault_of_ours(office):
    client = office.client("ada")
    kind = "application/x-www-form-urlencoded"
    for sign in ("\x00", "\ud800", "\U0001f984", "%s", "'", "\u202e"):
        name = f"a{sign}b".encode("utf-8", "surrogatepass")
        form = b"name=" + name + b"&password=wrong+password&role=organizer&find=" + name
        for path in ("/login", "/people", f"/plans/{office.plans['North']}/find"):
            head = {"X-CSRFToken": client.get("/api/session").json["csrf"]}
            answer = client.post(path, data=form, content_type=kind, headers=head)
            assert answer.status_code < 500, (sign, path)
        for path in ("/plans/{}", "/s/{}", "/api/plans/{}", "/plans/1/turfs/{}"):
            asked = path.format(name.replace(b"%", b"%25").decode("latin-1"))
            assert client.get(asked).status_code < 500, asked
    for part in ("%00", "%ff", "..%2f"):
        assert client.get(f"/plans/{part}").status_code in (400, 404)


def test_limits_hold_over_workers_and_come_to_an_end(office):
    (fred,) = office.rows(select(Account).where(Account.name == "fred"))
    whose = fingerprint(f"{NAMES_AN_HOUR.name} by {fred.id}")
    now = int(time.time())
    with transaction(office.engine) as session:
        session.add_all(
            Attempt(id=new_id(), whose=whose, at=now - 5) for _ in range(NAMES_AN_HOUR.most - 1)
        )
    workers = [office.app, create_viewer(office.settings, office.engine)]
    clients = [office.client("fred", app=app) for app in workers]
    heads = [{"X-CSRFToken": each.get("/api/session").json["csrf"]} for each in clients]
    base = f"/plans/{office.plans['North']}/turfs/A1/names"
    assert clients[0].post(base, headers=heads[0]).status_code == 200
    page = clients[1].post(base, headers=heads[1])
    api = clients[0].post(f"/api{base}", headers=heads[0])
    assert (page.status_code, api.status_code) == (429, 429)
    assert 3500 < int(page.headers["Retry-After"]) <= 3600
    assert "too often" in page.text
    assert office.client("olga").get("/").status_code == 200
    shown = select(func.count()).where(Event.action == "names shown")
    with transaction(office.engine) as session:
        assert session.scalar(shown) == 1
        session.execute(update(Attempt).values(at=Attempt.at - 3600))
    assert clients[1].post(base, headers=heads[1]).status_code == 200


def test_every_route_that_hands_out_names_has_a_limit(office):
    limited = {
        rule.endpoint: rule_of(office.app, rule.endpoint).limit
        for rule in office.app.url_map.iter_rules()
    }
    assert limited["plans.names"] == limited["api_plans.names"] == NAMES_AN_HOUR
    assert limited["plans.save"] == FILES_AN_HOUR
    assert limited["sharing.add"] == limited["api_shares.add"]


@contextmanager
def locked(office):
    """Somebody else writes, and does not come to an end."""
    with office.engine.connect() as connection:
        if office.engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            tables = "visits, events, attempts, shares, accounts"
            connection.execute(text(f"LOCK TABLE {tables} IN EXCLUSIVE MODE"))
        yield
        connection.rollback()


def test_while_the_database_is_busy_pages_are_read_and_writes_are_told_to_wait(office):
    client = office.client("olga")
    head = {"X-CSRFToken": client.get("/api/session").json["csrf"]}
    plan = office.plans["North"]
    office.pause(60)
    with locked(office):
        for path in ("/", f"/plans/{plan}", f"/plans/{plan}/turfs/A1", "/api/plans"):
            assert client.get(path).status_code == 200, path
        page = client.post(f"/plans/{plan}/turfs/A1/shares", headers=head)
        assert (page.status_code, page.headers["Retry-After"]) == (503, "5")
        assert "busy" in page.text
    assert office.rows(select(Share)) == []
    assert client.post(f"/plans/{plan}/turfs/A1/shares", headers=head).status_code == 200
    assert len(office.rows(select(Share))) == 1


def test_a_pause_counts_also_while_the_database_is_busy(office):
    client = office.client("olga")
    file = f"/plans/{office.plans['North']}/files/doors.csv"
    office.pause(16 * 60)
    with locked(office):
        assert client.get("/").status_code == 200
        assert client.get(file).location.startswith("/confirm")
    assert all(row.confirmed for row in office.rows(select(Visit)))
    assert client.get(file).location.startswith("/confirm")
    assert [row.confirmed for row in office.rows(select(Visit))] == [False]


def test_a_page_of_mistakes_tells_nothing_of_what_is_there(office):
    client = office.client("fred")
    foreign = client.get(f"/plans/{office.plans['South']}")
    nothing = client.get("/plans/0000000000000000")
    assert foreign.status_code == nothing.status_code == 404
    strip = lambda answer: answer.text.replace(office.plans["South"], "0" * 16)  # noqa: E731
    tokens = [
        [line for line in strip(each).splitlines() if "csrf_token" not in line]
        for each in (foreign, nothing)
    ]
    assert tokens[0] == tokens[1]


def test_a_referer_that_is_no_address_is_no_fault_of_ours(office):
    client = office.client()
    head = {"X-CSRFToken": client.get("/api/session").json["csrf"], "Referer": "http://["}
    path = f"/plans/{office.plans['North']}/turfs/A1/names"
    assert client.post(path, headers=head).status_code == 400
    head["Referer"] = "http://localhost/plans/1?find=x"
    assert client.post(path, headers=head).location == "/login?next=/plans/1"
