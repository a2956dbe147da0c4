"""Half a turf, for one of two people who walk it together: its doors and its part of the walk."""

from dataclasses import replace
from itertools import accumulate
from typing import Any

import numpy as np
import shapely

from turfcutter.packets.turfs.slices import Slice


def half_of(turf: Slice, half: int) -> Slice:
    """
    A turf, or its first or second half.

    Parameters
    ----------
    half
        1 or 2; 0 is the whole. Parted between two stops, as evenly as that goes; one building is
        parted between its doors.

    Notes
    -----
    Minutes are shared by doors. The second half begins at its first stop and goes back to the
    start with the whole walk.
    """
    if not half:
        return turf
    cut = _cut(turf)
    doors = turf.doors[:cut] if half == 1 else turf.doors[cut:]
    share = len(doors) / len(turf.doors)
    row = {name: turf.turf[name] * share for name in ("minutes_low", "minutes_high")}
    part = replace(turf, doors=doors, turf={**turf.turf, **row})
    stops = {door.stop for door in doors}
    if stops == {door.stop for door in turf.doors} or not turf.legs:
        return part
    if half == 2:
        part, stops = _begun_at(part, doors[0].stop), {*stops, 0}
    mine = [k for k, leg in enumerate(part.legs) if leg["stop"] in stops]
    legs, lines = [part.legs[k] for k in mine], part.leg_lines[mine]
    walk = shapely.LineString(np.concatenate([shapely.get_coordinates(line) for line in lines]))
    row = {"walk_m": sum(leg["walk_m"] for leg in legs)}
    return replace(part, legs=legs, leg_lines=lines, walk=walk, turf={**part.turf, **row})


def _cut(turf: Slice) -> int:
    """How many doors the first half has."""
    counts: dict[int, int] = {}
    for door in turf.doors:
        counts[door.stop] = counts.get(door.stop, 0) + 1
    count = len(turf.doors)
    cut = min(accumulate(counts.values()), key=lambda end: (abs(2 * end - count), end))
    return cut if cut < count else (cut + 1) // 2


def _begun_at(turf: Slice, stop: int) -> Slice:
    """A turf whose walk begins at a stop: of the way there only the arrival is left."""
    there = [k for k, leg in enumerate(turf.legs) if leg["stop"] == stop]
    end: Any = shapely.get_coordinates(turf.leg_lines[there[-1]])[-1:]
    legs, lines = [*turf.legs], turf.leg_lines.copy()
    legs[there[-1]] = {**legs[there[-1]], "turn": "start", "walk_m": 0.0}
    lines[there[-1]] = shapely.LineString(np.repeat(end, 2, axis=0))
    kept = [k for k in range(len(legs)) if k not in there[:-1]]
    return replace(turf, legs=[legs[k] for k in kept], leg_lines=lines[kept])
