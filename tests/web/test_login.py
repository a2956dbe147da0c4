"""Passwords, visits, pauses, and what nobody may learn or do from outside."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from web import accounts
from web.access import Rule
from web.accounts import MOST_TRIES, WINDOW_S
from web.db import transaction
from web.models import Account, Attempt, Event, Visit
from web.settings import HOUR, MINUTE
from web.viewer import create_viewer

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody


def token_of(client, path="/login"):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)[1]


def log_in(client, name, password=PASSWORD, **more):
    data = {"name": name, "password": password, "csrf_token": token_of(client), **more}
    return client.post("/login", data=data)


def test_name_and_password_open_the_list_of_plans(office):
    client = office.client()
    assert client.get("/").location == "/login?next=/"
    answer = log_in(client, "Fred")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "North" in client.get("/").text


def test_after_logging_in_one_is_where_one_wanted_to_be(office):
    wanted = f"/plans/{office.plans['North']}"
    client = office.client()
    form = client.get(client.get(wanted).location).text
    assert f'name="next" value="{wanted}"' in form
    assert log_in(client, "fred", next=wanted).location == wanted
    assert log_in(office.client(), "fred", next="//evil.example").location == "/"


def without_tokens(text):
    return re.sub(r'value="[^"]*"', "", text)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(office):
    wrong, unknown = (log_in(office.client(), name, "wrong") for name in ("fred", "nobody"))
    assert wrong.status_code == unknown.status_code == 401
    assert without_tokens(wrong.text) == without_tokens(unknown.text)


@pytest.mark.parametrize("name", ["fred", "nobody"])
def test_after_ten_wrong_passwords_a_name_is_locked_whichever_worker_is_asked(office, name):
    workers = [office.app, *(create_viewer(office.settings, office.engine) for _ in range(3))]
    clients = [office.client(app=app) for app in workers]
    answers = [log_in(clients[n % 4], name, f"wrong {n}").status_code for n in range(MOST_TRIES)]
    assert answers == [401] * MOST_TRIES
    assert log_in(clients[1], name).status_code == 429
    assert log_in(clients[0], "olga").status_code == 303
    with transaction(office.engine) as session:
        session.execute(update(Attempt).values(at=Attempt.at - WINDOW_S))
    assert log_in(clients[2], name).status_code == (303 if name == "fred" else 401)


def test_a_right_password_forgets_the_wrong_ones(office):
    for _ in range(2):
        for _ in range(MOST_TRIES - 1):
            log_in(office.client(), "fred", "wrong")
        assert log_in(office.client(), "fred").status_code == 303
    with transaction(office.engine) as session:
        assert session.scalar(select(func.count(Attempt.id)).where(Attempt.at < 0)) == 0


def test_one_place_cannot_try_many_names(office):
    office_answers = {log_in(office.client(), f"name{n}", "wrong").status_code for n in range(40)}
    assert office_answers == {401}
    assert log_in(office.client(), "fred").status_code == 429
    assert log_in(office.client(REMOTE_ADDR="10.0.0.9"), "fred").status_code == 303


def test_passwords_and_tokens_are_stored_hashed(office):
    client = office.client("fred")
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert all(row.token != token for row in office.rows(select(Visit)))
    stored = {row.password for row in office.rows(select(Account))}
    assert len(stored) == 6
    assert all(text.startswith("$argon2id$") for text in stored)


@pytest.mark.usefixtures("strong_passwords")
def test_hashes_are_as_slow_as_owasp_wants_them(quick_passwords):
    """That of nobody, too: else the time of an answer would tell which names are known."""
    slow = "$argon2id$v=19$m=19456,t=2,p=1$"
    assert accounts.stored(PASSWORD).startswith(slow)
    assert quick_passwords.startswith(slow)


def test_nothing_changes_without_a_csrf_token(office):
    plan = office.plans["North"]
    before = office.rows(select(Account).where(Account.name == "fred"))[0]
    client = office.client("ada")
    for path in (
        "/people",
        f"/people/{before.id}/close",
        f"/plans/{plan}/turfs/A1/names",
        "/logout",
    ):
        for data in ({}, {"csrf_token": "wrong"}):
            assert client.post(path, data=data).status_code == 400
    assert office.rows(select(Account).where(Account.name == "fred"))[0].open
    assert client.get("/").status_code == 200
    assert office.rows(select(Event).where(Event.action == "names shown")) == []


def test_after_a_pause_names_ask_for_the_password_again(office):
    plan = office.plans["North"]
    client = office.client("olga")
    names, file = f"/plans/{plan}/turfs/A1/names", f"/plans/{plan}/files/walklist.csv"
    token = token_of(client)
    office.pause(15 * MINUTE - 5)
    assert client.post(names, data={"csrf_token": token}).status_code == 200
    office.pause(15 * MINUTE + 5)
    assert client.get(f"/plans/{plan}/turfs/A1").status_code == 200
    assert client.post(names, data={"csrf_token": token}).location.startswith("/confirm?next=")
    assert client.get(file).location == f"/confirm?next={file}"
    wrong = client.post("/confirm", data={"csrf_token": token, "password": "wrong", "next": file})
    assert wrong.status_code == 401
    assert client.get("/").status_code == 200
    assert client.get(file).status_code == 303


def test_the_password_given_again_opens_names_again(office):
    file = f"/plans/{office.plans['North']}/files/walklist.csv"
    client = office.client("olga")
    office.pause(15 * MINUTE + 5)
    token = token_of(client)
    form = {"csrf_token": token, "password": PASSWORD, "next": file}
    assert client.post("/confirm", data=form).location == file
    with client.get(file) as answer:
        assert answer.status_code == 200
    visits = office.rows(select(Visit).where(Visit.open))
    assert len(visits) == 1


def test_after_a_long_pause_everything_asks(office):
    client = office.client("olga")
    office.pause(8 * HOUR - 5)
    assert client.get("/").status_code == 200
    office.pause(8 * HOUR + 5)
    assert client.get("/").location == "/login?next=/"
    assert office.rows(select(Visit).where(Visit.open)) == []


def test_logging_out_ends_the_visit_for_a_copied_cookie_too(office):
    client, thief = office.client("fred"), office.client()
    with client.session_transaction() as cookie, thief.session_transaction() as copy:
        copy["_user_id"] = cookie["_user_id"]
    assert thief.get("/").status_code == 200
    assert client.post("/logout", data={"csrf_token": token_of(client)}).status_code == 303
    assert client.get("/").status_code == thief.get("/").status_code == 303


def test_another_browser_can_be_logged_out(office):
    lost, client = office.client("fred"), office.client("fred")
    assert lost.get("/").status_code == 200
    path = re.search(r'action="(/account/visits/\w+/end)"', client.get("/account").text)[1]
    assert client.post(path, data={"csrf_token": token_of(client)}).status_code == 303
    assert (lost.get("/").status_code, client.get("/").status_code) == (303, 200)


def test_a_closed_account_is_out_at_once(office):
    fred, ada = office.client("fred"), office.client("ada")
    (account,) = office.rows(select(Account).where(Account.name == "fred"))
    path, form = f"/people/{account.id}/close", {"csrf_token": token_of(ada)}
    assert ada.post(path, data=form).status_code == 303
    assert fred.get("/").status_code == 303
    assert log_in(office.client(), "fred").status_code == 401
    assert ada.post(path, data=form).status_code == 303
    assert log_in(office.client(), "fred").status_code == 303
    assert fred.get("/").status_code == 303


def test_a_new_password_logs_the_others_out(office):
    other, client = office.client("fred"), office.client("fred")
    form = {"csrf_token": token_of(client), "password": "wrong", "new": "another long password"}
    client.post("/account/password", data=form)
    assert other.get("/").status_code == 200
    short = client.post("/account/password", data={**form, "password": PASSWORD, "new": "short"})
    assert short.status_code == 400
    client.post("/account/password", data={**form, "password": PASSWORD})
    assert (other.get("/").status_code, client.get("/").status_code) == (303, 200)
    assert log_in(office.client(), "fred").status_code == 401
    assert log_in(office.client(), "fred", "another long password").status_code == 303


def test_an_administrator_adds_people_to_the_own_organization_only(office):
    ada = office.client("ada")
    form = {"csrf_token": token_of(ada), "name": "Gus", "role": "field lead", "password": PASSWORD}
    assert ada.post("/people", data={**form, "password": "short"}).status_code == 400
    assert ada.post("/people", data={**form, "role": "king"}).status_code == 400
    assert ada.post("/people", data={**form, "organization": "South"}).status_code == 303
    assert ada.post("/people", data=form).status_code == 400
    (gus,) = office.rows(select(Account).where(Account.name == "gus"))
    (fred,) = office.rows(select(Account).where(Account.name == "fred"))
    assert (gus.organization_id, gus.role) == (fred.organization_id, "field lead")


HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def test_every_page_has_its_headers(office):
    for client in (office.client(), office.client("ada")):
        for path in ("/", "/login", "/people", "/nothing"):
            answer = client.get(path)
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_only_the_map_says_more_of_scripts_and_never_inline(office):
    answer = office.client("fred").get(f"/plans/{office.plans['North']}/map")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert re.search(r"script-src 'self' 'sha256-[^;]+; style-src 'self' 'sha256-", policy)


def test_cookies_are_closed_and_over_https_bound_to_the_host(office):
    plain = office.client().get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    app = create_viewer(replace(office.settings, secure=True), office.engine)
    answer = office.client(app=app).get("/login", base_url="https://localhost")
    assert re.match(
        r"__Host-turfcutter=\S+; Secure; HttpOnly; Path=/", answer.headers["Set-Cookie"]
    )
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert office.client(app=app).get("/login").status_code == 403


def test_a_fault_of_ours_is_told_without_what_it_held(office, caplog):
    def broken():
        raise KeyError("Secretlast, 12 Elm Street")

    broken.rule = Rule("")
    office.app.add_url_rule("/broken", "broken", broken)
    answer = office.client().get("/broken")
    assert answer.status_code == 500
    assert "This is a fault of turfcutter" in answer.text
    said = caplog.text
    assert "KeyError at" in said
    assert "Secretlast" not in answer.text + said


def test_another_host_is_not_answered(office):
    answer = office.client().get("/login", base_url="http://evil.example")
    assert answer.status_code == 421


@pytest.mark.usefixtures("strong_passwords")
def test_many_at_once_get_no_more_tries_than_one_after_another(office):
    """Eight threads of two workers; nobody is answered with a fault of the database."""
    with transaction(office.engine) as session:
        slow = accounts.stored(PASSWORD)
        session.execute(update(Account).where(Account.name == "fred").values(password=slow))
    workers = [office.app, create_viewer(office.settings, office.engine)]
    clients = [office.client(app=workers[n % 2]) for n in range(24)]
    tokens = [token_of(client) for client in clients]

    def attempt(n):
        form = {"name": "fred", "password": f"wrong {n}", "csrf_token": tokens[n]}
        return clients[n].post("/login", data=form).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(24)))
    assert set(answers) <= {401, 429}
    assert answers.count(401) <= MOST_TRIES


def test_an_administrator_gives_a_new_password_to_whoever_forgot_it(office):
    (fred,) = office.rows(select(Account).where(Account.name == "fred"))
    (ada,) = office.rows(select(Account).where(Account.name == "ada"))
    path, new = f"/people/{fred.id}/password", "another long password"
    old, admin = office.client("fred"), office.client("ada")
    for _ in range(MOST_TRIES):
        log_in(office.client(), "fred", "forgotten")
    for name in ("olga", "fred", "sada"):
        client = office.client(name)
        form = {"csrf_token": token_of(client), "password": new}
        assert client.post(path, data=form).status_code == 404
    form = {"csrf_token": token_of(admin), "password": "short"}
    assert admin.post(path, data=form).status_code == 400
    form["password"] = new
    assert admin.post(f"/people/{ada.id}/password", data=form).status_code == 404
    assert admin.post(path, data=form).location == "/people"
    assert "fred has a new password." in admin.get("/people").text
    assert old.get("/").location.startswith("/login")
    assert log_in(office.client(), "fred").status_code == 401
    assert log_in(office.client(), "fred", new).status_code == 303
    (event,) = office.rows(select(Event).where(Event.action == "password given"))
    assert (event.account_id, event.detail) == (ada.id, "fred")
