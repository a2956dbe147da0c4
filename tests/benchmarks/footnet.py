"""
The referee's own street graph: who can walk where, and how far.

Streets have two sides. At every OSM node of a street the space between two neighbouring arms
is a *corner*; an arm's left side starts at the corner on its left, its right side at the other.
Walking along a side costs its length, crossing an arm costs `CROSS_QUIET_M` or `CROSS_MAJOR_M`
and is possible
- on a quiet street everywhere (at every corner and in front of every door),
- on a major one (primary, secondary, trunk) at junctions of streets and mapped crossings only.
Paths, steps and sidewalks are single lines. Motorways, and trunks without foot access, are not
walkable; they, rails and water are barriers. Nothing here is shared with turfcutter.
"""

import math
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from osmfile import LINES, QUIET, Osm
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

CROSS_QUIET_M = 10.0
CROSS_MAJOR_M = 12.0
NAMED_WITHIN_M = 100.0


@dataclass(eq=False)
class Net:
    """
    The walking graph with the doors of one place on it.

    Parameters
    ----------
    graph
        Symmetric CSR matrix of metres.
    node
        Graph node of each door; doors of one building share one.
    side
        Block side of each door: one side of a street between two junctions.
    cell
        Barrier cell of each door.
    ways_over
        Pieces of street that cross a barrier.
    xy
        Doors in metres, as given (not snapped).
    """

    graph: csr_array
    node: np.ndarray
    side: np.ndarray
    cell: np.ndarray
    ways_over: list[shapely.LineString]
    xy: np.ndarray


class Corners:
    """Graph nodes at the OSM nodes: one per corner, two at a dead end, one where lines meet."""

    def __init__(self, osm: Osm) -> None:
        self.osm, self.arms = osm, defaultdict(list)
        for number, edge in enumerate(osm.edges):
            if edge.kind not in LINES:
                self.arms[edge.u].append((self.bearing(edge.u, edge.v), number))
                self.arms[edge.v].append((self.bearing(edge.v, edge.u), number))
        self.base, self.count = {}, 0
        for edge in osm.edges:
            for node in (edge.u, edge.v):
                if node not in self.base:
                    self.base[node] = self.count
                    self.arms[node].sort()
                    self.count += self.corners(node)

    def bearing(self, start: int, end: int) -> float:
        """Angle of `end` as seen from `start`, in radians counter-clockwise from east."""
        (x, y), (x2, y2) = self.osm.xy[start], self.osm.xy[end]
        return math.atan2(y2 - y, x2 - x)

    def corners(self, node: int) -> int:
        """How many corners a node has."""
        arms = len(self.arms[node])
        return max(arms, 2) if arms else 1

    def left_right(self, node: int, number: int) -> tuple[int, int]:
        """Corners left and right of a street as seen from `node` outward."""
        place = [arm for _, arm in self.arms[node]].index(number)
        corners = self.corners(node)
        return self.base[node] + place, self.base[node] + (place - 1) % corners

    def of_line(self, node: int, other: int) -> int:
        """The corner at which a path towards `other` arrives."""
        arms = self.arms[node]
        if not arms:
            return self.base[node]
        angle = self.bearing(node, other)
        if len(arms) == 1:
            return self.base[node] + (0 if (angle - arms[0][0]) % math.tau < math.pi else 1)
        before = sum(start <= angle for start, _ in arms)
        return self.base[node] + (before - 1) % len(arms)

    def crossings(self) -> list[tuple[int, int, float]]:
        """Every place at an OSM node where a street may be crossed: corner, corner, metres."""
        links = []
        for node, arms in list(self.arms.items()):
            junction = sum(self.osm.edges[number].joins for _, number in arms) > 2
            for _, number in arms:
                left, right = self.left_right(node, number)
                if self.osm.edges[number].kind in QUIET:
                    links.append((left, right, CROSS_QUIET_M))
                elif junction or node in self.osm.crossings:
                    links.append((left, right, CROSS_MAJOR_M))
        return links

    def bends(self) -> list[tuple[int, int]]:
        """Pairs of corners that are the same block side, because no street joins between them."""
        pairs = []
        for node, arms in list(self.arms.items()):
            main = [n for n, (_, number) in enumerate(arms) if self.osm.edges[number].joins]
            if len(main) == 2:
                first, second = main
                sides = list(range(first, second)), list(range(second, first + len(arms)))
                for side in sides:
                    corners = [self.base[node] + place % len(arms) for place in side]
                    pairs += pairwise(corners)
        return pairs


def build(osm: Osm, lon: np.ndarray, lat: np.ndarray, street: np.ndarray) -> Net:
    """
    Put doors on the street graph.

    A door stands on the street its address names if that is within `NAMED_WITHIN_M`, else on the
    nearest; only on streets of the largest part of the network that hangs together.
    """
    xy = osm.project(lon, lat)
    corners = Corners(osm)
    links = corners.crossings()
    chains = []  # per side of an edge: edge number, start corner, end corner, side
    for number, edge in enumerate(osm.edges):
        if edge.kind in LINES:
            ends = corners.of_line(edge.u, edge.v), corners.of_line(edge.v, edge.u)
            chains.append((number, *ends, "line"))
        else:
            left, right = corners.left_right(edge.u, number)
            far_right, far_left = corners.left_right(edge.v, number)
            chains += [(number, left, far_left, "left"), (number, right, far_right, "right")]
    home = _largest_part(corners.count, links, chains, osm)
    on, along, is_left = _snap(osm, home, xy, street)
    stops: dict[tuple[int, str], dict[float, int]] = defaultdict(dict)
    node = np.zeros(len(xy), dtype=np.int64)
    count = corners.count
    for door, (number, metres) in enumerate(zip(on.tolist(), along.round(2).tolist(), strict=True)):
        kind = osm.edges[number].kind
        side = "line" if kind in LINES else ("left" if is_left[door] else "right")
        for name in ("left", "right") if kind in QUIET else (side,):
            if metres not in stops[number, name]:
                stops[number, name][metres] = count
                count += 1
        node[door] = stops[number, side][metres]
        if kind in QUIET:
            links.append(
                (stops[number, "left"][metres], stops[number, "right"][metres], CROSS_QUIET_M)
            )
    for number, start, end, side in chains:
        edge = osm.edges[number]
        length = math.dist(osm.xy[edge.u], osm.xy[edge.v])
        places = [(0.0, start), *sorted(stops.get((number, side), {}).items()), (length, end)]
        links += [(a, b, max(q - p, 0.001)) for (p, a), (q, b) in pairwise(places)]
    side = _block_sides(corners, chains, osm)[_chain_of(chains, osm, on, is_left)]
    cell, ways_over = _cells(osm, on, along)
    return Net(_matrix(links, count), node, side, cell, ways_over, xy)


def _matrix(links: list[tuple[int, int, float]], count: int) -> csr_array:
    """Symmetric matrix of links; of several between the same nodes the shortest counts."""
    table = np.array(links)
    a, b, metres = table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2]
    a, b, metres = np.r_[a, b], np.r_[b, a], np.r_[metres, metres]
    order = np.lexsort((metres, b, a))
    a, b, metres = a[order], b[order], metres[order]
    first = np.r_[True, (a[1:] != a[:-1]) | (b[1:] != b[:-1])] & (a != b)
    return csr_array((metres[first], (a[first], b[first])), shape=(count, count))


def _parts(pairs: list[tuple[int, int]], count: int) -> np.ndarray:
    """Number of the connected part of each node."""
    a, b = np.array(pairs, dtype=int).reshape(-1, 2).T
    return connected_components(coo_array((np.ones(len(a)), (a, b)), shape=(count, count)))[1]


def _largest_part(count: int, links: list, chains: list, osm: Osm) -> np.ndarray:
    """Which edges can hold doors: streets of the largest part of the network."""
    pairs = [(a, b) for a, b, _ in links] + [(a, b) for _, a, b, _ in chains]
    part = _parts(pairs, count)
    largest = np.bincount(part).argmax()
    good = {number for number, a, _, _ in chains if part[a] == largest}
    return np.array([edge.home and n in good for n, edge in enumerate(osm.edges)])


def _key(name: str) -> str:
    """A street name for comparing: capitals without accents, single spaces, no leading zeros."""
    plain = unicodedata.normalize("NFKD", name.upper()).encode("ascii", "ignore").decode()
    return " ".join(word.lstrip("0") for word in re.findall(r"[A-Z0-9]+", plain))


def _snap(osm: Osm, home: np.ndarray, xy: np.ndarray, street: np.ndarray) -> tuple:
    """For each door: its edge, metres along it, and whether it lies on the left."""
    numbers = np.flatnonzero(home)
    ends = np.array([(osm.xy[osm.edges[n].u], osm.xy[osm.edges[n].v]) for n in numbers])
    lines, points = shapely.linestrings(ends), shapely.points(xy)
    tree = shapely.STRtree(lines)
    door, line = tree.query(points, predicate="dwithin", distance=NAMED_WITHIN_M)
    far = np.setdiff1d(np.arange(len(xy)), door)
    door, line = np.r_[door, far], np.r_[line, tree.nearest(points[far])].astype(int)
    wanted = [_key(name) for name in street]
    names = [_key(osm.edges[n].name) for n in numbers]
    other = [
        not wanted[d] or not (names[n] + " ").startswith(wanted[d] + " ")
        for d, n in zip(door.tolist(), line.tolist(), strict=True)
    ]
    order = np.lexsort((line, shapely.distance(points[door], lines[line]).round(3), other, door))
    first = order[np.unique(door[order], return_index=True)[1]]
    line = line[first]
    start, way = ends[line, 0], ends[line, 1] - ends[line, 0]
    offset = xy - start
    is_left = way[:, 0] * offset[:, 1] - way[:, 1] * offset[:, 0] > 0
    return numbers[line], shapely.line_locate_point(lines[line], points), is_left


def _chain_of(chains: list, osm: Osm, on: np.ndarray, is_left: np.ndarray) -> list[int]:
    """Position of each door's side in `chains`."""
    places = {(number, side): place for place, (number, _, _, side) in enumerate(chains)}
    sides = ["left" if left else "right" for left in is_left]
    return [
        places[number, "line" if osm.edges[number].kind in LINES else side]
        for number, side in zip(on.tolist(), sides, strict=True)
    ]


def _block_sides(corners: Corners, chains: list, osm: Osm) -> np.ndarray:
    """Number of the block side of each chain: chains joined at bends, parted at junctions."""
    bends = corners.bends()
    through = {
        corners.base[node] + place
        for node, arms in corners.arms.items()
        if sum(osm.edges[number].joins for _, number in arms) == 2
        for place in range(len(arms))
    }
    pairs = [(len(chains) + a, len(chains) + b) for a, b in bends]
    for place, (number, start, end, side) in enumerate(chains):
        if side != "line" and osm.edges[number].joins:
            pairs += [(place, len(chains) + c) for c in (start, end) if c in through]
    return _parts(pairs, len(chains) + corners.count)[: len(chains)]


def _cells(osm: Osm, on: np.ndarray, along: np.ndarray) -> tuple[np.ndarray, list]:
    """Barrier cell of each door, and the pieces of street that lead across barriers."""
    ends = [(osm.xy[edge.u], osm.xy[edge.v]) for edge in osm.edges]
    lines = shapely.linestrings(np.array(ends))
    tree = shapely.STRtree(lines)
    over = set(tree.query(osm.barriers, predicate="intersects")[1].tolist()) if osm.barriers else ()
    index = {node: n for n, node in enumerate({n: 0 for e in osm.edges for n in (e.u, e.v)})}
    pairs = [(index[e.u], index[e.v]) for n, e in enumerate(osm.edges) if n not in over]
    part = _parts(pairs, len(index))
    cell = np.array([part[index[osm.edges[n].u]] for n in on.tolist()])
    for door in np.flatnonzero(np.isin(on, list(over))):
        # a door on the piece that crosses belongs to the end it can reach
        edge, line = osm.edges[on[door]], lines[on[door]]
        reach = shapely.LineString([ends[on[door]][0], line.interpolate(along[door])])
        if any(reach.intersects(barrier) for barrier in osm.barriers):
            cell[door] = part[index[edge.v]]
    return cell, [lines[n] for n in sorted(over)]
