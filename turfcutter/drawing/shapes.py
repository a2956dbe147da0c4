"""Arrays of geometries: what shapely's stubs leave open, said once."""

import numpy as np
import numpy.typing as npt
import shapely

from turfcutter.arrays import Floats

Shapes = npt.NDArray[np.object_]


def straight(start: Floats, end: Floats) -> Shapes:
    """Straight lines between points, both of shape (n, 2)."""
    return np.asarray(shapely.linestrings(np.stack([start, end], axis=1)), dtype=object)


def valid_polygons(shapes: Shapes) -> Shapes:
    """
    The same polygons without rings that cross or touch themselves.

    A ring that crosses itself in a neck becomes two: no part of the area is lost.
    """
    sound = shapes.copy()
    odd = ~shapely.is_valid(shapes)
    parts, shape = shapely.get_parts(shapely.make_valid(shapes[odd]), return_index=True)
    areas = shapely.get_dimensions(parts) == 2  # noqa: PLR2004 - neither lines nor points
    sound[odd] = [
        shapely.union_all(parts[areas & (shape == number)]) for number in range(int(odd.sum()))
    ]
    return sound


def without_crumbs(shapes: Shapes, least: float) -> Shapes:
    """The same polygons without parts of less area; what has no other parts stays."""
    parts, shape = shapely.get_parts(shapes, return_index=True)
    crumb = shapely.area(parts) < least
    whole = shapes.copy()
    for number in np.intersect1d(shape[crumb], shape[~crumb]).tolist():
        whole[number] = shapely.union_all(parts[~crumb & (shape == number)])
    return whole
