"""Regions that keep to soft lines; a street of houses a reader can count along."""

from functools import partial

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from turfcutter.cutting.softlines import keep_lines
from turfcutter.streets.footing import find_footing
from turfcutter.streets.frontage import find_frontage
from turfcutter.streets.network import build_network


def fits(low, high, load):
    return any(low * k <= load <= high * k for k in range(1, load + 1))


def kept(town, *sizes, low=9, high=11, region=None):
    """Part of each area: areas of so many houses in a row, each between soft lines."""
    count = sum(sizes)
    network = build_network(town(("Main St", "residential", [(0, 0), (3000, 0)])))
    xy = np.array([(5 + 10 * k, 5) for k in range(count)], float)
    front = find_frontage(xy, [""] * count, network, [""] * len(network.edges), 150.0)
    soft = np.repeat(np.arange(len(sizes)), sizes)
    region = np.zeros(count, np.int64) if region is None else np.repeat(region, sizes)
    footing = find_footing(front, network, 1)
    part = keep_lines(region, soft, np.ones(count, np.int64), footing, partial(fits, low, high))
    areas = [set(part[soft == area].tolist()) for area in range(len(sizes))]
    assert all(len(area) == 1 for area in areas)
    return [area.pop() for area in areas]


def test_areas_of_a_good_number_are_parted(town):
    assert kept(town, 10, 20, 11) == [0, 1, 2]


def test_a_remainder_joins_the_neighbour_that_makes_a_good_number(town):
    """Four join 25, which alone are too many for two turfs and too few for three."""
    assert kept(town, 10, 4, 25) == [0, 1, 1]
    # 10 + 4 would be no good number, 6 + 4 are
    assert kept(town, 10, 4, 6, 10) == [0, 1, 1, 2]


def test_remainders_that_fit_nothing_stay_together(town):
    assert kept(town, 3, 3, 7) == [0, 0, 0]
    assert kept(town, 4) == [0]


def test_regions_are_never_joined(town):
    """The same remainder, but its good neighbour lies in another region."""
    assert kept(town, 10, 4, 25, region=[0, 0, 1]) == [0, 0, 1]


@settings(max_examples=10, deadline=None)
@given(sizes=st.lists(st.integers(1, 30), min_size=1, max_size=8))
def test_every_part_is_good_or_has_nobody_to_join(town, sizes):
    part = kept(town, *sizes)
    held = np.bincount(part, sizes).astype(int)
    odd = [load for load in held if not fits(9, 11, int(load))]
    assert not odd or len(held) == 1
