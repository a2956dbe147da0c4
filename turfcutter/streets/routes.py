"""
Ways on foot from stop to stop: exactly how long, along which faces and over which streets. The
quickest are taken; where all is level they are the shortest.

The search is A* on the corner graph (Hart, Nilsson & Raphael 1968): straight-line distance, scaled
so that no edge is shorter than it, leads it to both ends of the stop's face. Paths come back as
*moves*: a piece of one face, or one street crossed.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.errors import GeodataError
from turfcutter.arrays import Ints, Longs
from turfcutter.compiled import compiled
from turfcutter.streets.distances import end_offsets
from turfcutter.streets.edges import NEVER
from turfcutter.streets.frontage import Frontage
from turfcutter.streets.heap import pop, push
from turfcutter.streets.network import Network


@dataclass(frozen=True)
class Hops:
    """
    Quickest ways between pairs of stops; arrays of shape (n_hops,) unless said.

    Parameters
    ----------
    cost_dm
        Time they take, as `turfcutter.streets.network` counts it.
    moves
        One row a move, hop by hop: `hop`; `corner` where the move begins, -1 at a stop; `edge`;
        `cross` (bool: crosses the edge, else walks along it); `side` it begins on; `from_dm`,
        `to_dm` along the edge; `dm`, its true length.
    """

    cost_dm: Longs
    moves: pd.DataFrame


def find_hops(start: Longs, goal: Longs, frontage: Frontage, network: Network) -> Hops:
    """
    Quickest ways from each stop of `start` to its stop of `goal`, however far.

    Parameters
    ----------
    start, goal
        Positions in `frontage`, shape (n_hops,); all of them have an edge.

    Raises
    ------
    GeodataError
        INVARIANT where no way leads from one to the other.
    """
    edge, along = frontage.edge, frontage.along_dm
    side = sides(frontage, network)
    across = network.edges["across_dm"].to_numpy().astype(np.int64)[edge]
    corner = network.corners[edge, side]
    offset = end_offsets(frontage, network).astype(np.int64)
    crossed = np.where(side[start] == side[goal], 0, across[start])
    direct = np.abs(offset[start, 0] - offset[goal, 0]) + crossed
    direct = np.where(edge[start] == edge[goal], np.minimum(direct, NEVER), NEVER)
    graph = network.graph
    dm, ends, first, arcs = _search(
        graph.indptr,
        graph.indices,
        graph.data,
        network.corner_xy * (10 * _straightness(network)),
        corner[start],
        offset[start],
        corner[goal],
        offset[goal],
        direct,
    )
    if (dm >= NEVER).any():
        lost = int(np.argmax(dm >= NEVER))
        raise GeodataError(
            "INVARIANT",
            f"No way on foot leads from stop {start[lost]} to stop {goal[lost]} of the same turf; "
            "please report this.",
        )
    near = _near_moves(start, goal, along, edge, side, across, ends[:, 0] < 0)
    far = _far_moves(start, goal, corner, along, edge, side, ends, network)
    between = _arc_moves(first, arcs, network)
    moves = pd.concat([near, far, between]).sort_values(["hop", "at"], kind="stable")
    moves["dm"] = moves["dm"].astype(np.int64)
    return Hops(dm, moves.drop(columns="at").reset_index(drop=True))


def sides(frontage: Frontage, network: Network) -> Ints:
    """Side of each stop; 0 on paths, which have no sides."""
    sided = network.edges["crossing_dm"].to_numpy()[frontage.edge] > 0
    return np.where(sided, frontage.side, 0).astype(np.int32)


def _straightness(network: Network) -> float:
    """Least ratio of an edge's length to the distance of its ends; rounding takes it below 1."""
    ends = network.corner_xy[network.corners[:, 0, :]]
    apart = 10 * np.hypot(*(ends[:, 0] - ends[:, 1]).T)
    ratio = network.edges["length_dm"].to_numpy() / np.maximum(apart, 1e-9)
    return float(min(ratio.min(initial=1.0), 1.0)) * (1 - 1e-9)


def _near_moves(
    start: Longs, goal: Longs, along: Ints, edge: Ints, side: Ints, across: Longs, near: Longs
) -> pd.DataFrame:
    """Moves of hops that stay on one edge: across where the stop is, then along."""
    hop = np.flatnonzero(near)
    i, j = start[hop], goal[hop]
    walk = _moves(hop, 1, -1, edge[i], cross=False, side=side[j], from_dm=along[i], to_dm=along[j])
    walk["dm"] = (walk["to_dm"] - walk["from_dm"]).abs()
    over = side[i] != side[j]
    hop, i = hop[over], i[over]
    cross = _moves(hop, 0, -1, edge[i], cross=True, side=side[i], from_dm=along[i], to_dm=along[i])
    return pd.concat([cross.assign(dm=across[i]), walk])


def _far_moves(
    start: Longs,
    goal: Longs,
    corner: Ints,
    along: Ints,
    edge: Ints,
    side: Ints,
    ends: Ints,
    network: Network,
) -> pd.DataFrame:
    """First and last move of hops that lead over corners."""
    hop = np.flatnonzero(ends[:, 0] >= 0)
    i, j, out, back = start[hop], goal[hop], ends[hop, 0], ends[hop, 1]
    length = network.edges["length_dm"].to_numpy()
    first = _moves(
        hop,
        0,
        -1,
        edge[i],
        cross=False,
        side=side[i],
        from_dm=along[i],
        to_dm=out * length[edge[i]],
    )
    last = _moves(
        hop,
        np.iinfo(np.int64).max,
        corner[j, back],
        edge[j],
        cross=False,
        side=side[j],
        from_dm=back * length[edge[j]],
        to_dm=along[j],
    )
    both = pd.concat([first, last])
    return both.assign(dm=(both["to_dm"] - both["from_dm"]).abs())


def _arc_moves(first: Longs, arcs: Longs, network: Network) -> pd.DataFrame:
    """Moves of the graph's arcs, `first` telling where each hop's arcs begin."""
    used, place = np.unique(arcs, return_inverse=True)
    if not len(used):
        none = _moves(used, 0, 0, used, cross=False, side=0, from_dm=used, to_dm=used)
        return none.assign(dm=used)
    graph = network.graph
    tail = np.searchsorted(graph.indptr, used, side="right") - 1
    tail = tail.astype(np.int64)
    found = _named_arcs(tail, graph.indices[used], graph.data[used], network)
    moves = found.iloc[place].reset_index(drop=True)
    moves["hop"] = np.repeat(np.arange(len(first) - 1), np.diff(first))
    # The search hands a path back last arc first.
    moves["at"] = np.repeat(first[1:], np.diff(first)) - np.arange(len(arcs))
    return moves


def _named_arcs(tail: Longs, head: Ints, cost: Ints, network: Network) -> pd.DataFrame:
    """What each arc (tail, head, cost) is: along which face it leads or what street it crosses."""
    edge = np.arange(len(network.edges))
    corners, edges = network.corners, network.edges
    length, along, across = (
        edges[name].to_numpy() for name in ("length_dm", "cost_dm", "crossing_dm")
    )
    zero = np.zeros_like(length)
    kinds = [
        # (begins at corner, ends at corner, crosses, side, from, to)
        *((corners[:, s, 0], corners[:, s, 1], False, s, zero, length) for s in (0, 1)),
        *((corners[:, s, 1], corners[:, s, 0], False, s, length, zero) for s in (0, 1)),
        *((corners[:, s, 0], corners[:, 1 - s, 0], True, s, zero, zero) for s in (0, 1)),
        *((corners[:, s, 1], corners[:, 1 - s, 1], True, s, length, length) for s in (0, 1)),
    ]
    tables = []
    for begin, end, cross, side, low, high in kinds:
        table = _moves(0, 0, begin, edge, cross=cross, side=side, from_dm=low, to_dm=high)
        dm, weight = (across, across) if cross else (length, along)
        tables.append(table.assign(end=end, dm=dm, cost=weight))
    every = pd.concat(tables, ignore_index=True)
    count = len(network.corner_xy)
    wanted = tail * count + head
    key = every["corner"].to_numpy() * count + every["end"].to_numpy(np.int64)
    arc = np.minimum(np.searchsorted(wanted, key), len(wanted) - 1)
    every["arc"] = arc
    every = every[(wanted[arc] == key) & (cost[arc] == every["cost"].to_numpy())]
    # Of parallel edges of one cost the lowest number; along rather than across.
    every = every.sort_values(["arc", "cross", "edge", "side"])
    every = every.loc[~every["arc"].duplicated()].reset_index(drop=True)
    named: pd.DataFrame = every[["corner", "edge", "side", "from_dm", "to_dm", "cross", "dm"]]
    return named


def _moves(
    hop: Longs | int,
    at: int,
    corner: Ints | int,
    edge: Longs | Ints,
    *,
    cross: bool,
    side: Ints | int,
    from_dm: Ints | Longs,
    to_dm: Ints | Longs,
) -> pd.DataFrame:
    """A table of moves without their length; `at` orders those of one hop."""
    columns = {"hop": hop, "at": at, "corner": corner, "edge": edge, "side": side}
    columns |= {"from_dm": from_dm, "to_dm": to_dm}
    whole = {name: np.broadcast_to(v, edge.shape).astype(np.int64) for name, v in columns.items()}
    return pd.DataFrame(whole).assign(cross=np.full(edge.shape, cross))


@compiled
def _lead(x, y, goal, rest):
    """What is left at least to the stop behind either goal corner (x, y, x, y)."""
    a = np.int64(np.sqrt((x - goal[0]) ** 2 + (y - goal[1]) ** 2)) + rest[0]
    b = np.int64(np.sqrt((x - goal[2]) ** 2 + (y - goal[3]) ** 2)) + rest[1]
    return min(a, b)


@compiled
def _search(indptr, indices, weight, xy, start, off, goal, rest, direct):
    """
    Shortest paths: their cost, ends of both faces used (-1 where direct), and arcs.

    Arcs of path i are `arcs[first[i]:first[i + 1]]`, the last arc first.
    """
    nodes, count = len(indptr) - 1, len(direct)
    cost = np.empty(nodes, np.int64)
    seen, done = np.full(nodes, -1, np.int32), np.full(nodes, -1, np.int32)
    came, by = np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    heap, arcs = np.empty(len(indices) + 2, np.int64), np.empty(4 * count + 64, np.int64)
    dm, ends = direct.copy(), np.full((count, 2), -1, np.int32)
    first, total = np.zeros(count + 1, np.int64), 0
    for row in range(count):
        a, b = goal[row, 0], goal[row, 1]
        target, left = (xy[a, 0], xy[a, 1], xy[b, 0], xy[b, 1]), (rest[row, 0], rest[row, 1])
        size, last = np.int64(0), -1
        for end in range(2):
            node = start[row, end]
            if seen[node] != row or off[row, end] < cost[node]:
                seen[node], cost[node], came[node], by[node] = row, off[row, end], -1, end
                key = cost[node] + _lead(xy[node, 0], xy[node, 1], target, left)
                size = push(heap, size, (key << 32) | node)
        while size > 0 and (heap[0] >> 32) < dm[row]:
            key, size = pop(heap, size)
            node = key & 0xFFFFFFFF
            if done[node] == row:
                continue
            done[node] = row
            for end in range(2):
                if node == goal[row, end] and cost[node] + left[end] < dm[row]:
                    dm[row], last, ends[row, 1] = cost[node] + left[end], node, end
            for arc in range(indptr[node], indptr[node + 1]):
                other, now = indices[arc], cost[node] + weight[arc]
                if seen[other] != row or now < cost[other]:
                    seen[other], cost[other], came[other], by[other] = row, now, node, arc
                    key = now + _lead(xy[other, 0], xy[other, 1], target, left)
                    size = push(heap, size, (key << 32) | other)
        node = last
        while node >= 0:
            if came[node] < 0:
                ends[row, 0] = by[node]
            else:
                if total == len(arcs):
                    more = np.empty(2 * total, np.int64)
                    for at in range(total):
                        more[at] = arcs[at]
                    arcs = more
                arcs[total] = by[node]
                total += 1
            node = came[node]
        first[row + 1] = total
    return dm, ends, first, arcs[:total]
