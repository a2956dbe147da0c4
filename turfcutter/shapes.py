"""Arrays of geometries: what shapely's stubs leave open, said once."""

import numpy as np
import numpy.typing as npt
import shapely

from turfcutter.network import Floats

Shapes = npt.NDArray[np.object_]


def straight(start: Floats, end: Floats) -> Shapes:
    """Straight lines between points, both of shape (n, 2)."""
    return np.asarray(shapely.linestrings(np.stack([start, end], axis=1)), dtype=object)


def valid_polygons(shapes: Shapes) -> Shapes:
    """The same polygons without rings that cross or touch themselves."""
    sound = shapes.copy()
    odd = ~shapely.is_valid(shapes)
    sound[odd] = shapely.make_valid(shapes[odd], method="structure", keep_collapsed=False)
    return sound
