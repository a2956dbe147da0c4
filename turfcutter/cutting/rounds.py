"""Rounds of search: each in groups of neighbouring turfs, every round in other groups."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from turfcutter.cutting.chance import seeded
from turfcutter.cutting.search import nearest_first, search
from turfcutter.cutting.site import Cut, Goal, Site
from turfcutter.cutting.ties import Ties, neighbour_ties
from turfcutter.distances import Reach, distance_table
from turfcutter.network import Floats, Ints, Longs

GROUP: Final = 12
"""Turfs that are searched together."""
ROUNDS: Final = 4
"""Searches, each with other groups."""
MOVES: Final = 16
"""Ruin-and-recreate moves a stop and round."""
HEAT: Final = (1.0, 0.1)
"""First and last temperature, as shares of the mean hop between stops."""


def improve(
    cut: Cut,
    site: Site,
    reach: Reach,
    near: tuple[Ints, Ints],
    goal: Goal,
    seed: tuple[int, str],
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
    workers
        Threads; the groups of a round share nothing, so they have no influence on the result.
    """
    who, far = near
    hop = _mean_hop(far)
    ties = neighbour_ties(cut.stop, who, site.ends, site.soft, hop)
    load = piece_load(cut, site)
    turfs = int(cut.turf.max()) + 1
    rounds = 0 if turfs == 1 else 1 if turfs <= GROUP else ROUNDS
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        for turn in range(rounds):
            heat = _heat(hop, turn, rounds)
            moves = MOVES * ROUNDS // rounds
            groups = _groups(site.xy[cut.stop], cut.turf, turn)

            def searched(
                number: int,
                cut: Cut = cut,
                heat: Floats = heat,
                moves: int = moves,
                turn: int = turn,
                groups: list[Longs] = groups,
            ) -> tuple[Longs, Longs]:
                state = seeded(*seed, "search", turn, number)
                members = groups[number]
                return _search_group(
                    members, cut, site, reach, ties, goal, load, moves * len(members), heat, state
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


def _heat(hop: float, turn: int, rounds: int) -> Floats:
    """Temperatures of a round: the whole cooling is spread over the rounds."""
    hot, cold = HEAT
    steps = hot * (cold / hot) ** (np.arange(rounds + 1) / rounds)
    return np.array([steps[turn], steps[turn + 1]]) * hop


def piece_load(cut: Cut, site: Site) -> Longs:
    """Load of each piece."""
    total = np.r_[0, np.cumsum(site.load)]
    first = (np.cumsum(site.doors) - site.doors)[cut.stop] + cut.first
    load: Longs = total[first + cut.doors] - total[first]
    return load


def _groups(xy: Floats, turf: Longs, turn: int) -> list[Longs]:
    """Pieces of neighbouring turfs, about `GROUP` turfs together; other ones every turn."""
    count = np.bincount(turf)
    centre = np.stack([np.bincount(turf, xy[:, axis]) / count for axis in (0, 1)], axis=1)
    angle = np.pi * turn / 4
    turned = centre @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    strips = max(1, round(np.sqrt(len(count) / GROUP)))
    blocks = []
    for strip in _slices(np.argsort(turned[:, 0], kind="stable"), len(count) / strips, turn):
        along = strip[np.argsort(turned[strip, 1], kind="stable")]
        blocks += _slices(along, GROUP, turn)
    block = np.empty(len(count), np.int64)
    for number, turfs in enumerate(blocks):
        block[turfs] = number
    return [np.flatnonzero(block[turf] == number) for number in range(len(blocks))]


def _slices(turfs: Longs, size: float, turn: int) -> list[Longs]:
    """Even runs of about `size`; odd turns begin with half a run."""
    parts = max(1, round(len(turfs) / size))
    shift = 0.5 * (turn % 2)
    cuts = [round(len(turfs) * (part + shift) / (parts + shift)) for part in range(1, parts)]
    return [run for run in np.split(turfs, cuts) if len(run)]


def _search_group(
    members: Longs,
    cut: Cut,
    site: Site,
    reach: Reach,
    ties: Ties,
    goal: Goal,
    load: Longs,
    moves: int,
    heat: Floats,
    state: npt.NDArray[np.uint64],
) -> tuple[Longs, Longs]:
    """Turf and place of the pieces of a group after a search."""
    table = distance_table(site.ends.take(cut.stop[members]), reach)
    names, turf = np.unique(cut.turf[members], return_inverse=True)
    order = np.lexsort((cut.place[members], turf))
    before, after = _rings(turf, order)
    band = np.array([goal.low, goal.high], np.int64)
    search(
        table,
        nearest_first(table),
        load[members],
        len(names),
        turf,
        before,
        after,
        ties.within(members),
        band,
        goal.pace,
        moves,
        heat,
        state,
    )
    return names[turf], _places(turf, after)


def _rings(turf: Longs, order: Longs) -> tuple[Longs, Longs]:
    """The piece before and after each one, for pieces sorted turf by turf into `order`."""
    sizes = np.bincount(turf)
    ends = np.cumsum(sizes)
    onward = np.arange(len(order)) + 1
    onward[ends - 1] = ends - sizes
    after = np.empty(len(order), np.int64)
    after[order] = order[onward]
    before = np.empty(len(order), np.int64)
    before[after] = np.arange(len(order))
    return before, after


def _places(turf: Longs, after: Longs) -> Longs:
    """Place of each piece in its ring, which begins with the ring's lowest number."""
    place = np.empty(len(turf), np.int64)
    for start in np.unique(turf, return_index=True)[1]:
        at, steps = start, 0
        while steps == 0 or at != start:
            place[at] = steps
            at, steps = after[at], steps + 1
    return place
