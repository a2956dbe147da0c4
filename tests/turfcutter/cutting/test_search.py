"""The search across turfs, on random points: what it counts along the way is true at the end."""

import numpy as np
import pytest

from turfcutter.cutting.chance import seeded
from turfcutter.cutting.rings import NEAR, RUN, STRAY, TURF, find_near
from turfcutter.cutting.rounds import SPLIT, STEEP, _dearer
from turfcutter.cutting.runs import _rings
from turfcutter.cutting.search import LOOK, search
from turfcutter.cutting.ties import ASTRAY, BUILDING_DM, CLOSE, neighbour_ties

STOPS, TURFS = 120, 10


def neighbours(xy, wide=12):
    """Distances in decimetres, and the nearest other points of each."""
    table = np.rint(np.linalg.norm(xy[:, None] - xy[None], axis=2)).astype(np.int32)
    far = table + np.where(np.eye(len(xy), dtype=bool), 1 << 29, 0)
    return table, np.argsort(far, axis=1, kind="stable")[:, :wide].astype(np.int32)


def searched(seed, astray, moves=20_000):
    """Random points in a square after a search: runs, turfs, distances and ties."""
    rng = np.random.default_rng(seed)
    table, who = neighbours(rng.uniform(0, 3000, (STOPS, 2)))
    stop, one = np.arange(STOPS), np.ones(STOPS, np.int64)
    ties = neighbour_ties(stop, who, one, stop // 4, np.zeros(STOPS, np.int64), 100.0)
    turf = np.repeat(np.arange(TURFS), STOPS // TURFS)
    runs = np.zeros(STOPS, RUN)
    runs["turf"], runs["enter"], runs["leave"], runs["load"] = turf, stop, stop, 1
    runs["before"], runs["after"] = _rings(turf)
    first, tied, runs["away"] = ties.within(stop, stop)
    near = np.empty((STOPS, LOOK), NEAR)
    find_near(table, runs, near)
    rules = np.array([10, 14, 0, astray], np.int64)
    turfs, heat = np.zeros(TURFS, TURF), np.array([300.0, 10.0])
    search(table, near, first, tied, runs, turfs, rules, moves, heat, seeded(seed, "test"))
    return runs, turfs, table, ties


def strangers(turf, ties):
    """Doors of other turfs among the nearest of each stop, counted anew."""
    nearest = ties.nearest.toarray()
    return (nearest * (turf[:, None] != turf[None])).sum(axis=1)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_counted_along_the_way_is_true(seed):
    runs, turfs, table, ties = searched(seed, astray=200)
    turf, before, after = runs["turf"], runs["before"], runs["after"]
    assert (runs["strangers"] == strangers(turf, ties)).all()
    hop = table[runs["leave"], runs["enter"][after]]
    assert (runs["hop"] == hop).all()
    assert (turfs["length"] == np.bincount(turf, hop, TURFS)).all()
    assert (turf[after] == turf).all()
    assert (before[after] == np.arange(STOPS)).all()
    sizes = np.bincount(turf, minlength=TURFS)
    assert (turfs["size"] == sizes).all()
    assert (turfs["work"] == sizes).all()
    assert sizes.min() >= 10
    assert sizes.max() <= 14


def test_fewer_are_misplaced_where_that_is_dear():
    def misplaced(astray):
        found = [searched(seed, astray) for seed in range(4)]
        return sum((strangers(one[0]["turf"], one[3]) >= STRAY).sum() for one in found)

    assert misplaced(400) < misplaced(0) / 2


def test_the_nearest_runs_are_those_of_the_nearest_ends():
    rng = np.random.default_rng(6)
    table, _ = neighbours(np.round(rng.uniform(0, 300, (80, 2)), -1))
    runs = np.zeros(60, RUN)
    runs["enter"], runs["leave"] = np.arange(60), np.where(np.arange(60) < 20, np.arange(60), 0)
    runs["leave"][20:] = np.arange(40, 80)
    near = np.empty((60, 15), NEAR)
    find_near(table, runs, near)
    ends = np.stack([runs["enter"], runs["leave"]])
    gap = np.min([table[np.ix_(a, b)] for a in ends for b in ends], axis=0) + 0
    np.fill_diagonal(gap, 1 << 29)
    assert (near["run"] == np.argsort(gap, axis=1, kind="stable")[:, :15]).all()
    assert (near["gap"] == np.sort(gap, axis=1)[:, :15]).all()


def test_the_nearest_doors_are_those_of_the_nearest_stops():
    rng = np.random.default_rng(7)
    table, who = neighbours(rng.uniform(0, 3000, (60, 2)))
    doors = rng.integers(1, 7, 60)
    stop = np.arange(60)
    ties = neighbour_ties(stop, who, doors, stop, np.zeros(60, np.int64), 100.0)
    owner = np.repeat(stop, doors)
    for i in range(60):
        near = np.argsort(table[i, owner] * 1000 + np.abs(owner - i), kind="stable")
        mine = owner[[at for at in near if at != np.flatnonzero(owner == i)[0]]][:CLOSE]
        expected = np.bincount(mine, minlength=60)
        expected[i] = 0
        assert (ties.nearest[i].toarray().ravel() == expected).all()


def test_no_ties_across_soft_lines():
    rng = np.random.default_rng(8)
    _, who = neighbours(rng.uniform(0, 3000, (60, 2)))
    stop, soft = np.arange(60), rng.integers(0, 2, 60)
    ties = neighbour_ties(stop, who, np.ones(60, np.int64), stop // 4, soft, 100.0)
    across = soft[:, None] != soft[None]
    assert not ties.matrix.toarray()[across].any()
    assert not ties.nearest.toarray()[across].any()
    assert ties.astray_dm == round(100 * ASTRAY)


def test_parts_of_a_building_hold_together():
    _, who = neighbours(np.random.default_rng(9).uniform(0, 3000, (20, 2)))
    stop = np.r_[np.arange(20), 3, 3]
    ties = neighbour_ties(stop, who, np.full(20, 9), np.arange(20), np.zeros(20, np.int64), 100.0)
    parts = np.flatnonzero(stop == 3)
    among = ties.matrix.toarray()[np.ix_(parts, parts)]
    assert (among == BUILDING_DM * (1 - np.eye(3, dtype=int))).all()
    assert not ties.nearest.toarray()[parts].any()


@pytest.mark.parametrize("split", [0, 1, 3, 10, 50, 100])
def test_ties_get_dearer_with_split_sides(split):
    block = np.repeat(np.arange(100), 2)
    turf = np.where((np.arange(200) % 2 == 1) & (block < split), 1, 0)
    turf[0] = 1 if split == 0 else turf[0]
    turf[1] = turf[0] if split == 0 else turf[1]
    price = _dearer(turf, block)
    assert price == pytest.approx(max(1.0, split / 100 / SPLIT) ** STEEP)
