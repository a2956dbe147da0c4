"""
Sparse country: doors whose way there and back is longer than they are worth.

The shortest walk that joins all doors of a place is its minimum spanning tree, walked there and
back. A branch of the tree costs its own length twice; shared among its doors that is their detour.
Branches are judged from the tips inward, so that a lone farm does not take the village it lies
behind with it, and a branch that is left out costs the rest nothing.
"""

from typing import Final

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components, minimum_spanning_tree

from turfcutter.arrays import Floats, Longs
from turfcutter.cutting.regions import APART_DM, NEIGHBOURS, numbered
from turfcutter.streets.distances import nearest_stops
from turfcutter.streets.footing import Footing

NEAR: Final = -1.0
"""Detour of stops that are not too far."""


def detours(zone: Longs, doors: Longs, footing: Footing, limit_dm: float, enough: float) -> Floats:
    """
    Detour of the stops that are too far from the others.

    Parameters
    ----------
    zone
        Number of the area between hard lines of each stop, shape (n_stops,).
    doors
        Doors of each stop.
    footing
        Where the stops are on the network.
    limit_dm
        Most decimetres of detour a door may cost.
    enough
        Doors of a branch that make a turf wherever it lies.

    Returns
    -------
    detour_dm
        Decimetres there and back for each door, shape (n_stops,); `NEAR` for stops that are not
        too far. The largest place of an area never is.
    """
    found = np.full(len(zone), NEAR)
    piece = numbered(zone, footing.component)
    tree = _tree(piece, footing)
    if not tree.nnz or 2 * float(tree.data.max()) <= limit_dm:
        return found
    order, before = _outward(tree, _roots(tree, doors, limit_dm))
    way = np.zeros(len(zone))
    low = np.minimum(before, np.arange(len(zone)))
    high = np.maximum(before, np.arange(len(zone)))
    inner = before >= 0
    way[inner] = np.asarray((tree + tree.T)[low[inner], high[inner]]).ravel() - 1
    held, length = doors.astype(float).tolist(), way.tolist()
    for stop in order[::-1].tolist():
        parent = before[stop]
        if parent < 0:
            continue
        if 2 * length[stop] > limit_dm * held[stop] and held[stop] < enough:
            found[stop] = 2 * length[stop] / held[stop]
        elif way[stop] <= APART_DM:
            held[parent] += held[stop]
            length[parent] += length[stop]
    for stop in order.tolist():
        parent = before[stop]
        if parent >= 0 and found[stop] == NEAR and way[stop] <= APART_DM:
            found[stop] = found[parent]
    return found


def _tree(piece: Longs, footing: Footing) -> csr_matrix:
    """Minimum spanning forest of the stops of each piece, decimetres and one more."""
    who, far = nearest_stops(footing.ends, footing.reach, NEIGHBOURS)
    a, b = np.repeat(np.arange(len(who)), who.shape[1]), who.ravel().astype(np.int64)
    kept = (b >= 0) & (piece[a] == piece[np.maximum(b, 0)])
    links = np.stack([a[kept], b[kept], far.ravel()[kept].astype(np.int64) + 1], axis=1)
    forest = _forest(links, len(piece))
    part = connected_components(forest, directed=False)[1].astype(np.int64)
    bridges = _bridges(part, piece, footing)
    return _forest(np.concatenate([links, bridges]), len(piece)) if len(bridges) else forest


def _forest(links: Longs, count: int) -> csr_matrix:
    """Minimum spanning forest of links (stop, stop, length)."""
    low, high = links[:, :2].min(axis=1), links[:, :2].max(axis=1)
    order = np.lexsort((links[:, 2], high, low))
    low, high, length = low[order], high[order], links[order, 2]
    first = np.r_[True, (np.diff(low) != 0) | (np.diff(high) != 0)][: len(low)]
    graph = coo_matrix((length[first], (low[first], high[first])), shape=(count, count))
    return csr_matrix(minimum_spanning_tree(graph.tocsr()))


def _bridges(part: Longs, piece: Longs, footing: Footing) -> Longs:
    """The shortest link from each part of a piece, but for its largest, to each other part."""
    first, size = np.unique(part, return_index=True, return_counts=True)[1:]
    by_size = np.lexsort((first, -size, piece[first]))
    largest = by_size[np.r_[True, np.diff(piece[first][by_size]) != 0]]
    ends, reach = footing.ends, footing.reach
    stop = np.repeat(np.arange(len(part)), 2)
    at = pd.DataFrame({"terminal": ends.terminal.ravel(), "gap": ends.offset.ravel(), "stop": stop})
    at = at.assign(part=part[stop], piece=piece[stop])
    at = at.sort_values(["terminal", "part", "gap", "stop"]).drop_duplicates(["terminal", "part"])
    source = at[~at["part"].isin(largest)]
    near = reach.near[source["terminal"]]
    row, column = np.nonzero(near >= 0)
    links = source.iloc[row].assign(
        terminal=near[row, column], way=reach.distance[source["terminal"]][row, column]
    )
    links = links.merge(at, on=["terminal", "piece"], suffixes=("", "_there"))
    links = links[links["part"] != links["part_there"]]
    links["way"] = links["gap"] + links["way"] + links["gap_there"] + 1
    links = links.sort_values(["part", "part_there", "way", "stop", "stop_there"])
    best = links.drop_duplicates(["part", "part_there"])
    return best[["stop", "stop_there", "way"]].to_numpy(np.int64)


def _roots(tree: csr_matrix, doors: Longs, limit_dm: float) -> Longs:
    """A stop of the largest place of each tree; between places are ways longer than the limit."""
    part = connected_components(tree, directed=False)[1]
    near = tree.copy()
    near.data[2 * near.data > limit_dm] = 0
    near.eliminate_zeros()
    place = connected_components(near, directed=False)[1]
    size = np.bincount(place, doors)[place]
    best = np.lexsort((np.arange(len(doors)), -size, part))
    roots: Longs = best[np.r_[True, np.diff(part[best]) != 0]]
    return roots


def _outward(tree: csr_matrix, roots: Longs) -> tuple[Longs, Longs]:
    """Breadth-first order of all trees from their roots, and the stop before each."""
    count = tree.shape[0]
    inner = tree.tocoo()
    rows = np.r_[inner.row, np.full(len(roots), count)]
    columns = np.r_[inner.col, roots]
    graph = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(count + 1, count + 1))
    order, before = breadth_first_order(graph.tocsr(), count, directed=False)
    before = before[:count].astype(np.int64)
    return order[1:].astype(np.int64), np.where(before == count, -1, before)
