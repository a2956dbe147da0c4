"""Corners: where faces meet at a junction, and where a street is crossed from one to another."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from turfcutter.arrays import Flags, Floats, Longs
from turfcutter.streets.edges import NEVER, ONWARD, PATHS

CORNERS: Final = ("left_u", "left_v", "right_u", "right_v")
"""Columns of an edge's corners: side, then end."""


def with_corners(
    edges: pd.DataFrame, lines: npt.NDArray[Any], xy: Floats, crossing: Flags
) -> pd.DataFrame:
    """Edges with their `CORNERS`, and whether they are crossed at either end."""
    count = len(edges)
    node = edges[["u", "v"]].to_numpy(np.int64).T.ravel()
    edge = np.tile(np.arange(count), 2)
    order, position = _around(node, lines, xy)
    left = np.empty(2 * count, np.int64)
    right = np.empty(2 * count, np.int64)
    left[order] = np.arange(2 * count)
    right[order] = position
    degree = np.bincount(node, minlength=len(xy))[node]
    busy = edges["across_dm"].to_numpy()[edge] == NEVER
    # Where a busy street ends, mostly just the data does: it is crossed there, not walked round.
    ends = np.flatnonzero(busy & (degree == 1))
    right[ends] = 2 * count + np.arange(len(ends))
    # A walker meets no kerb on a path: its two sides are one corner.
    cost = edges["crossing_dm"].to_numpy()[edge]
    free = cost == 0
    shape = (2 * count + len(ends),) * 2
    same = coo_matrix((np.ones(free.sum()), (left[free], right[free])), shape=shape)
    label = connected_components(same, directed=False)[1].astype(np.int64)
    left, right = label[left], label[right]
    junction = np.bincount(node, _streets(edges)[edge], len(xy)) > ONWARD
    crossable = (left != right) & (~busy | crossing[node] | junction[node] | (degree == 1))
    found = left[:count], right[count:], right[:count], left[count:]
    corners = {name: at.astype(np.int32) for name, at in zip(CORNERS, found, strict=True)}
    return edges.assign(**corners, cross_u=crossable[:count], cross_v=crossable[count:])


def _streets(edges: pd.DataFrame) -> Flags:
    """Edges that make a junction where they meet: neither paths nor nameless driveways."""
    drive = (edges["kind"] == "service") & (edges["name"] == "")
    streets: Flags = ~(edges["kind"].isin(PATHS) | drive).to_numpy(bool)
    return streets


def _around(node: Longs, lines: npt.NDArray[Any], xy: Floats) -> tuple[Longs, Longs]:
    """Edge ends sorted around their node, and for each the slot of the end before it."""
    coords, index = shapely.get_coordinates(lines, return_index=True)
    starts = np.searchsorted(index, np.arange(len(lines)))
    ends = np.r_[starts[1:], len(index)]
    ahead = np.concatenate([coords[starts + 1], coords[ends - 2]]) - xy[node]
    angle = np.arctan2(ahead[:, 1], ahead[:, 0])
    order = np.lexsort((np.arange(len(node)), angle, node))
    sorted_node = node[order]
    slot = np.arange(len(node))
    first = np.searchsorted(sorted_node, sorted_node, side="left")
    last = np.searchsorted(sorted_node, sorted_node, side="right") - 1
    return order, np.where(slot == first, last, slot - 1)
