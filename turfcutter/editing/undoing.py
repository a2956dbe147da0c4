"""Undoing: the inverse of an edit, from what the edited plan remembers."""

from dataclasses import replace

import pandas as pd

from geodata.errors import InputError
from turfcutter.editing.locks import lock, unlock
from turfcutter.editing.versions import next_version
from turfcutter.model import Plan
from turfcutter.plans.layout import layout_of


def undo(plan: Plan) -> Plan:
    """
    The version after taking back the last edit: doors are in their turfs and order of before.

    Undoing twice does the edit again.

    Raises
    ------
    InputError
        PARAMETER: the plan is no edit of another, or doors or voters came or went.
    """
    edit = plan.about.get("edit") or {}
    verb = str(edit.get("verb", ""))
    if verb in ("lock", "unlock"):
        back = unlock if verb == "lock" else lock
        return back(plan, edit["changed"])
    if verb not in ("merge", "split", "move", "redraw", "recut", "undo"):
        what = f"The verb {verb!r} cannot be undone" if verb else "The plan is no edit of another"
        raise InputError("PARAMETER", f"{what}; take the plan there was before.")
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
    layout = replace(layout, doors=doors.reset_index(drop=True), turfs=turfs)
    return next_version(plan, layout, {"verb": "undo", "edit": edit})
