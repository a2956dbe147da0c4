"""What kind of building a door is in, and which buildings are turfs of their own."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.addresses.addresses import split_addresses
from turfcutter.cutting import Goal, goal_for
from turfcutter.doors.buildings import building_classes, by_floor, floors, own_sites
from turfcutter.doors.doors import group_stops, site_keys
from turfcutter.streets.footing import find_footing
from turfcutter.streets.frontage import find_frontage
from turfcutter.streets.network import build_network


def doors_of(*rows):
    """Doors of (address, unit), all at one point unless it is given as (address, unit, x)."""
    table = pd.DataFrame([(*row, 0.0)[:3] for row in rows], columns=["address", "unit", "x"])
    parts = split_addresses(table["address"], table["unit"]).drop(columns="unit")
    return pd.concat([table, parts], axis=1).assign(city="Davis", zip="95616", y=0.0)


def classes(*rows):
    doors = doors_of(*rows)
    return building_classes(doors, pd.factorize(site_keys(doors))[0]).tolist()


@pytest.mark.parametrize(
    ("address", "unit", "expected"),
    [
        ("12 Elm St", "", "house"),
        ("12 Elm St", "B", "house"),
        ("12 Elm St", "REAR", "adu"),
        ("12 Elm St", "ADU", "adu"),
        ("12 1/2 Elm St", "", "adu"),
        ("12 Elm St", "APT 210", "apartments"),
        ("12 Elm St Apt 1204", "", "apartments"),
        ("12 Elm St Spc 30", "", "mobile_home"),
        ("12 Elm St", "Space 7B", "mobile_home"),
        ("12 Elm St", "LOT 4", "mobile_home"),
        ("12 Elm St", "RM 5", "dorm"),
        ("1 Shields Ave Cuarto Hall 312", "", "dorm"),
        ("5 Hall Ct", "", "house"),
        ("12 Space Park Way", "", "house"),
        ("9 Lot Rd", "3", "house"),
    ],
)
def test_one_door(address, unit, expected):
    assert classes((address, unit)) == [expected]


def test_four_units_at_an_address_are_apartments():
    assert classes(*[("12 Elm St", f"{n}") for n in range(1, 4)]) == ["house"] * 3
    assert classes(*[("12 Elm St", f"{n}") for n in range(1, 5)]) == ["apartments"] * 4


def test_a_park_holds_its_manager():
    rows = [("12 Elm St", f"SPC {n}") for n in range(1, 6)]
    assert classes(*rows, ("12 Elm St", "")) == ["mobile_home"] * 6


def test_rooms_of_a_hall_are_one_address():
    rows = [(f"1 Shields Ave Cuarto Hall {n}", "") for n in (101, 102, 201, 202)]
    assert len(set(site_keys(doors_of(*rows)))) == 1
    assert set(classes(*rows)) == {"dorm"}


def test_a_rear_unit_belongs_to_the_stop_of_its_house():
    """12 1/2 stands 20 m behind 12; 14 is next door."""
    doors = doors_of(("12 Elm St", "", 0), ("12 1/2 Elm St", "", 20), ("14 Elm St", "", 12))
    assert group_stops(doors, np.zeros(3, np.int64)).tolist() == [0, 0, 1]


def test_wings_and_floors():
    units = ["", "7", "12", "101", "1204", "3A", "10A", "B 204", "PH", "2B-4"]
    keys = split_addresses(pd.Series(["1 Elm St"] * len(units)), pd.Series(units))["unit_order"]
    wing, floor = floors(keys)
    assert floor.tolist() == [0, 0, 0, 1, 12, 3, 10, 2, 0, 2]
    assert wing.tolist() == ["", "", "", "", "", "", "", "B", "PH", ""]


GOAL = Goal(50, 45, 55, 0)


def test_turfs_of_a_building_begin_with_a_floor():
    """Eight floors of twelve: 48 and 48."""
    level = np.repeat(np.arange(8), 12)
    assert by_floor(np.ones(96, np.int64), level, GOAL).tolist() == [0, 48]
    # floors of 13: 52 and 52
    level = np.repeat(np.arange(8), 13)
    assert by_floor(np.ones(104, np.int64), level, GOAL).tolist() == [0, 52]


def test_the_band_outranks_floors():
    """Three floors of 33 are no two turfs of whole floors."""
    firsts = by_floor(np.ones(99, np.int64), np.repeat(np.arange(3), 33), GOAL)
    sizes = np.diff(np.r_[firsts, 99])
    assert len(sizes) == 2
    assert sizes.min() >= 45


@given(st.lists(st.integers(1, 30), min_size=1, max_size=20), st.integers(1, 60))
def test_no_building_is_cut_worse_than_its_best_number_of_turfs(floor_sizes, target):
    level = np.repeat(np.arange(len(floor_sizes)), floor_sizes)
    goal = Goal(target, int(np.ceil(target * 0.9)), int(target * 1.1 + 1e-9), 0)
    firsts = by_floor(np.ones(len(level), np.int64), level, goal)
    sizes = np.diff(np.r_[firsts, len(level)])
    wished = goal_for(len(level), goal)
    assert firsts[0] == 0
    assert (sizes >= wished.low).all()
    assert (sizes <= wished.high).all()


def own(town, *sites, least=20, band=(45, 55), zone=None):
    """Groups of sites (x, doors) along Main St; all apartments, one stop each."""
    network = build_network(town(("Main St", "residential", [(0, 0), (3000, 0)])))
    xy = np.array([(x, 5) for x, _ in sites], float)
    front = find_frontage(xy, [""] * len(xy), network, [""] * len(network.edges), 150.0)
    count = [doors for _, doors in sites]
    stops = pd.DataFrame({"doors": count, "load": count, "site": range(len(sites))})
    stops = stops.assign(zone=zone or 0, building="apartments")
    footing = find_footing(front, network, 1)
    return own_sites(stops, footing, {"apartments": least}, band).tolist()


def test_large_sites_are_walked_by_themselves(town):
    """20 doors are enough; 0 is never."""
    assert own(town, (10, 19), (500, 20), (1500, 130)) == [-1, 0, 1]
    assert own(town, (10, 19), (500, 20), least=0) == [-1, -1]


def test_small_sites_close_by_share_a_turf(town):
    """25 and 28 fit one turf; the next 25 does not; across 200 m nothing is shared."""
    assert own(town, (10, 25), (60, 28), (140, 25)) == [0, 0, 1]
    assert own(town, (10, 25), (210, 28)) == [0, 1]


def test_the_nearest_sites_share(town):
    assert own(town, (10, 25), (130, 25), (180, 25)) == [0, 1, 1]


def test_a_site_that_is_a_turf_shares_with_nobody(town):
    assert own(town, (10, 45), (30, 8), least=5) == [0, 1]


def test_sites_never_share_across_lines(town):
    assert own(town, (10, 25), (60, 25), zone=[0, 1]) == [0, 1]
