"""
Ties: pairs of neighbouring pieces that had better be in one turf; what parting them costs.

`NEAR`, `FACE` and `ASTRAY` are shares of the hop, a walk that the caller sets: the dearer the hop,
the cleaner the shapes, and the longer the walks.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix

from turfcutter.arrays import Flags, Ints, Longs, Records
from turfcutter.cutting.rings import TIE

NEAR: Final = 0.04
"""For each of a stop's four nearest stops on foot."""
FACE: Final = 1.65
"""For stops next to each other on one block side."""
ASTRAY: Final = 1.65
"""For a stop of whose nearest doors most are of other turfs."""
CLOSE: Final = 4
"""Nearest stops on foot that have a tie."""
BESIDE: Final = 2
"""Nearest stops of the same block side that have one more."""
BUILDING_DM: Final = 600
"""For the parts of one building."""
LINE: Final = 4
"""How many times stronger ties are on one side of a soft line."""


Within = tuple[Ints, Records, Longs]


@dataclass(frozen=True)
class Ties:
    """
    Ties, and which pieces hold the nearest doors of which.

    Parameters
    ----------
    matrix
        Symmetric sparse matrix of decimetres, shape (n_pieces, n_pieces).
    nearest
        Of the `CLOSE` nearest doors of each piece, how many are of each other piece.
    astray_dm
        What a misplaced piece costs.
    """

    matrix: csr_matrix
    nearest: csr_matrix
    astray_dm: int

    def within(self, members: Longs, run: Longs) -> Within:
        """
        Ties among runs of some pieces; `run` is the run of each member.

        Returns
        -------
        first, ties, away
            As `turfcutter.cutting.rings` describes; only single pieces know their nearest doors.
        """
        part = self.matrix[members][:, members].tocoo()
        count = int(run.max()) + 1
        rows, columns = run[part.row], run[part.col]
        other = rows != columns
        pairs = (part.data[other], (rows[other], columns[other]))
        among = coo_matrix(pairs, shape=(count, count)).tocsr()
        among.sort_indices()
        mine, theirs = np.zeros_like(among.data), np.zeros_like(among.data)
        away = np.zeros(count, np.int64)
        if count == len(members):
            nearest = self.nearest[members]
            here = nearest[:, members].tocoo()
            a, b = run[here.row], run[here.col]
            away[run] = np.asarray(nearest.sum(axis=1)).ravel()
            np.subtract.at(away, a, here.data)
            ties = among.tocoo()
            codes = ties.row.astype(np.int64) * count + ties.col
            mine[np.searchsorted(codes, a * count + b)] = here.data
            theirs[np.searchsorted(codes, b * count + a)] = here.data
        held = np.empty(among.nnz, TIE)
        held["other"], held["weight"] = among.indices, among.data
        held["mine"], held["theirs"] = mine, theirs
        return among.indptr, held, away


def neighbour_ties(
    stop: Longs, who: Ints, doors: Longs, block: Longs, soft: Longs, hop: float
) -> Ties:
    """
    Ties of pieces.

    Parameters
    ----------
    stop
        Stop of each piece, shape (n_pieces,).
    who
        Nearest stops of each stop, shape (n_stops, n_neighbours).
    doors
        Doors of each stop.
    block
        Block side of each stop.
    soft
        Polygon of each stop: neighbours across such a line have no tie, and where there are lines
        those on one side have a stronger one.
    hop
        What a full share costs, decimetres.
    """
    count = len(who)
    same = (who >= 0) & (block[who] == block[:, None])
    beside = same & (np.cumsum(same, axis=1) <= BESIDE)
    near = (who >= 0) & (np.arange(who.shape[1]) < CLOSE)
    pairs = [np.nonzero(flags) for flags in (near, beside)]
    rows = np.concatenate([a for a, _ in pairs])
    columns = np.concatenate([who[a, b] for a, b in pairs]).astype(np.int64)
    share = np.repeat([NEAR, FACE / 2], [len(a) for a, _ in pairs])
    weight = np.maximum(np.rint(share * hop), 1).astype(np.int64)
    if soft.min() != soft.max():
        weight = np.where(soft[rows] == soft[columns], LINE * weight, 0)
    of_stops = csr_matrix(coo_matrix((weight, (rows, columns)), shape=(count, count)))
    pieces = np.arange(len(stop))
    member = coo_matrix((np.ones(len(stop), np.int64), (pieces, stop)), shape=(len(stop), count))
    held = csr_matrix(member)
    together = csr_matrix(held @ held.T)
    together.setdiag(0)
    matrix = csr_matrix(held @ (of_stops + of_stops.T) @ held.T + BUILDING_DM * together)
    matrix.eliminate_zeros()
    matrix.sort_indices()
    nearest = csr_matrix(held @ _nearest_doors(who, near, doors, soft) @ held.T)
    return Ties(matrix.astype(np.int32), nearest.astype(np.int32), round(ASTRAY * hop))


def _nearest_doors(who: Ints, near: Flags, doors: Longs, soft: Longs) -> csr_matrix:
    """Of the `CLOSE` nearest doors of a door of each stop, how many are of each other stop."""
    others = np.clip(CLOSE + 1 - doors, 0, CLOSE)[:, None]
    there = np.where(near, doors[who], 0)
    counted = np.clip(others - (np.cumsum(there, axis=1) - there), 0, there)
    rows, at = np.nonzero(counted)
    same = soft[rows] == soft[who[rows, at]]
    rows, at = rows[same], at[same]
    pairs = (counted[rows, at], (rows, who[rows, at]))
    return csr_matrix(coo_matrix(pairs, shape=(len(who), len(who))))
