"""
Runs: pieces walked one after the other that a search moves as one.

`turfcutter.cutting.search` moves runs; here the tours of some turfs are taken apart into runs, and
what the search found is read back as the turf and place of each piece.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from turfcutter.arrays import Flags, Floats, Ints, Longs
from turfcutter.cutting.rings import NEAR, RUN, TURF, find_near
from turfcutter.cutting.search import LOOK, search
from turfcutter.cutting.site import Cut, Goal, Site
from turfcutter.cutting.ties import Ties
from turfcutter.streets.distances import Reach, distance_table

LONG: Final = 2.0
"""A hop of so many mean hops parts runs."""
_UNKNOWN_DM: Final = 1 << 28


@dataclass(frozen=True)
class Task:
    """
    What all groups of a round have in common.

    Parameters
    ----------
    site, reach, goal
        As in `turfcutter.cutting.cut_region`.
    near
        Nearest stops of each stop and their distance.
    ties, load
        Ties and load of all pieces.
    hop
        Mean distance between consecutive stops, decimetres.
    """

    site: Site
    reach: Reach
    goal: Goal
    near: tuple[Ints, Ints]
    ties: Ties
    load: Longs
    hop: float


def search_group(
    members: Longs,
    cut: Cut,
    task: Task,
    joined: int,
    shift: int,
    moves: int,
    heat: Floats,
    state: npt.NDArray[np.uint64],
) -> tuple[Longs, Longs]:
    """
    Search the turfs of some pieces.

    Parameters
    ----------
    members
        Pieces of the group: whole turfs.
    cut
        The cut so far.
    task
        What it is about.
    joined, shift
        Most pieces of a run; how many fewer the first run of each turf has.
    moves
        Moves a run.
    heat
        First and last temperature, decimetres.
    state
        Chance.

    Returns
    -------
    turf, place
        Of each member, after the search.
    """
    names, turf = np.unique(cut.turf[members], return_inverse=True)
    order = np.lexsort((cut.place[members], turf))
    pieces, turf = members[order], turf[order].astype(np.int64)
    stop = cut.stop[pieces]
    hop = _hops(stop, task.near)
    heads = _heads(turf, hop, joined, shift, LONG * task.hop)
    run = np.cumsum(heads) - 1
    first = np.flatnonzero(heads)
    last = np.r_[first[1:], len(run)] - 1
    ends, row = np.unique(np.r_[first, last], return_inverse=True)
    enter, leave = row[: len(first)].astype(np.int64), row[len(first) :].astype(np.int64)
    table = distance_table(task.site.ends.take(stop[ends]), task.reach)
    within = np.where(heads, 0, hop)
    load = np.bincount(run, task.load[pieces] + task.goal.pace * within).astype(np.int64)
    runs = np.zeros(len(first), RUN)
    runs["before"], runs["after"] = _rings(turf[first])
    runs["turf"], runs["enter"], runs["leave"], runs["load"] = turf[first], enter, leave, load
    tied, ties, runs["away"] = task.ties.within(pieces, run)
    near = np.empty((len(runs), min(LOOK, len(runs) - 1)), NEAR)
    find_near(table, runs, near)
    goal, astray = task.goal, task.ties.astray_dm if joined == 1 else 0
    rules = np.array([goal.low, goal.high, goal.pace, astray], np.int64)
    turfs = np.zeros(len(names), TURF)
    search(table, near, tied, ties, runs, turfs, rules, moves * len(runs), heat, state)
    found, after, entered = (runs[name].astype(np.int64) for name in ("turf", "after", "enter"))
    rank = _ranks(found, after)
    inside = np.arange(len(run)) - first[run]
    turned = (entered != enter)[run]
    place = np.empty(len(run), np.int64)
    place[np.lexsort((np.where(turned, -inside, inside), rank[run]))] = np.arange(len(run))
    searched, placed = np.empty(len(run), np.int64), np.empty(len(run), np.int64)
    searched[order], placed[order] = names[found[run]], place
    return searched, placed


def _hops(stop: Longs, near: tuple[Ints, Ints]) -> Longs:
    """Walk to each piece from the one before in tour order; `_UNKNOWN_DM` if no neighbour."""
    who, far = near
    a, b = stop[:-1], stop[1:]
    known = who[a] == b[:, None]
    hop = np.where(known.any(axis=1), far[a, known.argmax(axis=1)], _UNKNOWN_DM)
    hops: Longs = np.r_[_UNKNOWN_DM, np.where(a == b, 0, hop)].astype(np.int64)
    return hops


def _heads(turf: Longs, hop: Longs, joined: int, shift: int, long_dm: float) -> Flags:
    """Which pieces, in tour order, begin a run."""
    at = np.arange(len(turf))
    opens = np.r_[True, turf[1:] != turf[:-1]]
    since = at - np.maximum.accumulate(np.where(opens, at, 0))
    heads: Flags = opens | ((since + shift) % joined == 0) | (hop > long_dm)
    return heads


def _rings(turf: Longs) -> tuple[Longs, Longs]:
    """The run before and after each one, for runs in tour order, turf by turf."""
    sizes = np.bincount(turf)
    ends = np.cumsum(sizes)
    after = np.arange(len(turf)) + 1
    after[ends - 1] = ends - sizes
    before = np.empty(len(turf), np.int64)
    before[after] = np.arange(len(turf))
    return before, after


def _ranks(turf: Longs, after: Longs) -> Longs:
    """Rank of each run along the rings, one ring after the other."""
    rank = np.empty(len(turf), np.int64)
    steps = 0
    for start in np.unique(turf, return_index=True)[1]:
        at, begun = start, steps
        while steps == begun or at != start:
            rank[at] = steps
            at, steps = after[at], steps + 1
    return rank
