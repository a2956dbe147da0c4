"""
Edges: pieces of way between two junctions, cut where ways cross barriers.

Barriers (freeway, rail, water) cut the network at the points where ways cross them. What hangs
together without those points is a *cell*; what hangs together with them is a *component*.
"""

from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geodata.schema import Streets
from turfcutter.arrays import Flags, Floats, Ints, Longs
from turfcutter.streets.slopes import slowness

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
ONWARD: Final = 2
"""Segments that meet where a way just goes on."""
AT_END: Final = 1e-6
"""A barrier this near a segment's end, as a share of its length, does not cut the segment."""


def find_edges(streets: Streets) -> tuple[pd.DataFrame, npt.NDArray[Any], Floats, Flags]:
    """
    Edges of the streets, whatever the order of their rows.

    Returns
    -------
    edges, lines
        As in `turfcutter.streets.network.Network`, without corners.
    xy, crossing
        Where the nodes are that edges have as `u` and `v`, metres, shape (n_nodes, 2), and whether
        one crosses there, shape (n_nodes,).
    """
    xy, u, v, way, gate, crossing = _cut_at_barriers(_in_order(streets))
    keep = _junctions(u, v, way, gate, crossing, streets.ways, len(xy))
    chains = _chains(u, v, keep)
    edges, lines = _edges(chains, xy, way, streets.ways)
    ends = edges[["u", "v"]].to_numpy(np.int64)
    edges["component"] = _labels(ends, len(xy), np.zeros(len(xy), bool))
    edges["cell"] = _labels(ends, len(xy), gate)
    return edges, lines, xy, crossing


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
    for name in ("name", "kind", "service"):
        table[name] = ways[name].to_numpy()[way]
    table["length_dm"] = np.maximum(np.rint(shapely.length(lines) * 10), 1).astype(np.int32)
    slow, bare, bridge = _ground(chains, nodes, xy, way_of, ways)
    # a street goes on behind its bridge, and doors stand there
    table["bridge"] = bridge > 0.5  # noqa: PLR2004 - half
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
) -> tuple[Floats, Floats, Floats]:
    """Mean slowness of each edge, the share of it without sidewalk, and that on bridges."""
    sizes = np.array([len(run) for _, run in chains], np.int64)
    way = way_of[np.fromiter((s for _, run in chains for s in run), np.int64, sizes.sum())]
    edge = np.repeat(np.arange(len(chains)), sizes)
    begins = np.arange(len(edge)) + edge
    long = np.maximum(np.hypot(*(xy[nodes[begins + 1]] - xy[nodes[begins]]).T), 1e-9)
    slow = slowness(ways["kind"], ways["incline"])[way]
    bare = ways["sidewalk"].isin(BARE).to_numpy()[way]
    bridge = ways["bridge"].to_numpy(bool)[way]
    total = np.bincount(edge, long)
    # Equal shares stay whole numbers: 1 where all is level, whatever the sum's last digit.
    means = [np.round(np.bincount(edge, long * of) / total, 6) for of in (slow, bare, bridge)]
    return means[0], means[1], means[2]


def _labels(ends: Longs, count: int, removed: Flags) -> Ints:
    """Component of each edge once `removed` nodes hold nothing together."""
    whole = ~removed[ends].any(axis=1)
    joined = coo_matrix((np.ones(whole.sum()), tuple(ends[whole].T)), shape=(count, count))
    label = connected_components(joined, directed=False)[1]
    inner = np.where(removed[ends[:, 0]], ends[:, 1], ends[:, 0])
    return label[inner].astype(np.int32)
