"""
Frontages: where each stop meets its street, on which side, how far back.

A point belongs to the street its address names if that is near, else to the nearest street. A
driveway, alley or parking aisle without a name takes the doors deep inside a block or a park of
mobile homes, but not those of a house that merely stands beside it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from turfcutter.arrays import Floats, Ints
from turfcutter.streets.edges import PATHS
from turfcutter.streets.network import Network

NO_DOORS = frozenset(("steps", "motorway", "motorway_link", "trunk_link", "corridor"))
"""Kinds of way no door stands on."""
SERVICE_M = 40.0
"""A service way without a name must be nearer than the nearest street by this much."""


@dataclass(frozen=True)
class Frontage:
    """
    Where points meet the network; arrays of shape (n_points,).

    Parameters
    ----------
    edge
        Position in `Network.edges`, -1 where no edge is within reach.
    side
        0 left, 1 right of the edge's line.
    along_dm
        Distance from the edge's u end.
    setback_m
        Distance from the edge's line; the distance to the nearest one where `edge` is -1.
    """

    edge: Ints
    side: Ints
    along_dm: Ints
    setback_m: Floats

    def take(self, rows: npt.NDArray[np.integer]) -> "Frontage":
        """The frontages of some of the points."""
        return Frontage(self.edge[rows], self.side[rows], self.along_dm[rows], self.setback_m[rows])


def find_frontage(
    xy: Floats, streets: list[str], network: Network, names: list[str], snap_m: float
) -> Frontage:
    """
    Place points on the street their address names if that is near, else on the nearest.

    Parameters
    ----------
    xy
        Points, metres, shape (n_points, 2).
    streets
        Normal form of the street each address names, length n_points.
    network
        The streets.
    names
        Normal form of each edge's name, length n_edges.
    snap_m
        How far a point may lie from its street, metres.
    """
    points = np.asarray(shapely.points(xy))
    usable = _usable(network.edges)
    edge, distance = _nearest_street(points, network, usable, snap_m)
    _prefer_named(points, streets, names, network.lines, usable, snap_m, edge, distance)
    near = distance <= snap_m
    line = network.lines[np.where(edge >= 0, edge, 0)]
    along = np.rint(shapely.line_locate_point(line, points) * 10).astype(np.int32)
    length = network.edges["length_dm"].to_numpy()[np.where(edge >= 0, edge, 0)]
    return Frontage(
        np.where(near, edge, -1).astype(np.int32),
        _side(xy, line),
        np.clip(along, 0, length).astype(np.int32),
        np.where(np.isfinite(distance), np.round(distance, 1), np.inf),
    )


def _usable(edges: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Edges that doors may stand on; unnamed paths only where there is nothing else."""
    kind, named = edges["kind"], edges["name"] != ""
    street = ~kind.isin(NO_DOORS) & (~kind.isin(PATHS) | named)
    street &= ~edges["bridge"]
    if not street.any():
        street = ~kind.isin(NO_DOORS)
    return np.flatnonzero(street.to_numpy())


def _nearest_street(
    points: npt.NDArray[Any], network: Network, usable: npt.NDArray[np.int64], snap_m: float
) -> tuple[Ints, Floats]:
    """Nearest street to each point, or a service way nearer by `SERVICE_M` or alone in reach."""
    kind, name = (network.edges[column].to_numpy()[usable] for column in ("kind", "name"))
    service = (kind == "service") & (name == "")
    edge, distance = _nearest(points, network.lines, usable[~service], np.inf)
    behind = np.where(distance > snap_m, 0, SERVICE_M)
    rows = np.flatnonzero(distance > behind)
    lane, far = _nearest(points[rows], network.lines, usable[service], np.inf)
    closer = far + behind[rows] < distance[rows]
    edge[rows[closer]], distance[rows[closer]] = lane[closer], far[closer]
    return edge, distance


def _nearest(
    points: npt.NDArray[Any], lines: npt.NDArray[Any], edges: npt.NDArray[np.int64], reach: float
) -> tuple[Ints, Floats]:
    """Nearest of some edges to each point (lowest number on a tie) and its distance."""
    edge = np.full(len(points), -1, np.int32)
    distance = np.full(len(points), np.inf)
    if len(edges):
        limit = reach if np.isfinite(reach) else None
        (point, found), far = shapely.STRtree(lines[edges]).query_nearest(
            points, max_distance=limit, return_distance=True, all_matches=True
        )
        order = np.lexsort((found, point))
        first = order[np.unique(point[order], return_index=True)[1]]
        edge[point[first]], distance[point[first]] = edges[found[first]], far[first]
    return edge, distance


def _prefer_named(
    points: npt.NDArray[Any],
    streets: list[str],
    names: list[str],
    lines: npt.NDArray[Any],
    usable: npt.NDArray[np.int64],
    snap_m: float,
    edge: Ints,
    distance: Floats,
) -> None:
    """Move points to the street they name where it is within reach; fills `edge`, `distance`."""
    called, asked = np.asarray(names, object), np.asarray(streets, object)
    by_name = pd.Series(usable).groupby(called[usable]).groups
    elsewhere = np.flatnonzero((edge < 0) | (called[edge] != asked))
    wanted = pd.Series(elsewhere).groupby(asked[elsewhere]).indices
    for name in sorted({str(name) for name in wanted if name and name in by_name}):
        rows = elsewhere[wanted[name]]
        candidates = usable[np.asarray(by_name[name])]
        named, far = _nearest(points[rows], lines, candidates, snap_m)
        found = named >= 0
        edge[rows[found]], distance[rows[found]] = named[found], far[found]


def _side(xy: Floats, lines: npt.NDArray[Any]) -> Ints:
    """0 for points left of their line, 1 right of it, judged where the line comes nearest."""
    along = shapely.line_locate_point(lines, shapely.points(xy))
    back = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.maximum(along - 1, 0)))
    ahead = shapely.get_coordinates(
        shapely.line_interpolate_point(lines, np.minimum(along + 1, shapely.length(lines)))
    )
    way, out = ahead - back, xy - back
    cross: Floats = way[:, 0] * out[:, 1] - way[:, 1] * out[:, 0]
    return (cross < 0).astype(np.int32)
