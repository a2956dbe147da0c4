"""A county's centrelines with address ranges, block by block, as counties publish them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from turfcutter.sample.ground import Town
from turfcutter.sample.network import node_numbers
from turfcutter.sample.sketch import METRES_PER_NUMBER, RAIL, RIVER, FloatArray, IntArray, Line

COLUMNS: Final = (
    *("FULLNAME", "LFROMADD", "LTOADD", "RFROMADD", "RTOADD"),
    *("ZIPL", "ZIPR", "CITYL", "CITYR", "MTFCC"),
)
"""As the Census Bureau and many counties call them."""

CLASSES: Final = {"motorway": "S1100", "primary": "S1200", "secondary": "S1200"}
"""Kind of a line -> feature class; all others are local roads."""
LOCAL: Final = "S1400"
NO_STREET: Final = (RAIL, RIVER, "footway", "steps")


def centrelines_of(towns: Sequence[Town]) -> gpd.GeoDataFrame:
    """
    The streets of all towns, a row for each block.

    Returns
    -------
    blocks
        `COLUMNS` (text; ranges blank where nothing stands) and lines in ground metres. A range
        holds all numbers that the block may have on that side: odd ones are on the left.
    """
    rows = [row for town in towns for row in _blocks(town)]
    shapes = [row.pop("geometry") for row in rows]
    table = pd.DataFrame(rows, columns=[*COLUMNS], dtype="str")
    return gpd.GeoDataFrame(table, geometry=shapes)


def _blocks(town: Town) -> Iterator[dict[str, Any]]:
    points = town.network.points
    xy, paper = points[["x", "y"]].to_numpy(), points[["px", "py"]].to_numpy()
    owner = points["line"].to_numpy()
    streets = np.array([line.kind not in NO_STREET for line in town.network.lines])
    junction = _junctions(node_numbers(xy), owner, streets[owner])
    first = np.searchsorted(owner, np.arange(len(town.network.lines) + 1))
    code = str(town.buildings["zip"].iloc[0])
    for k, line in enumerate(town.network.lines):
        if not streets[k] or not line.name:
            continue
        part = slice(first[k], first[k + 1])
        value = _numbers(line, xy[part], paper[part])
        ends = np.flatnonzero(junction[part])
        bounds = np.unique(np.concatenate([[0], ends, [len(value) - 1]])).tolist()
        for start, stop in pairwise(bounds):
            yield {
                "FULLNAME": line.name,
                **_ranges(line, float(value[start]), float(value[stop])),
                "ZIPL": code,
                "ZIPR": code,
                "CITYL": town.name,
                "CITYR": town.name,
                "MTFCC": CLASSES.get(line.kind, LOCAL),
                "geometry": shapely.LineString(xy[part][start : stop + 1]),
            }


def _junctions(node: IntArray, owner: IntArray, street: np.ndarray) -> np.ndarray:
    """Which points two streets share."""
    pairs = pd.DataFrame({"node": node, "owner": owner})[street].drop_duplicates()
    several = pairs.groupby("node").size()
    return np.isin(node, several.index[several > 1])


def _numbers(line: Line, xy: FloatArray, paper: FloatArray) -> FloatArray:
    """The house number, not rounded, at each point of a line."""
    if not line.axis:
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
        return np.asarray(along / METRES_PER_NUMBER - line.zero)
    across = paper[:, 0 if line.axis == "x" else 1]
    return np.asarray(100 + np.abs(across - line.zero) / METRES_PER_NUMBER)


def _ranges(line: Line, start: float, stop: float) -> dict[str, str]:
    """The four ends of a block's ranges: even numbers on the right, odd ones on the left."""
    found = {}
    low, high = (int(min(start, stop) // 2 * 2), int(max(start, stop) // 2 * 2))
    for side, odd in (("L", 1), ("R", 0)):
        ends = [max(low, 0) + odd, max(high - 2, low, 0) + odd]
        if start > stop:
            ends.reverse()
        stands = line.front and side in line.sides and not line.site
        for name, number in zip((f"{side}FROMADD", f"{side}TOADD"), ends, strict=True):
            found[name] = str(number) if stands else ""
    return found
