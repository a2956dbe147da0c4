"""
Clipping: of a street network that reaches far beyond the doors, the part a plan has to keep.

Kept is what walks can use. A shortest walk between two stops has each of its corners within half
its length of one of them: what lies within `NEAR_DM` of stops is enough for all walks of twice
that. Where it alone does not hold together what the whole network does, the shortest ways that
do are kept too.
"""

from typing import Final

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree

from turfcutter.arrays import Flags, Ints, Longs
from turfcutter.streets.network import Network, part_of

NEAR_DM: Final = 20_000
"""All walks up to 4 km are as long on the part as on the whole."""
_NOBODY: Final = -9999


def clip_network(network: Network, edge: Ints, near: shapely.Geometry) -> tuple[Network, Longs]:
    """
    The part of a network that the walks between some stops can use, and what is drawn.

    Parameters
    ----------
    network
        The whole.
    edge
        Edge of each stop.
    near
        Area of which all streets are kept.

    Returns
    -------
    part, number
        The part, and the number in it of each edge of the whole; -1 where it is left out.
    """
    stops = np.unique(network.corners[edge]).astype(np.int64)
    far = dijkstra(network.graph, indices=stops, min_only=True, limit=NEAR_DM)
    kept = _touched(network, np.isfinite(far)) | shapely.intersects(network.lines, near)
    kept |= _touched(network, _joining(network, kept, stops))
    number = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int64)
    return part_of(network, np.flatnonzero(kept)), number


def _touched(network: Network, corner: Flags) -> Flags:
    """Edges with one of some corners."""
    return np.asarray(corner[network.corners].any(axis=(1, 2)), bool)


def _joining(network: Network, kept: Flags, stops: Longs) -> Flags:
    """Corners of the shortest ways that join kept parts with stops which hang together."""
    count = len(network.corner_xy)
    chosen = np.zeros(count, bool)
    numbers = np.unique(network.corners[kept])
    label = connected_components(part_of(network, np.flatnonzero(kept)).graph, directed=False)[1]
    whole = connected_components(network.graph, directed=False)[1]
    pieces = label[np.searchsorted(numbers, stops)]
    if len(np.unique(pieces)) == len(np.unique(whole[stops])):
        return chosen
    piece = np.full(count, -1)
    piece[numbers] = label
    seeds = numbers[np.isin(label, pieces)]
    far, came, source = dijkstra(
        network.graph, indices=seeds, min_only=True, return_predecessors=True
    )
    at = np.where(source >= 0, piece[source], -1)
    arcs = network.graph.tocoo()
    apart = (at[arcs.row] >= 0) & (at[arcs.col] >= 0) & (at[arcs.row] < at[arcs.col])
    tail, head = arcs.row[apart], arcs.col[apart]
    way = far[tail] + arcs.data[apart] + far[head]
    ways = pd.DataFrame({"a": at[tail], "b": at[head], "way": way, "tail": tail, "head": head})
    ways = ways.sort_values(["a", "b", "way", "tail", "head"]).drop_duplicates(["a", "b"])
    shape = (int(label.max()) + 1,) * 2
    # Rank stands in for length: a tree wants no two equal.
    rank = ways["way"].rank(method="first").to_numpy()
    ends = ways["a"].to_numpy(), ways["b"].to_numpy()
    tree = minimum_spanning_tree(coo_matrix((rank, ends), shape=shape))
    used = ways[np.isin(rank, tree.data)]
    for end in [*used["tail"].tolist(), *used["head"].tolist()]:
        node = end
        while node != _NOBODY and not chosen[node]:
            chosen[node] = True
            node = int(came[node])
    return chosen
