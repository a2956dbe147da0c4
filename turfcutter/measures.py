"""Measures of a cut: what the scorecard says."""

from typing import Any

import geopandas as gpd

from turfcutter.effort import GRADES
from turfcutter.params import CutParams


def scorecard(turfs: gpd.GeoDataFrame, cut: CutParams) -> dict[str, Any]:
    """
    Figures of a plan's turfs.

    Returns
    -------
    scorecard
        ``walk_m_per_door``, ranges of doors and minutes, the mean turf's minutes on quiet and
        busy days, turfs by ``effort``, ``in_band`` (share of turfs), and ``off_target`` (share by
        which the worst turf misses the target).
    """
    load = turfs["doors"] if cut.by == "doors" else turfs["minutes"]
    low, high = cut.band
    return {
        "walk_m_per_door": round(float(turfs["walk_m"].sum() / turfs["doors"].sum()), 2),
        "doors": [int(turfs["doors"].min()), int(turfs["doors"].max())],
        "minutes": [float(turfs["minutes"].min()), float(turfs["minutes"].max())],
        "minutes_quiet": round(float(turfs["minutes_low"].mean()), 1),
        "minutes_busy": round(float(turfs["minutes_high"].mean()), 1),
        "effort": {grade: int((turfs["effort"] == grade).sum()) for grade in GRADES},
        "in_band": round(float(load.between(low - 1e-9, high + 1e-9).mean()), 4),
        "off_target": round(float((load / cut.size - 1).abs().max()), 4),
    }
