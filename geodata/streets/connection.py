"""Whether streets hang together: the pieces one cannot walk between, and how long each is."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.errors import InputError
from geodata.notes import counted
from geodata.schema import Streets

LARGEST: Final = 10
LEAST_SHARE: Final = 0.5
"""Streets of which the ten largest pieces hold less than this are fragments, not a network."""


class Pieces(NamedTuple):
    """
    Pieces of a street network that are not connected with each other.

    Parameters
    ----------
    of_segment
        Number of each segment's piece, shape (n_segments,); 0 is the longest piece.
    length_m
        Length of each piece, descending.
    """

    of_segment: NDArray[np.int64]
    length_m: NDArray[np.float64]

    @property
    def share(self) -> float:
        """Share of all length that the longest piece holds."""
        return float(self.length_m[0] / self.length_m.sum())


def pieces_of(streets: Streets) -> Pieces:
    """The pieces of a street network, the longest first."""
    ends = streets.segments[["u", "v"]].to_numpy(np.int64)
    xy = streets.nodes[["x", "y"]].to_numpy(np.float64)
    count = len(xy)
    graph = coo_array((np.ones(len(ends), np.int8), (ends[:, 0], ends[:, 1])), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    length_m = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    found, of_segment = np.unique(label[ends[:, 0]], return_inverse=True)
    sums = np.bincount(of_segment, length_m, len(found))
    order = np.argsort(-sums, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return Pieces(rank[of_segment], sums[order].astype(np.float64))


def check_connected(streets: Streets, file: str) -> None:
    """
    Refuse streets that are no network.

    Raises
    ------
    InputError
        NOT_CONNECTED, with the figures.
    """
    pieces = pieces_of(streets)
    length_m = pieces.length_m
    if length_m[:LARGEST].sum() >= LEAST_SHARE * length_m.sum():
        return
    message = (
        f"{file} is not a connected street network: its {length_m.sum() / 1000:,.0f} km fall into "
        f"{counted(len(length_m), 'piece')}, of which the largest holds {pieces.share:.1%} and the "
        f"{LARGEST} largest {length_m[:LARGEST].sum() / length_m.sum():.1%}; lines that meet must "
        "share a point there: give an OpenStreetMap extract or street centrelines."
    )
    raise InputError("NOT_CONNECTED", message)
