"""Crews: sizes, contiguity and distances on grids and random towns of turfs."""

from itertools import product

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from turfcutter.sending.crews import adjoining, group_turfs, walks_between
from turfcutter.sending.grouping import parts_of
from turfcutter.streets.network import build_network


def turf_grid(columns, rows):
    """Turfs of 100 m, their starts in the middle, and how far it is along the streets."""
    at = np.array(list(product(range(columns), range(rows))), float) * 100
    outlines = shapely.box(at[:, 0], at[:, 1], at[:, 0] + 90, at[:, 1] + 90)
    far = np.abs(at[:, None] - at[None]).sum(axis=2)
    return at, np.rint(far * 10).astype(np.int64), adjoining(outlines)


def sizes(crew):
    return sorted(np.bincount(crew).tolist())


def connected(crew, adjoins):
    """How many crews hang together."""
    count = 0
    for each in range(crew.max() + 1):
        here = set(np.flatnonzero(crew == each).tolist())
        seen, edge = set(), {min(here)}
        while edge:
            seen |= edge
            edge = set().union(*(adjoins[k] & here for k in edge)) - seen
        count += seen == here
    return count


def scattered(count, seed, reach):
    """Turfs anywhere in a square kilometre, as far as they look; those within reach adjoin."""
    xy = np.random.default_rng(seed).uniform(0, 1000, (count, 2))
    far = np.rint(10 * np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int64)
    return far, adjoining(shapely.buffer(shapely.points(xy), reach))


@given(st.integers(1, 60), st.integers(2, 9), st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_crews_are_as_few_as_can_be_and_even_where_they_hang_together_so(count, size, seed):
    far, adjoins = scattered(count, seed, 150)
    found = group_turfs(far, adjoins, size)
    groups = -(-count // size)
    assert len(np.unique(found.crew)) == groups
    assert max(sizes(found.crew)) <= size
    assert found.apart == groups - connected(found.crew, adjoins)
    everywhere = [{*range(count)} - {turf} for turf in range(count)]
    even = group_turfs(far, everywhere, size)
    assert set(sizes(even.crew)) <= {count // groups, -(-count // groups)}
    assert even.apart == 0
    for crew, drop_off in enumerate(found.drop_off):
        here = np.flatnonzero(found.crew == crew)
        assert drop_off in here
        assert far[drop_off, here].sum() == far[np.ix_(here, here)].sum(axis=1).min()
    firsts = [np.flatnonzero(found.crew == crew)[0] for crew in range(groups)]
    assert firsts == sorted(firsts)


def fewest_parts(adjoins, size, crews=()):
    """Parts of the best of all ways to share turfs out among the fewest crews, one by one tried."""
    turf, count = sum(map(len, crews)), len(adjoins)
    groups = -(-count // size)
    if turf == count:
        return sum(parts_of(crew, adjoins) for crew in crews) if len(crews) == groups else np.inf
    larger = [
        (*crews[:k], crew | {turf}, *crews[k + 1 :])
        for k, crew in enumerate(crews)
        if len(crew) < size
    ]
    more = [(*crews, {turf})] if len(crews) < groups else []
    return min((fewest_parts(adjoins, size, each) for each in larger + more), default=np.inf)


@given(
    st.integers(2, 8),
    st.integers(2, 4),
    st.integers(0, 2**32 - 1),
    st.sampled_from([90, 130, 170]),
)
@settings(max_examples=40, deadline=None)
def test_scattered_crews_fall_into_no_more_parts_than_they_must(count, size, seed, reach):
    far, adjoins = scattered(count, seed, reach)
    crew = group_turfs(far, adjoins, size).crew
    members = [{*np.flatnonzero(crew == each).tolist()} for each in range(crew.max() + 1)]
    assert sum(parts_of(each, adjoins) for each in members) == fewest_parts(adjoins, size)


def test_uneven_crews_where_even_ones_fall_apart():
    """Six turfs in a row and four in another, 300 m beyond: not five and five."""
    x = np.r_[np.arange(6) * 100.0, 800 + np.arange(4) * 100]
    far = np.rint(10 * np.abs(x[:, None] - x[None])).astype(np.int64)
    found = group_turfs(far, adjoining(shapely.box(x, 0, x + 90, 90)), 6)
    assert sizes(found.crew) == [4, 6]
    assert found.apart == 0


def test_a_turf_far_from_all_others_is_a_crew_of_its_own():
    """Five turfs in a row, 400 m apart, and one 3 km farther: crews of two, two, one and one."""
    x = np.array([0, 400, 800, 1200, 1600, 4600])
    far = 10 * np.abs(x[:, None] - x[None])
    found = group_turfs(far, [set() for _ in x], 2)
    assert sizes(found.crew) == [1, 1, 2, 2]
    assert np.bincount(found.crew)[found.crew[5]] == 1
    assert sizes(group_turfs(far[:5, :5], [set() for _ in x[:5]], 6).crew) == [5]


@pytest.mark.parametrize(("columns", "rows", "size"), [(6, 4, 6), (6, 6, 6), (7, 5, 4), (12, 1, 3)])
def test_crews_of_a_grid_hang_together(columns, rows, size):
    _, far, adjoins = turf_grid(columns, rows)
    crew = group_turfs(far, adjoins, size).crew
    assert connected(crew, adjoins) == crew.max() + 1


def test_two_quarters_are_two_crews():
    """Two blocks of 2 x 2 turfs, 900 m apart: each is one crew, whatever the order of turfs."""
    at, far, _ = turf_grid(2, 4)
    at[:, 1] += np.where(at[:, 1] > 150, 700, 0)
    far = np.rint(10 * np.abs(at[:, None] - at[None]).sum(axis=2)).astype(np.int64)
    order = np.random.default_rng(0).permutation(8)
    for rows in (np.arange(8), order):
        outlines = shapely.buffer(shapely.points(at[rows]), 60, cap_style="square")
        crew = group_turfs(far[np.ix_(rows, rows)], adjoining(outlines), 4).crew
        assert sizes(crew) == [4, 4]
        assert all(len(set(crew[(at[rows, 1] > 500) == north])) == 1 for north in (False, True))


def test_a_freeway_between_neighbours_keeps_them_apart(town):
    """Starts on two streets 60 m apart that only meet 1.4 km away: distances are on foot."""
    streets = town(
        ("North St", "residential", [(0, 60), (1400, 60)]),
        ("South St", "residential", [(0, 0), (1400, 0)]),
        ("End St", "residential", [(1400, 0), (1400, 60)]),
        ("Far St", "residential", [(9000, 0), (9000, 90)]),
    )
    network = build_network(streets)
    far = walks_between(network, np.array([[0.0, 60], [0, 0], [1400, 0], [9000, 0]]))
    assert far[0, 1] == pytest.approx(28_600, abs=200)
    assert far[1, 2] == pytest.approx(14_000, abs=200)
    assert far[1, 3] == 1.5 * 90_000
    assert np.array_equal(far, far.T)


def test_nearly_as_compact_as_k_means_whose_crews_are_of_any_size():
    """From drop-off points to starts; k-means lets out up to nine at one point."""
    ours = theirs = 0
    for seed in range(2):
        xy = np.random.default_rng(seed).uniform(0, 4000, (120, 2))
        far = np.rint(10 * np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int64)
        found = group_turfs(far, adjoining(shapely.buffer(shapely.points(xy), 250)), 6)
        ours += far[found.drop_off[found.crew], np.arange(120)].sum()
        label = KMeans(20, n_init=3, random_state=0).fit_predict(xy)
        assert np.bincount(label).max() > 6
        for each in range(20):
            here = np.flatnonzero(label == each)
            theirs += far[np.ix_(here, here)].sum(axis=1).min()
    assert ours <= 1.2 * theirs
