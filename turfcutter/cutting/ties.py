"""Ties: pairs of neighbouring pieces that had better be in one turf; what parting them costs."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix

from turfcutter.arrays import Ints, Longs

NEAR: Final = 0.3
"""For each of a stop's four nearest stops on foot, as share of the mean hop between stops."""
FACE: Final = 3.0
"""For stops next to each other on one block side, as share of the mean hop."""
CLOSE: Final = 4
"""Nearest stops on foot that have a tie."""
BESIDE: Final = 2
"""Nearest stops of the same block side that have one more."""
BUILDING_DM: Final = 600
"""For the parts of one building."""
LINE: Final = 4
"""How many times stronger ties are on one side of a soft line."""


@dataclass(frozen=True)
class Ties:
    """Symmetric sparse matrix of decimetres, shape (n_pieces, n_pieces)."""

    matrix: csr_matrix

    def within(self, members: Longs, run: Longs) -> tuple[Ints, Ints, Ints]:
        """Ties among runs of some pieces as a CSR triple; `run` is the run of each member."""
        part = self.matrix[members][:, members].tocoo()
        count = int(run.max()) + 1
        rows, columns = run[part.row], run[part.col]
        other = rows != columns
        pairs = (part.data[other], (rows[other], columns[other]))
        among = coo_matrix(pairs, shape=(count, count)).tocsr()
        return among.indptr, among.indices, among.data


def neighbour_ties(stop: Longs, who: Ints, block: Longs, soft: Longs, hop: float) -> Ties:
    """
    Ties of pieces.

    Parameters
    ----------
    stop
        Stop of each piece, shape (n_pieces,).
    who
        Nearest stops of each stop, shape (n_stops, n_neighbours).
    block
        Block side of each stop.
    soft
        Polygon of each stop: neighbours across such a line have no tie, and where there are lines
        those on one side have a stronger one.
    hop
        Mean distance between consecutive stops, decimetres.
    """
    count = len(who)
    same = (who >= 0) & (block[who] == block[:, None])
    beside = same & (np.cumsum(same, axis=1) <= BESIDE)
    near = (who >= 0) & (np.arange(who.shape[1]) < CLOSE)
    pairs = [np.nonzero(flags) for flags in (near, beside)]
    rows = np.concatenate([a for a, _ in pairs])
    columns = np.concatenate([who[a, b] for a, b in pairs]).astype(np.int64)
    share = np.repeat([NEAR, FACE / 2], [len(a) for a, _ in pairs])
    weight = np.rint(share * hop).astype(np.int64)
    if soft.min() != soft.max():
        weight = np.where(soft[rows] == soft[columns], LINE * weight, 0)
    of_stops = coo_matrix((weight, (rows, columns)), shape=(count, count)).tocsr()
    of_stops = of_stops + of_stops.T
    pieces = np.arange(len(stop))
    member = coo_matrix((np.ones(len(stop), np.int64), (pieces, stop)), shape=(len(stop), count))
    held = member.tocsr()
    together = csr_matrix(held @ held.T)
    together.setdiag(0)
    matrix = (held @ of_stops @ held.T + BUILDING_DM * together).tocsr()
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return Ties(matrix.astype(np.int32))
