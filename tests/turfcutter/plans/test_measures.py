"""The scorecard of turfs whose figures a reader can add up."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turfcutter.params import CutParams
from turfcutter.plans.measures import can_be_in_band, scorecard
from turfcutter.plans.turfs import goal_of


def turfs(*rows, region=None, kind="walk"):
    """
    Turfs of (doors, minutes, walk_m), of one region unless given.

    Ten minutes less on quiet days, twenty more on busy ones.
    """
    table = gpd.GeoDataFrame(rows, columns=["doors", "minutes", "walk_m"])
    grade = ["hard" if walk_m >= 1000 else "easy" for walk_m in table["walk_m"]]
    low, high = table["minutes"] - 10, table["minutes"] + 20
    table = table.assign(minutes_low=low, minutes_high=high, effort=grade, precinct="P1")
    return table.assign(region=region or "1", kind=kind, building="")


def test_figures_by_doors():
    """45 and 55 are the ends of the band and in it; 40 and 60 miss the target by a fifth."""
    table = turfs((45, 100.0, 900.0), (55, 120.5, 1100.0), (60, 130.0, 1000.0), (40, 90.0, 500.0))
    assert scorecard(table, CutParams()) == {
        "walk_m_per_door": 17.5,
        "doors": [40, 60],
        "minutes": [90.0, 130.0],
        "minutes_quiet": 100.1,
        "minutes_busy": 130.1,
        "effort": {"easy": 2, "fair": 0, "hard": 2},
        "in_band": 0.5,
        "off_target": 0.2,
        "regions": 1,
        "in_band_where_possible": 0.5,
        "cannot": [],
    }


def test_figures_by_minutes():
    table = turfs((45, 108.0, 900.0), (55, 132.0, 1100.0), (60, 133.0, 1000.0))
    found = scorecard(table, CutParams(by="minutes"))
    assert found["in_band"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["off_target"] == pytest.approx(13 / 120, abs=1e-4)


def test_a_band_whose_end_is_no_binary_fraction_holds_its_end():
    """0.1 x 70 is 7.000000000000001 to a computer; 63 and 77 doors are in band all the same."""
    found = scorecard(turfs((63, 1.0, 1.0), (77, 1.0, 1.0)), CutParams(target=70))
    assert found["in_band"] == 1.0


def test_regions_that_cannot_be_in_band_are_named():
    """95 doors are turfs of 47 and 48; 70 are too many for one turf and too few for two."""
    rows = [(47, 9.0, 1.0), (48, 9.0, 1.0), (35, 8.0, 1.0), (35, 7.04, 1.0)]
    table = turfs(*rows, region=["10", "10", "9", "9"])
    table["precinct"] = ["P1", "P1", "P1", "P2"]
    found = scorecard(table, CutParams())
    assert (found["in_band"], found["in_band_where_possible"], found["regions"]) == (0.5, 1.0, 2)
    of_nine = {"region": "9", "precinct": "", "building": "", "kind": "walk"}
    assert found["cannot"] == [of_nine | {"doors": 70, "minutes": 15.0, "turfs": 2}]
    alone = scorecard(table[2:], CutParams())
    assert alone["in_band_where_possible"] is None
    assert scorecard(table[2:], CutParams(by="minutes", target=15))["cannot"] == []


@given(st.integers(1, 3000), st.integers(1, 200), st.floats(0, 0.5))
def test_what_can_be_in_band_is_what_some_number_of_turfs_holds(doors, target, tolerance):
    cut = CutParams(target=target, tolerance=tolerance)
    goal = goal_of(cut)
    some = any(goal.low * k <= doors <= goal.high * k for k in range(1, doors + 1))
    assert can_be_in_band(np.array([doors], float), cut).tolist() == [some]


def test_metres_of_turfs_for_a_car_are_no_walk():
    table = turfs((50, 100.0, 900.0), (10, 90.0, 30_000.0))
    table["kind"] = ["walk", "drive"]
    assert scorecard(table, CutParams())["walk_m_per_door"] == 18.0
