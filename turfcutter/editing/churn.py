"""Churn: what an edit changes for the people who know the plan before; no voter is named."""

from typing import Any

import pandas as pd

from turfcutter.model import Plan


def churn(before: Plan, after: Plan) -> dict[str, Any]:
    """
    What changes from one version of a plan to the next, ready for JSON.

    Returns
    -------
    churn
        ``turfs``: one entry for each turf that is new, gone or holds other doors, with
        ``turf_id``, and ``doors``, ``voters``, ``minutes`` and ``walk_m`` as pairs of before and
        after, 0 where it is not there. ``doors``: `door_id`, ``from`` and ``to`` of each door in
        another turf; empty where it came or went. ``doors_moved`` and ``voters_moved``: how many.
        ``walk_m``: total before and after.
    """
    was, now = (plan.doors[["door_id", "turf_id", "voters"]] for plan in (before, after))
    both = was.merge(now, on="door_id", how="outer", suffixes=("_was", "_now"), sort=True)
    text = both[["turf_id_was", "turf_id_now"]].fillna("")
    moved = both[text["turf_id_was"] != text["turf_id_now"]].fillna(
        {"voters_now": 0, "voters_was": 0}
    )
    changes = text.loc[moved.index]
    names = sorted({*changes.to_numpy().ravel()} - {""})
    return {
        "turfs": _turfs(names, before, after),
        "doors": [
            {"door_id": door, "from": old, "to": new}
            for door, old, new in zip(moved["door_id"], *changes.to_numpy().T, strict=True)
        ],
        "doors_moved": len(moved),
        "voters_moved": int(moved[["voters_was", "voters_now"]].max(axis=1).sum()),
        "walk_m": [round(float(plan.turfs["walk_m"].sum()), 1) for plan in (before, after)],
    }


def _turfs(names: list[str], before: Plan, after: Plan) -> list[dict[str, Any]]:
    """Figures of some turfs before and after."""
    figures = ["doors", "voters", "minutes", "walk_m"]
    tables = [pd.DataFrame(plan.turfs).set_index("turf_id") for plan in (before, after)]
    was, now = (table[figures].reindex(names).fillna(0) for table in tables)
    entries: list[dict[str, Any]] = [{"turf_id": name} for name in names]
    for figure in figures:
        whole = figure in ("doors", "voters")
        old, new = (table[figure].astype(int if whole else float).tolist() for table in (was, now))
        for entry, *pair in zip(entries, old, new, strict=True):
            entry[figure] = pair
    return entries
