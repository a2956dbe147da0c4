"""Ordering: the walk of a turf that may end anywhere is a path, not a loop that is cut open."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

import numpy as np
from scipy.spatial import cKDTree

from turfcutter.arrays import Floats, Ints, Longs
from turfcutter.cutting.chance import seeded
from turfcutter.cutting.tour import short_tour
from turfcutter.streets.distances import distance_table
from turfcutter.streets.footing import Footing
from turfcutter.streets.frontage import Frontage
from turfcutter.streets.network import Network
from turfcutter.walks.starts import named_junctions
from turfcutter.walks.walking import open_metres

KICKS: Final = 4
"""Kicks a stop, as many as the closed walk has."""
_FEW: Final = 3
"""Paths of fewer stops have but one order."""


class Pieces(Protocol):
    """Stops in turfs; shape (n_pieces,)."""

    @property
    def stop(self) -> Longs:
        """Stop of each piece."""

    @property
    def turf(self) -> Longs:
        """Its turf, 0-based."""

    @property
    def place(self) -> Longs:
        """Its place in the closed walk of the turf."""


def open_places(
    pieces: Pieces,
    footing: Footing,
    frontage: Frontage,
    network: Network,
    seed: int,
    workers: int,
) -> Longs:
    """
    Places that make the walk of each turf short from a named corner to its last stop.

    They are those of `path_places`, or the given ones where the way from the corner would make the
    walk longer than the closed one is without its longest stretch.

    Parameters
    ----------
    pieces
        `turfcutter.plans.turfs.Turfs`, or a `Cut` of one region.
    footing, frontage
        Of the stops.
    network
        The streets.
    seed
        Of all chance.
    workers
        Threads; no influence on the result.
    """
    corners = named_junctions(network)[["x", "y"]].to_numpy()
    paths, here = path_places(pieces, footing, corners, seed, workers), frontage.take(pieces.stop)
    old, new = (open_metres(pieces.turf, p, here, network) for p in (pieces.place, paths))
    return np.where((new <= old)[pieces.turf], paths, pieces.place)


def path_places(
    pieces: Pieces, footing: Footing, corners: Floats, seed: int, workers: int
) -> Longs:
    """
    Places that make the walk of each turf short from its first stop to its last.

    A path through all stops is a closed tour through these and one more that is no way from any of
    them. It begins at the end that has a named corner nearer to it.

    Parameters
    ----------
    pieces, footing, seed, workers
        As of `open_places`.
    corners
        Corners that a start can be named by, metres, shape (n_corners, 2).
    """
    stop = pieces.stop
    order = np.lexsort((pieces.place, pieces.turf))
    walks = np.split(order, np.cumsum(np.bincount(pieces.turf))[:-1])
    far = np.zeros(len(footing.xy))
    if len(corners):
        far = np.round(cKDTree(corners).query(footing.xy)[0], 1)

    def one(number: int) -> Longs:
        members = walks[number]
        if len(members) < _FEW:
            path = members
        else:
            table = distance_table(footing.ends.take(stop[members]), footing.reach)
            state = seeded(seed, "path", number)
            path = members[_short_path(table, KICKS * len(members), state)]
        first, last = far[stop[path[[0, -1]]]]
        return path if first <= last else path[::-1]

    places = np.empty(len(stop), np.int64)
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        for path in pool.map(one, range(len(walks))):
            places[path] = np.arange(len(path))
    return places


def _short_path(table: Ints, kicks: int, state: np.ndarray) -> Longs:
    """Rows of a distance table in the order of a short path, found from their given tour."""
    count = len(table)
    longest = int(np.argmax(table[np.arange(count), np.r_[1:count, 0]]))
    rows = np.roll(np.arange(count), -longest - 1)
    open_table = np.zeros((count + 1, count + 1), np.int32)
    open_table[1:, 1:] = table[np.ix_(rows, rows)]
    tour = short_tour(open_table, kicks, state)
    path: Longs = rows[np.roll(tour, -int(np.argmin(tour)))[1:] - 1]
    return path
