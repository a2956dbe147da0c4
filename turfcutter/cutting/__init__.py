"""
Cutting: a pure function from one region's stops and a seed to turfs.

Giant tour → optimal split → local search across turfs, in groups of neighbouring turfs small enough
for a dense distance table → a short tour for each turf.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from turfcutter.arrays import Ints, Longs
from turfcutter.cutting.chance import seeded
from turfcutter.cutting.rounds import improve, patience_of, piece_load
from turfcutter.cutting.site import Cut, Goal, Site, goal_for
from turfcutter.cutting.split import loops_back, split_tour
from turfcutter.cutting.tour import giant_tour, short_tour, tour_length
from turfcutter.streets.distances import Reach, distance_table, nearest_stops

__all__ = ["Cut", "Goal", "Site", "cut_region", "goal_for", "patience_of", "split"]

NEIGHBOURS: Final = 24
"""Stops each stop knows as its neighbours on foot."""
PULL_DM: Final = 150.0
"""How strongly the first split wants the target: the walk that being at the band's edge costs."""
TOLL_DM: Final = 30_000.0
"""Most that a turf may cost or bring so that there are as many as wanted."""
TOLLS: Final = 16
"""Times that toll is guessed."""
KICKS: Final = 4
"""Kicks a stop for the final order."""
RETRIES: Final = 3
"""Times a region in minutes is searched or cut again while a turf misses the band."""
MORE: Final = 9
"""The same where its minutes would fill the band of so many turfs: one search more may do."""


def cut_region(
    site: Site, reach: Reach, goal: Goal, seed: int, name: str, patience: int, workers: int
) -> Cut:
    """
    Put every door of a region into one turf.

    Parameters
    ----------
    site
        The stops; all can reach each other on foot.
    reach
        Distances between their terminals.
    goal
        What a turf should hold; see `goal_for`.
    seed, name
        Chance depends on these two alone.
    patience
        How many times the usual moves are tried; see `patience_of`.
    workers
        Threads; no influence on the result.
    """
    near = nearest_stops(site.ends, reach, NEIGHBOURS)
    tour = giant_tour(*near, site.xy)

    def attempt(wished: Goal) -> tuple[Cut, Longs]:
        cut = split(tour, *near, site, wished)
        cut = improve(cut, site, reach, near, goal, (seed, name), patience, workers)
        return _ordered(cut, site, reach, goal, seed, name)

    cut, held = attempt(goal)
    best, wished = (cut, held), goal
    # A split in minutes supposes the walks of the giant tour; the search makes them shorter.
    for again in range(MORE if goal.pace else 0):
        fitting = round(held.sum() / goal.target) == len(held)
        if not _miss(best[1], goal) or (fitting and len(held) == 1):
            break
        if again >= RETRIES and not _fills(held, goal):
            break
        if fitting:
            other = seed, f"{name} {again}"
            cut = improve(cut, site, reach, near, goal, other, patience, workers)
            cut, held = _ordered(cut, site, reach, goal, seed, name)
        else:
            wished = _scaled(wished, goal.target / held.mean())
            cut, held = attempt(wished)
        best = min(best, (cut, held), key=lambda found: _miss(found[1], goal))
    return best[0]


def _scaled(goal: Goal, factor: float) -> Goal:
    """The same wish for other walks."""
    target, low, high = (round(load * factor) for load in (goal.target, goal.low, goal.high))
    return Goal(target, low, high, goal.pace)


def _fills(held: Longs, goal: Goal) -> bool:
    """Whether all turfs would be in the band if each held as much."""
    return bool(goal.low <= held.mean() <= goal.high)


def _miss(held: Longs, goal: Goal) -> int:
    """By how much the worst turf misses the band."""
    return int(max(0, goal.low - held.min(), held.max() - goal.high))


def split(order: Longs, who: Ints, far: Ints, site: Site, goal: Goal) -> Cut:
    """Pieces and turfs from the giant tour, opened at its longest hop, before any search."""
    around = np.r_[order, order[:1]].astype(np.int64)
    hops = loops_back(around, 2, who, far, site.xy)[:-1, 1]
    order = np.roll(order, -int(np.argmax(hops)) - 1)
    doors = site.doors[order]
    first_door = np.cumsum(site.doors) - site.doors
    within = np.arange(doors.sum()) - np.repeat(np.cumsum(doors) - doors, doors)
    stop = np.repeat(order, doors).astype(np.int64)
    load = site.load[first_door[stop] + within]
    close = loops_back(stop, _window(load, goal), who, far, site.xy)
    band = np.array([goal.low, goal.high])
    first = _counted(stop, load, close, band, goal)
    turf = np.zeros(len(stop), np.int64)
    turf[first[1:]] = 1
    turf = np.cumsum(turf)
    begins = np.flatnonzero(np.r_[True, (np.diff(stop) != 0) | (np.diff(turf) != 0)])
    count = np.diff(np.r_[begins, len(stop)])
    return Cut(stop[begins], within[begins], count, turf[begins], np.arange(len(begins)))


def _counted(stop: Longs, load: Longs, close: Longs, band: Longs, goal: Goal) -> Longs:
    """First door of each turf; where only doors count, of as many turfs as the target wants."""
    low, toll, high = -TOLL_DM, 0.0, TOLL_DM
    wanted = max(1, round(load.sum() / goal.target))
    for _ in range(1 if goal.pace else TOLLS):
        first: Longs = split_tour(stop, load, close, band, goal.target, goal.pace, PULL_DM, toll)
        if len(first) == wanted:
            break
        low, high = (toll, high) if len(first) > wanted else (low, toll)
        toll = (low + high) / 2
    return first


def _window(load: Longs, goal: Goal) -> int:
    """Most doors a turf may hold, and one more."""
    least = max(1, int(np.quantile(load, 0.05)))
    return int(min(len(load), goal.high // least + 2, 4096))


def _ordered(
    cut: Cut, site: Site, reach: Reach, goal: Goal, seed: int, name: str
) -> tuple[Cut, Longs]:
    """The cut with each turf's walk as short as `short_tour` makes it, and each turf's load."""
    place = cut.place.copy()
    held = np.bincount(cut.turf, piece_load(cut, site)).astype(np.int64)
    ends = np.cumsum(np.bincount(cut.turf))[:-1]
    for number, members in enumerate(np.split(np.lexsort((cut.place, cut.turf)), ends)):
        table = distance_table(site.ends.take(cut.stop[members]), reach)
        state = seeded(seed, name, "order", number)
        order = short_tour(table, KICKS * len(members), state)
        place[members[order]] = np.arange(len(members))
        held[number] += goal.pace * tour_length(order, table)
    return replace(cut, place=place), held
