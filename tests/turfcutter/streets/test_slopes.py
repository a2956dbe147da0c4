"""Slopes: what the map says of steps and steep streets, as time."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from turfcutter.streets.slopes import slowness


def slow(kind, incline):
    return slowness(pd.Series([kind]), pd.Series([incline]))[0]


@pytest.mark.parametrize(
    ("kind", "incline", "factor"),
    [
        ("residential", "", 1.0),
        ("residential", "up", 1.0),
        ("residential", "0%", 1.0),
        # exp(-3.5 |slope + 0.05|): 10 % up takes exp(0.35) of the level time, 10 % down none more
        ("residential", "10%", (1.4190675 + 1.0) / 2),
        ("residential", "-10 %", (1.4190675 + 1.0) / 2),
        ("footway", "31%", (2.9595 + 2.0855) / 2),
        ("footway", "45°", (4.8307 + 3.4042) / 2),  # as 45 %
        ("residential", "90%", (4.8307 + 3.4042) / 2),
        ("steps", "", 2.0),
        ("steps", "up", 2.0),
        ("steps", "10%", 2.0),
        ("steps", "40%", (4.0552 + 2.8577) / 2),
    ],
)
def test_time_against_level_ground(kind, incline, factor):
    assert slow(kind, incline) == pytest.approx(factor, abs=1e-3)


@given(st.text(max_size=12))
def test_whatever_an_incline_says_it_never_makes_anybody_faster(incline):
    assert 1 <= slow("residential", incline) < 5
