"""Undoing: the inverse of an edit, from what the edited plan remembers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from geodata.errors import InputError
from turfcutter.editing.locks import lock, unlock
from turfcutter.editing.versions import next_version
from turfcutter.model import Plan
from turfcutter.plans.layout import Layout, layout_of


def undo(plan: Plan, parent: Plan | None = None) -> Plan:
    """
    The version after taking back the last edit: doors are in their turfs and order of before.

    Undoing twice does the edit again.

    Parameters
    ----------
    plan
        The edited plan.
    parent
        The plan it was edited from. Needed where doors or voters came or went: a plan does not
        keep voters who are no more in it.

    Raises
    ------
    InputError
        PARAMETER: the plan is no edit of another, or of one that must be given and is not.
    """
    edit = plan.about.get("edit") or {}
    verb = str(edit.get("verb", ""))
    first = _first_verb(edit)
    if verb in ("lock", "unlock"):
        back = unlock if verb == "lock" else lock
        return back(plan, edit["changed"])
    told = {"verb": "undo", "edit": edit}
    if first in ("merge", "split", "move", "redraw", "recut"):
        return next_version(plan, _remembered(plan), told)
    if first not in ("add", "relaunch"):
        what = f"The verb {verb!r} cannot be undone" if verb else "The plan is no edit of another"
        raise InputError("PARAMETER", f"{what}; take the plan there was before.")
    if parent is None:
        message = f"Doors or voters came or went with {first!r}; name the plan before with --parent"
        raise InputError("PARAMETER", f"{message}, or take that one.")
    about = {**plan.about, "counts": parent.about["counts"]}
    told_of = replace(plan, about=about, voters=parent.voters, exceptions=parent.exceptions)
    return next_version(told_of, layout_of(parent), told)


def _first_verb(edit: Mapping[str, Any]) -> str:
    """The verb of an edit, or of the one that was undone, and perhaps done again."""
    while edit.get("verb") == "undo":
        edit = edit["edit"]
    return str(edit.get("verb", ""))


def _remembered(plan: Plan) -> Layout:
    """The doors in their turfs of before."""
    layout = layout_of(plan)
    was = plan.before.set_index("door_id")
    doors = layout.doors.set_index("door_id", drop=False)
    doors.loc[was.index, "turf_id"] = was["turf_id"]
    doors.loc[was.index, "place"] = was["stop"]
    told = was.drop_duplicates("turf_id").drop(columns="stop")
    locked = layout.turfs.loc[layout.turfs["locked"].astype(bool), "turf_id"]
    told = told.assign(locked=told["turf_id"].isin(locked))
    others = layout.turfs[~layout.turfs["turf_id"].isin(told["turf_id"])]
    turfs = pd.concat([others, told[others.columns]], ignore_index=True)
    return replace(layout, doors=doors.reset_index(drop=True), turfs=turfs)
