"""
Walking distances between stops, compiled.

A stop lies on a face, `along` from its u end and `rest` from its v end. The way to a stop of
another face leads over a corner at either end, so distances between stops follow from distances
between the *terminals*: the corners of faces that hold stops. Those are found once a region, by a
Dijkstra from each terminal that ends at the nearest `reach` others (after Dial and Dijkstra;
bounded search as in Bast et al. 2016, "Route planning in transportation networks"). All distances
are costs, int32 decimetres (`streets.network`); `NEVER` stands for farther than was looked.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np

from turfcutter.arrays import Floats, Ints, Longs
from turfcutter.compiled import compiled
from turfcutter.streets.edges import NEVER
from turfcutter.streets.frontage import Frontage
from turfcutter.streets.heap import pop, push
from turfcutter.streets.network import Network

REACH: Final = 400
"""Terminals each terminal knows the distance to."""

_FAR = int(NEVER)


@dataclass(frozen=True)
class Ends:
    """
    The two ways off a stop's face; arrays of shape (n_stops,) unless said.

    Parameters
    ----------
    terminal
        Terminal at the u and v end of the face, shape (n_stops, 2).
    offset
        Cost of the ways to those two, decimetres, shape (n_stops, 2).
    edge, side
        The face.
    across
        Cost of crossing the street right there.
    """

    terminal: Ints
    offset: Ints
    edge: Ints
    side: Ints
    across: Ints

    def take(self, rows: Longs) -> "Ends":
        """The ends of some of the stops."""
        return Ends(
            self.terminal[rows],
            self.offset[rows],
            self.edge[rows],
            self.side[rows],
            self.across[rows],
        )


@dataclass(frozen=True)
class Reach:
    """
    Distances between terminals that are near each other.

    Parameters
    ----------
    near, distance
        For each terminal its nearest ones, nearest first (itself at 0), and their distance; shape
        (n_terminals, REACH), filled up with -1 and `NEVER`.
    xy
        Their positions, metres, shape (n_terminals, 2): distances beyond reach are guessed.
    """

    near: Ints
    distance: Ints
    xy: Floats


def stop_ends(frontage: Frontage, network: Network) -> tuple[Ends, Ints]:
    """Ends of stops that all have an edge, and the corner of each terminal."""
    edge, side = frontage.edge, frontage.side
    sided = network.edges["crossing_dm"].to_numpy()[edge] > 0
    side = np.where(sided, side, 0).astype(np.int32)
    corner = network.corners[edge, side]
    terminals, index = np.unique(corner, return_inverse=True)
    across = network.edges["across_dm"].to_numpy()[edge]
    terminal = index.reshape(corner.shape).astype(np.int32)
    offset = end_offsets(frontage, network)
    return Ends(terminal, offset, edge, side, across), terminals.astype(np.int32)


def end_offsets(frontage: Frontage, network: Network) -> Ints:
    """Cost of the ways along the edge to its u and v end, decimetres, shape (n_stops, 2)."""
    length, cost = (
        network.edges[name].to_numpy(np.int64)[frontage.edge] for name in ("length_dm", "cost_dm")
    )
    first = frontage.along_dm * cost // length
    return np.stack([first, cost - first], axis=1).astype(np.int32)


def terminal_reach(network: Network, terminals: Ints, workers: int) -> Reach:
    """Distances from each terminal to its nearest terminals; threads do not change the result."""
    graph = network.graph
    position = np.full(graph.shape[0], -1, np.int32)
    position[terminals] = np.arange(len(terminals), dtype=np.int32)
    wide = min(REACH, len(terminals))
    near = np.full((len(terminals), wide), -1, np.int32)
    distance = np.full((len(terminals), wide), NEVER, np.int32)
    parts = np.array_split(np.arange(len(terminals), dtype=np.int64), max(4 * workers, 1))

    def fill(part: Ints) -> None:
        _search(graph.indptr, graph.indices, graph.data, terminals, position, part, near, distance)

    with ThreadPoolExecutor(max(workers, 1)) as pool:
        list(pool.map(fill, [part for part in parts if len(part)]))
    return Reach(near, distance, network.corner_xy[terminals])


def distance_table(ends: Ends, reach: Reach) -> Ints:
    """Distances between all given stops, decimetres, shape (n, n)."""
    used, index = np.unique(ends.terminal, return_inverse=True)
    table: Ints = _dense(
        used,
        index.reshape(ends.terminal.shape),
        ends.offset,
        ends.edge,
        ends.side,
        ends.across,
        reach.near,
        reach.distance,
        reach.xy,
    )
    return table


def nearest_stops(ends: Ends, reach: Reach, wide: int) -> tuple[Ints, Ints]:
    """
    The nearest stops of each stop on foot and their distance, nearest first.

    Returns
    -------
    who, far
        Shape (n_stops, at most `wide`), filled up with -1 and `NEVER`.
    """
    wide = max(1, min(wide, len(ends.edge) - 1))
    terminal = ends.terminal.ravel()
    by_terminal = np.argsort(terminal, kind="stable")
    first = np.searchsorted(terminal[by_terminal], np.arange(len(reach.near) + 1))
    who, far = _neighbours(
        by_terminal,
        first,
        ends.terminal,
        ends.offset,
        ends.edge,
        ends.side,
        ends.across,
        reach.near,
        reach.distance,
        wide,
    )
    return who, far


@compiled
def guess(dx, dy):
    """A walk's likely length from how far apart its ends are, on the long side, decimetres."""
    return np.int32(min(15.0 * np.hypot(dx, dy) + 200.0, 1e8))


@compiled
def _search(indptr, indices, weight, terminals, position, part, near, distance):
    """Dijkstra from each terminal of `part` until its rows of `near` and `distance` are full."""
    count = len(indptr) - 1
    best = np.full(count, _FAR, np.int32)
    seen = np.zeros(count, np.int64)
    heap = np.empty(len(indices) + 1, np.int64)  # each arc is pushed at most once
    for row in part:
        source = terminals[row]
        best[source] = 0
        seen[source] = row + 1
        size = push(heap, np.int64(0), np.int64(source))
        found = 0
        while size > 0 and found < near.shape[1]:
            key, size = pop(heap, size)
            node, cost = key & 0xFFFFFFFF, key >> 32
            if cost > best[node]:
                continue
            if position[node] >= 0:
                near[row, found] = position[node]
                distance[row, found] = cost
                found += 1
            for arc in range(indptr[node], indptr[node + 1]):
                other, total = indices[arc], cost + weight[arc]
                if seen[other] != row + 1 or total < best[other]:
                    seen[other] = row + 1
                    best[other] = total
                    size = push(heap, size, (np.int64(total) << 32) | other)


@compiled
def _direct(edge, side, offset, across, i, j):
    """Distance between two stops of one edge without leaving it."""
    if edge[i] != edge[j]:
        return _FAR
    along = abs(offset[i, 0] - offset[j, 0])
    return along if side[i] == side[j] else min(along + across[i], _FAR)


@compiled
def _dense(used, index, offset, edge, side, across, near, distance, xy):
    """Distances between all given stops, whose ends are the terminals ``used[index]``."""
    count = len(edge)
    local = np.full(len(near), -1, np.int32)
    for i in range(len(used)):
        local[used[i]] = i
    # What is beyond a terminal's reach is at least as far as all it reaches.
    edge_dm = np.zeros(len(used), np.int32)
    for i in range(len(used)):
        if distance[used[i], -1] < _FAR:
            edge_dm[i] = distance[used[i], -1]
    table = np.zeros((len(used), len(used)), np.int32)
    for i in range(len(used)):
        x, y = xy[used[i], 0], xy[used[i], 1]
        for j in range(i):
            walk = guess(x - xy[used[j], 0], y - xy[used[j], 1])
            table[i, j] = table[j, i] = max(walk, edge_dm[i], edge_dm[j])
    for i in range(len(used)):
        for slot in range(near.shape[1]):
            other = near[used[i], slot]
            if other < 0:
                break
            if local[other] >= 0:
                table[i, local[other]] = distance[used[i], slot]
                table[local[other], i] = distance[used[i], slot]
    result = np.zeros((count, count), np.int32)
    way = np.empty(len(used), np.int32)
    for i in range(count):
        u, v, from_u, from_v = index[i, 0], index[i, 1], offset[i, 0], offset[i, 1]
        for other in range(len(used)):
            way[other] = min(table[u, other] + from_u, table[v, other] + from_v)
        for j in range(i):
            least = min(way[index[j, 0]] + offset[j, 0], way[index[j, 1]] + offset[j, 1])
            least = min(least, _direct(edge, side, offset, across, i, j))
            result[i, j] = result[j, i] = min(least, _FAR)
    return result


@compiled
def _neighbours(ends, first, terminal, offset, edge, side, across, near, distance, wide):
    """The `wide` nearest stops; `ends` are stops' ends by terminal, from ``first[t]`` on."""
    count = len(edge)
    who = np.full((count, wide), -1, np.int32)
    far = np.full((count, wide), _FAR, np.int32)
    best = np.full(count, _FAR, np.int32)
    touched = np.empty(count, np.int64)
    for i in range(count):
        found = 0
        for a in range(2):
            for slot in range(near.shape[1]):
                other = near[terminal[i, a], slot]
                if other < 0 or (slot > 32 and found > 8 * wide):
                    break
                base = offset[i, a] + distance[terminal[i, a], slot]
                for at in range(first[other], first[other + 1]):
                    j, b = ends[at] >> 1, ends[at] & 1
                    if j == i:
                        continue
                    if best[j] == _FAR:
                        touched[found] = j
                        found += 1
                        best[j] = min(_FAR - 1, _direct(edge, side, offset, across, i, j))
                    best[j] = min(best[j], base + offset[j, b])
        kept = 0
        for at in range(found):
            j = touched[at]
            dm, slot = best[j], min(kept, wide - 1)
            best[j] = _FAR
            if kept == wide and (dm, j) >= (far[i, slot], who[i, slot]):
                continue
            kept = min(kept + 1, wide)
            while slot > 0 and (far[i, slot - 1], who[i, slot - 1]) > (dm, j):
                far[i, slot], who[i, slot] = far[i, slot - 1], who[i, slot - 1]
                slot -= 1
            far[i, slot], who[i, slot] = dm, j
    return who, far
