"""
Block sides: one side of a street from corner to corner, as a canvasser sees it.

A driveway or a path that joins a street does not end its block, nor does a mapped crossing or a
change of the map's data; another street does.
"""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from turfcutter.arrays import Flags, Longs
from turfcutter.streets.network import Network

_LEFT, _RIGHT = 0, 1


def block_sides(network: Network) -> Longs:
    """
    Number of the block side that each face belongs to.

    Returns
    -------
    side
        Shape (n_edges, 2): left and right of the edge's line. Both sides of a path or driveway
        are faces of their own, as they are in no block.
    """
    count = len(network.edges)
    street = _streets(network)
    node = network.edges[["u", "v"]].to_numpy(np.int64)[street]
    edge = np.flatnonzero(street)
    ends = np.concatenate([node[:, 0], node[:, 1]])
    edges, at_v = np.tile(edge, 2), np.repeat([False, True], len(edge))
    order = np.lexsort((at_v, edges, ends))
    ends, edges, at_v = ends[order], edges[order], at_v[order]
    onward = np.flatnonzero(np.bincount(ends)[ends] == 2)  # noqa: PLR2004 - one in, one out
    first, second = onward[::2], onward[1::2]
    # Where both pieces are drawn away from the place where they meet, left continues as right.
    turned = at_v[first] == at_v[second]
    links = [
        (2 * edges[first] + side, 2 * edges[second] + np.where(turned, 1 - side, side))
        for side in (_LEFT, _RIGHT)
    ]
    a, b = (np.concatenate(part) for part in zip(*links, strict=True))
    joined = coo_matrix((np.ones(len(a)), (a, b)), shape=(2 * count, 2 * count))
    label = connected_components(joined, directed=False)[1]
    sides: Longs = label.astype(np.int64).reshape(count, 2)
    return sides


def _streets(network: Network) -> Flags:
    """Edges that make blocks: streets, and lanes that have a name."""
    edges = network.edges
    lane = (edges["kind"] == "service") & (edges["name"] == "")
    flags: Flags = ((edges["crossing_dm"] > 0) & ~lane).to_numpy()
    return flags
