from dataclasses import replace

import pytest

from turfcutter.packets.pages.walklist import floor_of, make_list
from turfcutter.packets.turfs.slices import slice_plan
from turfcutter.packets.turfs.stops import house_number, houses_of
from turfcutter.texts import catalogue

EN = catalogue("en")


@pytest.mark.parametrize(
    ("unit", "floor"),
    [
        ("101", "1"), ("1204", "12"), ("Apt 305", "3"), ("APT 12B", ""), ("3B", "3"), ("#2-A", "2"),
        ("PH", ""), ("", ""), ("7", ""), ("B204", "2"),
    ],
)  # fmt: skip
def test_floors_are_told_by_units(unit, floor):
    assert floor_of(unit) == floor


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("12 Elm St", "12"), ("12A Elm", "12A"), ("12 1/2 Elm", "12 1/2"), ("4-18 Main", "4-18"),
        ("Elm St", ""), ("1st Street", ""), ("", ""),
    ],
)  # fmt: skip
def test_house_numbers(address, number):
    assert house_number(address) == number


def test_a_turf_by_hand(plans):
    """Stops 1 and 2 are houses, stop 3 has four units, 4 to 6 are houses again."""
    (turf,) = slice_plan(plans.block_plan(1, 1, 9), ["A1"])
    walk = make_list(turf, 2_000_001, EN, names=True)
    kinds = [entry["kind"] for entry in walk.entries]
    assert kinds == ["street", "door", "door", "grid", "door", "door", "door"]
    assert walk.entries[0]["words"] == "0 Street, even side, going east"
    grid = walk.entries[3]
    assert (grid["number"], grid["count"]) == ("106", "4 doors in this building")
    assert [door["unit"] for floor in grid["floors"] for door in floor["doors"]] == [
        "1", "2", "10", "10A",
    ]  # fmt: skip
    assert [line.line for line in walk.lines] == list(
        range(1, 1 + sum(1 + n % 3 for n in range(9)))
    )
    assert [line.door_id for line in walk.lines] == [
        door.door_id for door in turf.doors for _ in door.people
    ]
    assert houses_of(turf.doors[2:6]) == "106 \N{MULTIPLICATION SIGN}4"


def test_a_change_of_street_or_side_gets_a_heading_with_the_turns(plans):
    (turf,) = slice_plan(plans.block_plan(1, 1, 3, units=()), ["A1"])
    one, two, three = turf.doors
    doors = (one, *(type(one)(**{**vars(door), "side": "odd"}) for door in (two, three)))
    leg = {"stop": 2, "street": "0 Street", "side": "", "turn": "cross", "walk_m": 10.0}
    legs = [*turf.legs, leg]
    turf = type(turf)(**{**vars(turf), "doors": doors, "legs": legs, "leg_lines": [turf.walk]})
    walk = make_list(turf, 2_000_001, EN, names=True)
    words = [entry["words"] for entry in walk.entries if "words" in entry]
    assert words == ["0 Street, even side", "0 Street, odd side, going east", "cross 0 Street"]


@pytest.mark.parametrize(
    ("address", "street", "said"),
    [
        ("12 ELM ST", "Elm Street", ""),
        ("12 N ELM", "North Elm Street", ""),
        ("12 03RD ST", "3rd Street", ""),
        ("12 OAK ST", "Elm Street", "OAK ST"),
        ("12 GROVE AVE", "Oak Avenue", "GROVE AVE"),
        ("12 ELM ST", "", "ELM ST"),
        ("RANCH HOUSE", "Elm Street", ""),
    ],
)
def test_a_corner_house_tells_its_own_street(address, street, said, plans):
    (turf,) = slice_plan(plans.block_plan(1, 1, 1, units=()), ["A1"])
    door = replace(turf.doors[0], address=address, street=street)
    walk = make_list(replace(turf, doors=(door,)), 2_000_001, EN, names=True)
    assert walk.entries[-1]["street"] == said
