"""Drawing moves: faces lie a little beside their street's line, so both directions are seen."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from turfcutter.arrays import Floats, Longs
from turfcutter.streets.network import Network

BESIDE_M: Final = 3.0
"""How far beside the street's line a walk is drawn."""

_CHORD_DM: Final = 100.0
"""Headings are those of the first or last ten metres: what a walker sees, not the last bend."""

STEP_DM: Final = 20
"""A step or two: no direction, no leg of its own beside a crossing."""


def trace(moves: pd.DataFrame, network: Network) -> tuple[Floats, Longs]:
    """
    Points along each move of `routes.Hops.moves`.

    Returns
    -------
    points, sizes
        Metres, shape (n_points, 2), move by move, and how many each move has, at least two.
    """
    xy, base, run = _vertices(network)
    edge = moves["edge"].to_numpy(np.int64)
    side, cross = moves["side"].to_numpy(np.int64), moves["cross"].to_numpy(bool)
    start, end = (_distance(edge, moves[name], network, run, base) for name in ("from_dm", "to_dm"))
    head = _points(start, edge, side, xy, base, run)
    tail = _points(end, edge, np.where(cross, 1 - side, side), xy, base, run)
    low = np.searchsorted(run, np.minimum(start, end) + 0.01, side="right")
    high = np.searchsorted(run, np.maximum(start, end) - 0.01, side="left")
    inner = np.where(cross, 0, np.maximum(high - low, 0))
    sizes = inner + 2
    first = np.cumsum(sizes) - sizes
    points = np.empty((int(sizes.sum()), 2))
    points[first], points[first + sizes - 1] = head, tail
    move = np.repeat(np.arange(len(moves)), inner)
    step = np.arange(len(move)) - np.repeat(np.cumsum(inner) - inner, inner)
    ahead = (start <= end)[move]
    vertex = np.where(ahead, low[move] + step, high[move] - 1 - step)
    points[first[move] + 1 + step] = xy[side[move], vertex]
    return points, sizes


def headings(moves: pd.DataFrame, network: Network) -> tuple[Floats, Floats]:
    """Direction in which each move sets out and arrives, radians; NaN for a step or two."""
    xy, base, run = _vertices(network)
    edge = moves["edge"].to_numpy(np.int64)
    cross = moves["cross"].to_numpy(bool)
    start, end = (moves[name].to_numpy(np.float64) for name in ("from_dm", "to_dm"))
    length = network.edges["length_dm"].to_numpy()[edge]
    step = np.clip(end - start, -_CHORD_DM, _CHORD_DM)
    middle = np.full(len(moves), 2)

    def direction(low: Floats, high: Floats) -> Floats:
        places = (_distance(edge, np.clip(dm, 0, length), network, run, base) for dm in (low, high))
        p, q = (_points(at, edge, middle, xy, base, run) for at in places)
        way: Floats = np.arctan2(*(q - p).T[::-1])
        return way

    out, arrive = direction(start, start + step), direction(end - step, end)
    # Across is to the right of the line from its left side, and the other way round.
    turn = np.where(moves["side"].to_numpy() == 0, -np.pi / 2, np.pi / 2)
    over = direction(start - 10, start + 10) + turn
    still = ~cross & (np.abs(end - start) < STEP_DM)
    out, arrive = np.where(cross, over, out), np.where(cross, over, arrive)
    return np.where(still, np.nan, out), np.where(still, np.nan, arrive)


def _vertices(network: Network) -> tuple[Floats, Longs, Floats]:
    """
    All vertices of the edges moved to either side.

    Returns
    -------
    xy, base, run
        Shape (3, n_vertices, 2): left, right and in the middle; first vertex of each edge, shape
        (n_edges + 1,); distance along all edges one after another with a gap of a metre, shape
        (n_vertices,).
    """
    xy, edge = shapely.get_coordinates(network.lines, return_index=True)
    base = np.searchsorted(edge, np.arange(len(network.lines) + 1))
    within = edge[1:] == edge[:-1]
    step = np.diff(xy, axis=0)
    long = np.hypot(*step.T)
    normal = np.stack([-step[:, 1], step[:, 0]], axis=1) / np.maximum(long, 1e-9)[:, None]
    normal[~within] = 0
    none = np.zeros((1, 2))
    before, after = np.concatenate([none, normal]), np.concatenate([normal, none])
    total = before + after
    # The mitre of two unit normals n, m is 2 (n + m) / |n + m|²; blunt where the line doubles back.
    size = (total**2).sum(axis=1)
    alone = np.r_[True, ~within] | np.r_[~within, True]
    size = np.where(alone, 2.0, np.maximum(size, 1.0))
    sided = network.edges["crossing_dm"].to_numpy()[edge] > 0
    beside = total * np.where(sided, 2 * BESIDE_M / size, 0.0)[:, None]
    run = np.concatenate([[0.0], np.cumsum(np.where(within, long, 1.0))])
    return np.stack([xy + beside, xy - beside, xy]), base, run


def _distance(edge: Longs, dm: npt.ArrayLike, network: Network, run: Floats, base: Longs) -> Floats:
    """Places along edges on the scale of `run`."""
    start = run[base[edge]]
    length = run[base[edge + 1] - 1] - start
    share = np.asarray(dm, np.float64) / network.edges["length_dm"].to_numpy()[edge]
    return np.asarray(start + length * share, np.float64)


def _points(at: Floats, edge: Longs, side: Longs, xy: Floats, base: Longs, run: Floats) -> Floats:
    """Points at places along edges, on one side of them."""
    last = base[edge + 1] - 2
    vertex = np.clip(np.searchsorted(run, at, side="right") - 1, base[edge], last)
    share = (at - run[vertex]) / np.maximum(run[vertex + 1] - run[vertex], 1e-9)
    share = np.clip(share, 0, 1)[:, None]
    points: Floats = xy[side, vertex] * (1 - share) + xy[side, vertex + 1] * share
    return points
