"""What each organization sees of its plans, and what the log says of it."""

import csv
import io
import json
import re

import pytest
from sqlalchemy import select

from turfcutter.packets.lists.numbers import list_number
from turfcutter.render.layers import plan_data
from web import audit, library
from web.accounts import add_account
from web.db import transaction
from web.models import Account, Event, Printing
from web.visits import browser


def token_of(client):
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)[1]


def list_of(client, job):
    """The page of the one list that a job printed."""
    (path,) = re.findall(r'href="(/plans/\w+/printings/\w+)"', client.get(job).text)
    return path


def seen_by(office, name):
    """Ids of the voters that an account saw, as the log has it."""
    with transaction(office.engine) as session:
        account = session.scalar(select(Account.id).where(Account.name == name))
        folder = office.settings.state / "plans"
        return audit.voters_seen(session, account, lambda plan_id: folder / plan_id)


def voters_of(plan, turf):
    return set(plan.voters.loc[plan.voters["turf_id"] == turf, "voter_id"])


def test_everybody_sees_the_own_plans_alone(office):
    for name, own, other in (("fred", "North", "South"), ("sfred", "South", "North")):
        page = office.client(name).get("/").text
        assert office.plans[own] in page
        assert office.plans[other] not in page


def test_an_organization_without_plans_is_told_what_to_do(office):
    with transaction(office.engine) as session:
        add_account(session, 'East "Side"', "eve", "organizer", "correct horse battery")
    page = office.client("eve").get("/").text
    assert 'turfcutter publish PLAN --organization "East &#34;Side&#34;"' in page


def test_text_of_a_plan_is_text(office):
    client = office.client("fred")
    plan = office.plans["North"]
    for path in ("", f"plans/{plan}", f"plans/{plan}/map", f"plans/{plan}/turfs/A1"):
        page = client.get(f"/{path}").text
        assert "<b>x" not in page
        assert "<i>" not in page
        assert "49" not in re.findall(r"<h1>(.*?)</h1>", page)
    assert "{{7*7}} &lt;b&gt;x" in client.get("/").text


def test_layers_are_those_of_the_map_and_name_nobody(office, plan):
    client = office.client("fred")
    base = f"/plans/{office.plans['North']}"
    whole = json.loads(json.dumps(plan_data(plan, None)))
    (near,) = whole.pop("near")
    for path, expected in (("layers.json", whole), ("parts/0.json", near)):
        answer = client.get(f"{base}/{path}")
        assert answer.json == expected
        assert "Secret" not in answer.text
        assert "VOTERID" not in answer.text
    assert (
        office.client()
        .get(f"/plans/{office.plans['North']}/layers.json", headers={"Accept": "application/json"})
        .status_code
        == 401
    )


def test_the_layers_of_one_turf_hold_its_doors_alone(office, plan):
    client = office.client("fred")
    layers = client.get(f"/plans/{office.plans['North']}/turfs/B2/layers.json").json
    assert layers["turfs"]["id"] == ["B2"]
    own = plan.doors[plan.doors["turf_id"] == "B2"]
    (near,), (whole,) = layers["near"], plan_data(plan, None)["near"]
    texts = {
        f"{number} {rest}"
        for number in near["doors"]["number"]["words"]
        for rest in near["doors"]["rest"]["words"]
    }
    assert set(own["address"]) <= texts
    assert len(near["doors"]["number"]["words"]) < len(whole["doors"]["number"]["words"])


def test_doors_come_in_walking_order_without_names(office, plan):
    page = office.client("fred").get(f"/plans/{office.plans['North']}/turfs/A1").text
    own = plan.doors[plan.doors["turf_id"] == "A1"].sort_values("order")
    stops = [int(text) for text in re.findall(r'<tr data-stop="(\d+)"', page)]
    assert stops == own["stop"].tolist()
    assert "Secret" not in page
    assert seen_by(office, "fred") == set()


def test_names_are_shown_on_demand_and_the_log_knows_exactly_whose(office, plan):
    client, path = office.client("fred"), f"/plans/{office.plans['North']}/turfs/A1/names"
    answer = client.post(path, data={"csrf_token": token_of(client)})
    assert answer.text.count("Secretfirst Secretlast, 47") == len(voters_of(plan, "A1"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Refresh"].startswith("901; url=/plans/")
    assert client.get(path).location == f"/plans/{office.plans['North']}/turfs/A1"
    assert seen_by(office, "fred") == voters_of(plan, "A1")
    (event,) = office.rows(select(Event).where(Event.action == "names shown"))
    assert (event.turf_id, event.voters) == ("A1", len(voters_of(plan, "A1")))


def test_a_saved_walk_list_counts_as_seeing_everybody(office, plan):
    path = f"/plans/{office.plans['North']}/files"
    client = office.client("olga")
    with client.get(f"{path}/doors.csv") as answer:
        assert answer.status_code == 200
    assert seen_by(office, "olga") == set()
    with client.get(f"{path}/walklist.csv") as answer:
        rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == len(plan.voters)
    assert {*plan.voters["voter_id"]} <= seen_by(office, "olga")


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
@pytest.mark.usefixtures("jobs_here")
def test_a_turf_is_printed_with_a_number_of_its_own(office, plan):
    """And it is found by that number."""
    client = office.client("fred")
    base = f"/plans/{office.plans['North']}"
    form = {"csrf_token": token_of(client)}
    jobs = [client.post(f"{base}/turfs/A1/print", data=form).location for _ in range(2)]
    office.work()
    pages = [list_of(client, job) for job in jobs]
    files = re.findall(rf'href="({re.escape(pages[0])}/[^"]+)"', client.get(pages[0]).text)
    content = {}
    for path in files:
        with client.get(path) as answer:
            content[path.rpartition("/")[2]] = answer.data
    assert content["packet.pdf"].startswith(b"%PDF-")
    assert content["list.csv"].decode().count("Secretlast") == len(voters_of(plan, "A1"))
    assert b"<gpx" in content["walk.gpx"]
    assert b"Secret" not in content["walk.gpx"]
    assert content["list.xlsx"].startswith(b"PK")
    with client.get(f"{pages[1]}/list.csv") as answer:
        assert answer.data != content["list.csv"]
    number = next(csv.DictReader(io.StringIO(content["list.csv"].decode())))["list"]
    found = client.post(f"{base}/find", data={"find": number, "csrf_token": token_of(client)}).text
    assert re.findall(r"/turfs/(\w+)\"", found) == ["A1"]
    assert seen_by(office, "fred") == voters_of(plan, "A1")
    foreign = pages[0].replace(office.plans["North"], office.plans["South"])
    assert office.client("sada").get(foreign).status_code == 404
    assert client.get(f"{base}/turfs/A1").text.count("/printings/") == 2


def test_the_log_is_read_by_administrators_of_the_organization(office):
    client = office.client("fred")
    path = f"/plans/{office.plans['North']}/turfs/A1/names"
    client.post(path, data={"csrf_token": token_of(client)})
    log = office.client("ada").get("/log").text
    assert "names shown" in log
    assert log.count("plan published: {{7*7}} &lt;b&gt;x") == 1
    assert "names shown" not in office.client("sada").get("/log").text
    (fred,) = office.rows(select(Account).where(Account.name == "fred"))
    page = office.client("ada").get(f"/people/{fred.id}/seen").text
    assert "VOTERID0" in page


def test_turfs_are_found_by_id_precinct_address_and_number_of_a_list(office, plan):
    client, base = office.client("fred"), f"/plans/{office.plans['North']}"
    with transaction(office.engine) as session:
        fred = session.scalar(select(Account).where(Account.name == "fred"))
        session.add(
            Printing(
                plan_id=office.plans["North"],
                account_id=fred.id,
                turf_id="B3",
                serial=4_000_001,
                at=1,
            )
        )
    printed = list_number(4_000_001)

    def found(text):
        page = client.post(f"{base}/find", data={"find": text, "csrf_token": token_of(client)}).text
        return re.findall(r"/turfs/(\w+)\"", page)

    assert found("b2") == ["B2"]
    assert (
        found(plan.turfs["precinct"].iloc[0])
        == plan.turfs.loc[
            plan.turfs["precinct"] == plan.turfs["precinct"].iloc[0], "turf_id"
        ].tolist()
    )
    address = plan.doors["address"].iloc[0]
    holds = plan.doors.loc[plan.doors["address"] == address, "turf_id"].unique().tolist()
    assert found(address.lower()) == holds
    assert found(printed) == ["B3"]
    assert found(printed[:-1] + str((int(printed[-1]) + 1) % 10)) == []
    assert found("(") == []


def test_addresses_nearby_that_are_in_no_turf_stand_below_the_doors(office, plan):
    client, base = office.client("fred"), f"/plans/{office.plans['North']}/turfs"
    near, far = plan.exceptions.iloc[1], plan.exceptions.iloc[2]
    _, _, below = client.get(f"{base}/{plan.doors['turf_id'].iloc[0]}").text.partition("Nearby, in")
    assert near["address"] in below
    assert near["detail"] in below
    assert far["detail"] not in below
    assert near["voter_id"] not in below


def test_what_was_published_stays_when_the_cut_is_gone(office, plan_folder):
    assert library.plan_folder(office.settings.state, office.plans["North"]) != plan_folder
    private = office.settings.state / "plans" / office.plans["North"]
    assert {path.stat().st_mode & 0o077 for path in [private, *private.iterdir()]} == {0}


def test_what_maps_fetch_is_kept_by_the_browser_and_asked_for_anew_each_time(office):
    path = f"/plans/{office.plans['North']}/parts/0.json"
    first = office.client("fred").get(path)
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = {"If-None-Match": first.headers["ETag"]}
    again = office.client("olga").get(path, headers=tag)
    assert (again.status_code, again.data) == (304, b"")
    south = path.replace(office.plans["North"], office.plans["South"])
    assert office.client("sfred").get(south, headers=tag).status_code == 200
    assert office.client("sfred").get(path, headers=tag).status_code == 404


def test_the_map_finds_turfs_streets_addresses_and_lists(office, plan):
    client, base = office.client("fred"), f"/plans/{office.plans['North']}"

    def found(text):
        form = {"find": text, "csrf_token": token_of(client)}
        return client.post(f"{base}/found.json", data=form).json["found"]

    ids = plan.turfs["turf_id"].tolist()
    assert found("b2") == [{"kind": "turf", "text": "B2", "turf": ids.index("B2")}]
    (street,) = [thing for thing in found("1 street") if thing["kind"] == "street"]
    assert street["text"] == "1 Street"
    assert {ids[turf] for turf in street["turfs"]} == set(
        plan.doors.loc[plan.doors["street"] == "1 Street", "turf_id"]
    )
    west, south, east, north = street["boxes"][0]
    assert west < east
    assert south <= north
    door = plan.doors[plan.doors["turf_id"] == "A3"].iloc[0]
    (address, *_) = [thing for thing in found(door["address"]) if thing["kind"] == "address"]
    assert (ids[address["turf"]], address["stop"]) == ("A3", door["stop"])
    assert found("(") == []
    assert found("") == []


def test_a_browser_is_called_as_people_call_it():
    chrome = (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/139.0.0.0 Safari/537.36"
    )
    phone = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
        " (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
    )
    assert browser(chrome) == "Chrome, Linux"
    assert browser(phone) == "Safari, iPhone"
    assert browser("curl/8") == "curl/8"


def test_background_tiles_are_told_of_and_allowed_on_maps_alone(office):
    tiles = "https://{s}.tiles.example.org/{z}/{x}/{y}.png"
    client, base = office.client("fred"), f"/plans/{office.plans['North']}"
    assert "tiles.example.org" not in client.get(f"{base}/map").text
    office.app.config["TILES"] = tiles
    answer = client.get(f"{base}/map")
    assert "Background tiles come from tiles.example.org. While they are" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://*.tiles.example.org; connect-src 'self';" in policy
    assert "tiles.example.org" not in client.get(base).headers["Content-Security-Policy"]


def test_scripts_and_styles_are_asked_for_once_until_they_change(office):
    client = office.client("fred")
    page = client.get(f"/plans/{office.plans['North']}/turfs/A1").text
    addresses = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page))
    addresses |= {
        each for group in re.findall(r'data-scripts="([^"]+)"', page) for each in group.split()
    }
    assert len(addresses) >= 9
    for address in addresses:
        with client.get(address) as answer:
            assert "immutable" in answer.headers["Cache-Control"], address
        for other in (address.partition("?")[0], f"{address}0"):
            with client.get(other) as answer:
                assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert client.get("/assets/own/nothing.js?v=0").status_code == 404
