"""
Driving: minutes by car from a staging place to where turfs start.

Cars keep to streets; where the street file has motorways on its base map they use those too. Each
kind of street has one average speed, its lights and stop signs included. One-way streets and
forbidden turns are not known, so minutes are what a driver would guess, not what a navigator says.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from geodata.errors import InputError
from geodata.schema import Streets
from turfcutter.arrays import Floats, Longs

SPEED_KMH: Final[dict[str, int]] = {
    "motorway": 90,
    "trunk": 60,
    "trunk_link": 40,
    "primary": 45,
    "primary_link": 30,
    "secondary": 40,
    "secondary_link": 30,
    "tertiary": 35,
    "tertiary_link": 25,
    "unclassified": 30,
    "residential": 25,
    "road": 25,
    "service": 15,
    "living_street": 10,
}
"""Kind of street -> average speed by car, km/h; cars use no other kinds."""

OFF_STREET_KMH: Final = 5
"""Speed between a place and the nearest street."""

_MS: Final = 3600
"""Milliseconds that a metre takes at 1 km/h."""
_PLACES_PER_M: Final = 100


@dataclass(frozen=True)
class Roads:
    """
    Streets for cars: the largest part that hangs together.

    Parameters
    ----------
    lines
        Straight pieces of street, shape (n_pieces,).
    ends
        Junctions of each piece, shape (n_pieces, 2).
    ms
        Milliseconds to drive each piece, shape (n_pieces,).
    graph
        Junctions, CSR, symmetric, weights in whole milliseconds.
    """

    lines: npt.NDArray[Any]
    ends: Longs
    ms: Longs
    graph: csr_matrix


def build_roads(streets: Streets) -> Roads:
    """
    The streets that cars use; the same whatever the order of rows.

    Raises
    ------
    InputError
        OFF_STREETS where there is none.
    """
    begin, end, kmh = _pieces(streets)
    if not len(kmh):
        message = "The street file has no street for cars, so nobody can drive to the turfs"
        raise InputError("OFF_STREETS", f"{message}; give another file, or leave out --staging.")
    spots, joined = np.unique(
        np.rint(np.concatenate([begin, end]) * _PLACES_PER_M).astype(np.int64),
        axis=0,
        return_inverse=True,
    )
    ends = np.sort(joined.reshape(2, -1).T, axis=1)
    xy = spots / _PLACES_PER_M
    metres = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    ms = np.maximum(np.rint(metres * _MS / kmh), 1).astype(np.int64)
    order = np.lexsort((ms, ends[:, 1], ends[:, 0]))
    ends, ms = ends[order], ms[order]
    fastest = np.r_[True, (np.diff(ends, axis=0) != 0).any(axis=1)] & (ends[:, 0] != ends[:, 1])
    ends, ms = ends[fastest], ms[fastest]
    shape = (len(xy), len(xy))
    joint = coo_matrix((ms, tuple(ends.T)), shape=shape)
    label = connected_components(joint, directed=False)[1]
    main = label[ends[:, 0]] == np.bincount(label[ends[:, 0]]).argmax()
    ends, ms = ends[main], ms[main]
    lines = np.asarray(shapely.linestrings(xy[ends]))
    both = np.concatenate([ends, ends[:, ::-1]]).T
    # whole numbers: sums of them are exact, so no order of roads changes a minute
    graph = coo_matrix((np.tile(ms, 2).astype(np.float64), tuple(both)), shape=shape).tocsr()
    return Roads(lines, ends, ms, graph)


def _pieces(streets: Streets) -> tuple[Floats, Floats, Floats]:
    """Ends of all straight pieces that cars use, shape (n, 2) each, and their speeds."""
    kind = streets.ways["kind"].astype(str).map(SPEED_KMH).to_numpy(np.float64)
    kmh = kind[streets.segments["way"].to_numpy(np.int64)]
    driven = np.isfinite(kmh)
    xy = streets.nodes[["x", "y"]].to_numpy(np.float64)
    u, v = (streets.segments[end].to_numpy(np.int64)[driven] for end in ("u", "v"))
    fast = streets.base.geometry[(streets.base["kind"] == "motorway").to_numpy()].to_numpy()
    points, line = shapely.get_coordinates(
        fast[shapely.get_type_id(fast) == shapely.GeometryType.LINESTRING], return_index=True
    )
    onward = np.flatnonzero(np.diff(line) == 0)
    return (
        np.concatenate([xy[u], points[onward]]),
        np.concatenate([xy[v], points[onward + 1]]),
        np.concatenate([kmh[driven], np.full(len(onward), float(SPEED_KMH["motorway"]))]),
    )


def drive_minutes(roads: Roads, origins: Floats, goals: Floats) -> Floats:
    """
    Minutes by car, one way.

    Parameters
    ----------
    roads
        The streets.
    origins, goals
        Positions, metres, shapes (n_origins, 2) and (n_goals, 2); each is reached from the nearest
        street.

    Returns
    -------
    minutes
        Shape (n_origins, n_goals).
    """
    there, along, gap = _on_road(roads, goals)
    here, along_here, gap_here = _on_road(roads, origins)
    minutes = np.empty((len(origins), len(goals)))
    for row, piece in enumerate(here.tolist()):
        first = np.rint(along_here[row] * roads.ms[piece])
        way = _from_ends(roads, piece, first)[roads.ends[there]]
        before = np.rint(along * roads.ms[there])
        total = np.minimum(way[:, 0] + before, way[:, 1] + roads.ms[there] - before)
        total = np.where(there == piece, np.minimum(total, np.abs(before - first)), total)
        minutes[row] = (total + gap + gap_here[row]) / 60_000
    return minutes


def _from_ends(roads: Roads, piece: int, first: float) -> Floats:
    """Milliseconds from a point of a piece, `first` from its first end, to every junction."""
    found = dijkstra(roads.graph, indices=roads.ends[piece])
    way: Floats = np.minimum(found[0] + first, found[1] + roads.ms[piece] - first)
    return way


def metres_off_road(roads: Roads, xy: Floats) -> Floats:
    """How far positions lie from the nearest street, metres, shape (n,)."""
    return _on_road(roads, xy)[2] * OFF_STREET_KMH / _MS


def _on_road(roads: Roads, xy: Floats) -> tuple[Longs, Floats, Floats]:
    """Nearest piece to each position, the share of it before there, and milliseconds to it."""
    points = np.asarray(shapely.points(xy))
    (point, piece), metres = shapely.STRtree(roads.lines).query_nearest(
        points, return_distance=True, all_matches=True
    )
    order = np.lexsort((piece, point))
    order = order[np.unique(point[order], return_index=True)[1]]
    piece, metres = piece[order].astype(np.int64), metres[order]
    share = shapely.line_locate_point(roads.lines[piece], points, normalized=True)
    return piece, share, np.rint(metres * _MS / OFF_STREET_KMH)
