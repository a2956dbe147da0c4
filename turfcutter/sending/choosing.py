"""
Choosing: of a large universe the turfs that reach most voters an hour.

An hour is an hour of the volunteer's day: the turf's minutes, and the drive from the staging place
and back. Of a universe too large to cut for a few turfs only the surroundings of its best doors are
looked at; what those are, voters and room around each door and the drive there tell.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from turfcutter.arrays import Flags, Floats, Longs
from turfcutter.sending.staging import share_out

EVERYTHING: Final = 20_000
"""A universe of so many doors is looked at as a whole."""
LOOKED_AT: Final = 4
"""Of a larger one so many times the doors of the turfs asked for, if that is more."""
TOUR: Final = 0.93
"""A walk through n doors spread over an area is about so many times the root of n times area."""

_ROWS: Final = 4096
_RATE: Final = 1000
_FULL: Final = 10**9
_CHOSEN: Final = 10**12


def voters_an_hour(
    voters: npt.ArrayLike, minutes: npt.ArrayLike, drive_minutes: npt.ArrayLike
) -> Floats:
    """Voters of turfs for each hour of walking, talking, and driving there and back."""
    hours = (np.asarray(minutes, np.float64) + 2 * np.asarray(drive_minutes, np.float64)) / 60
    rate: Floats = np.asarray(voters, np.float64) / np.maximum(hours, 1e-9)
    return rate


def promising_stops(
    xy: Floats,
    load: Floats,
    voters: Longs,
    minutes: Floats,
    drive_minutes: Floats,
    size: float,
    wanted: float,
    speed_mps: float,
) -> Flags:
    """
    Stops in the surroundings that promise most voters an hour.

    The surroundings of a stop are the stops nearest to it that make a turf. Their walk is guessed
    after Beardwood, Halton and Hammersley (1959), "The shortest path through many points".

    Parameters
    ----------
    xy
        Positions of the stops, metres, shape (n_stops, 2).
    load, voters, minutes
        What each adds to the size of a turf, its voters, and its minutes at the doors.
    drive_minutes
        To each from the staging place, one way.
    size
        Target size of a turf.
    wanted
        Load to look at; all stops where they are no more.
    speed_mps
        Walking speed.
    """
    if load.sum() <= wanted:
        return np.ones(len(xy), bool)
    # of stops that take no time any number makes a turf: then the mean one tells how many
    small = max(float(np.quantile(load, 0.05)), load.mean() / 4)
    around = min(len(xy), max(1, int(np.ceil(size / small))))
    tree = cKDTree(xy)
    members, rate = [], np.empty(len(xy))
    for first in range(0, len(xy), _ROWS):
        rows = slice(first, first + _ROWS)
        found = tree.query(xy[rows], k=np.arange(1, around + 1))
        far, who = np.asarray(found[0]), np.asarray(found[1])
        last = (np.cumsum(load[who], axis=1) < size).sum(axis=1).clip(max=around - 1)
        at = np.arange(len(who)), last
        area = np.pi * far[at] ** 2
        walk = TOUR * np.sqrt((last + 1) * area) / speed_mps / 60
        own, people = (np.cumsum(what[who], axis=1)[at] for what in (minutes, voters))
        rate[rows] = voters_an_hour(people, own + walk, drive_minutes[rows])
        members += [stops[: end + 1] for stops, end in zip(who, last, strict=True)]
    kept: Flags = np.zeros(len(xy), bool)
    held = 0.0
    for stop in np.lexsort((np.arange(len(xy)), -np.round(rate, 6))).tolist():
        fresh = members[stop][~kept[members[stop]]]
        kept[fresh] = True
        held += float(load[fresh].sum())
        if held >= wanted:
            break
    return kept


def best_turfs(rate: Floats, full: Flags, room: Longs, count: int) -> Longs:
    """
    The turfs to hand out: exactly `count`, most voters an hour in sum.

    A volunteer has a shift to fill, so turfs that are too small come after all others.

    Parameters
    ----------
    rate
        Voters an hour of each turf from each staging place, shape (n_turfs, n_places).
    full
        Turfs that are not too small, shape (n_turfs,).
    room
        Turfs that can be handed out at each place; in sum at least `count`.
    count
        How many, at most n_turfs.

    Returns
    -------
    chosen
        Positions, ascending, shape (count,).
    """
    worth = np.rint(rate * _RATE).astype(np.int64) + _FULL * full[:, None]
    # one more place is home: all would rather stay there, but it has no room for `count` of them
    cost = np.column_stack([-worth, np.full(len(rate), -_CHOSEN)])
    place = share_out(cost, np.append(room, len(rate) - count))
    return np.flatnonzero(place < len(room))
