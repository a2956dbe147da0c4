"""Turfs across a barrier: they keep together near a way across, and fall apart far from any."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from turfcutter.doors.placing import Stops
from turfcutter.plans.sides import part_sides
from turfcutter.plans.turfs import Turfs
from turfcutter.streets.frontage import Frontage
from turfcutter.streets.network import build_network

HOMES = [(40, 60), (60, 60), (40, -60), (60, -60)]
"""Two doors on either side of a freeway; the second has two flats."""
STOP = [0, 1, 1, 2, 3]


@pytest.fixture
def stops():
    doors = pd.DataFrame({"stop": STOP})
    doors[["x", "y"]] = np.array(HOMES, float)[STOP]
    none = np.zeros(4, np.int32)
    return Stops(doors, Frontage(none, none, none, np.zeros(4)), [""] * 4, [""])


def turfs(kinds=("walk", "walk")):
    """Turf 0 holds the doors of the west, turf 1 those of the east, each on both sides."""
    one = np.ones(4, np.int64)
    order, turf, place = np.array([0, 2, 3, 1]), np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    doors = np.array([1, 1, 1, 2])
    zone = np.zeros(2, np.int64)
    return Turfs(order, 0 * one, doors, turf, place, np.array([0, 1]), zone, np.array(kinds))


def freeway(town, x):
    """Two streets on both sides of a freeway, joined at one place."""
    return build_network(
        town(
            ("North St", "residential", [(0, 50), (x, 50), (2000, 50)]),
            ("South St", "residential", [(0, -50), (x, -50), (2000, -50)]),
            ("Under St", "tertiary", [(x, 50), (x, -50)]),
            barriers=[shapely.LineString([(-500, 0), (2500, 0)])],
        )
    )


SIDES = np.array([7, 7, 3, 3])


def test_far_from_the_underpass_each_side_is_a_turf(town, stops):
    found = part_sides(turfs(), stops, SIDES, freeway(town, 1500))
    assert found.turf.tolist() == [0, 1, 2, 3]
    # the side with the smaller number first; doors stay with their stops
    assert found.stop.tolist() == [2, 0, 3, 1]
    assert found.doors.tolist() == [1, 1, 1, 2]
    assert found.region.tolist() == [0, 0, 1, 1]


def test_near_the_underpass_they_keep_together(town, stops):
    before = turfs()
    found = part_sides(before, stops, SIDES, freeway(town, 120))
    for name in ("stop", "first", "doors", "turf", "place", "region"):
        assert getattr(found, name).tolist() == getattr(before, name).tolist()


def test_only_the_turf_far_from_it_falls_apart(town, stops):
    far = stops.doors.assign(x=np.where(stops.doors["stop"].isin([1, 3]), 900.0, 1450.0))
    found = part_sides(turfs(), replace(stops, doors=far), SIDES, freeway(town, 1500))
    assert found.turf.tolist() == [0, 0, 1, 2]


def test_what_is_driven_may_lie_on_both_sides(town, stops):
    found = part_sides(turfs(("walk", "drive")), stops, SIDES, freeway(town, 1500))
    assert found.turf.tolist() == [0, 1, 2, 2]
