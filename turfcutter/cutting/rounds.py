"""
Rounds of search: coarse ones first, each in groups of neighbouring turfs, each in other groups.

Coarse rounds move several stops as one, so they find cheaply which streets belong together; fine
ones find where exactly a turf ends (multilevel refinement, Walshaw 2004, "Multilevel refinement
for combinatorial optimisation problems", Annals of Operations Research 131). Ties between stops
are cheap at first, so that walks find their places; they get dearer where too many block sides are
split, so that shapes are clean in the end.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from turfcutter.arrays import Floats, Ints, Longs
from turfcutter.cutting.chance import seeded
from turfcutter.cutting.runs import Task, search_group
from turfcutter.cutting.site import Cut, Goal, Site
from turfcutter.cutting.ties import neighbour_ties
from turfcutter.streets.distances import Reach


@dataclass(frozen=True)
class Round:
    """
    One search of all turfs.

    Parameters
    ----------
    joined
        Most stops that are moved as one.
    group
        Turfs that are searched together.
    moves
        Ruin-and-recreate moves a run.
    heat
        First and last temperature, as shares of the mean hop between stops.
    fine
        Whether ties get dearer before it where block sides are split.
    """

    joined: int
    group: int
    moves: int
    heat: tuple[float, float]
    fine: bool


ROUNDS: Final = (
    Round(joined=6, group=100, moves=96, heat=(16.0, 4.0), fine=False),
    Round(joined=3, group=40, moves=72, heat=(4.0, 1.0), fine=False),
    Round(joined=2, group=40, moves=24, heat=(1.0, 0.3), fine=True),
    Round(joined=1, group=12, moves=12, heat=(0.3, 0.1), fine=True),
)
PATIENT_STOPS: Final = 8_000
"""Plans of fewer stops are searched longer, so that they take no less time than one of so many."""
MOST_PATIENT: Final = 4
"""So many times as long at most: more wins little."""
SPLIT: Final = 0.03
"""Share of block sides that may be split before ties get dearer."""
STEEP: Final = 1.5
"""Ties get dearer by this power of how many times that share is exceeded."""
DEAREST: Final = 8.0
"""So many times at most."""


def patience_of(stops: int) -> int:
    """How many times the usual moves are tried in a plan of so many stops: 1, 2 or 4."""
    patience = MOST_PATIENT
    while patience > 1 and patience * stops > PATIENT_STOPS:
        patience //= 2
    return patience


def improve(
    cut: Cut,
    site: Site,
    reach: Reach,
    near: tuple[Ints, Ints],
    goal: Goal,
    seed: tuple[int, str],
    patience: int,
    workers: int,
) -> Cut:
    """
    A better cut of the same pieces into as many turfs.

    Parameters
    ----------
    cut, site, reach, goal
        As in `turfcutter.cutting.cut_region`.
    near
        Nearest stops of each stop and their distance.
    seed
        Seed and name of the region.
    patience
        How many times the moves of each round are tried.
    workers
        Threads; the groups of a round share nothing, so they have no influence on the result.
    """
    if cut.turf.max() == 0:
        return cut
    who, far = near
    hop, price, load = _mean_hop(far), 1.0, piece_load(cut, site)
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        for turn, one in enumerate(ROUNDS):
            if one.fine:
                price = min(DEAREST, price * _dearer(cut.turf, site.block[cut.stop]))
            ties = neighbour_ties(cut.stop, who, site.doors, site.block, site.soft, price * hop)
            task = Task(site, reach, goal, near, ties, load, hop)
            heat = np.array(one.heat) * hop
            groups = _groups(site.xy[cut.stop], cut.turf, one.group, turn)

            def searched(
                number: int,
                cut: Cut = cut,
                one: Round = one,
                task: Task = task,
                heat: Floats = heat,
                turn: int = turn,
                groups: list[Longs] = groups,
            ) -> tuple[Longs, Longs]:
                state = seeded(*seed, "search", turn, number)
                return search_group(
                    groups[number], cut, task, one.joined, turn, patience * one.moves, heat, state
                )

            turf, place = cut.turf.copy(), cut.place.copy()
            for members, found in zip(groups, pool.map(searched, range(len(groups))), strict=True):
                turf[members], place[members] = found
            cut = replace(cut, turf=turf, place=place)
    return cut


def _mean_hop(far: Ints) -> float:
    """Typical distance between consecutive stops, decimetres."""
    close = far[:, : min(2, far.shape[1])]
    return float(max(10.0, np.minimum(close, 5000).mean()))


def _dearer(turf: Longs, block: Longs) -> float:
    """How many times dearer ties should be, as block sides are split between turfs."""
    turfs = int(turf.max()) + 1
    stops = np.bincount(block)
    parts = np.bincount(np.unique(block * turfs + turf) // turfs)
    several = stops > 1
    share = float(np.mean(parts[several] > 1)) if several.any() else 0.0
    return float(max(1.0, share / SPLIT) ** STEEP)


def piece_load(cut: Cut, site: Site) -> Longs:
    """Load of each piece."""
    total = np.r_[0, np.cumsum(site.load)]
    first = (np.cumsum(site.doors) - site.doors)[cut.stop] + cut.first
    load: Longs = total[first + cut.doors] - total[first]
    return load


def _groups(xy: Floats, turf: Longs, group: int, turn: int) -> list[Longs]:
    """Pieces of neighbouring turfs, about `group` turfs together; other ones every turn."""
    count = np.bincount(turf)
    centre = np.stack([np.bincount(turf, xy[:, axis]) / count for axis in (0, 1)], axis=1)
    angle = np.pi * turn / 4
    turned = centre @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    strips = max(1, round(np.sqrt(len(count) / group)))
    blocks = []
    for strip in _slices(np.argsort(turned[:, 0], kind="stable"), len(count) / strips, turn):
        along = strip[np.argsort(turned[strip, 1], kind="stable")]
        blocks += _slices(along, group, turn)
    block = np.empty(len(count), np.int64)
    for number, turfs in enumerate(blocks):
        block[turfs] = number
    return [np.flatnonzero(block[turf] == number) for number in range(len(blocks))]


def _slices(turfs: Longs, size: float, turn: int) -> list[Longs]:
    """Even parts of about `size`; odd turns begin with half a part."""
    parts = max(1, round(len(turfs) / size))
    shift = 0.5 * (turn % 2)
    cuts = [round(len(turfs) * (part + shift) / (parts + shift)) for part in range(1, parts)]
    return [part for part in np.split(turfs, cuts) if len(part)]
