"""Links to one turf: who makes them, what they show, and what stays shut."""

import html
import json
import re

import pytest
from sqlalchemy import select, update

from web.db import transaction
from web.models import Event, Share
from web.shares import DAY_S, MOST_DAYS
from web.viewer import create_viewer


def token_of(client, path="/login"):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)[1]


def make(office, turf="A1", name="olga", **form):
    """A new link as the organizer sees it: its path, and its code where it has one."""
    client = office.client(name)
    path = f"/plans/{office.plans['North']}/turfs/{turf}/shares"
    page = client.post(path, data={"csrf_token": token_of(client, "/account"), **form}).text
    found = re.search(r'id="link"[^>]*>http://localhost(/s/[^<]+)<', page)
    code = re.search(r'id="code">(\d+)<', page)
    return found and found[1], code and code[1]


def knock(client, path, code=""):
    return client.post(path, data={"csrf_token": token_of(client, path), "code": code})


def opened(office, path):
    """A volunteer's browser that opened a link."""
    client = office.client()
    assert knock(client, path).status_code == 303
    return client


def share_of(office):
    (share,) = office.rows(select(Share))
    return share


def test_a_volunteer_sees_the_doors_in_order_and_nothing_of_voters(office, plan):
    path, _ = make(office)
    page = opened(office, path).get(path).text.replace(path, "")
    own = plan.doors[plan.doors["turf_id"] == "A1"].sort_values("order")
    stops = [int(text) for text in re.findall(r'<tr data-stop="(\d+)"', page)]
    assert stops == sorted(own["stop"].unique())
    shown = html.unescape(page)
    assert [shown.count(f"{address}<") for address in own["address"].unique()] == [1] * len(
        own["address"].unique()
    )
    assert re.findall("<b>([^<]*)</b>", page) == ["1, 2, 10, no unit"]
    for word in ("Secret", "VOTERID", "voter", "precinct", "0101", "B2", 'href="/"', "/plans/"):
        assert word not in page, word


def test_the_map_of_a_link_knows_its_turf_and_no_voters(office, plan):
    path, _ = make(office)
    client = opened(office, path)
    shown = client.get(f"{path}/layers.json").json
    own = office.client("olga").get(f"/plans/{office.plans['North']}/turfs/A1/layers.json").json
    assert shown["turfs"]["id"] == ["A1"]
    assert shown["near"][0]["doors"]["xy"] == own["near"][0]["doors"]["xy"]
    assert shown["turfs"]["voters"] != own["turfs"]["voters"]
    assert set(shown["turfs"]["precinct"]["words"]) == {""}
    text = json.dumps(shown)
    assert not [place for place in plan.exceptions["address"] if place and place in text]
    assert own["precincts"] != shown["precincts"]


def test_before_the_button_nothing_of_the_turf_is_told(office):
    path, _ = make(office)
    client = office.client()
    page = re.sub('"[^"]*"', "", client.get(path).text)  # tokens have any letters
    assert "Street" not in page
    assert "A1" not in page
    assert client.get(f"{path}/layers.json").location == path


def test_a_link_is_random_and_stored_hashed(office):
    (first, _), (second, _) = make(office), make(office)
    assert first != second
    assert all(len(path.removeprefix("/s/")) == 43 for path in (first, second))
    kept = [value for row in office.rows(select(Share)) for value in vars(row).values()]
    assert not {first.removeprefix("/s/"), second.removeprefix("/s/")} & set(map(str, kept))


@pytest.mark.parametrize("what", ["revoked", "expired", "wrong", "tampered"])
def test_links_that_do_not_work_answer_alike(office, what):
    path, _ = make(office)
    client = opened(office, path)
    asked = path
    if what == "revoked":
        olga = office.client("olga")
        form = {"csrf_token": token_of(olga, "/account")}
        done = olga.post(
            f"/plans/{office.plans['North']}/shares/{share_of(office).id}/revoke", data=form
        )
        assert done.status_code == 303
    elif what == "expired":
        with transaction(office.engine) as session:
            session.execute(update(Share).values(expires=Share.expires - 8 * DAY_S))
    else:
        asked = "/s/wrong" if what == "wrong" else path[:-1] + ("A" if path[-1] != "A" else "B")
    for below in ("", "/layers.json"):
        answer = client.get(asked + below)
        assert answer.status_code == 404
        assert answer.data == office.client().get("/s/another" + below).data
    known = what in ("revoked", "expired")
    refused = office.rows(select(Event).where(Event.action == "link refused"))
    assert len(refused) == (2 if known else 0)
    assert all(row.turf_id == "A1" and row.account_id == "" for row in refused)


def test_what_the_map_draws_is_kept_apart_from_what_the_organization_sees(office):
    path, _ = make(office)
    client, olga = opened(office, path), office.client("olga")
    own = f"/plans/{office.plans['North']}/turfs/A1/layers.json"
    first = [olga.get(own).data, client.get(f"{path}/layers.json").data]
    plan = office.settings.state / "plans" / office.plans["North"]
    (folder,) = plan.glob("drawings-*")
    kept = list(folder.iterdir())
    assert {each.stat().st_mode & 0o077 for each in [folder, *kept]} == {0}
    assert [olga.get(own).data, client.get(f"{path}/layers.json").data] == first
    assert first[0] != first[1]


def test_a_link_lives_a_week_unless_told(office):
    for form in ({}, {"days": "1"}, {"days": "30"}):
        make(office, **form)
    lives = sorted(share.expires - share.made for share in office.rows(select(Share)))
    assert lives == [DAY_S, 7 * DAY_S, 30 * DAY_S]


def test_no_link_lives_longer_than_a_month(office):
    assert MOST_DAYS == 30
    for days in ("0", "31", "-1", "1.5", "soon", "9" * 99, ""):
        assert make(office, days=days) == (None, None), days
    assert office.rows(select(Share)) == []


def test_a_code_is_asked_for_once_and_stored_hashed(office):
    path, code = make(office, code="yes")
    assert share_of(office).code.startswith("$argon2id$")
    client = office.client()
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert knock(client, path, wrong).status_code == knock(client, path).status_code == 401
    assert client.get(f"{path}/layers.json").location == path
    assert knock(client, path, f"{code[:3]} {code[3:]}").status_code == 303
    assert client.get(f"{path}/layers.json").status_code == 200
    assert len(office.rows(select(Event).where(Event.action == "wrong code"))) == 2
    assert share_of(office).opened == 1


def test_ten_wrong_codes_lock_a_link_whichever_worker_is_asked(office):
    path, code = make(office, code="yes")
    workers = [office.app, *(create_viewer(office.settings, office.engine) for _ in range(3))]
    clients = [office.client(app=app, REMOTE_ADDR=f"10.0.0.{n}") for n, app in enumerate(workers)]
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert [knock(clients[n % 4], path, wrong).status_code for n in range(10)] == [401] * 10
    answer = knock(clients[1], path, code)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600


def test_who_tries_many_links_has_to_wait(office):
    client = office.client()
    answers = [client.get(f"/s/guess{n}").status_code for n in range(41)]
    assert answers == [404] * 40 + [429]
    path, _ = make(office)
    assert client.get(path).status_code == 200


def test_opening_is_written_into_the_log_of_the_organization(office):
    path, _ = make(office)
    opened(office, path)
    actions = [row.action for row in office.rows(select(Event).where(Event.turf_id == "A1"))]
    assert sorted(actions) == ["link made", "link opened"]
    assert "link opened" in office.client("ada").get("/log").text
    assert "link opened" not in office.client("sada").get("/log").text


def test_the_page_of_the_turf_lists_the_links_that_live(office):
    make(office, code="yes")
    path = f"/plans/{office.plans['North']}/turfs/A1"
    page = office.client("olga").get(path).text
    assert "with a code" in page
    assert page.count("/revoke") == 1
    lead = office.client("fred").get(path).text
    assert "/shares" not in lead
    assert make(office, name="fred") == (None, None)


def test_a_new_link_asks_for_the_password_after_a_pause(office):
    client = office.client("olga")
    token = token_of(client, "/account")
    office.pause(16 * 60)
    path = f"/plans/{office.plans['North']}/turfs/A1/shares"
    answer = client.post(path, data={"csrf_token": token})
    assert answer.location.startswith("/confirm")
    assert office.rows(select(Share)) == []


def test_pages_of_a_link_tell_no_other_page_and_no_search_engine_of_it(office):
    path, _ = make(office)
    client = opened(office, path)
    for below in ("", "/layers.json"):
        headers = client.get(path + below).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Cache-Control"] == "no-store"
        assert "unsafe" not in headers["Content-Security-Policy"]
    assert office.client().get("/s/wrong").headers["Referrer-Policy"] == "no-referrer"


def test_a_form_of_another_site_opens_no_link(office):
    path, _ = make(office)
    client = office.client()
    for data in ({}, {"csrf_token": "wrong"}):
        assert client.post(path, data=data).status_code == 400
    assert share_of(office).opened == 0
