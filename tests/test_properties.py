"""What holds of every cut of a region: random towns, and sites at the edge of what exists."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.schema import Streets
from turfcutter.cutting import Goal, Site, cut_region, goal_for
from turfcutter.distances import stop_ends, terminal_reach
from turfcutter.frontage import find_frontage
from turfcutter.network import build_network

WISHED = Goal(50, 45, 55, 0)


def town(courses):
    """Residential streets along courses of (x, y); they meet where they share a point."""
    spots = sorted({spot for course in courses for spot in course})
    at = {spot: k for k, spot in enumerate(spots)}
    nodes = pd.DataFrame(spots, columns=["x", "y"]).astype(float)
    nodes = nodes.assign(node=range(len(spots)), crossing=False, barrier=False)
    pairs = [(at[a], at[b], k) for k, course in enumerate(courses) for a, b in pairwise(course)]
    segments = pd.DataFrame(pairs, columns=["u", "v", "way"]).astype(np.int32)
    ways = pd.DataFrame({"way": range(len(courses)), "kind": "residential"})
    ways = ways.assign(name=[f"{k} Street" for k in range(len(courses))], bridge=False)
    ways = ways.assign(footway="", service="", sidewalk="", incline="", tunnel=False)
    empty = gpd.GeoDataFrame({"kind": [], "name": []}, geometry=[])
    return build_network(Streets(nodes, segments, ways, empty, empty, empty))


def grid(columns, rows):
    across = [tuple((100 * k, 100 * j) for k in range(columns)) for j in range(rows)]
    return across + [tuple((100 * k, 100 * j) for j in range(rows)) for k in range(columns)]


STAR = [((0, 0), (round(300 * np.cos(a)), round(300 * np.sin(a)))) for a in np.arange(7) * 0.9]


def site_of(courses, xy, doors):
    """The site of stops at (x, y) with so many doors each, and the distances around it."""
    network = town(courses)
    xy, doors = np.array(xy, float), np.array(doors, np.int64)
    front = find_frontage(xy, [""] * len(xy), network, list(network.edges["name"]), 150.0)
    assert (front.edge >= 0).all()
    ends, terminals = stop_ends(front, network)
    load = np.ones(doors.sum(), np.int64)
    site = Site(ends, xy, doors, load, np.zeros(len(xy), np.int64))
    return site, terminal_reach(network, terminals, 1)


def check(courses, xy, doors, wished=WISHED, seed=0):
    """Cut in several ways, show what holds of all cuts, and return the doors of each turf."""
    site, reach = site_of(courses, xy, doors)
    total = int(site.doors.sum())
    goal = goal_for(total, wished)
    cut = cut_region(site, reach, goal, seed, "region", 1)
    for other in (
        cut_region(site, reach, goal, seed, "region", 1),
        cut_region(site, reach, goal, seed, "region", 2),
    ):
        for name in ("stop", "first", "doors", "turf", "place"):
            np.testing.assert_array_equal(getattr(cut, name), getattr(other, name))
    begins = np.cumsum(site.doors) - site.doors
    held = [
        np.arange(n) + begins[stop] + first
        for stop, first, n in zip(cut.stop, cut.first, cut.doors, strict=True)
    ]
    assert sorted(np.concatenate(held)) == list(range(total)), "every door is in one turf"
    assert (cut.doors > 0).all()
    assert (cut.first + cut.doors <= site.doors[cut.stop]).all()
    for turf in range(int(cut.turf.max()) + 1):
        places = np.sort(cut.place[cut.turf == turf])
        np.testing.assert_array_equal(places, np.arange(len(places)))
    loads = np.bincount(cut.turf, cut.doors).astype(int)
    assert loads.min() > 0
    assert ((loads >= goal.low) & (loads <= goal.high)).all(), (goal, loads.tolist())
    return loads


@st.composite
def towns(draw):
    """A grid of streets with stops anywhere on it, most of one door."""
    columns, rows = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(1, 260))
    xy = np.stack([rng.uniform(0, 100 * (n - 1), count) for n in (columns, rows)], axis=1)
    doors = np.where(rng.random(count) < 0.9, 1, rng.integers(2, 90, count))
    return grid(columns, rows), xy, doors


@given(towns(), st.integers(0, 2**31 - 1), st.sampled_from([10, 25, 50]))
@settings(max_examples=12, deadline=None)
def test_random_towns(place, seed, target):
    courses, xy, doors = place
    wished = Goal(target, int(np.ceil(0.9 * target)), int(1.1 * target), 0)
    check(courses, xy, doors, wished, seed)


@pytest.mark.parametrize(
    ("name", "xy", "doors", "turfs"),
    [
        ("one door", [(50, 5)], [1], 1),
        ("two stops", [(50, 5), (150, 5)], [1, 1], 1),
        ("one building", [(50, 5)], [180], 4),
        ("all at one point", [(50, 5)] * 100, [1] * 100, 2),
        ("a tower and houses", [(50, 5)] + [(5, 3 * k) for k in range(30)], [180] + [1] * 30, None),
    ],
)
def test_sites_at_the_edge(name, xy, doors, turfs):
    loads = check(grid(3, 3), xy, doors)
    assert turfs in (None, len(loads)), name


def test_star_of_dead_ends():
    xy = [(x * t / 300, y * t / 300) for _, (x, y) in STAR for t in range(20, 300, 14)]
    check(STAR, xy, [1] * len(xy))


@pytest.mark.parametrize(
    ("total", "sizes"), [(64, [64]), (70, [35, 35]), (80, [40, 40]), (120, [60, 60])]
)
def test_band_that_no_number_of_turfs_fits(total, sizes):
    """Then the number is chosen whose worst turf is nearest to 50 doors."""
    xy = [(3 * k, 4) for k in range(total)]
    loads = check([((0, 0), (400, 0))], xy, [1] * total)
    assert sorted(loads) == sizes
