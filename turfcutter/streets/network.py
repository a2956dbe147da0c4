"""
The walking model: a street network in which every street has two sides.

An *edge* is a piece of way between two junctions. A *face* is one side of an edge. Where faces meet
at a junction they share a *corner*; walking along a face costs its length, more on steps and steep
streets, going from corner to corner across a street costs a crossing. Paths, footways and steps
have no sides. Costs are times, counted as the decimetres one walks on level ground in that time;
lengths are true ones. Both are integers, so that sums do not depend on their order.

Barriers (freeway, rail, water) cut the network at the points where ways cross them. What hangs
together without those points is a *cell*; what hangs together with them is a *component*.
"""

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from geodata.schema import Streets
from turfcutter.streets.slopes import slowness

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NEVER: Final = np.int32(2**30)
"""Cost of what cannot be walked, in decimetres; two of them still fit an int32."""

PATHS: Final = frozenset(
    ("path", "footway", "steps", "cycleway", "pedestrian", "track", "corridor", "bridleway")
)
"""Kinds of way without sides."""

CROSSING_DM: Final[dict[str, int]] = {
    "living_street": 80,
    "service": 80,
    "residential": 100,
    "unclassified": 100,
    "road": 100,
    "tertiary": 120,
    "tertiary_link": 120,
    "secondary": 150,
    "secondary_link": 150,
    "primary": 200,
    "primary_link": 200,
    "trunk": 300,
    "trunk_link": 300,
}
"""Crossing a street at a junction or mapped crossing costs as much as walking this far."""

BUSY: Final = frozenset(
    kind for kind in CROSSING_DM if kind.startswith(("secondary", "primary", "trunk"))
)
"""Kinds crossed only at junctions and mapped crossings."""
BARE: Final = ("no", "none")
"""What the map says of a street without a sidewalk."""
CORNERS: Final = ("left_u", "left_v", "right_u", "right_v")
"""Columns of an edge's corners: side, then end."""
ONWARD: Final = 2
"""Segments that meet where a way just goes on."""
AT_END: Final = 1e-6
"""A barrier this near a segment's end, as a share of its length, does not cut the segment."""


@dataclass(frozen=True)
class Network:
    """
    Edges, faces and corners of a walkable street network.

    Parameters
    ----------
    edges
        One row an edge: `u`, `v` (junctions), `length_dm`, `cost_dm` (at least the length), `name`,
        `kind`, `service`, `cell`, `component` (int32), `across_dm` (crossing it anywhere between
        its ends; `NEVER` where one must not), `bare` (share of its length where the map says that
        there is no sidewalk), `bridge` (bool); the corners at the ends of its faces, `left_u` …
        `right_v`, and whether it is crossed at either end, `cross_u`, `cross_v` (bool).
    lines
        Geometry of the edges, shape (n_edges,), from u to v.
    corners
        Corner at each end of each face, shape (n_edges, 2, 2): edge, side (0 left, 1 right of the
        line's direction), end (0 u, 1 v).
    graph
        Corner graph, CSR, symmetric, weights are costs in decimetres.
    corner_xy
        Position of each corner's junction, metres, shape (n_corners, 2).
    """

    edges: pd.DataFrame
    lines: npt.NDArray[Any]
    corners: Ints
    graph: csr_matrix
    corner_xy: Floats


def build_network(streets: Streets) -> Network:
    """Turn streets into edges, corners and cells; the result is independent of row order."""
    xy, u, v, way, gate, crossing = _cut_at_barriers(_in_order(streets))
    keep = _junctions(u, v, way, gate, crossing, streets.ways, len(xy))
    chains = _chains(u, v, keep)
    edges, lines = _edges(chains, xy, way, streets.ways)
    ends = edges[["u", "v"]].to_numpy(np.int64)
    edges["component"] = _labels(ends, len(xy), np.zeros(len(xy), bool))
    edges["cell"] = _labels(ends, len(xy), gate)
    return network_of(_with_corners(edges, lines, xy, crossing), lines)


def network_of(edges: pd.DataFrame, lines: npt.NDArray[Any]) -> Network:
    """The network of edges that know their corners."""
    corners = edges[[*CORNERS]].to_numpy(np.int32).reshape(-1, 2, 2)
    corner_xy = np.empty((int(corners.max(initial=-1)) + 1, 2))
    links = []
    for end, name in enumerate(("u", "v")):
        at = shapely.get_coordinates(shapely.get_point(lines, -end))
        corner_xy[corners[:, :, end]] = at[:, None]
        crossed = [corners[:, 0, end], corners[:, 1, end], edges["crossing_dm"].to_numpy()]
        links.append(np.stack(crossed, axis=1)[edges[f"cross_{name}"].to_numpy(bool)])
    links.append(_along(edges, corners))
    graph = _graph(np.concatenate(links).astype(np.int64), len(corner_xy))
    return Network(edges, lines, corners, graph, corner_xy)


def part_of(network: Network, rows: Longs) -> Network:
    """The network of some of the edges, given in ascending order; the order of all else stays."""
    edges = network.edges.iloc[rows].reset_index(drop=True)
    for columns in (["u", "v"], [*CORNERS]):
        numbers = np.unique(edges[columns].to_numpy(np.int64), return_inverse=True)[1]
        edges[columns] = numbers.reshape(-1, len(columns))
    return network_of(edges, network.lines[rows])


def _in_order(streets: Streets) -> Streets:
    """The same streets with nodes by position, and segments by their ends, then by their way."""
    nodes, ways = streets.nodes, streets.ways
    order = np.lexsort(nodes[["node", "y", "x"]].to_numpy(np.float64).T)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    ends = np.sort(rank[streets.segments[["u", "v"]].to_numpy(np.int64)], axis=1)
    way = streets.segments["way"].to_numpy(np.int64)
    look = _looks(ways)
    for column in ("bridge", "incline", "sidewalk"):
        look = look + "\0" + ways[column].astype(str)
    kind = pd.factorize(look, sort=True)[0]
    segments = pd.DataFrame({"u": ends[:, 0], "v": ends[:, 1], "way": way})
    segments = segments.iloc[np.lexsort((way, kind[way], ends[:, 1], ends[:, 0]))]
    return replace(streets, nodes=nodes.iloc[order], segments=segments)


def _looks(ways: pd.DataFrame) -> "pd.Series[str]":
    """What tells ways apart for a walker."""
    name, kind, service = (ways[column].astype(str) for column in ("name", "kind", "service"))
    return name + "\0" + kind + "\0" + service


def _cut_at_barriers(
    streets: Streets,
) -> tuple[Floats, Longs, Longs, Longs, Flags, Flags]:
    """Nodes and segments, with a new gate node wherever a segment crosses a barrier."""
    xy = streets.nodes[["x", "y"]].to_numpy(np.float64)
    gate = streets.nodes["barrier"].to_numpy(bool).copy()
    crossing = streets.nodes["crossing"].to_numpy(bool).copy()
    u, v, way = (streets.segments[name].to_numpy(np.int64) for name in ("u", "v", "way"))
    segment, share = _crossing_points(xy, u, v, np.asarray(streets.barriers.geometry))
    if not len(segment):
        return xy, u, v, way, gate, crossing
    start = xy[u[segment]]
    added = start + share[:, None] * (xy[v[segment]] - start)
    node = len(xy) + np.arange(len(segment))
    first = np.r_[True, segment[1:] != segment[:-1]]
    last = np.r_[segment[1:] != segment[:-1], True]
    before = np.where(first, u[segment], node - 1)
    whole = np.ones(len(u), bool)
    whole[segment] = False
    u, v, way = (
        np.concatenate([u[whole], before, node[last]]),
        np.concatenate([v[whole], node, v[segment[last]]]),
        np.concatenate([way[whole], way[segment], way[segment[last]]]),
    )
    gates = np.ones(len(segment), bool)
    return (
        np.concatenate([xy, added]),
        u,
        v,
        way,
        np.concatenate([gate, gates]),
        np.concatenate([crossing, ~gates]),
    )


def _crossing_points(
    xy: Floats, u: Longs, v: Longs, barriers: npt.NDArray[Any]
) -> tuple[Longs, Floats]:
    """Segments that cross barriers and where (share of their length), sorted, without repeats."""
    areas = np.isin(shapely.get_type_id(barriers), (3, 6))
    outlines = np.where(areas, shapely.boundary(barriers), barriers)
    parts = shapely.get_parts(outlines)
    none = np.empty(0, np.int64), np.empty(0)
    if not len(parts) or not len(u):
        return none
    segments = np.asarray(shapely.linestrings(np.stack([xy[u], xy[v]], axis=1)))
    tree = shapely.STRtree(segments)
    part, segment = tree.query(parts, predicate="crosses")
    points, pair = shapely.get_parts(
        shapely.intersection(segments[segment], parts[part]), return_index=True
    )
    pointed = shapely.get_type_id(points) == 0
    points, segment = points[pointed], segment[pair[pointed]]
    if not len(points):
        return none
    share = np.asarray(shapely.line_locate_point(segments[segment], points, normalized=True))
    inner = (share > AT_END) & (share < 1 - AT_END)
    found = pd.DataFrame({"segment": segment[inner], "share": np.round(share[inner], 6)})
    found = found.drop_duplicates().sort_values(["segment", "share"])
    return found["segment"].to_numpy(np.int64), found["share"].to_numpy(np.float64)


def _junctions(
    u: Longs, v: Longs, way: Longs, gate: Flags, crossing: Flags, ways: pd.DataFrame, count: int
) -> Flags:
    """Nodes where edges end: forks, dead ends, gates, crossings, changes of name or kind."""
    look = pd.factorize(_looks(ways))[0][way]
    node = np.concatenate([u, v])
    twice = np.concatenate([look, look])
    degree = np.bincount(node, minlength=count)
    least = np.full(count, np.iinfo(np.int64).max)
    most = np.full(count, -1)
    np.minimum.at(least, node, twice)
    np.maximum.at(most, node, twice)
    keep: Flags = (degree != ONWARD) | gate | crossing | (least != most)
    return keep


def _chains(u: Longs, v: Longs, keep: Flags) -> list[tuple[list[int], list[int]]]:
    """Runs of segments between junctions: their nodes and segments, in order."""
    order = np.argsort(np.concatenate([u, v]), kind="stable")
    starts = np.searchsorted(np.concatenate([u, v])[order], np.arange(len(keep) + 1)).tolist()
    incident = (order % len(u)).tolist()
    far, used = (u + v).tolist(), np.zeros(len(u), bool).tolist()
    stops = keep.tolist()

    def follow(node: int, segment: int) -> tuple[list[int], list[int]]:
        path, run = [node], []
        while True:
            used[segment] = True
            node = far[segment] - node
            path.append(node)
            run.append(segment)
            if stops[node] or node == path[0]:
                return path, run
            a, b = incident[starts[node]], incident[starts[node] + 1]
            segment = b if a == segment else a

    chains = [
        follow(node, segment)
        for node in np.flatnonzero(keep).tolist()
        for segment in incident[starts[node] : starts[node + 1]]
        if not used[segment]
    ]
    rings = [follow(int(u[s]), s) for s in range(len(u)) if not used[s]]
    return chains + rings


def _edges(
    chains: list[tuple[list[int], list[int]]], xy: Floats, way_of: Longs, ways: pd.DataFrame
) -> tuple[pd.DataFrame, npt.NDArray[Any]]:
    """The edge table without cells, and the edges' lines."""
    sizes = np.array([len(path) for path, _ in chains], np.int64)
    nodes = np.fromiter((n for path, _ in chains for n in path), np.int64, sizes.sum())
    whole = np.repeat(np.arange(len(chains)), sizes)
    lines = np.asarray(shapely.linestrings(xy[nodes], indices=whole))
    ends = np.cumsum(sizes)
    way = way_of[[run[0] for _, run in chains]]
    table = pd.DataFrame({"u": nodes[ends - sizes], "v": nodes[ends - 1], "way": way})
    for name in ("name", "kind", "service", "bridge"):
        table[name] = ways[name].to_numpy()[way]
    table["length_dm"] = np.maximum(np.rint(shapely.length(lines) * 10), 1).astype(np.int32)
    slow, bare = _ground(chains, nodes, xy, way_of, ways)
    table["cost_dm"] = np.rint(table["length_dm"] * slow).astype(np.int32)
    table["bare"] = bare
    path = table["kind"].isin(PATHS).to_numpy()
    cost = table["kind"].map(CROSSING_DM).fillna(100).to_numpy(np.int32)
    table["crossing_dm"] = np.where(path, 0, cost).astype(np.int32)
    busy = table["kind"].isin(BUSY).to_numpy()
    table["across_dm"] = np.where(busy, NEVER, table["crossing_dm"]).astype(np.int32)
    return table, lines


def _ground(
    chains: list[tuple[list[int], list[int]]],
    nodes: Longs,
    xy: Floats,
    way_of: Longs,
    ways: pd.DataFrame,
) -> tuple[Floats, Floats]:
    """Mean slowness of each edge, and the share of it that has no sidewalk."""
    sizes = np.array([len(run) for _, run in chains], np.int64)
    way = way_of[np.fromiter((s for _, run in chains for s in run), np.int64, sizes.sum())]
    edge = np.repeat(np.arange(len(chains)), sizes)
    begins = np.arange(len(edge)) + edge
    long = np.maximum(np.hypot(*(xy[nodes[begins + 1]] - xy[nodes[begins]]).T), 1e-9)
    slow = slowness(ways["kind"], ways["incline"])[way]
    bare = ways["sidewalk"].isin(BARE).to_numpy()[way]
    total = np.bincount(edge, long)
    shares = np.bincount(edge, long * slow) / total, np.bincount(edge, long * bare) / total
    # Equal shares stay whole numbers: 1 where all is level, whatever the sum's last digit.
    return np.round(shares[0], 6), np.round(shares[1], 6)


def _labels(ends: Longs, count: int, removed: Flags) -> Ints:
    """Component of each edge once `removed` nodes hold nothing together."""
    whole = ~removed[ends].any(axis=1)
    joined = coo_matrix((np.ones(whole.sum()), tuple(ends[whole].T)), shape=(count, count))
    label = connected_components(joined, directed=False)[1]
    inner = np.where(removed[ends[:, 0]], ends[:, 1], ends[:, 0])
    return label[inner].astype(np.int32)


def _with_corners(
    edges: pd.DataFrame, lines: npt.NDArray[Any], xy: Floats, crossing: Flags
) -> pd.DataFrame:
    """Edges with their `CORNERS`, and whether they are crossed at either end."""
    count = len(edges)
    node = edges[["u", "v"]].to_numpy(np.int64).T.ravel()
    edge = np.tile(np.arange(count), 2)
    order, position = _around(node, lines, xy)
    left = np.empty(2 * count, np.int64)
    right = np.empty(2 * count, np.int64)
    left[order] = np.arange(2 * count)
    right[order] = position
    degree = np.bincount(node, minlength=len(xy))[node]
    busy = edges["across_dm"].to_numpy()[edge] == NEVER
    # Where a busy street ends, mostly just the data does: it is crossed there, not walked round.
    ends = np.flatnonzero(busy & (degree == 1))
    right[ends] = 2 * count + np.arange(len(ends))
    # A walker meets no kerb on a path: its two sides are one corner.
    cost = edges["crossing_dm"].to_numpy()[edge]
    free = cost == 0
    shape = (2 * count + len(ends),) * 2
    same = coo_matrix((np.ones(free.sum()), (left[free], right[free])), shape=shape)
    label = connected_components(same, directed=False)[1].astype(np.int64)
    left, right = label[left], label[right]
    junction = np.bincount(node, _streets(edges)[edge], len(xy)) > ONWARD
    crossable = (left != right) & (~busy | crossing[node] | junction[node] | (degree == 1))
    found = left[:count], right[count:], right[:count], left[count:]
    corners = {name: at.astype(np.int32) for name, at in zip(CORNERS, found, strict=True)}
    return edges.assign(**corners, cross_u=crossable[:count], cross_v=crossable[count:])


def _streets(edges: pd.DataFrame) -> Flags:
    """Edges that make a junction where they meet: neither paths nor nameless driveways."""
    drive = (edges["kind"] == "service") & (edges["name"] == "")
    streets: Flags = ~(edges["kind"].isin(PATHS) | drive).to_numpy(bool)
    return streets


def _around(node: Longs, lines: npt.NDArray[Any], xy: Floats) -> tuple[Longs, Longs]:
    """Edge ends sorted around their node, and for each the slot of the end before it."""
    coords, index = shapely.get_coordinates(lines, return_index=True)
    starts = np.searchsorted(index, np.arange(len(lines)))
    ends = np.r_[starts[1:], len(index)]
    ahead = np.concatenate([coords[starts + 1], coords[ends - 2]]) - xy[node]
    angle = np.arctan2(ahead[:, 1], ahead[:, 0])
    order = np.lexsort((np.arange(len(node)), angle, node))
    sorted_node = node[order]
    slot = np.arange(len(node))
    first = np.searchsorted(sorted_node, sorted_node, side="left")
    last = np.searchsorted(sorted_node, sorted_node, side="right") - 1
    return order, np.where(slot == first, last, slot - 1)


def _along(edges: pd.DataFrame, corners: Ints) -> Longs:
    """Links along the faces: (corner, corner, dm); a path has one."""
    cost = edges["cost_dm"].to_numpy(np.int64)
    sided = edges["crossing_dm"].to_numpy() > 0
    left = np.stack([corners[:, 0, 0], corners[:, 0, 1], cost], axis=1)
    right = np.stack([corners[:, 1, 0], corners[:, 1, 1], cost], axis=1)[sided]
    return np.concatenate([left, right]).astype(np.int64)


def _graph(links: Longs, count: int) -> csr_matrix:
    """Symmetric CSR graph of the links, the shortest of parallel ones."""
    links = links[links[:, 0] != links[:, 1]]
    both = np.concatenate([links, links[:, [1, 0, 2]]])
    both = both[np.lexsort((both[:, 2], both[:, 1], both[:, 0]))]
    new = np.r_[True, (both[1:, :2] != both[:-1, :2]).any(axis=1)] if len(both) else []
    a, b, cost = both[new].T
    return csr_matrix((cost.astype(np.int32), (a, b)), shape=(count, count))
