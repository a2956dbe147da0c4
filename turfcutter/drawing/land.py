"""
Land: the surroundings of doors, which outlines of turfs share out among them.

It is drawn in square cells, closed and smoothed there: uniting buffers around every door of a
county would cost more than all else about outlines.
"""

from typing import Final

import numpy as np
import shapely

from turfcutter.arrays import Floats, Longs
from turfcutter.drawing.shapes import straight

CELLS: Final = 3.5
"""Cells from a door to the edge of its land."""
CLOSING_M: Final = 30.0
"""Inlets narrower than twice this are closed."""
HOLE_M2: Final = 5000.0
"""Smaller empty land inside is filled."""


def land_around(sites: Floats, reach_m: float) -> shapely.Geometry:
    """
    Surroundings of the doors, without narrow inlets and small holes.

    Parameters
    ----------
    sites
        Doors, metres, shape (n_sites, 2).
    reach_m
        How far land reaches beyond its doors.
    """
    size = reach_m / CELLS
    origin = sites.min(axis=0) - 2 * (reach_m + CLOSING_M)
    start = np.floor((sites - origin) / size).astype(np.int64)
    width = int(start[:, 1].max()) + round(2 * (reach_m + CLOSING_M) / size) + 2
    land = _spread(
        np.unique(start[:, 0] * width + start[:, 1]), width, (reach_m + CLOSING_M) / size
    )
    shore = np.setdiff1d(_spread(land, width, 1), land, assume_unique=True)
    land = np.setdiff1d(land, _spread(shore, width, CLOSING_M / size), assume_unique=True)
    row, column = np.divmod(land, width)
    sides = []
    for (dr, dc), (r0, c0), (r1, c1) in (
        ((1, 0), (1, 0), (1, 1)),
        ((-1, 0), (0, 0), (0, 1)),
        ((0, 1), (0, 1), (1, 1)),
        ((0, -1), (0, 0), (1, 0)),
    ):
        open_side = ~np.isin(land + dr * width + dc, land, assume_unique=True)
        r, c = row[open_side], column[open_side]
        sides.append(np.stack([np.stack([r + r0, c + c0], 1), np.stack([r + r1, c + c1], 1)], 1))
    parts = shapely.get_parts(shapely.polygonize(straight(*np.concatenate(sides).swapaxes(0, 1))))
    corner = shapely.get_coordinates(shapely.point_on_surface(parts))
    inside = np.isin(np.floor(corner).astype(np.int64) @ np.array([width, 1]), land)
    rounded = [_rounded(part, HOLE_M2 / size**2) for part in parts[inside]]
    return shapely.transform(
        shapely.multipolygons(rounded), lambda points: np.round(points * size + origin, 2)
    )


def _spread(cells: Longs, width: int, radius: float) -> Longs:
    """Cells within a radius of any of `cells`; cell = row * width + column; sorted."""
    r = int(radius)
    row, column = np.mgrid[-r : r + 1, -r : r + 1]
    half = ((row**2 + column**2 <= radius**2).sum(axis=1) - 1) // 2
    # a disc is a run of cells in each of its rows: runs are fewer than cells, and few are left
    # of them where they overlap
    start = (cells[:, None] + np.arange(-r, r + 1) * width - half).ravel()
    end = start + np.tile(2 * half + 1, len(cells))
    order = np.argsort(start, kind="stable")
    start, end = start[order], np.maximum.accumulate(end[order])
    opens = np.r_[True, start[1:] > end[:-1]]
    start, end = start[opens], end[np.r_[opens[1:], True]]
    size = end - start
    found: Longs = np.arange(size.sum()) + np.repeat(start - (np.cumsum(size) - size), size)
    return found


def _rounded(part: shapely.Polygon, small: float) -> shapely.Polygon:
    """A polygon of cells through the middles of its sides, without small holes."""
    rings = []
    for ring in (part.exterior, *(r for r in part.interiors if shapely.Polygon(r).area > small)):
        points = shapely.get_coordinates(shapely.segmentize(ring, 1.0))
        middles = (points[1:] + points[:-1]) / 2
        rings.append(shapely.simplify(shapely.LinearRing(middles), 0.7))
    return shapely.Polygon(rings[0], rings[1:])
