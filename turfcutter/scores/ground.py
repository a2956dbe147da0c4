"""
Ground: the doors of a plan on their streets, as every cut of them is judged.

What is known here does not depend on any cut: distances on foot, each door's nearest doors, its
block side, the side of the barriers it lies on, and where one can cross these.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse.csgraph import connected_components

from turfcutter.arrays import Flags, Floats, Ints, Longs
from turfcutter.streets.barriers import barred, way_off, ways_across
from turfcutter.streets.blocks import block_sides
from turfcutter.streets.distances import Ends, Reach, nearest_stops, stop_ends, terminal_reach
from turfcutter.streets.frontage import Frontage
from turfcutter.streets.network import Network

NEAREST: Final = 4
"""Doors that are looked at to tell whether a door is among strangers."""
STRANGERS: Final = 3
"""A door with so many of its nearest doors in other turfs is misplaced."""


@dataclass(frozen=True)
class Ground:
    """
    Doors on the streets.

    Parameters
    ----------
    network
        The streets.
    frontage
        Of each spot where doors meet a street.
    spot
        Spot of each door, shape (n_doors,).
    xy
        The doors, metres, shape (n_doors, 2).
    minutes
        Time at each door, shape (n_doors,).
    speed_mps
        Walking speed.
    ends, reach
        Distances between spots, see `turfcutter.streets.distances`.
    part
        Part of the network that hangs together on foot, of each spot.
    near
        Nearest doors on foot of each door, nearest first, -1 where there are fewer; shape
        (n_doors, NEAREST).
    """

    network: Network
    frontage: Frontage
    spot: Longs
    xy: Floats
    minutes: Floats
    speed_mps: float
    ends: Ends
    reach: Reach
    part: Ints
    near: Longs


def survey(
    frontage: Frontage,
    xy: Floats,
    minutes: Floats,
    network: Network,
    *,
    speed_mps: float,
    workers: int,
) -> Ground:
    """
    The ground of some doors.

    Parameters
    ----------
    frontage
        Of each door; all have an edge.
    xy, minutes, network, speed_mps
        See `Ground`.
    workers
        Threads; no influence on the result.
    """
    place = np.stack([frontage.edge, frontage.side, frontage.along_dm], axis=1)
    _, first, spot = np.unique(place, axis=0, return_index=True, return_inverse=True)
    spots = frontage.take(first)
    ends, terminals = stop_ends(spots, network)
    reach = terminal_reach(network, terminals, workers)
    corner = terminals[ends.terminal[:, 0]]
    part = connected_components(network.graph, directed=False)[1][corner]
    spot = spot.ravel().astype(np.int64)
    near = _nearest_doors(spot, nearest_stops(ends, reach, 2 * NEAREST)[0])
    return Ground(network, spots, spot, xy, minutes, speed_mps, ends, reach, part, near)


def _nearest_doors(spot: Longs, who: Ints) -> Longs:
    """The nearest doors of each door: first those beside it in its building, then others."""
    order = np.argsort(spot, kind="stable")
    count = np.bincount(spot, minlength=len(who))
    opens = np.cumsum(count) - count
    here = np.arange(len(spot)) - opens[spot[order]]
    own = np.minimum(count[spot[order]], NEAREST + 1)
    start = np.clip(here - NEAREST // 2, 0, count[spot[order]] - own)
    choices = []
    for step in range(NEAREST + 1):
        at = start + step
        good = (step < own) & (at != here)
        choices.append(
            np.where(good, order[np.minimum(opens[spot[order]] + at, len(spot) - 1)], -1)
        )
    for column in who[:, :NEAREST].T:
        other = column[spot[order]].astype(np.int64)
        for step in range(NEAREST):
            good = (other >= 0) & (step < count[other])
            at = np.minimum(opens[other] + step, len(spot) - 1)
            choices.append(np.where(good, order[at], -1))
    table = np.stack(choices, axis=1)
    kept = np.argsort(table < 0, axis=1, kind="stable")[:, :NEAREST]
    near = np.empty((len(spot), NEAREST), np.int64)
    near[order] = np.take_along_axis(table, kept, axis=1)
    return near


def misplaced(ground: Ground, turf: Longs) -> Flags:
    """Which doors lie among strangers: three of their four nearest doors are of other turfs."""
    other = np.where(ground.near >= 0, turf[ground.near], -1)
    foreign = (other >= 0) & (other != turf[:, None])
    flags: Flags = (foreign.sum(axis=1) >= STRANGERS) & (turf >= 0)
    return flags


def split_sides(ground: Ground, turf: Longs) -> tuple[int, int]:
    """Block sides whose doors lie in several turfs, and all that have two doors or more."""
    front, given = ground.frontage, turf >= 0
    side = block_sides(ground.network)[front.edge, front.side][ground.spot[given]]
    number = np.unique(side, return_inverse=True)[1]
    pairs = np.unique(np.stack([number, turf[given]], axis=1), axis=0)[:, 0]
    several = np.bincount(number) > 1
    split = np.bincount(pairs, minlength=len(several)) > 1
    return int((split & several).sum()), int(several.sum())


def barred_turfs(ground: Ground, turf: Longs) -> Longs:
    """Turfs on both sides of a barrier with no way across near any of their doors."""
    cell = ground.network.edges["cell"].to_numpy()[ground.frontage.edge][ground.spot]
    ways = ways_across(ground.network.edges, ground.network.lines)
    return barred(turf, cell, way_off(ground.xy, ways))
