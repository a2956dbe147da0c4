"""
Compact columns for a page's JSON: numbers, texts and shapes as short strings.

Numbers are written as in Google's polylines, with an alphabet that JSON and HTML leave alone:
zigzag (0, -1, 1, -2 … become 0, 1, 2, 3 …), then 5 bits a character, lowest first; bit 6 says that
more follow. `static/map/data.js` reads them.
"""

from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

ALPHABET: Final = np.frombuffer(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", dtype=np.uint8
)
DEGREE: Final = 1_000_000
"""Coordinates are whole millionths of a degree: 0.11 m or less."""

_MOST_CHARACTERS = 6  # 30 bits: coordinates need 29, and JavaScript shifts 32


def packed(values: npt.ArrayLike) -> str:
    """
    Integers as text.

    Parameters
    ----------
    values
        Integers of magnitude below 2**29, shape (n,).
    """
    numbers = np.asarray(values, dtype=np.int64)
    zigzag = (numbers << 1) ^ (numbers >> 63)
    places = np.arange(_MOST_CHARACTERS)
    rest = (zigzag[:, None] >> (5 * places)).astype(np.int32)
    more = rest >= 32  # noqa: PLR2004 - five bits a character
    kept = np.ones_like(more)
    kept[:, 1:] = more[:, :-1]
    digits: bytes = ALPHABET[((rest & 31) | (more << 5))[kept]].tobytes()
    return digits.decode("ascii")


def words(texts: pd.Series) -> dict[str, Any]:
    """A text column as ``{"words": distinct texts, "at": packed positions in them}``."""
    positions, distinct = pd.factorize(texts.fillna("").astype(str))
    return {"words": [str(text) for text in distinct], "at": packed(positions)}


def points(lon: npt.ArrayLike, lat: npt.ArrayLike) -> str:
    """Coordinates (degrees, shape (n,) each) as packed differences from the point before."""
    degrees = np.column_stack([np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)])
    whole = np.rint(degrees * DEGREE).astype(np.int64)
    return packed(np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel())


def shapes(geometries: gpd.GeoSeries, tolerance_m: float) -> dict[str, str]:
    """
    Lines or areas as packed columns.

    Parameters
    ----------
    geometries
        Lines or polygons, single or multiple, in a projected CRS (metres), shape (n,).
    tolerance_m
        How far a simplified line may lie from the true one, metres.

    Returns
    -------
    dict
        ``paths``: number of paths of each shape (the lines, or all rings of the polygons);
        ``points``: number of points of each path; ``xy``: their coordinates.
    """
    whole = np.asarray(geometries.array, dtype=object)
    if not len(whole):
        return {"paths": "", "points": "", "xy": ""}
    areas = shapely.get_dimensions(whole).max() == 2  # noqa: PLR2004
    plain = shapely.simplify(whole, tolerance_m, preserve_topology=areas)
    plain[shapely.is_empty(plain)] = None
    parts, shape_of_part = shapely.get_parts(plain, return_index=True)
    if areas:
        parts, part_of_ring = shapely.get_rings(parts, return_index=True)
        shape_of_part = shape_of_part[part_of_ring]
    degrees = gpd.GeoSeries(parts, crs=geometries.crs).to_crs("EPSG:4326")
    corners = shapely.get_coordinates(degrees.array)
    return {
        "paths": packed(np.bincount(shape_of_part, minlength=len(plain))),
        "points": packed(shapely.get_num_coordinates(np.asarray(degrees.array, dtype=object))),
        "xy": points(corners[:, 0], corners[:, 1]),
    }
