"""Spikes: thin parts of outlines that hold no door, and which turf beside them takes them."""

from typing import Final

import numpy as np
import shapely

from turfcutter.arrays import Floats, Longs
from turfcutter.drawing.kerbs import NOBODY
from turfcutter.drawing.shapes import Shapes, valid_polygons

SLACK_M: Final = 0.01
"""By so much a shape that is shrunk and widened again may reach beyond itself."""
THIN_M: Final = 2.5
"""Half the width up to which a part of an outline is a spike."""
SHARE: Final = 0.3
"""A spike with this share of its edge along a turf becomes that turf's."""


def without_spikes(outlines: Shapes, sites: Floats) -> Shapes:
    """
    Outlines without thin parts that hold no door; the neighbour along such a part takes it.

    Parameters
    ----------
    outlines
        One a turf, metres, shape (n_turfs,).
    sites
        Doors, shape (n_sites, 2).
    """
    core = shapely.buffer(outlines, -THIN_M, join_style="mitre")
    # Widened again with sharp corners, a shape may cross itself.
    body = valid_polygons(shapely.buffer(core, THIN_M + SLACK_M, join_style="mitre"))
    thin, turf = shapely.get_parts(shapely.difference(outlines, body), return_index=True)
    large = shapely.area(thin) > THIN_M**2
    large[shapely.STRtree(thin).query(shapely.points(sites), "dwithin", distance=THIN_M)[1]] = False
    thin, turf = thin[large], turf[large]
    heir, most, taken = heirs(thin, turf, outlines, np.arange(len(outlines)))
    mended = outlines.copy()
    for k in np.flatnonzero((most > SHARE) | (taken < 1 - 2 * SHARE)):
        own, other = mended[turf[k]], mended[heir[k]]
        rest = shapely.difference(own, thin[k])
        grown = shapely.union(other, thin[k]) if most[k] > SHARE else other
        # rounding may pinch a shape, and what joins two parts is no spike
        whole = shapely.get_num_geometries(rest) <= shapely.get_num_geometries(own)
        if whole and shapely.is_valid([rest, grown]).all():
            mended[heir[k]], mended[turf[k]] = grown, rest
    return mended


def heirs(
    pieces: Shapes, before: Longs, shapes: Shapes, turf: Longs
) -> tuple[Longs, Floats, Floats]:
    """
    Turf with most of each piece's edge, its share of the edge, and the share of all turfs.

    Parameters
    ----------
    pieces, before
        Polygons, and the turf each belongs to, or `NOBODY`; shape (n_pieces,).
    shapes, turf
        Polygons that may have them, and their turfs; shape (n_shapes,).
    """
    piece, shape = shapely.STRtree(shapes).query(pieces, predicate="intersects")
    foreign = turf[shape] != before[piece]
    piece, shape = piece[foreign], shape[foreign]
    shared = shapely.length(shapely.intersection(shapely.boundary(pieces[piece]), shapes[shape]))
    key, where = np.unique(np.column_stack([piece, turf[shape]]), axis=0, return_inverse=True)
    total = np.bincount(where, weights=shared, minlength=len(key))
    order = np.lexsort((key[:, 1], total))
    heir, most = np.full(len(pieces), NOBODY), np.zeros(len(pieces))
    heir[key[order, 0]], most[key[order, 0]] = key[order, 1], total[order]
    edge = shapely.length(pieces)
    taken = np.bincount(piece, weights=shared, minlength=len(pieces))
    return np.where(most > 0, heir, NOBODY), most / edge, taken / edge
