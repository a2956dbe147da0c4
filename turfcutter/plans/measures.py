"""Measures of a cut: what the scorecard says."""

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.notes import Note, counted
from turfcutter.arrays import Flags, Floats
from turfcutter.params import CutParams
from turfcutter.walks.effort import DRIVE, GRADES

LINES_CROSSED: Final = "LINES_CROSSED"
"""Code of the note on turfs that reach over soft lines."""
_SLACK: Final = 1e-9


def scorecard(turfs: gpd.GeoDataFrame, cut: CutParams) -> dict[str, Any]:
    """
    Figures of a plan's turfs.

    Returns
    -------
    scorecard
        ``walk_m_per_door``, ranges of doors and minutes, the mean turf's minutes on quiet and
        busy days, turfs by ``effort``, ``in_band`` (share of turfs), ``off_target`` (share by
        which the worst turf misses the target), ``regions``, ``in_band_where_possible`` (share of
        turfs of regions that some number of turfs in band can share out, None without any), and
        ``cannot`` (the other regions: number, precinct, building, kind, doors, minutes, turfs).
    """
    load = turfs["doors"] if cut.by == "doors" else turfs["minutes"]
    low, high = cut.band
    inside = load.between(low - _SLACK, high + _SLACK)
    regions = _regions(turfs)
    total = regions["doors"] if cut.by == "doors" else regions["minutes"]
    able = can_be_in_band(total.to_numpy(np.float64), cut)
    possible = inside[turfs["region"].isin(regions.loc[able, "region"])]
    walked = turfs[turfs["kind"] != DRIVE]
    return {
        "walk_m_per_door": round(float(walked["walk_m"].sum() / max(walked["doors"].sum(), 1)), 2),
        "doors": [int(turfs["doors"].min()), int(turfs["doors"].max())],
        "minutes": [float(turfs["minutes"].min()), float(turfs["minutes"].max())],
        "minutes_quiet": round(float(turfs["minutes_low"].mean()), 1),
        "minutes_busy": round(float(turfs["minutes_high"].mean()), 1),
        "effort": {grade: int((turfs["effort"] == grade).sum()) for grade in GRADES},
        "in_band": round(float(inside.mean()), 4),
        "off_target": round(float((load / cut.size - 1).abs().max()), 4),
        "regions": len(regions),
        "in_band_where_possible": round(float(possible.mean()), 4) if len(possible) else None,
        "cannot": regions[~able].to_dict("records"),
    }


def line_notes(doors: pd.DataFrame, cut: CutParams) -> list[Note]:
    """How many turfs reach over soft lines, from the plan's doors; nothing where there are none."""
    areas = doors.groupby("turf_id")["soft"].agg(["min", "max"])
    over = int((areas["min"] < areas["max"]).sum())
    if cut.prefer == ("none",):
        return []
    sentence = (
        f"Over a line of --prefer, where one side is left with no good number of doors: {over:,} "
        f"of {counted(len(areas), 'turf')}."
    )
    return [Note(LINES_CROSSED, sentence, over)]


def can_be_in_band(total: Floats, cut: CutParams) -> Flags:
    """Whether some number of turfs in band holds just so many doors or minutes, shape (n,)."""
    low, high = cut.band
    if cut.by == "doors":
        low, high = np.ceil(low - _SLACK), np.floor(high + _SLACK)
    able: Flags = np.ceil(total / high - _SLACK) <= np.floor(total / low + _SLACK)
    return able


def _regions(turfs: gpd.GeoDataFrame) -> pd.DataFrame:
    """One row a region, the one of lowest number first."""
    grouped = pd.DataFrame(turfs).groupby("region", sort=False)
    table = grouped.agg(
        precinct=("precinct", "min"),
        last=("precinct", "max"),
        building=("building", "first"),
        kind=("kind", "first"),
        doors=("doors", "sum"),
        minutes=("minutes", "sum"),
        turfs=("doors", "size"),
    ).reset_index()
    table["precinct"] = table["precinct"].where(table["precinct"] == table.pop("last"), "")
    table["minutes"] = table["minutes"].round(1)
    return table.iloc[np.argsort(table["region"].astype(int), kind="stable")]
