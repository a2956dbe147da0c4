"""Doors too far to walk to, on roads a reader can measure; 1.25 m/s are 75 m a minute."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turfcutter.cutting.sparse import NEAR, detours
from turfcutter.streets.footing import find_footing
from turfcutter.streets.frontage import find_frontage
from turfcutter.streets.network import build_network

ROAD = ("Farm Rd", "residential", [(0, 0), (9000, 0)])
LIMIT_DM = 5 * 60 * 1.25 * 10
"""Five minutes a door: 375 m there and back."""


def footing_of(streets, stops):
    network = build_network(streets)
    xy = np.array(stops, float)
    front = find_frontage(xy, [""] * len(xy), network, [""] * len(network.edges), 150.0)
    return find_footing(front, network, 1)


def far(streets, stops, *, zone=None, doors=None, enough=25, limit_dm=LIMIT_DM):
    """Metres of detour a door of stops (x, y) of a town; None for those near enough."""
    count = len(stops)
    zone = np.zeros(count, np.int64) if zone is None else np.array(zone)
    doors = np.ones(count, np.int64) if doors is None else np.array(doors)
    found = detours(zone, doors, footing_of(streets, stops), limit_dm, enough)
    return [None if dm == NEAR else round(dm / 10) for dm in found]


def row(start, count, step=20.0, y=5.0):
    return [(start + step * k, y) for k in range(count)]


VILLAGE = row(5, 10)
"""Ten doors, the last at 185 m."""


def test_a_village_is_near(town):
    assert far(town(ROAD), VILLAGE) == [None] * 10


@pytest.mark.parametrize(("gap", "detour"), [(180, None), (200, 400), (3000, 6000)])
def test_a_lone_farm(town, gap, detour):
    """
    o o o o o o -------- gap -------- o     180 m are 360 there and back, 200 m are 400
    """
    assert far(town(ROAD), [*VILLAGE, (185 + gap, 5)]) == [None] * 10 + [detour]


def test_several_doors_share_a_detour(town):
    """Four farms 20 m apart, 600 m away: 2 x (600 + 3 x 20) m are 330 m a door; of three, 427."""
    assert far(town(ROAD), [*VILLAGE, *row(785, 4)]) == [None] * 14
    assert far(town(ROAD), [*VILLAGE, *row(785, 3)]) == [None] * 10 + [427] * 3


def test_doors_of_one_building_share_a_detour(town):
    assert far(town(ROAD), [*VILLAGE, (785, 5)], doors=[1] * 10 + [4]) == [None] * 11


def test_a_farm_beyond_a_hamlet_does_not_take_it_along(town):
    """The hamlet of four is near enough by itself; the farm 3 km behind it is not."""
    stops = [*VILLAGE, *row(785, 4), (3845, 5)]
    assert far(town(ROAD), stops) == [None] * 14 + [6000]


def test_a_place_large_enough_for_a_turf_is_never_too_far(town):
    stops = [*VILLAGE, *row(8000, 6)]
    assert far(town(ROAD), stops, enough=6) == [None] * 16
    assert far(town(ROAD), stops, enough=7)[10:] == [round(2 * (7815 + 100) / 6)] * 6


def test_the_larger_place_stays(town):
    """Whichever comes first in the file."""
    stops = [(8000, 5), *VILLAGE]
    assert far(town(ROAD), stops) == [2 * 7815] + [None] * 10


def test_hard_lines_leave_each_area_its_own_largest_place(town):
    """The farm alone in its precinct has nobody to be far from; two of them have."""
    stops = [*VILLAGE, (3000, 5), (6000, 5), (6020, 5)]
    zone = [0] * 10 + [1, 1, 1]
    assert far(town(ROAD), stops, zone=zone) == [None] * 10 + [6000, None, None]
    assert far(town(ROAD), stops[:11], zone=zone[:11]) == [None] * 11


def test_places_farther_than_any_neighbour_is_known(town):
    """Two villages of twenty: the sixteen nearest stops of each are its own."""
    stops = [*row(5, 20), *row(4005, 5)]
    assert far(town(ROAD), stops)[20:] == [round(2 * (4005 - 385 + 80) / 5)] * 5


def test_no_other_island_is_too_far(town):
    """Nobody walks from one to the other anyway; each is an area of its own."""
    streets = town(ROAD, ("Isle Rd", "residential", [(0, 3000), (900, 3000)]))
    assert far(streets, [*VILLAGE, (5, 3005)]) == [None] * 11


@settings(max_examples=8, deadline=None)
@given(spots=st.lists(st.integers(0, 8900), min_size=1, max_size=30, unique=True))
def test_what_is_left_is_worth_the_walk(town, spots):
    """
    Along one road: doors that are left are joined by a walk of no more than the limit a door.
    """
    stops = [(float(x), 5.0) for x in spots]
    found = far(town(ROAD), stops)
    left = sorted(x for x, detour in zip(spots, found, strict=True) if detour is None)
    assert left
    # gaps over 800 m part settlements, and are not walked
    walked = sum(gap for gap in np.diff(left) if gap <= 800)
    assert 2 * walked <= (LIMIT_DM / 10 + 1) * len(left) + 1
