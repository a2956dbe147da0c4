"""Where something is wrong: places of problems in precincts, streets and doors, for a small map."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from geodata.crs import project
from geodata.notes import counted
from geodata.schema import REASONS, Precincts, Streets
from geodata.streets.connection import pieces_of
from turfcutter.arrays import Flags
from turfcutter.doors.doors import Gathered

CELL_M: Final = 250.0
"""Voters who have no place are shown in squares of this size, never one by one."""
MOST_ISLANDS: Final = 500
"""So many separate pieces of street are shown."""


def find_faults(
    precincts: Precincts | None, streets: Streets | None, gathered: Gathered | None
) -> gpd.GeoDataFrame:
    """
    All places of problems.

    Returns
    -------
    faults
        `kind` (code of a note or reason), `says` (text), `geometry`; degrees.
    """
    crs = precincts.table.crs if precincts else streets.barriers.crs if streets else None
    found = [_nowhere()]
    if precincts and precincts.faults is not None:
        found.append(_named(precincts.faults.to_crs(4326)))
    if streets:
        found.append(_islands(streets))
    if precincts and streets:
        bare = precincts.table[without_streets(precincts, streets)].to_crs(4326)
        found.append(_named(bare.assign(kind="NO_STREETS")))
    if gathered and crs is not None:
        found.append(_without_place(gathered, crs))
    return gpd.GeoDataFrame(pd.concat(found, ignore_index=True), crs=4326)


def outlines_of(precincts: Precincts | None, streets: Streets | None) -> gpd.GeoSeries:
    """What is drawn beneath the problems, degrees: the precincts, or the extent of the streets."""
    if precincts:
        return precincts.table.geometry.to_crs(4326)
    if streets:
        x, y = streets.nodes["x"], streets.nodes["y"]
        box = shapely.box(x.min(), y.min(), x.max(), y.max())
        return gpd.GeoSeries([box], crs=streets.barriers.crs).to_crs(4326)
    return gpd.GeoSeries([], crs=4326)


def _nowhere() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"kind": [], "says": []}, geometry=[], crs=4326)


def without_streets(precincts: Precincts, streets: Streets) -> Flags:
    """Which precincts hold no point of any street or path, shape (n_precincts,)."""
    shapes = np.asarray(precincts.table.geometry.array, object)
    points = np.asarray(shapely.points(streets.nodes[["x", "y"]].to_numpy(np.float64)), object)
    held = shapely.STRtree(points).query(shapes, predicate="intersects")[0]
    bare: Flags = np.ones(len(shapes), bool)
    bare[held] = False
    return bare


def _named(placed: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Repaired outlines, overlaps, gaps and the like, with the precinct's code."""
    code = placed["precinct"]
    says = ("Precinct " + code).where(code != "", "")
    return gpd.GeoDataFrame(
        {"kind": placed["kind"], "says": says}, geometry=placed.geometry, crs=4326
    )


def _islands(streets: Streets) -> gpd.GeoDataFrame:
    """The pieces of the street network besides the longest; of many the longer ones."""
    pieces = pieces_of(streets)
    shown = (pieces.of_segment > 0) & (pieces.of_segment <= MOST_ISLANDS)
    ends = streets.segments.loc[shown, ["u", "v"]].to_numpy(np.int64)
    if not len(ends):
        return _nowhere()
    xy = streets.nodes[["x", "y"]].to_numpy(np.float64)
    order = np.argsort(pieces.of_segment[shown], kind="stable")
    piece = pieces.of_segment[shown][order]
    joined = shapely.multilinestrings(shapely.linestrings(xy[ends[order]]), indices=piece - 1)
    says = [f"{metres:,.0f} m of streets by themselves" for metres in pieces.length_m[1:]]
    frame = gpd.GeoDataFrame(
        {"kind": "PIECES", "says": says[: len(joined)]}, geometry=joined, crs=streets.barriers.crs
    )
    return frame.to_crs(4326)


def _without_place(gathered: Gathered, crs: CRS) -> gpd.GeoDataFrame:
    """Voters with coordinates who are in no turf, counted by reason in squares."""
    lost = gathered.exceptions
    voters = gathered.voters.iloc[lost["voter"]]
    x, y = project(voters["lon"].to_numpy(), voters["lat"].to_numpy(), crs)
    placed = np.isfinite(x) & np.isfinite(y)
    west, south = (np.floor(of[placed] / CELL_M) * CELL_M for of in (x, y))
    table = pd.DataFrame({"reason": lost["reason"].to_numpy()[placed], "x": west, "y": south})
    counts = table.groupby(["reason", "x", "y"]).size().reset_index(name="voters")
    cells = shapely.box(counts["x"], counts["y"], counts["x"] + CELL_M, counts["y"] + CELL_M)
    who = [counted(number, "voter") for number in counts["voters"].tolist()]
    says = pd.Series(who, dtype="str") + ": " + counts["reason"].map(REASONS)
    frame = gpd.GeoDataFrame({"kind": counts["reason"], "says": says}, geometry=cells, crs=crs)
    return frame.to_crs(4326)
