"""
Cutting: a pure function from one region's stops and a seed to turfs.

Giant tour → optimal split → local search across turfs, in groups of neighbouring turfs small enough
for a dense distance table → a short tour for each turf. The groups of a round share nothing, so
threads may work on them without changing the result.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from turfcutter.cutting.chance import seeded
from turfcutter.cutting.search import nearest_first, search
from turfcutter.cutting.split import loops_back, split_tour
from turfcutter.cutting.ties import Ties, neighbour_ties
from turfcutter.cutting.tour import giant_tour, short_tour
from turfcutter.distances import Ends, Reach, distance_table, nearest_stops
from turfcutter.network import Floats, Ints, Longs

NEIGHBOURS: Final = 24
"""Stops each stop knows as its neighbours on foot."""
GROUP: Final = 12
"""Turfs that are searched together."""
ROUNDS: Final = 4
"""Searches, each with other groups."""
MOVES: Final = 16
"""Ruin-and-recreate moves a stop and round."""
HEAT: Final = (1.0, 0.1)
"""First and last temperature, as shares of the mean hop between stops."""
PULL_DM: Final = 150.0
"""How strongly the first split wants the target: the walk that being at the band's edge costs."""
KICKS: Final = 4
"""Kicks a stop for the final order."""


@dataclass(frozen=True)
class Goal:
    """
    What a turf should hold, in whole units of load.

    Parameters
    ----------
    target, low, high
        Wished, least and most load.
    pace
        Load of walking one decimetre; 0 where only doors count.
    """

    target: int
    low: int
    high: int
    pace: int


@dataclass(frozen=True)
class Site:
    """
    The stops of one region, in an order that does not depend on the input's.

    Parameters
    ----------
    ends
        Their ends, see `turfcutter.distances`.
    xy
        Where they meet the street, metres, shape (n_stops, 2).
    doors
        Number of doors of each, shape (n_stops,).
    load
        Load of each door, stop by stop, in the order of units, shape (n_doors,).
    soft
        Polygon of each stop of which turfs rather do not cross the lines, shape (n_stops,).
    """

    ends: Ends
    xy: Floats
    doors: Longs
    load: Longs
    soft: Longs


@dataclass(frozen=True)
class Cut:
    """
    Turfs of one region.

    Parameters
    ----------
    stop, first, doors, turf, place
        Pieces: the stop each belongs to, its first door within the stop, its number of doors, its
        turf and its place in the turf's closed walk. Only a building that had to be divided has
        several pieces.
    """

    stop: Longs
    first: Longs
    doors: Longs
    turf: Longs
    place: Longs


def goal_for(total: int, goal: Goal) -> Goal:
    """
    The band a region of `total` doors can keep.

    The wished band where some number of turfs fits it, else the narrowest band of the number of
    turfs that makes the worst deviation from the target smallest.
    """
    least, most = -(-total // goal.high), total // goal.low
    if least <= most:
        return goal
    around = {max(1, total // goal.target), total // goal.target + 1}

    def worst(turfs: int) -> tuple[int, int]:
        low, high = total // turfs, -(-total // turfs)
        return max(abs(low - goal.target), abs(high - goal.target)), turfs

    turfs = min(around, key=worst)
    return Goal(goal.target, total // turfs, -(-total // turfs), goal.pace)


def cut_region(site: Site, reach: Reach, goal: Goal, seed: int, name: str, workers: int) -> Cut:
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
    workers
        Threads; no influence on the result.
    """
    who, far = nearest_stops(site.ends, reach, NEIGHBOURS)
    cut = _split(giant_tour(who, far, site.xy), who, far, site, goal)
    ties = neighbour_ties(cut.stop, who, site.ends, site.soft)
    load = _piece_load(cut, site)
    turfs = int(cut.turf.max()) + 1
    rounds = 0 if turfs == 1 else 1 if turfs <= GROUP else ROUNDS
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        for turn in range(rounds):
            heat = _heat(_mean_hop(far), turn, rounds)
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
                state = seeded(seed, name, "search", turn, number)
                members = groups[number]
                return _search_group(
                    members, cut, site, reach, ties, goal, load, moves * len(members), heat, state
                )

            turf, place = cut.turf.copy(), cut.place.copy()
            for members, found in zip(groups, pool.map(searched, range(len(groups))), strict=True):
                turf[members], place[members] = found
            cut = replace(cut, turf=turf, place=place)
    return _ordered(cut, site, reach, seed, name)


def _mean_hop(far: Ints) -> float:
    """Typical distance between consecutive stops, decimetres."""
    close = far[:, : min(2, far.shape[1])]
    return float(max(10.0, np.minimum(close, 5000).mean()))


def _heat(hop: float, turn: int, rounds: int) -> Floats:
    """Temperatures of a round: the whole cooling is spread over the rounds."""
    hot, cold = HEAT
    steps = hot * (cold / hot) ** (np.arange(rounds + 1) / rounds)
    return np.array([steps[turn], steps[turn + 1]]) * hop


def _split(order: Longs, who: Ints, far: Ints, site: Site, goal: Goal) -> Cut:
    """Pieces and turfs from the giant tour, opened at its longest hop."""
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
    first = split_tour(stop, load, close, band, goal.target, goal.pace, PULL_DM)
    turf = np.zeros(len(stop), np.int64)
    turf[first[1:]] = 1
    turf = np.cumsum(turf)
    begins = np.flatnonzero(np.r_[True, (np.diff(stop) != 0) | (np.diff(turf) != 0)])
    count = np.diff(np.r_[begins, len(stop)])
    return Cut(stop[begins], within[begins], count, turf[begins], np.arange(len(begins)))


def _window(load: Longs, goal: Goal) -> int:
    """Most doors a turf may hold, and one more."""
    least = max(1, int(np.quantile(load, 0.05)))
    return int(min(len(load), goal.high // least + 2, 4096))


def _piece_load(cut: Cut, site: Site) -> Longs:
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
    walked = np.bincount(turf, table[before, np.arange(len(turf))])
    held = np.bincount(turf, load[members]) + goal.pace * walked
    band = np.array([min(goal.low, held.min()), max(goal.high, held.max())], np.int64)
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


def _ordered(cut: Cut, site: Site, reach: Reach, seed: int, name: str) -> Cut:
    """The cut with each turf's walk as short as `short_tour` makes it."""
    place = cut.place.copy()
    ends = np.cumsum(np.bincount(cut.turf))[:-1]
    for number, members in enumerate(np.split(np.lexsort((cut.place, cut.turf)), ends)):
        table = distance_table(site.ends.take(cut.stop[members]), reach)
        state = seeded(seed, name, "order", number)
        order = short_tour(table, KICKS * len(members), state)
        place[members[order]] = np.arange(len(members))
    return replace(cut, place=place)
