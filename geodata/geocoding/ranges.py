"""Places of house numbers along centrelines: between the numbers of a block's two ends."""

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.geocoding.towns import place_score

OFFSET_M: Final = 15.0
"""How far from the middle of the street the houses of a range are taken to stand."""
INSET: Final = 0.08
"""Share of a block, at each end, that belongs to the houses of the street across."""
SAME_M: Final = 60.0
"""Places on several ranges not farther apart are one: neighbouring pieces share their end."""

_ROWS: Final = 50_000


def find_on_ranges(asked: pd.DataFrame, ranges: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Find house numbers on the ranges of their streets.

    A range of odd ends holds odd numbers, one of even ends even ones; others hold both.

    Parameters
    ----------
    asked
        As for `geodata.geocoding.lookup.look_up`; numbers with a fraction or letter count as the
        whole number.
    ranges
        As in `Gazetteer`.

    Returns
    -------
    found
        In the order of `asked`: `x`, `y` (metres, NaN where not found) and `several` (bool).
    """
    parts = [
        _found(asked.iloc[start : start + _ROWS], ranges) for start in range(0, len(asked), _ROWS)
    ]
    return pd.concat(parts, ignore_index=True)


def holds(number: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether ranges hold numbers: between the ends, of their parity if both ends agree in it."""
    n, a, b = (np.asarray(one, np.int64) for one in (number, low, high))
    between = (n >= np.minimum(a, b)) & (n <= np.maximum(a, b))
    held: npt.NDArray[np.bool_] = between & (((a - b) % 2 == 1) | ((n - a) % 2 == 0))
    return held


def _found(asked: pd.DataFrame, ranges: gpd.GeoDataFrame) -> pd.DataFrame:
    xy, several = np.full((len(asked), 2), np.nan), np.zeros(len(asked), bool)
    rows = asked[["street", "name", "zip", "city"]].reset_index(drop=True)
    rows["n"] = whole_numbers(asked["number"])
    known = pd.DataFrame(ranges[["street", "name", "low", "high", "zip", "city"]])
    pairs = rows.rename_axis("row").reset_index()
    known = known.rename_axis("range").reset_index()
    pairs = pairs[pairs["n"] > 0].merge(known, on="street", suffixes=("", "_of_range"))
    pairs = pairs[holds(pairs["n"], pairs["low"], pairs["high"])]
    score = place_score(pairs, "_of_range")
    pairs = pairs.assign(score=score)[score > 0]
    pairs = pairs[pairs["score"] == pairs.groupby("row")["score"].transform("max")]
    if len(pairs):
        pairs[["x", "y"]] = _places(pairs, ranges)
        grouped = pairs.groupby("row")[["x", "y"]]
        wide = ((grouped.max() - grouped.min()).max(axis=1) > SAME_M).to_numpy()
        first = pairs.drop_duplicates("row")
        at = first["row"].to_numpy()
        xy[at] = np.where(wide[:, None], np.nan, first[["x", "y"]])
        several[at] = wide
    return pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1], "several": several})


def _places(pairs: pd.DataFrame, ranges: gpd.GeoDataFrame) -> npt.NDArray[np.float64]:
    """Points beside the lines, shape (n_pairs, 2)."""
    low, high, n = (pairs[name].to_numpy(np.float64) for name in ("low", "high", "n"))
    span = high - low
    share = np.where(span == 0, 0.5, (n - low) / np.where(span == 0, 1, span))
    line = np.asarray(ranges.geometry.array, object)[pairs["range"]]
    left = (ranges["side"] == "left").to_numpy()[pairs["range"]]
    return beside(line, INSET + share * (1 - 2 * INSET), np.where(left, OFFSET_M, -OFFSET_M))


def beside(
    lines: npt.NDArray[np.object_],
    share: npt.NDArray[np.float64],
    offset_m: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Points at a share of lines' lengths and metres to their left, shape (n, 2)."""
    length = shapely.length(lines)
    along = share * length
    at = shapely.get_coordinates(shapely.line_interpolate_point(lines, along))
    back = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.maximum(along - 1, 0)))
    ahead = shapely.get_coordinates(
        shapely.line_interpolate_point(lines, np.minimum(along + 1, length))
    )
    way = ahead - back
    way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
    points: npt.NDArray[np.float64] = at + offset_m[:, None] * np.column_stack(
        [-way[:, 1], way[:, 0]]
    )
    return points


def whole_numbers(number: "pd.Series[str]") -> npt.NDArray[np.int64]:
    """The first figures of house numbers; 0 where there are none."""
    leading = number.str.extract("^([0-9]{1,7})", expand=False).fillna("0").astype("int64")
    numbers: npt.NDArray[np.int64] = np.asarray(leading, np.int64)
    return numbers
