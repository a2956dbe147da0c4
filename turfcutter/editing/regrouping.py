"""Regrouping: doors in other turfs than before; what changed is walked anew and gets its id."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from turfcutter.editing.borders import check_borders
from turfcutter.editing.tours import in_one_turf
from turfcutter.editing.versions import cut_params, next_version, with_turfs
from turfcutter.model import Plan
from turfcutter.params import CutParams
from turfcutter.plans.layout import Layout
from turfcutter.walks.effort import DRIVE

WALK = "walk"
"""Kind of a turf that is not of one class of building, nor driven."""


def regrouped(
    plan: Plan,
    layout: Layout,
    turf_id: pd.Series,
    edit: dict[str, Any],
    thinned: Collection[str] = (),
    voters: pd.DataFrame | None = None,
    exceptions: pd.DataFrame | None = None,
) -> Plan:
    """
    The next version with doors in other turfs.

    Parameters
    ----------
    plan
        The plan before.
    layout
        Its layout; the turfs of `turf_id` are among its turfs.
    turf_id
        Turf of each door of the layout, in its order.
    edit
        Verb and arguments.
    thinned
        Turfs that are walked anew though all their doors were in them before.
    voters, exceptions
        All those of the next version, where not the same.

    Raises
    ------
    InputError
        CROSSES, as `check_borders`.
    """
    was = layout.doors["turf_id"].to_numpy(object)
    now = turf_id.to_numpy(object)
    moved = was != now
    changed = {name for name in (*was[moved], *now[moved]) if isinstance(name, str)}
    kinds = layout.turfs.set_index("turf_id")["kind"]
    # a new door comes from no turf: it takes the kind of the one it goes to
    origin = pd.DataFrame({"turf_id": now, "kind": kinds.reindex(was).to_numpy(object)})
    origin = origin[origin["kind"].notna()]
    layout = replace(layout, doors=layout.doors.assign(turf_id=now))
    layout = _of_kinds(layout, origin[origin["turf_id"].isin(changed)])
    check_borders(plan.doors, layout, changed)
    layout = reordered(layout, {*changed, *thinned}, cut_params(plan))
    return next_version(plan, layout, edit, voters, exceptions)


def _of_kinds(layout: Layout, origin: pd.DataFrame) -> Layout:
    """Changed turfs with the one kind their doors come from; else they are walked or driven."""
    kind = dict(zip(layout.turfs["turf_id"], layout.turfs["kind"], strict=True))
    for name, kinds in origin.groupby("turf_id")["kind"]:
        found = {*kinds}
        kind[str(name)] = found.pop() if len(found) == 1 else DRIVE if DRIVE in found else WALK
    return replace(layout, turfs=layout.turfs.assign(kind=list(kind.values())))


def reordered(layout: Layout, turf_ids: Collection[str], cut: CutParams) -> Layout:
    """The layout with new places of doors in the walks of some turfs."""
    doors = layout.doors
    place = doors["place"].set_axis(doors["door_id"]).copy()
    for name in sorted(turf_ids):
        members = doors[doors["turf_id"] == name]
        if len(members):
            place.update(in_one_turf(members, layout.network, cut))
    return replace(layout, doors=doors.assign(place=place.to_numpy(np.int64)))


def renumbered(
    plan: Plan,
    layout: Layout,
    found: pd.DataFrame,
    edit: dict[str, Any],
    kinds: Mapping[int, str] | None = None,
) -> Plan:
    """
    The next version with some doors in turfs that have no ids yet.

    Parameters
    ----------
    plan, layout
        The plan before, and its layout.
    found
        `turf` (a number) and `place` of each of these doors, indexed by door id.
    edit
        Verb and arguments.
    kinds
        Kind of the turf of each number, where it is not the kind of those its doors were in.

    Raises
    ------
    InputError
        CROSSES, as `check_borders`.
    """
    doors = layout.doors.set_index("door_id", drop=False)
    names, turfs = _inherited(plan, layout, doors.loc[found.index, "turf_id"], found["turf"])
    if kinds:
        kind = {name: kinds[number] for number, name in names.items()}
        turfs = turfs.assign(kind=turfs["turf_id"].map(kind).fillna(turfs["kind"]))
    doors.loc[found.index, "turf_id"] = found["turf"].map(names)
    doors.loc[found.index, "place"] = found["place"]
    layout = replace(layout, doors=doors.reset_index(drop=True), turfs=turfs)
    check_borders(plan.doors, layout, {*names.values()})
    return next_version(plan, layout, edit)


def _inherited(
    plan: Plan, layout: Layout, was: pd.Series, number: pd.Series
) -> tuple[dict[int, str], pd.DataFrame]:
    """Ids for new turfs: that of the turf most doors come from, else a fresh one like it."""
    shared = pd.DataFrame({"was": was, "number": number}).value_counts().reset_index()
    shared = shared.sort_values(["count", "number", "was"], ascending=[False, True, True])
    named: dict[int, str] = {}
    turfs = layout.turfs
    for old, new in zip(shared["was"], shared["number"], strict=True):
        if new not in named and old not in named.values():
            named[new] = old
    for new in sorted({*number} - {*named}):
        like = shared.loc[shared["number"] == new, "was"].iloc[0]
        turfs = with_turfs(plan, turfs, like, 1)
        named[new] = str(turfs["turf_id"].iloc[-1])
    return named, turfs
