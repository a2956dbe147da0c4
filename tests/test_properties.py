"""What holds of every cut: random towns, with and without barriers, and degenerate ones."""

from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from geodata.schema import Streets
from turfcutter.cutting import Goal, Site, cut_region, goal_for
from turfcutter.cutting.site import SLACK
from turfcutter.doors.placing import Stops
from turfcutter.model import silent
from turfcutter.params import CutParams
from turfcutter.plans.turfs import cut_turfs, in_threads
from turfcutter.scores.ground import barred_turfs, survey
from turfcutter.streets.distances import distance_table, stop_ends, terminal_reach
from turfcutter.streets.footing import find_footing
from turfcutter.streets.frontage import find_frontage
from turfcutter.streets.network import build_network
from turfcutter.walks.walking import walk_turfs

WISHED = Goal(50, 45, 55, 0)


def town(courses, barriers=()):
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
    walls = gpd.GeoDataFrame(
        {"kind": "water", "name": ""}, geometry=list(barriers), index=range(len(barriers))
    )
    return build_network(Streets(nodes, segments, ways, walls, empty, empty))


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
    face = 2 * ends.edge.astype(np.int64) + ends.side
    site = Site(ends, xy, face, doors, load, np.zeros(len(xy), np.int64))
    return site, terminal_reach(network, terminals, 1)


def check(courses, xy, doors, wished=WISHED, seed=0):
    """Cut in several ways, show what holds of all cuts, and return the doors of each turf."""
    site, reach = site_of(courses, xy, doors)
    total = int(site.doors.sum())
    goal = goal_for(total, wished)
    cut = cut_region(site, reach, goal, seed, "region", 1, 1)
    for other in (
        cut_region(site, reach, goal, seed, "region", 1, 1),
        cut_region(site, reach, goal, seed, "region", 1, 2),
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


def test_one_search_more_may_put_every_turf_by_minutes_in_the_band():
    """150 stops of 2 to 8 minutes, 120 ± 5 % a turf: after three searches one is too small."""
    rng, ms = np.random.default_rng(7), 60_000
    xy = np.stack([rng.uniform(0, 500, 150), rng.uniform(0, 500, 150)], axis=1)
    site, reach = site_of(grid(6, 6), xy, np.ones(150))
    site = replace(site, load=rng.integers(100_000, 500_000, 150))
    goal = Goal(120 * ms, 114 * ms, 126 * ms, 80)
    cut = cut_region(site, reach, goal, 0, "r", 1, 1)
    for turf in range(int(cut.turf.max()) + 1):
        members = np.flatnonzero(cut.turf == turf)
        stops = cut.stop[members[np.argsort(cut.place[members])]]
        table = distance_table(site.ends.take(stops), reach)
        walk_dm = table[np.arange(len(stops)), np.roll(np.arange(len(stops)), -1)].sum()
        assert goal.low <= site.load[stops].sum() + goal.pace * walk_dm <= goal.high


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
    assert even_to_the_slack(sorted(loads), sizes)


def job(courses, xy, doors, barriers=()):
    """Turfs of a whole place and their walks, after what holds of all of them was shown."""
    network = town(courses, barriers)
    xy, doors = np.array(xy, float), np.array(doors, np.int64)
    front = find_frontage(xy, [""] * len(xy), network, list(network.edges["name"]), 150.0)
    stop = np.repeat(np.arange(len(xy)), doors)
    table = pd.DataFrame({"stop": stop, "zone": 0, "soft": 0, "site": stop, "level": 0})
    table = table.assign(building="house", drive=False, minutes=2.0)
    table["door_id"] = [f"d{k:05d}" for k in range(len(table))]
    footing = find_footing(front, network, 1)
    stops = Stops(table, front, [""] * len(xy), [""])
    turfs = cut_turfs(stops, footing, CutParams(), cutter=in_threads(2), progress=silent)
    order = np.lexsort((turfs.first, turfs.stop))
    turf = np.repeat(turfs.turf[order], turfs.doors[order])
    np.testing.assert_array_equal(np.repeat(turfs.stop[order], turfs.doors[order]), stop)
    assert set(turf) == set(range(turf.max() + 1)), "every door is in one turf, every turf has one"
    ground = survey(
        front.take(stop), xy[stop], np.full(len(stop), 2.0), network, speed_mps=1.25, workers=1
    )
    assert barred_turfs(ground, turf).tolist() == [], "no turf lies on both sides of a barrier"
    walks = walk_turfs(
        turfs.turf, turfs.place, front.take(turfs.stop), [""] * len(turfs.stop), network, 1.25
    )
    lines = walks.turfs["geometry"]
    assert all(line.coords[0] == line.coords[-1] for line in lines), "every walk comes back"
    legs = walks.legs.groupby("turf")["walk_m"].sum()
    np.testing.assert_allclose(legs.to_numpy(), walks.turfs["walk_m"], atol=0.05)
    return turf, walks


def even_to_the_slack(found, sizes):
    """As many turfs, each within a twentieth of the target of its even share."""
    return len(found) == len(sizes) and np.abs(np.subtract(found, sizes)).max() <= SLACK * 50


def sizes_of(turf):
    return sorted(np.bincount(turf).tolist())


@st.composite
def divided_towns(draw):
    """A grid with a river or a railway through it and some bridges, and doors on both banks."""
    streets, xy, doors = draw(towns())
    at = draw(st.integers(0, 3)) * 100 + draw(st.sampled_from([7, 50, 93]))
    bridges = draw(st.sets(st.integers(0, 5), max_size=2))
    courses = []
    for course in streets:
        upright = course[0][0] == course[-1][0]
        if upright and course[0][0] // 100 not in bridges:
            low = tuple(spot for spot in course if spot[1] < at)
            high = tuple(spot for spot in course if spot[1] > at)
            courses += [part for part in (low, high) if len(part) > 1]
        else:
            courses.append(course)
    return courses, xy, doors, [LineString([(-500, at), (1500, at)])]


@given(divided_towns())
@settings(max_examples=8, deadline=None)
def test_divided_towns(place):
    courses, xy, doors, barriers = place
    turf, _ = job(courses, xy, doors, barriers)
    assert len(turf) == doors.sum()


def test_a_place_of_one_door():
    turf, walks = job(grid(2, 2), [(50, 5)], [1])
    assert turf.tolist() == [0]
    assert walks.turfs["walk_m"].tolist() == [0]


def test_all_doors_at_one_point():
    turf, walks = job(grid(2, 2), [(50, 5)] * 110, [1] * 110)
    assert sizes_of(turf) == [55, 55]
    assert walks.turfs["walk_m"].tolist() == [0, 0]


def test_a_star_of_dead_ends_is_walked_out_and_back():
    """Up one side of each of four streets, over, down the other: 2 x 190 m and 10 m to cross."""
    steps = [20, 54, 88, 122, 156, 190]
    arms = [(1, 0), (0, 1), (-1, 0), (0, -1)]
    xy = [(x * t - 5 * y * s, y * t + 5 * x * s) for x, y in arms for t in steps for s in (1, -1)]
    turf, walks = job([((0, 0), (200 * x, 200 * y)) for x, y in arms], xy, [1] * 48)
    assert sizes_of(turf) == [48]
    assert walks.turfs["walk_m"].tolist() == [4 * (2 * 190 + 10)]


@pytest.mark.parametrize(
    ("south", "north", "sizes"),
    [
        (50, 50, [50, 50]),
        (50, 70, [35, 35, 50]),
        (30, 50, [30, 50]),
        (64, 90, [45, 45, 64]),
    ],
)
def test_two_islands_are_cut_apart(south, north, sizes):
    """Two streets that do not meet: nobody can walk from one to the other."""
    courses = [((0, 0), (500, 0)), ((0, 60), (500, 60))]
    xy = [(5 * k, 5) for k in range(south)] + [(5 * k, 55) for k in range(north)]
    turf, _ = job(courses, xy, [1] * len(xy))
    assert not set(turf[:south]) & set(turf[south:])
    assert even_to_the_slack(sizes_of(turf), sizes)


def test_a_bridge_makes_no_turf_of_both_banks_unless_it_is_near():
    """Both banks have doors for a turf of their own; the only bridge is 900 m away."""
    courses = [((0, 0), (1000, 0)), ((0, 60), (1000, 60)), ((1000, 0), (1000, 60))]
    xy = [(4 * k, 5) for k in range(50)] + [(4 * k, 55) for k in range(50)]
    river = LineString([(-100, 30), (1100, 30)])
    turf, _ = job(courses, xy, [1] * 100, [river])
    assert sizes_of(turf) == [50, 50]
    assert not set(turf[:50]) & set(turf[50:])


@pytest.mark.parametrize(
    ("total", "sizes"), [(1, [1]), (30, [30]), (70, [35, 35]), (115, [57, 58])]
)
def test_a_place_that_cannot_be_in_band(total, sizes):
    turf, _ = job([((0, 0), (400, 0))], [(3 * k, 4) for k in range(total)], [1] * total)
    assert even_to_the_slack(sizes_of(turf), sizes)
