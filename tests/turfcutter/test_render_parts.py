"""Parts of a map: everything in one of them, none too heavy, and what lies where."""

import dataclasses

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.schema import NOT_CHOSEN
from turfcutter.render.layers import part_data
from turfcutter.render.packing import ALPHABET
from turfcutter.render.parts import MOST, _halved, split

LAST = set(ALPHABET.tobytes().decode()[:32])
"""Signs that end a packed number."""
PLACES = st.lists(
    st.tuples(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5), st.integers(1, MOST)),
    min_size=1,
    max_size=60,
)


@given(PLACES)
def test_nothing_is_in_two_parts_and_none_is_too_heavy(places):
    table = np.array(places, float)
    number = _halved(table[:, :2], table[:, 2].astype(np.int64))
    assert sorted(set(number)) == list(range(number.max() + 1))
    for part in range(number.max() + 1):
        own = number == part
        assert own.sum() == 1 or table[own, 2].sum() <= MOST


@given(st.integers(2, 40))
def test_things_on_one_spot_are_parted_too(count):
    number = _halved(np.zeros((count, 2)), np.full(count, MOST))
    assert sorted(number) == list(range(count))


@pytest.fixture(scope="module")
def town(plans):
    return plans.big_plan(columns=12, rows=8)


@pytest.fixture(scope="module")
def parts(town):
    return split(town)


def test_a_part_holds_what_lies_within_its_box(town, parts):
    assert parts.count > 1
    tables = [
        (parts.turf, town.turfs),
        (parts.street, parts.streets),
        (parts.base, parts.bases),
        (parts.left, parts.exceptions),
    ]
    for number, table in tables:
        assert len(number) == len(table)
        for part in range(parts.count):
            box = shapely.box(*parts.box[part]).buffer(1e-6)
            assert box.covers(np.asarray(table.geometry[number == part])).all()


def test_every_door_is_in_the_part_of_its_turf(town, parts):
    found = list(part_data(town, parts))
    wanted = town.turfs["doors"].groupby(parts.turf).sum()
    doors = [sum(sign in LAST for sign in part["doors"]["stop"]) for part in found]
    assert doors == [wanted.get(part, 0) for part in range(parts.count)]


def test_addresses_in_no_turf_are_told_once_without_voters(plans):
    plan = plans.whole_plan()
    twice = dataclasses.replace(plan, exceptions=plan.exceptions.iloc[[1, 1, 2, 3]])
    left = split(twice).exceptions
    assert left.columns.tolist() == ["address", "detail", "geometry"]
    assert sorted(left["address"]) == sorted(plan.exceptions["address"].iloc[1:])
    text = str(list(part_data(twice, split(twice))))
    for voter in plan.exceptions["voter_id"]:
        assert f"'{voter}'" not in text


def test_voters_left_for_another_day_are_no_exceptions(plans):
    plan = plans.whole_plan()
    later = dataclasses.replace(plan, exceptions=plan.exceptions.assign(reason=NOT_CHOSEN))
    assert split(later).exceptions.empty
