"""
The referee: judges any assignment of doors to turfs by walking it.

    place = places.davis_doors()
    referee.judge(place, labels)            # labels: turf of each door, any values
    referee.judge(place, labels, order)     # order: the door's rank within its turf

A missing label (None, NaN, "" or a negative number) means the door is in no turf.
"""

from functools import cache

import fast_tsp
import footnet
import numpy as np
import pandas as pd
import shapely
from osmfile import read_osm
from places import Place
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay

NEAREST = 4
OTHERS = 3
OVERPASS_M = 150.0
NEIGHBOUR_M = 600.0
UNREACHABLE_M = 6_500.0
TOUR_SECONDS = 0.1  # of fifty doors; twice what it needs to settle on a free machine


@cache
def net_of(place: Place) -> footnet.Net:
    """The walking graph of a place (built once)."""
    doors = place.doors
    osm = read_osm(place.osm)
    return footnet.build(osm, doors["lon"], doors["lat"], doors["street"].to_numpy())


def judge(place: Place, labels, order=None, *, target: float = 50, tolerance: float = 0.1) -> dict:
    """All figures of one cut of a place; see `judge_on`."""
    return judge_on(net_of(place), labels, order, target=target, tolerance=tolerance)


def judge_on(
    net: footnet.Net, labels, order=None, *, target: float = 50, tolerance: float = 0.1
) -> dict:
    """
    All figures of one cut.

    Parameters
    ----------
    net
        The walking graph with its doors.
    labels
        Turf of each door, in the order of the doors.
    order
        Rank of each door within its turf, where the method has an order of its own.
    target, tolerance
        The band that `in_band` counts, in doors.

    Returns
    -------
    dict
        `turfs`, `unassigned` (doors), `doors_min`, `doors_max`, `in_band` (share of turfs),
        `walk_m` (closed walk, metres per door), `own_walk_m` and `own_ratio` (in the given order,
        NaN without one), `misplaced`, `split_sides` (shares), `barrier_turfs` (count).
    """
    turf = codes(labels)
    given = turf >= 0
    sizes = np.bincount(turf[given])
    best, own = walks(net, turf, order).sum(axis=0) / given.sum()
    return {
        "turfs": len(sizes),
        "unassigned": int((~given).sum()),
        "doors_min": int(sizes.min()),
        "doors_max": int(sizes.max()),
        "in_band": float(np.mean(np.abs(sizes - target) <= target * tolerance + 1e-9)),
        "walk_m": float(best),
        "own_walk_m": float(own),
        "own_ratio": float(own / best) if best > 0 else float("nan"),
        "misplaced": misplaced(net, turf),
        "split_sides": split_sides(net, turf),
        "barrier_turfs": len(barrier_turfs(net, turf)),
    }


def codes(labels) -> np.ndarray:
    """Labels as 0, 1, 2 …; -1 for doors in no turf."""
    column = pd.Series(labels).reset_index(drop=True)
    column = column.where(column.notna() & (column.astype(str) != ""))
    if pd.api.types.is_numeric_dtype(column):
        column = column.where(column >= 0)
    return pd.factorize(column, sort=True)[0]


def distances(net: footnet.Net, doors: np.ndarray) -> np.ndarray:
    """Metres on foot between all `doors`; unreachable pairs count `UNREACHABLE_M`."""
    if not len(doors):
        return np.empty((0, 0))
    nodes, back = np.unique(net.node[doors], return_inverse=True)
    limit = 500.0 + 1.5 * np.hypot(*np.ptp(net.xy[doors], axis=0))
    while True:
        parts = np.array_split(nodes, 1 + len(nodes) // 200)
        metres = np.concatenate(
            [dijkstra(net.graph, indices=part, limit=limit)[:, nodes] for part in parts]
        )
        if np.isfinite(metres).all() or limit > UNREACHABLE_M:
            break
        limit *= 2
    metres = np.where(np.isfinite(metres), metres, UNREACHABLE_M)
    return np.minimum(metres, metres.T)[np.ix_(back, back)]


def length(metres: np.ndarray, tour) -> float:
    """Length of the closed tour."""
    return float(metres[tour, np.roll(tour, -1)].sum())


def best_tour(metres: np.ndarray) -> np.ndarray:
    """The shortest closed tour that fast-tsp finds; proven shortest up to 20 doors."""
    n = len(metres)
    if n < 4:
        return np.arange(n)
    coarse = max(1.0, metres.max() / 6_500)  # 16 bits of decimetres, coarser where too long
    whole = np.rint(metres * 10 / coarse).astype(int)
    return np.array(fast_tsp.find_tour(whole, TOUR_SECONDS * max(1.0, n / 60)))


def walk(net: footnet.Net, doors: np.ndarray, order=None) -> tuple[float, float]:
    """Closed walk of one turf in metres: the best found, and in its own order (or NaN)."""
    metres = distances(net, doors)
    best = length(metres, best_tour(metres))
    if order is None:
        return best, float("nan")
    own = length(metres, np.argsort(np.asarray(order)[doors], kind="stable"))
    return min(best, own), own


def walks(net: footnet.Net, turf: np.ndarray, order=None) -> np.ndarray:
    """`walk` of every turf, (turfs, 2)."""
    return np.array([walk(net, np.flatnonzero(turf == t), order) for t in range(turf.max() + 1)])


@cache
def nearest(net: footnet.Net, k: int = NEAREST) -> tuple[np.ndarray, np.ndarray]:
    """
    The `k` nearest doors on foot of each door, and how far they are in metres.

    Two arrays (n, k); ties by row; -1 and infinity where there are fewer.
    """
    nodes, back = np.unique(net.node, return_inverse=True)
    members = [np.flatnonzero(back == n) for n in range(len(nodes))]
    near, far = np.full((len(back), k), -1), np.full((len(back), k), np.inf)
    todo, limit = np.arange(len(nodes)), 100.0
    while len(todo) and limit < UNREACHABLE_M:
        later = []
        for chunk in np.array_split(todo, max(1, len(todo) // 200)):
            metres = dijkstra(net.graph, indices=nodes[chunk], limit=limit)[:, nodes].round(2)
            for source, row in zip(chunk, metres, strict=True):
                within = np.flatnonzero(np.isfinite(row))
                found = sorted((row[m], door) for m in within for door in members[m])
                if len(found) <= k:
                    later.append(source)
                for door in members[source]:
                    others = [pair for pair in found[: k + 1] if pair[1] != door][:k]
                    near[door, : len(others)] = [other for _, other in others]
                    far[door, : len(others)] = [gap for gap, _ in others]
        todo, limit = np.array(later, dtype=int), limit * 3
    return near, far


def door_graph(net: footnet.Net) -> tuple[np.ndarray, np.ndarray]:
    """
    Which doors are neighbours, and how far on foot: pairs (n, 2) and metres (n,).

    The eight nearest doors on foot, and the neighbours in the plane, which hold the graph
    together; these count at most `NEIGHBOUR_M`.
    """
    near, _ = nearest(net, 8)
    start = np.repeat(np.arange(len(near)), near.shape[1])[near.ravel() >= 0]
    corners = Delaunay(net.xy).simplices
    plane = [corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]
    pairs = np.concatenate([np.column_stack([start, near[near >= 0]]), *plane])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    metres, ends = np.empty(len(pairs)), net.node[pairs]
    for part in np.array_split(np.arange(len(pairs)), 1 + len(pairs) // 1_500):
        nodes, row = np.unique(ends[part, 0], return_inverse=True)
        found = dijkstra(net.graph, indices=nodes, limit=NEIGHBOUR_M)
        metres[part] = np.minimum(found[row, ends[part, 1]], NEIGHBOUR_M)
    return pairs, metres


def misplaced(net: footnet.Net, turf: np.ndarray) -> float:
    """Share of doors of whose four nearest doors on foot three or more are of other turfs."""
    near, _ = nearest(net)
    foreign = (near >= 0) & (turf[near] != turf[:, None]) & (turf[near] >= 0)
    return float(np.mean((foreign.sum(axis=1) >= OTHERS)[turf >= 0]))


def split_sides(net: footnet.Net, turf: np.ndarray) -> float:
    """Share of block sides with two doors or more whose doors lie in several turfs."""
    groups = pd.Series(turf[turf >= 0]).groupby(net.side[turf >= 0])
    several = groups.nunique()[groups.size() >= 2]
    return float((several > 1).mean()) if len(several) else 0.0


def barrier_turfs(net: footnet.Net, turf: np.ndarray) -> list[int]:
    """Turfs on both sides of a barrier with no way across within 150 m of any of their doors."""
    found = []
    over = shapely.STRtree(net.ways_over)
    for t in range(turf.max() + 1):
        doors = np.flatnonzero(turf == t)
        if len(np.unique(net.cell[doors])) > 1:
            points = shapely.points(net.xy[doors])
            if not over.query(points, predicate="dwithin", distance=OVERPASS_M).size:
                found.append(t)
    return found
