"""
Effort: what a turf takes, in minutes and as a grade.

Time at a door is not one number. Everybody waits at it and writes something down; only those who
find somebody at home talk. A building takes time of its own: getting in, changing floors, finding
the unit. Who is at home is not known beforehand, so minutes have a range.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from turfcutter.arrays import Floats
from turfcutter.params import CutParams

Words = npt.NDArray[np.object_]

CONTACT: Final = (0.20, 0.25, 0.30)
"""Share of doors where somebody talks: on a quiet, usual and busy day, as field reports have it."""
TALK: Final = (0.75, 1.0, 1.25)
"""How long talks are on such days, against the usual."""
PACE: Final = (0.9, 1.0, 1.1)
"""Time between doors against the estimate: brisk, usual and slow walkers."""

DRIVE: Final = "drive"
"""Kind of turf whose doors are too far apart to walk."""
DRIVE_MPS: Final = 8.0
"""Speed by car from stop to stop on country roads, parking included."""

INDOORS: Final = ("apartments", "dorm")
"""Classes of building (`turfcutter.doors.buildings`) whose doors are inside."""
ENTRY_MINUTES: Final = 1.0
"""Getting into a building, once a visit."""
FLOOR_MINUTES: Final = 0.5
"""Stairs, lift and corridor, for each floor with a door on the list."""
UNIT_MINUTES: Final = 0.1
"""Finding the unit, for each door inside."""

STEPS_WEIGHT: Final = 4.0
"""A metre of steps is as much effort as walking so many."""
BARE_WEIGHT: Final = 1.5
"""A metre along a street without a sidewalk, likewise."""
GRADES: Final[dict[str, float]] = {"easy": 2.0, "fair": 4.0, "hard": np.inf}
"""Grade of a turf -> kilometres of effort it stays below."""


@dataclass(frozen=True)
class Kind:
    """Minutes at a door by kind of canvass: waiting, writing, and talking where somebody talks."""

    wait: float
    write: float
    talk: float

    def minutes(self, day: int) -> float:
        """Mean over answered doors and not, on a quiet, usual or busy day (0, 1, 2)."""
        return self.wait + self.write + CONTACT[day] * TALK[day] * self.talk


KINDS: Final[dict[str, Kind]] = {
    "lit": Kind(wait=0.4, write=0.1, talk=0.0),
    "gotv": Kind(wait=0.5, write=0.1, talk=1.6),
    "persuade": Kind(wait=0.6, write=0.2, talk=3.6),
    "deep": Kind(wait=0.7, write=0.5, talk=12.0),
    "register": Kind(wait=0.7, write=0.8, talk=10.0),
}
"""Kind of canvass -> its minutes: on usual days 0.5, 1.0, 1.7, 4.2 and 4.0 a door."""


def at_door(cut: CutParams) -> tuple[float, float, float]:
    """
    Minutes at a door, path and building not counted: on a quiet, usual and busy day.

    Where the minutes are given, the kind of canvass tells how far the days are apart.
    """
    kind = KINDS[cut.kind]
    usual = kind.minutes(1)
    scale = 1.0 if cut.door_minutes is None else cut.door_minutes / usual
    low, mean, high = (scale * kind.minutes(day) for day in range(3))
    return low, mean, high


def door_minutes(
    visit: npt.ArrayLike,
    level: npt.ArrayLike,
    building: npt.ArrayLike,
    setback_m: npt.ArrayLike,
    cut: CutParams,
) -> Floats:
    """
    Usual minutes at each door, with what reaching it takes.

    The first door of a visit carries the path from the street and back, and the way into the
    building; the first door of each floor, the way to that floor.

    Parameters
    ----------
    visit
        Number that changes with every stop of every turf, shape (n_doors,), doors in the order
        they are visited in.
    level
        Number that changes with the wing or floor of a building.
    building
        Class of building.
    setback_m
        Metres from the street.
    cut
        Kind of canvass, minutes at a door, speed.
    """
    opens = _changes(visit)
    storey = opens | _changes(level)
    inside = np.isin(np.asarray(building, object).astype(str), INDOORS)
    path = 2 * np.asarray(setback_m, np.float64) / cut.speed_mps / 60
    within = UNIT_MINUTES + FLOOR_MINUTES * storey + ENTRY_MINUTES * opens
    minutes: Floats = at_door(cut)[1] + np.where(opens, path, 0.0) + np.where(inside, within, 0.0)
    return minutes


def _changes(number: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Where a number is not that of the row before."""
    values = np.asarray(number, np.int64)
    flags: npt.NDArray[np.bool_] = np.r_[True, values[1:] != values[:-1]]
    return flags


def minutes_range(
    minutes: npt.ArrayLike, doors: npt.ArrayLike, cut: CutParams
) -> tuple[Floats, Floats]:
    """
    Least and most minutes one should expect of turfs.

    Parameters
    ----------
    minutes, doors
        Usual minutes and number of doors of each turf, shape (n_turfs,).
    cut
        Kind of canvass and minutes at a door.

    Returns
    -------
    low, high
        A quiet day walked briskly (fewer and shorter talks, `PACE`), and a busy one walked slowly.
    """
    low, usual, high = at_door(cut)
    count = np.asarray(doors, np.float64)
    between = np.maximum(np.asarray(minutes, np.float64) - usual * count, 0)
    return low * count + PACE[0] * between, high * count + PACE[2] * between


def grades(effort_m: npt.ArrayLike) -> Words:
    """Grade of turfs by their metres of effort, see `effort_metres`."""
    names, most = list(GRADES), list(GRADES.values())
    place = np.searchsorted(most, np.asarray(effort_m, np.float64) / 1000, side="right")
    return np.array(names, object)[place]


def effort_metres(walks: pd.DataFrame, paths_m: npt.ArrayLike) -> Floats:
    """
    Metres of level sidewalk that are as much effort as each turf.

    Parameters
    ----------
    walks
        `walk_m`, `steps_m`, `bare_m` of `turfcutter.walks.walking.Walks.turfs`.
    paths_m
        Metres of the paths to the doors and back.
    """
    walk_m, steps_m, bare_m = (
        walks[name].to_numpy(np.float64) for name in ("walk_m", "steps_m", "bare_m")
    )
    more = (STEPS_WEIGHT - 1) * steps_m + (BARE_WEIGHT - 1) * bare_m
    metres: Floats = walk_m + np.asarray(paths_m, np.float64) + more
    return metres
