"""Turf ids: speakable, unique, with the precinct's printed code."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from turfcutter.plans.naming import turf_ids


def ids(zones, region, prefix=""):
    return turf_ids(zones, np.array(region), prefix)


def test_turfs_within_precincts_bear_the_printed_code():
    assert ids(["2317", "2318"], [0, 0, 1]) == ["2317-01", "2317-02", "2318-01"]


def test_turfs_across_precincts_are_numbered():
    assert ids([""], [0, 0]) == ["T001", "T002"]


def test_prefix_of_the_county_comes_first():
    assert ids(["2317", ""], [0, 1], "YOL") == ["YOL-2317-01", "YOL-T001"]


def test_code_keeps_its_zeros_and_loses_what_nobody_can_speak():
    assert ids(["0007", "pct 7/b", " 12.3 "], [0, 1, 2]) == ["0007-01", "PCT-7-B-01", "12-3-01"]


def test_two_regions_of_one_precinct_count_on():
    """A precinct cut in two by a railway."""
    assert ids(["7", "7"], [0, 0, 1]) == ["7-01", "7-02", "7-03"]


def test_numbers_are_as_wide_as_the_largest():
    many = ids(["7"], [0] * 101)
    assert (many[0], many[-1]) == ("7-001", "7-101")
    assert many == sorted(many)


@given(
    zones=st.lists(st.text(max_size=6), min_size=1, max_size=6),
    turfs=st.lists(st.integers(0, 5), min_size=1, max_size=30),
    prefix=st.from_regex(r"[A-Z0-9]{0,6}", fullmatch=True),
)
def test_ids_are_unique_and_plain(zones, turfs, prefix):
    region = sorted(turf % len(zones) for turf in turfs)
    found = ids(zones, region, prefix)
    assert len(set(found)) == len(found) == len(region)
    for one in found:
        assert re.fullmatch("[A-Z0-9-]+", one)
        assert not one.startswith("-")
        assert one.startswith(prefix)
