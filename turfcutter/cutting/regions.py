"""
Regions: what is cut on its own.

A region is the stops of one polygon (a precinct, or everything) in one cell of the network: the
area between hard lines and barriers. Settlements far from each other are regions of their own, so
that nobody walks an empty road to fill a turf. A cell too small for a turf joins the one it reaches
over a crossing nearby; a region of too many doors is divided by geometry.
"""

from typing import Final

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from turfcutter.arrays import Floats, Ints, Longs
from turfcutter.streets.distances import Ends, Reach, nearest_stops
from turfcutter.streets.footing import Footing

MOST_DOORS: Final = 20_000
"""A region of more doors is divided."""
APART_DM: Final = 8000
"""Settlements with a longer walk between them, 800 m, are cut on their own."""
NEIGHBOURS: Final = 16
"""Neighbours looked at to tell which cells are near each other."""
CROSSING_DM: Final = 3000
"""A small cell joins another when a stop of it is this near on foot: 150 m either side."""


def find_regions(zone: Longs, doors: Longs, footing: Footing, least: int) -> Longs:
    """
    Region of each stop, numbered in order of zone, then of size.

    Parameters
    ----------
    zone
        Number of the polygon of each stop, shape (n_stops,).
    doors
        Doors of each stop.
    footing
        Where the stops are on the network.
    least
        Doors below which a cell is too small for a turf.
    """
    ends, reach = footing.ends, footing.reach
    piece = _settlements(numbered(zone, footing.cell), ends, reach)
    who, far = nearest_stops(ends, reach, NEIGHBOURS)
    piece = _joined(piece, zone, doors, who, far, least)
    piece = divided(piece, doors, footing.xy, MOST_DOORS)
    return ranked(piece, doors, zone)


def ranked(piece: Longs, doors: Longs, *keys: Longs) -> Longs:
    """Pieces numbered in order of keys that are the same all over a piece, then of size."""
    first, piece = np.unique(piece, return_index=True, return_inverse=True)[1:]
    size = np.bincount(piece, doors)
    rank = np.empty(len(first), np.int64)
    rank[np.lexsort((first, -size, *(key[first] for key in keys[::-1])))] = np.arange(len(first))
    region: Longs = rank[piece]
    return region


def numbered(*keys: Longs) -> Longs:
    """One number for each combination of keys, in their order."""
    table = pd.DataFrame(dict(enumerate(keys)))
    return np.asarray(table.groupby(list(table.columns), sort=True).ngroup(), np.int64)


def _settlements(piece: Longs, ends: Ends, reach: Reach) -> Longs:
    """Pieces parted where the walk from stop to stop is longer than `APART_DM`."""
    links = np.concatenate([_along_faces(ends), _over_terminals(piece, ends, reach)])
    links = links[piece[links[:, 0]] == piece[links[:, 1]]]
    shape = (len(piece), len(piece))
    joined = coo_matrix((np.ones(len(links)), tuple(links.T)), shape=shape)
    return numbered(piece, connected_components(joined, directed=False)[1].astype(np.int64))


def _along_faces(ends: Ends) -> Longs:
    """Pairs of consecutive stops of one street that are not far apart."""
    order = np.lexsort((ends.offset[:, 0], ends.edge))
    near = (np.diff(ends.edge[order]) == 0) & (np.diff(ends.offset[order, 0]) <= APART_DM)
    return np.stack([order[:-1][near], order[1:][near]], axis=1)


def _over_terminals(piece: Longs, ends: Ends, reach: Reach) -> Longs:
    """Pairs of stops near each other over corners: for each terminal its nearest stop stands in."""
    stop = np.repeat(np.arange(len(piece)), 2)
    at = pd.DataFrame({"terminal": ends.terminal.ravel(), "gap": ends.offset.ravel(), "stop": stop})
    at["piece"] = piece[stop]
    at = at.sort_values(["terminal", "piece", "gap", "stop"])
    best = at.drop_duplicates(["terminal", "piece"])
    own = at.merge(best, on=["terminal", "piece"])
    near = reach.distance <= APART_DM
    links = pd.DataFrame(
        {
            "terminal": np.repeat(np.arange(len(near)), near.sum(axis=1)),
            "other": reach.near[near],
            "way": reach.distance[near],
        }
    )
    pairs = links.merge(best, on="terminal")
    there = best.rename(columns={"terminal": "other"})
    pairs = pairs.merge(there, on=["other", "piece"], suffixes=("_x", "_y"))
    found = []
    for table, way in ((own, 0), (pairs, pairs["way"])):
        close = table["gap_x"] + table["gap_y"] + way <= APART_DM
        found.append(table.loc[close, ["stop_x", "stop_y"]].to_numpy(np.int64))
    return np.concatenate(found)


def _joined(piece: Longs, zone: Longs, doors: Longs, who: Ints, far: Ints, least: int) -> Longs:
    """Small pieces united with the piece of the same zone they are nearest to over a crossing."""
    size = np.bincount(piece, doors)
    a = np.repeat(np.arange(len(who)), who.shape[1])
    b, gap = who.ravel(), far.ravel()
    near = (b >= 0) & (gap <= CROSSING_DM)
    a, b, gap = a[near], b[near], gap[near]
    link = (zone[a] == zone[b]) & (piece[a] != piece[b]) & (size[piece[a]] < least)
    links = pd.DataFrame({"small": piece[a[link]], "gap": gap[link], "other": piece[b[link]]})
    best = links.sort_values(["small", "gap", "other"]).drop_duplicates("small")
    shape = (len(size), len(size))
    ends = best["small"].to_numpy(), best["other"].to_numpy()
    joined = coo_matrix((np.ones(len(best)), ends), shape=shape)
    label = connected_components(joined, directed=False)[1]
    return numbered(label[piece].astype(np.int64))


def divided(piece: Longs, doors: Longs, xy: Floats, most: int) -> Longs:
    """Pieces of too many doors halved across their longer side until none is left."""
    piece = piece.copy()
    todo: list[int] = np.flatnonzero(np.bincount(piece, doors) > most).tolist()
    while todo:
        number = todo.pop()
        members = np.flatnonzero(piece == number)
        if len(members) == 1:
            continue
        axis = int(np.argmax(np.ptp(xy[members], axis=0)))
        order = members[np.lexsort((members, xy[members, axis]))]
        half = max(1, int(np.searchsorted(np.cumsum(doors[order]), doors[order].sum() / 2)))
        fresh = int(piece.max()) + 1
        piece[order[half:]] = fresh
        todo += [n for n in (number, fresh) if doors[piece == n].sum() > most]
    return piece
