"""
The walking model: a street network in which every street has two sides.

An *edge* is a piece of way between two junctions. A *face* is one side of an edge. Where faces meet
at a junction they share a *corner*; walking along a face costs its length, more on steps and steep
streets, going from corner to corner across a street costs a crossing. Paths, footways and steps
have no sides. Costs are times, counted as the decimetres one walks on level ground in that time;
lengths are true ones. Both are integers, so that sums do not depend on their order.

Barriers (freeway, rail, water) cut the network at the points where ways cross them. What hangs
together without those points is a *cell*; what hangs together with them is a *component*.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_matrix

from geodata.schema import Streets
from turfcutter.arrays import Floats, Ints, Longs
from turfcutter.streets.corners import CORNERS, with_corners
from turfcutter.streets.edges import find_edges


@dataclass(frozen=True)
class Network:
    """
    Edges, faces and corners of a walkable street network.

    Parameters
    ----------
    edges
        One row an edge: `u`, `v` (junctions), `length_dm`, `cost_dm` (at least the length), `name`,
        `kind`, `service`, `cell`, `component` (int32), `across_dm` (crossing it anywhere between
        its ends; `NEVER` where one must not), `bare` (share of its length where the map says that
        there is no sidewalk), `bridge` (bool: more than half of it is one); the corners at the ends
        of its faces, `left_u` … `right_v`, and whether it is crossed at either end, `cross_u`,
        `cross_v` (bool).
    lines
        Geometry of the edges, shape (n_edges,), from u to v.
    corners
        Corner at each end of each face, shape (n_edges, 2, 2): edge, side (0 left, 1 right of the
        line's direction), end (0 u, 1 v).
    graph
        Corner graph, CSR, symmetric, weights are costs in decimetres.
    corner_xy
        Position of each corner's junction, metres, shape (n_corners, 2).
    """

    edges: pd.DataFrame
    lines: npt.NDArray[Any]
    corners: Ints
    graph: csr_matrix
    corner_xy: Floats


def build_network(streets: Streets) -> Network:
    """Turn streets into edges, corners and cells; the result is independent of row order."""
    edges, lines, xy, crossing = find_edges(streets)
    return network_of(with_corners(edges, lines, xy, crossing), lines)


def network_of(edges: pd.DataFrame, lines: npt.NDArray[Any]) -> Network:
    """The network of edges that know their corners."""
    corners = edges[[*CORNERS]].to_numpy(np.int32).reshape(-1, 2, 2)
    corner_xy = np.empty((int(corners.max(initial=-1)) + 1, 2))
    links = []
    for end, name in enumerate(("u", "v")):
        at = shapely.get_coordinates(shapely.get_point(lines, -end))
        corner_xy[corners[:, :, end]] = at[:, None]
        crossed = [corners[:, 0, end], corners[:, 1, end], edges["crossing_dm"].to_numpy()]
        links.append(np.stack(crossed, axis=1)[edges[f"cross_{name}"].to_numpy(bool)])
    links.append(_along(edges, corners))
    graph = _graph(np.concatenate(links).astype(np.int64), len(corner_xy))
    return Network(edges, lines, corners, graph, corner_xy)


def part_of(network: Network, rows: Longs) -> Network:
    """The network of some of the edges, given in ascending order; the order of all else stays."""
    edges = network.edges.iloc[rows].reset_index(drop=True)
    for columns in (["u", "v"], [*CORNERS]):
        numbers = np.unique(edges[columns].to_numpy(np.int64), return_inverse=True)[1]
        edges[columns] = numbers.reshape(-1, len(columns))
    return network_of(edges, network.lines[rows])


def _along(edges: pd.DataFrame, corners: Ints) -> Longs:
    """Links along the faces: (corner, corner, dm); a path has one."""
    cost = edges["cost_dm"].to_numpy(np.int64)
    sided = edges["crossing_dm"].to_numpy() > 0
    left = np.stack([corners[:, 0, 0], corners[:, 0, 1], cost], axis=1)
    right = np.stack([corners[:, 1, 0], corners[:, 1, 1], cost], axis=1)[sided]
    return np.concatenate([left, right]).astype(np.int64)


def _graph(links: Longs, count: int) -> csr_matrix:
    """Symmetric CSR graph of the links, the shortest of parallel ones."""
    links = links[links[:, 0] != links[:, 1]]
    both = np.concatenate([links, links[:, [1, 0, 2]]])
    both = both[np.lexsort((both[:, 2], both[:, 1], both[:, 0]))]
    new = np.r_[True, (both[1:, :2] != both[:-1, :2]).any(axis=1)] if len(both) else []
    a, b, cost = both[new].T
    return csr_matrix((cost.astype(np.int32), (a, b)), shape=(count, count))
