"""Membership: which doors are in which turf: merging, splitting, moving and redrawing."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd
import shapely

from geodata.crs import project
from geodata.errors import InputError
from geodata.notes import counted
from turfcutter.cutting import Goal
from turfcutter.editing.neighbours import nearest_turfs
from turfcutter.editing.regrouping import regrouped, renumbered
from turfcutter.editing.tours import cut_stops, pieces_by_door, stops_of
from turfcutter.editing.versions import cut_params, known, listed, unlocked, with_turfs
from turfcutter.model import Plan
from turfcutter.plans.layout import Layout, layout_of

NEW: Final = "new"
"""Stands for a turf that is not there yet."""
PAIR: Final = 2


def merge(plan: Plan, turf_ids: Iterable[str]) -> Plan:
    """
    Make one turf of several; it keeps the id of the first.

    Raises
    ------
    InputError
        PARAMETER: fewer than two turfs, or unknown ones. LOCKED. CROSSES: hard lines, barriers, or
        streets that do not hang together lie between them.
    """
    wanted = unlocked(plan, turf_ids)
    if len(wanted) < PAIR:
        raise InputError("PARAMETER", "To merge takes two turfs or more; name them.")
    layout = layout_of(plan)
    joining = layout.doors["turf_id"].isin(wanted)
    turf_id = layout.doors["turf_id"].where(~joining, wanted[0])
    return regrouped(plan, layout, turf_id, {"verb": "merge", "turfs": wanted})


def split(plan: Plan, turf_id: str, parts: int) -> Plan:
    """
    Make several turfs of one, as even as the streets allow; the largest part keeps the id.

    Raises
    ------
    InputError
        PARAMETER: unknown turf, fewer than two parts, or more parts than doors. LOCKED.
    """
    (wanted,) = unlocked(plan, [turf_id])
    layout = layout_of(plan)
    inside = (layout.doors["turf_id"] == wanted).to_numpy(bool)
    doors = int(inside.sum())
    if not PAIR <= parts <= doors:
        what = f"split it into 2 to {doors} turfs" if doors >= PAIR else "it cannot be split"
        message = f"{listed([wanted])} has {counted(doors, 'door')}; {what}."
        raise InputError("PARAMETER", message)
    stops = stops_of(layout.doors[inside])
    cut = cut_params(plan)
    edit = {"verb": "split", "turf": wanted, "into": parts}
    for tolerance in (min(cut.tolerance, 0.5 / parts), 0.0):
        goal = _share(doors, parts, tolerance)
        found = pieces_by_door(stops, cut_stops(stops, layout.network, goal, cut))
        if found["turf"].nunique() == parts:
            return renumbered(plan, layout, found, edit)
    return renumbered(plan, layout, _in_turn(stops.doors, parts), edit)


def _in_turn(doors: pd.DataFrame, parts: int) -> pd.DataFrame:
    """
    `turf` and `place` of doors shared out as the turf's walk comes to them, by door id.

    A band of one or two doors fits several numbers of parts, of which the cutter chooses.
    """
    ordered = doors.sort_values(["place", "at_stop"])
    turf = np.arange(len(ordered)) * parts // len(ordered)
    return ordered.assign(turf=turf).set_index("door_id")[["turf", "place"]]


def _share(doors: int, parts: int, tolerance: float) -> Goal:
    """So many doors for each part, in a band that no other number of parts fits."""
    low, high = int(np.ceil(doors / parts * (1 - tolerance))), int(doors / parts * (1 + tolerance))
    low, high = min(low, doors // parts), max(high, -(-doors // parts))
    return Goal(round(doors / parts), max(low, 1), high, 0)


def move(plan: Plan, door_ids: Iterable[str], to: str) -> Plan:
    """
    Put doors into another turf, or into a turf of their own (`NEW`).

    Raises
    ------
    InputError
        PARAMETER: no door, or unknown doors or turf. LOCKED. CROSSES, as `merge`.
    """
    wanted = list(dict.fromkeys(door_ids))
    doors = plan.doors.set_index("door_id")["turf_id"]
    strange = [name for name in wanted if name not in doors.index]
    if strange or not wanted:
        are = "is no door" if len(strange) == 1 else "are no doors"
        what = f"{listed(strange)} {are} of this plan" if strange else "No door is named"
        raise InputError("PARAMETER", f"{what}; take ids from the column door_id of doors.csv.")
    edit = {"verb": "move", "doors": sorted(wanted), "to": to}
    return _moved(plan, set(wanted), to, edit)


def redraw(plan: Plan, polygon: shapely.Geometry, to: str) -> Plan:
    """
    Give a turf the doors inside a polygon, and only these.

    Doors of the turf outside the polygon go to the unlocked turf of the same area that has the
    nearest door on foot.

    Parameters
    ----------
    plan
        The plan before.
    polygon
        Area in the plan's metric coordinate system.
    to
        The turf, or `NEW`.

    Raises
    ------
    InputError
        PARAMETER: no area or edges that cross, no door inside, or a door left that no other turf
        can take. LOCKED. CROSSES, as `merge`.
    """
    if not (isinstance(polygon, shapely.Polygon | shapely.MultiPolygon) and polygon.is_valid):
        message = (
            "The outline is no area, or its edges cross; draw it in one line around the doors."
        )
        raise InputError("PARAMETER", message)
    doors = plan.doors
    x, y = project(doors["lon"], doors["lat"], plan.turfs.crs)
    inside = shapely.intersects_xy(polygon, x, y)
    if not inside.any():
        raise InputError("PARAMETER", "No door lies inside the outline; draw it around some doors.")
    edit = {"verb": "redraw", "outline": shapely.to_wkt(polygon, 2), "to": to}
    out = doors.loc[~inside & (doors["turf_id"] == to).to_numpy(bool), "door_id"]
    return _moved(plan, {*doors.loc[inside, "door_id"]}, to, edit, out=set(out))


def _moved(
    plan: Plan, door_ids: set[str], to: str, edit: dict[str, Any], out: Collection[str] = ()
) -> Plan:
    """Doors in another turf, and doors `out` of that turf in those beside it."""
    layout = layout_of(plan)
    turf_id = layout.doors["turf_id"].set_axis(layout.doors["door_id"])
    touched = [*turf_id[list(door_ids)], *([] if to == NEW else known(plan, [to]))]
    unlocked(plan, touched)
    if to == NEW:
        like = turf_id[list(door_ids)].value_counts(sort=False).sort_index().idxmax()
        layout = replace(layout, turfs=with_turfs(plan, layout.turfs, str(like), 1))
        to = str(layout.turfs["turf_id"].iloc[-1])
    turf_id[list(door_ids)] = to
    if out:
        turf_id.update(_given_away(plan, layout, turf_id, set(out), to))
    return regrouped(plan, layout, turf_id.reset_index(drop=True), edit)


def _given_away(
    plan: Plan, layout: Layout, turf_id: pd.Series, out: set[str], never: str
) -> pd.Series:
    """Turf that takes each of some doors."""
    shut = plan.turfs.loc[plan.turfs["locked"].to_numpy(bool), "turf_id"]
    doors = layout.doors.assign(turf_id=turf_id.to_numpy(object))
    lost = doors["door_id"].isin(out).to_numpy(bool)
    takers = ~lost & ~doors["turf_id"].isin([*shut, never]).to_numpy(bool)
    found = nearest_turfs(doors, lost, takers, layout.network)
    if len(found) < len(out):
        message = (
            f"{len(out) - len(found)} doors outside the outline have no unlocked turf near them;"
            " draw the outline around them too."
        )
        raise InputError("PARAMETER", message)
    return found
