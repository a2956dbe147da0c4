"""From lists of node ids to lines and areas, where a clipped file may lack some of the nodes."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]

_LEAST_POINTS: Final = 4
"""Of a ring, the first counted twice."""


class Chains(NamedTuple):
    """
    Located nodes of many ways, one row for each node in way order.

    Parameters
    ----------
    node
        Position of the node among the located ones, int64.
    way
        Position of its way in the list the chains were made from, int64, ascending.
    run
        Number of the unbroken run it belongs to, int64, ascending: a new one starts with every
        way and behind every missing node.
    missing
        Number of missing nodes of each way, shape (n_ways,).
    """

    node: Longs
    way: Longs
    run: Longs
    missing: Longs


def chains_of(refs: Sequence[Longs], node_ids: Longs) -> Chains:
    """
    Look up the nodes of ways; missing ones break a way in two, immediate repeats are dropped.

    Parameters
    ----------
    refs
        Node ids of each way.
    node_ids
        Ids of the located nodes, ascending.
    """
    flat = np.concatenate([*refs, np.empty(0, np.int64)])
    way = np.repeat(np.arange(len(refs)), [len(ref) for ref in refs])
    node = np.searchsorted(node_ids, flat)
    known = np.zeros(len(flat), bool)
    inside = node < len(node_ids)
    known[inside] = node_ids[node[inside]] == flat[inside]
    missing = np.bincount(way[~known], minlength=len(refs))
    fresh = np.ones(len(flat), bool)
    fresh[1:] = way[1:] != way[:-1]
    run = np.cumsum(fresh | ~known, dtype=np.int64)
    # the run of a node behind a gap is that of the gap, which no node before it has
    node, way, run = node[known], way[known], run[known]
    kept = np.ones(len(node), bool)
    kept[1:] = (node[1:] != node[:-1]) | (run[1:] != run[:-1])
    return Chains(node[kept], way[kept], run[kept], missing)


def pairs_of(chains: Chains) -> tuple[Longs, Longs, Longs]:
    """Consecutive nodes of each run: positions u, v of the nodes and of the way."""
    joined = chains.run[1:] == chains.run[:-1]
    return chains.node[:-1][joined], chains.node[1:][joined], chains.way[1:][joined]


def lines_of(chains: Chains, xy: Floats) -> tuple[Shapes, Longs]:
    """
    One line for each run of two nodes or more.

    Parameters
    ----------
    chains
        Ways.
    xy
        Positions of the located nodes, shape (n, 2), metres.

    Returns
    -------
    lines, way
        LineStrings in way order, and the position of the way each belongs to.
    """
    _, run, count = np.unique(chains.run, return_inverse=True, return_counts=True)
    long_enough = count[run] > 1
    node, way, run = chains.node[long_enough], chains.way[long_enough], run[long_enough]
    first = np.flatnonzero(np.diff(run, prepend=-1))
    _, run = np.unique(run, return_inverse=True)
    if not len(run):
        return np.empty(0, object), np.empty(0, np.int64)
    return np.asarray(shapely.linestrings(xy[node], indices=run), object), way[first]


def outlines_of(
    members: Sequence[Sequence[int]], chains: Chains, xy: Floats
) -> tuple[Shapes, Shapes]:
    """
    Outlines, each made of one way or of several.

    Parameters
    ----------
    members
        For each outline the positions of its ways in `chains`.
    chains, xy
        As for `lines_of`.

    Returns
    -------
    areas, lines
        What each outline encloses (Polygon or MultiPolygon, valid; None where a way lacks nodes,
        no ring closes, or a ring crosses itself) and what there is of the others (MultiLineString,
        or None), both of shape (n_outlines,).
    """
    lines, way = lines_of(chains, xy)
    first = np.searchsorted(way, np.arange(len(chains.missing) + 1)).tolist()
    taken = [
        (number, at)
        for number, ways in enumerate(members)
        for one in ways
        for at in range(first[one], first[one + 1])
    ]
    number, at = np.array(taken, np.int64).reshape(-1, 2).T
    lacks = (chains.missing > 0).tolist()
    whole = np.array([not any(lacks[one] for one in ways) for ways in members], bool)
    areas, drawn = np.full(len(members), None, object), np.full(len(members), None, object)
    alone = whole & (np.bincount(number, minlength=len(members)) == 1)
    areas[number[alone[number]]] = _ringed(lines[at[alone[number]]])
    open_ = shapely.is_missing(areas)[number]
    if open_.any():
        present, index = np.unique(number[open_], return_inverse=True)
        drawn[present] = shapely.multilinestrings(lines[at[open_]], indices=index)
    rest = whole & shapely.is_missing(areas)
    built = shapely.build_area(drawn[rest])
    built[shapely.is_empty(built) | ~shapely.is_valid(built)] = None
    areas[rest] = built
    drawn[~shapely.is_missing(areas)] = None
    return areas, drawn


def _ringed(lines: Shapes) -> Shapes:
    """What closed lines enclose, as `shapely.build_area` has it; None where that is not plain."""
    areas = np.full(len(lines), None, object)
    lines = np.asarray(shapely.remove_repeated_points(lines), object)
    closed = shapely.is_closed(lines) & (shapely.get_num_points(lines) >= _LEAST_POINTS)
    points, ring = shapely.get_coordinates(lines[closed], return_index=True)
    if len(points):
        rings = np.asarray(shapely.polygons(shapely.linearrings(points, indices=ring)), object)
        rings[~shapely.is_valid(rings)] = None
        areas[closed] = shapely.orient_polygons(rings, exterior_cw=True)
    return areas
