"""Closed walks of a cut's turfs: the shortest that is found, and the cut's own."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import pandas as pd

from turfcutter.arrays import Floats, Ints, Longs
from turfcutter.cutting.chance import seeded
from turfcutter.cutting.tour import short_tour, tour_length
from turfcutter.scores.ground import Ground
from turfcutter.streets.distances import distance_table
from turfcutter.streets.routes import find_hops

KICKS: Final = 8
"""Kicks a spot for the shortest walk of a turf: twice as many as for the walk of a plan."""
MOST: Final = 3000
"""Turfs of more spots are walked in their own order: a table of distances would be too large."""


def closed_walks(
    ground: Ground, turf: Longs, rank: Floats | None, *, workers: int
) -> tuple[Floats, Floats]:
    """
    Closed walk of each turf: the shortest found, and in its own order.

    Parameters
    ----------
    ground
        The doors.
    turf
        Number of each door's turf, shape (n_doors,); -1 for doors in none.
    rank
        Rank of each door within its turf, or None where the cut has no order.
    workers
        Threads; no influence on the result.

    Returns
    -------
    best, own
        Of shape (n_turfs, 2): metres, and metres one walks on level ground in the same time. NaN
        in `own` where there is no order.
    """
    count = int(turf.max()) + 1
    key = rank if rank is not None else np.zeros(len(turf))
    # a spot is where its first door comes; spots of another part of the network are another walk
    part = ground.part[ground.spot]
    doors = pd.DataFrame({"turf": turf, "part": part, "spot": ground.spot, "key": key})
    table = doors[turf >= 0].sort_values(["turf", "part", "key", "spot"], kind="stable")
    table = table.drop_duplicates(["turf", "spot"])
    spots = table["spot"].to_numpy(np.int64)
    walk = table.groupby(["turf", "part"], sort=False).ngroup().to_numpy()
    members = np.split(spots, np.flatnonzero(np.diff(walk)) + 1)
    of_turf = table["turf"].to_numpy()[np.r_[True, np.diff(walk) != 0]]
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        tours = list(pool.map(lambda some: _shortest(ground, some, own=rank is not None), members))
    best = _lengths(ground, tours)
    own = np.full_like(best, np.nan)
    if rank is not None:
        own = _lengths(ground, members)
        best = np.where((own[:, 1] < best[:, 1])[:, None], own, best)
    whole = np.zeros((2, count, 2))
    for total, part_of in zip(whole, (best, own), strict=True):
        np.add.at(total, of_turf, part_of)
    return whole[0], whole[1]


def _shortest(ground: Ground, spots: Longs, *, own: bool) -> Longs:
    """Spots in the order of the shortest closed walk found."""
    if len(spots) > MOST:
        return spots
    table = distance_table(ground.ends.take(spots), ground.reach)
    orders = [_next_nearest(table)]
    if own:
        orders.append(np.arange(len(spots)))
    found = []
    for order in orders:
        mixed = np.ascontiguousarray(table[np.ix_(order, order)])
        tour = order[short_tour(mixed, KICKS * len(spots), seeded(0, "score"))]
        found.append((int(tour_length(tour, table)), tour))
    return spots[min(found, key=lambda pair: pair[0])[1]]


def _next_nearest(table: Ints) -> Longs:
    """An order that always goes on to the nearest spot not yet visited."""
    left, order = np.ones(len(table), bool), np.zeros(len(table), np.int64)
    for step in range(1, len(table)):
        left[order[step - 1]] = False
        order[step] = np.argmin(np.where(left, table[order[step - 1]], np.iinfo(np.int32).max))
    return order


def _lengths(ground: Ground, tours: list[Longs]) -> Floats:
    """Exact length of closed walks through spots, and the same on level ground, metres."""
    start = np.concatenate(tours)
    goal = np.concatenate([np.roll(tour, -1) for tour in tours])
    number = np.repeat(np.arange(len(tours)), [len(tour) for tour in tours])
    moved = start != goal
    hops = find_hops(start[moved], goal[moved], ground.frontage, ground.network)
    dm = np.bincount(hops.moves["hop"], hops.moves["dm"], int(moved.sum()))
    lengths = [np.bincount(number[moved], each, len(tours)) for each in (dm, hops.cost_dm)]
    return np.stack(lengths, axis=1) / 10
