"""Relaunching: a next pass over the doors that are left, in turfs people know already."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from geodata.errors import InputError
from turfcutter.editing.borders import check_borders
from turfcutter.editing.neighbours import nearest_turfs
from turfcutter.editing.regrouping import regrouped
from turfcutter.model import Plan
from turfcutter.plans.layout import Layout, layout_of

STUB_DOORS: Final = 15
"""Turfs of fewer doors are not worth setting out for."""


def relaunch(
    plan: Plan,
    attempts: pd.DataFrame,
    drop: Collection[str],
    *,
    stub_doors: int = STUB_DOORS,
    everywhere: bool = True,
) -> Plan:
    """
    Drop doors that need no further visit, walk the others anew, and fold what is left too small.

    Locked turfs stay as they are, with all their doors. A turf of fewer than `stub_doors` goes to
    the unlocked turf with the nearest door on foot, between the same hard lines.

    Parameters
    ----------
    plan
        The plan before.
    attempts
        What came of visits: `door_id`, `outcome`; several rows a door, none for doors not visited.
    drop
        Outcomes after which a door is left out.
    stub_doors
        Doors below which a turf is folded into another.
    everywhere
        Whether turfs that lose no door are folded, too, where they are so small.

    Raises
    ------
    InputError
        PARAMETER: an attempt at no door of the plan. NO_VOTERS: no door would be left.
    """
    strange = int((~attempts["door_id"].isin(plan.doors["door_id"])).sum())
    if strange:
        message = f"{strange} attempts are at no door of this plan; take its own results."
        raise InputError("PARAMETER", message)
    layout = layout_of(plan)
    locked = layout.turfs.loc[layout.turfs["locked"].astype(bool), "turf_id"]
    done = attempts.loc[attempts["outcome"].isin([*drop]), "door_id"]
    gone = layout.doors["door_id"].isin(done) & ~layout.doors["turf_id"].isin(locked)
    if gone.all():
        raise InputError("NO_VOTERS", "Every door has been visited; there is nothing to relaunch.")
    thinned = {*layout.doors.loc[gone, "turf_id"]}
    left = replace(layout, doors=layout.doors[~gone].reset_index(drop=True))
    stay = set() if everywhere else {*layout.doors["turf_id"]} - thinned
    turf_id = _without_stubs(plan, left, set(locked), stay, stub_doors)
    voters = plan.voters[plan.voters["door_id"].isin(left.doors["door_id"])]
    edit = {"verb": "relaunch", "drop": sorted(drop), "doors": int(gone.sum())}
    return regrouped(plan, left, turf_id, edit | {"stub_doors": stub_doors}, thinned, voters)


def _without_stubs(
    plan: Plan, layout: Layout, locked: set[str], stay: set[str], least: int
) -> pd.Series:
    """Turf of each door, where stubs went to their neighbours, the smallest first."""
    doors = layout.doors
    kept = set(stay)
    while True:
        size = doors.loc[~doors["turf_id"].isin([*locked, *kept]), "turf_id"].value_counts()
        stubs = sorted((int(count), str(name)) for name, count in size.items() if count < least)
        if not stubs:
            return doors["turf_id"]
        stub = stubs[0][1]
        inside = (doors["turf_id"] == stub).to_numpy(bool)
        takers = ~inside & ~doors["turf_id"].isin(locked).to_numpy(bool)
        folded = _folded(plan, replace(layout, doors=doors), inside, takers)
        if folded is None:
            kept.add(stub)
        else:
            doors = folded


def _folded(
    plan: Plan, layout: Layout, inside: np.ndarray, takers: np.ndarray
) -> pd.DataFrame | None:
    """Doors after some went to the turf nearest to most of them; None where none can have them."""
    if not takers.any():
        return None
    near = nearest_turfs(layout.doors, inside, takers, layout.network)
    if len(near) < inside.sum():
        return None
    taker = str(near.value_counts().sort_index(kind="stable").idxmax())
    doors = layout.doors.assign(turf_id=layout.doors["turf_id"].mask(inside, taker))
    try:
        check_borders(plan.doors, replace(layout, doors=doors), {taker})
    except InputError:
        return None
    return doors
