"""Effort: minutes and grades that a reader can count."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turfcutter.params import CutParams, declarations
from turfcutter.walks.effort import (
    KINDS,
    at_door,
    door_minutes,
    effort_metres,
    grades,
    minutes_range,
)


def near(*numbers):
    return pytest.approx(list(numbers))


@pytest.mark.parametrize(
    ("kind", "low", "usual", "high"),
    [
        # waiting and writing, and 0.2 x 0.75, 0.25 or 0.3 x 1.25 of a talk
        ("lit", 0.5, 0.5, 0.5),
        ("gotv", 0.84, 1.0, 1.2),
        ("persuade", 1.34, 1.7, 2.15),
        ("deep", 3.0, 4.2, 5.7),
        ("register", 3.0, 4.0, 5.25),
    ],
)
def test_minutes_at_a_door_by_kind(kind, low, usual, high):
    assert at_door(CutParams(kind=kind)) == pytest.approx((low, usual, high))


def test_given_minutes_take_the_place_of_the_kind_and_keep_its_spread():
    assert at_door(CutParams(kind="deep", door_minutes=2.1)) == pytest.approx((1.5, 2.1, 2.85))
    assert at_door(CutParams(door_minutes=0.0)) == (0, 0, 0)


def test_persuasion_is_the_default_and_every_kind_has_its_minutes():
    assert at_door(CutParams()) == at_door(CutParams(kind="persuade"))
    choices = next(
        item.metadata["choices"] for table, item in declarations() if item.name == "kind"
    )
    assert choices == tuple(KINDS)


def test_houses_take_their_path_and_nothing_else():
    """15 m from the street and back at 1.25 m/s: 24 seconds, once a stop."""
    minutes = door_minutes([0, 1, 1], [0, 0, 0], "house", [15.0, 15.0, 15.0], CutParams())
    assert minutes.tolist() == near(2.1, 2.1, 1.7)


def test_slow_walkers_take_longer_on_paths_only():
    minutes = door_minutes([0, 0], [0, 0], "house", 27.0, CutParams(speed_mps=0.9))
    assert minutes.tolist() == near(2.7, 1.7)


def test_a_building_takes_an_entry_its_floors_and_its_units():
    """
    Units 101, 102 | 201 | 301, 302 at the street: 1.7 each, 0.1 each for finding it,
    0.5 for each of three floors, 1.0 to get in.
    """
    level = [1, 1, 2, 3, 3]
    minutes = door_minutes([7] * 5, level, ["apartments"] * 5, 0.0, CutParams())
    assert minutes.tolist() == near(3.3, 1.8, 2.3, 2.3, 1.8)
    assert minutes.sum() == pytest.approx(5 * 1.7 + 5 * 0.1 + 3 * 0.5 + 1.0)


def test_two_canvassers_in_one_building_both_have_to_get_in():
    """The same five units as two visits: one more entry, and floor 2 is gone to twice."""
    units = ["apartments"] * 5
    one = door_minutes([0] * 5, [1, 1, 2, 2, 3], units, 10.0, CutParams(speed_mps=1.0))
    two = door_minutes([0, 0, 0, 1, 1], [1, 1, 2, 2, 3], units, 10.0, CutParams(speed_mps=1.0))
    assert two.sum() - one.sum() == pytest.approx(1.0 + 0.5 + 20 / 60)


def test_neighbouring_buildings_of_one_floor_are_two_visits():
    minutes = door_minutes([0, 1], [1, 1], ["apartments", "dorm"], 0.0, CutParams())
    assert minutes.tolist() == near(3.3, 3.3)


def test_range_of_a_turf():
    """50 doors in 110 minutes: 85 at the doors, 25 between them."""
    low, high = minutes_range([110.0], [50], CutParams())
    assert low.tolist() == near(50 * 1.34 + 0.9 * 25)
    assert high.tolist() == near(50 * 2.15 + 1.1 * 25)


@given(
    kind=st.sampled_from(list(KINDS)),
    doors=st.integers(1, 200),
    between=st.floats(0, 500),
    own=st.none() | st.floats(0, 60),
)
def test_the_estimate_lies_within_its_range(kind, doors, between, own):
    cut = CutParams(kind=kind, door_minutes=own)
    minutes = doors * at_door(cut)[1] + between
    (low,), (high,) = minutes_range([minutes], [doors], cut)
    assert low <= minutes * (1 + 1e-9)
    assert minutes <= high * (1 + 1e-9)


def test_effort_counts_paths_steps_and_missing_sidewalks():
    """1 km, 200 m of it steps (as 800 m), 100 m without a sidewalk (as 150 m), 500 m of paths."""
    walks = pd.DataFrame({"walk_m": [1000.0], "steps_m": [200.0], "bare_m": [100.0]})
    assert effort_metres(walks, [500.0]).tolist() == [1000 + 600 + 50 + 500]


def test_grades_begin_at_two_and_four_kilometres():
    assert grades([0.0, 1999.9, 2000.0, 3999.0, 4000.0, 1e6]).tolist() == [
        *("easy", "easy", "fair", "fair", "hard", "hard")
    ]


def test_a_turf_is_never_graded_easier_for_more_walking():
    order = {"easy": 0, "fair": 1, "hard": 2}
    found = [order[grade] for grade in grades(np.linspace(0, 9000, 50))]
    assert found == sorted(found)
