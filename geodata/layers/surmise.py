"""Which coordinate systems put a layer where something else is known to lie."""

from pathlib import Path
from typing import Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS

from geodata.crs import CANDIDATES, WGS84, project, short_name
from geodata.layers.layers import raw_shapes

LEAST: Final = 0.8
"""Share of the places that must lie within the layer's box, or of the layer within theirs."""
ENOUGH: Final = 5_000
"""So many places are looked at."""

Floats = NDArray[np.float64]


def systems_around(path: Path, lon: ArrayLike, lat: ArrayLike) -> list[str]:
    """
    Coordinate systems that put a layer around places, or into their midst, the likeliest first.

    Parameters
    ----------
    path
        The layer; what it says of its coordinate system does not count.
    lon, lat
        Places such as street corners or homes, degrees, shape (n,).

    Raises
    ------
    InputError
        What `raw_shapes` raises.
    """
    shapes = raw_shapes(path)
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    box = np.asarray(shapely.total_bounds(shapes), float)
    boxes = shapely.bounds(shapes)
    middles = np.column_stack([boxes[:, [0, 2]].mean(axis=1), boxes[:, [1, 3]].mean(axis=1)])
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    step = max(1, len(lon) // ENOUGH)
    shares = {}
    for crs in (WGS84, *map(CRS.from_epsg, CANDIDATES)):
        places = np.column_stack(project(lon[::step], lat[::step], crs))
        places = places[np.isfinite(places).all(axis=1)]
        if len(places):
            around = np.percentile(places, [1, 99], axis=0).ravel()
            shares[short_name(crs)] = max(_within(places, box), _within(middles, around))
    best = max(shares.values(), default=0.0)
    return [name for name, share in shares.items() if share >= max(LEAST, best - 0.01)]


def _within(points: Floats, box: Floats) -> float:
    """Share of points within west, south, east, north."""
    return float(((points >= box[:2]) & (points <= box[2:])).all(axis=1).mean())
