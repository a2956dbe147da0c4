"""Choosing: the rate, what is looked at, and the best turfs by hand and by trying all."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.places import NO_LIMIT
from turfcutter.sending.choosing import best_turfs, promising_stops, voters_an_hour


def test_an_hour_holds_the_drive_there_and_back():
    """90 voters in 100 minutes and twice 10 minutes of driving: 45 an hour."""
    assert voters_an_hour([90, 90], [100, 60], [10, 0]).tolist() == [45, 90]


def around(xy, drive_minutes, wanted, *, size=20, voters=2, **changed):
    count = len(xy)
    given_ = {
        "load": np.ones(count),
        "voters": np.full(count, voters),
        "minutes": np.full(count, 1.7),
        **changed,
    }
    return promising_stops(
        np.array(xy, float),
        given_["load"],
        given_["voters"],
        given_["minutes"],
        np.array(drive_minutes, float),
        size,
        wanted,
        1.25,
    )


def streets_of(*places):
    """Forty houses at each (x, gap): a street with a house each `gap` metres."""
    return [(x + gap * k, 0) for x, gap in places for k in range(40)]


def test_a_small_universe_is_looked_at_as_a_whole():
    assert around(streets_of((0, 10), (9000, 500)), [0] * 80, 80).all()


def test_stops_that_take_no_time_are_looked_at_too():
    """With --door-minutes 0 a turf by minutes may hold any number of them."""
    load = np.tile([0.0, 2.0], 40)
    kept = around(streets_of((0, 10), (9000, 10)), [1] * 40 + [12] * 40, 40, load=load)
    assert kept[1:40:2].all()
    assert not kept[40:].any()


def test_of_equal_streets_the_near_one_is_looked_at():
    kept = around(streets_of((0, 10), (9000, 10)), [1] * 40 + [12] * 40, 40)
    assert np.flatnonzero(kept).tolist() == list(range(40))


def test_of_equally_near_streets_the_dense_one_is_looked_at():
    kept = around(streets_of((0, 60), (9000, 10)), [5] * 80, 40)
    assert np.flatnonzero(kept).tolist() == list(range(40, 80))


def test_a_street_full_of_voters_is_worth_a_drive():
    """2 voters a door 1 minute away, 6 voters a door 12 minutes away, 34 minutes of doors."""
    voters = np.repeat([2, 6], 40)
    kept = around(streets_of((0, 10), (9000, 10)), [1] * 40 + [12] * 40, 40, voters=voters)
    assert np.flatnonzero(kept).tolist() == list(range(40, 80))


def test_whole_surroundings_are_looked_at():
    """What is looked at are unions of stops with all that make a turf around them."""
    rng = np.random.default_rng(1)
    xy = rng.uniform(0, 5000, (800, 2))
    kept = around(xy, np.hypot(*xy.T) / 500, 200)
    assert 200 <= kept.sum() < 220
    near = np.argsort(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)), axis=1)[:, :20]
    whole = kept[near].all(axis=1)
    assert np.isin(np.flatnonzero(kept), near[whole]).all()


@st.composite
def jobs(draw):
    turfs, places = draw(st.integers(1, 8)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rate = rng.integers(1, 60, (turfs, places)) / 2
    full = rng.random(turfs) < 0.7
    count = draw(st.integers(1, turfs))
    room = rng.integers(0, turfs + 1, places)
    room[0] += max(0, count - room.sum())
    return rate, full, room, count


def most(rate, room, turfs):
    """Most voters an hour of some turfs at places with room, by trying all; minus one for never."""
    if not turfs:
        return 0.0
    worths = [
        rate[turfs[0], place] + rest
        for place in range(len(room))
        if room[place]
        and (rest := most(rate, room - (np.arange(len(room)) == place), turfs[1:])) >= 0
    ]
    return max(worths, default=-1.0)


@given(jobs())
@settings(max_examples=60, deadline=None)
def test_no_other_turfs_are_better(job):
    rate, full, room, count = job
    chosen = best_turfs(rate, full, room, count).tolist()
    assert len(chosen) == count
    assert chosen == sorted(set(chosen))

    def worth(turfs):
        return full[list(turfs)].sum(), most(rate, room, list(turfs))

    possible = [turfs for turfs in combinations(range(len(rate)), count) if worth(turfs)[1] >= 0]
    assert worth(chosen) == max(map(worth, possible))


def test_small_turfs_come_last_and_equals_in_their_order():
    rate = np.array([[9.0], [5], [5], [5]])
    room = np.array([NO_LIMIT])
    full = np.array([False, True, True, True])
    assert best_turfs(rate, full, room, 2).tolist() == [1, 2]
    assert best_turfs(rate, full, room, 4).tolist() == [0, 1, 2, 3]
    assert best_turfs(rate, ~full, room, 2).tolist() == [0, 1]


@pytest.mark.parametrize("count", [1, 40, 300])
def test_one_place_takes_the_best_rates(count):
    rate = np.random.default_rng(2).uniform(5, 60, (300, 1)).round(2)
    chosen = best_turfs(rate, np.ones(300, bool), np.array([NO_LIMIT]), count)
    assert sorted(rate[chosen, 0]) == sorted(rate[:, 0])[300 - count :]
