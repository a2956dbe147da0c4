"""Address ranges of centrelines: the house numbers at the ends of a block, on either side."""

from collections.abc import Mapping
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geodata.columns.layouts import squeeze
from geodata.geocoding.parts import FULL_STREET, PARTS, column_text, first_of, joined

RANGE: Final = ("street", "low", "high", "side", "city", "zip")
"""Columns of a table of ranges before its geometry."""
RANGES: Final = (
    "LFromAdd LToAdd RFromAdd RToAdd",
    "FromAddrL ToAddrL FromAddrR ToAddrR",
    "LFAdd LTAdd RFAdd RTAdd",
    "LfFAdd LfToAdd RtFAdd RtToAdd",
    "LeftFrom LeftTo RightFrom RightTo",
    "FromLeft ToLeft FromRight ToRight",
    "FrAddL ToAddL FrAddR ToAddR",
    "LLoA LHiA RLoA RHiA",
)
"""Spellings of the four columns of a centreline's ranges: left from, left to, right from, to."""
SIDES: Final = (
    ("left", "ZipL ZipLeft LZip PostCodeL PostalL", "CityL CityLeft LCity PostCommL IncMuniL"),
    ("right", "ZipR ZipRight RZip PostCodeR PostalR", "CityR CityRight RCity PostCommR IncMuniR"),
)


def no_ranges(crs: pyproj.CRS) -> gpd.GeoDataFrame:
    """A table of no ranges."""
    empty: dict[str, list[str]] = {name: [] for name in RANGE}
    table = pd.DataFrame(empty, dtype="str").astype({"low": "int64", "high": "int64"})
    return gpd.GeoDataFrame(table, geometry=[], crs=crs)


def ranges_of(layer: gpd.GeoDataFrame, crs: pyproj.CRS) -> gpd.GeoDataFrame:
    """
    Address ranges of a layer of centrelines; none where it has no such columns.

    Parameters
    ----------
    layer
        Lines and their columns.
    crs
        Projected CRS of the job, metres.

    Returns
    -------
    ranges
        As in `geodata.geocoding.source.AddressSource`, one row for each side of a line that has a
        range, on the index of `layer`.
    """
    squeezed = {squeeze(str(name)): str(name) for name in reversed(list(layer.columns))}
    spellings = (list(map(squeeze, names.split())) for names in RANGES)
    found = next((names for names in spellings if set(names) <= squeezed.keys()), None)
    streets = _streets(layer, squeezed)
    if found is None or streets is None:
        return no_ranges(crs)
    lines = np.asarray(shapely.line_merge(layer.geometry.to_crs(crs).array, directed=True), object)
    simple = shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING
    tables = []
    for place, (side, zips, cities) in enumerate(SIDES):
        low, high = (_numbers(layer[squeezed[name]]) for name in found[2 * place : 2 * place + 2])
        towns = {
            name: column_text(layer, first_of(spelling, squeezed))
            for name, spelling in (("city", cities), ("zip", zips))
        }
        usable = simple & (low > 0) & (high > 0) & (streets != "").to_numpy()
        table = pd.DataFrame({"street": streets, "low": low, "high": high, "side": side, **towns})
        tables.append(table[usable].assign(geometry=lines[usable]))
    table = pd.concat(tables).astype({"side": "str"})
    return gpd.GeoDataFrame(table, geometry="geometry", crs=crs)


def _streets(layer: gpd.GeoDataFrame, squeezed: Mapping[str, str]) -> "pd.Series[str] | None":
    """The street of each line: from a column of whole names, or from its parts."""
    whole = next((name for name in sorted(FULL_STREET) if name in squeezed), "")
    if whole:
        return column_text(layer, whole)
    parts = {
        name: first_of(PARTS[name], squeezed) for name in ("ahead", "street", "suffix", "behind")
    }
    if not parts["street"]:
        return None
    return joined([column_text(layer, name) for name in parts.values() if name])


def _numbers(values: pd.Series) -> np.ndarray:
    """House numbers of a column; 0 where there is none."""
    found = pd.to_numeric(values.astype("str").str.strip(), errors="coerce").fillna(0)
    numbers: np.ndarray = found.clip(0, 10**7).astype("int64").to_numpy()
    return numbers
