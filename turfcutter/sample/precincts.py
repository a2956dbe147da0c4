"""Precincts that follow streets: blocks between lines, grouped to about equal electorates."""

from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from turfcutter.sample.evening import even_out
from turfcutter.sample.sketch import FloatArray, IntArray

VOTERS_EACH: Final = 1_120
"""Voters of a usual precinct."""

MOST_VOTERS: Final = 1_450
"""No annexation makes a precinct larger than this."""

DISTRICTS: Final = 5
"""Supervisors of a county."""


class Blocks(NamedTuple):
    """
    The faces between lines.

    Parameters
    ----------
    shapes
        Polygons on the ground, shape (n,).
    centres
        Their centroids, shape (n, 2).
    pairs, shared
        Neighbours (positions, shape (m, 2)) and the length of their common line, metres.
    """

    shapes: np.ndarray
    centres: FloatArray
    pairs: IntArray
    shared: FloatArray


PLACES: Final = ("Downtown", "River Bend", "Orchard", "Peña Park", "Depot", "Mesa")
"""Precincts are named after these, and numbered."""


def blocks_of(lines: list[shapely.LineString], outline: shapely.Polygon) -> Blocks:
    """Divide the ground inside `outline` along `lines`; blind ends divide nothing."""
    noded = shapely.union_all([*lines, outline.exterior])
    parts = shapely.get_parts(shapely.polygonize([noded]))
    inside = shapely.within(shapely.point_on_surface(parts), outline)
    shapes = parts[inside]
    centres = shapely.get_coordinates(shapely.centroid(shapes))
    order = np.lexsort((centres[:, 1].round(2), centres[:, 0].round(2)))
    shapes, centres = shapes[order], centres[order]
    tree = shapely.STRtree(shapes)
    pairs = tree.query(shapes, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    shared = shapely.length(shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]]))
    return Blocks(shapes, centres, pairs[shared > 1], shared[shared > 1])


def block_of_points(blocks: Blocks, spots: FloatArray) -> IntArray:
    """Position of the block that holds each point, -1 where there is none, shape (n,)."""
    point, block = shapely.STRtree(blocks.shapes).query(shapely.points(spots), predicate="within")
    found = np.full(len(spots), -1, dtype=np.int64)
    found[point] = block
    return found


def group(blocks: Blocks, weight: IntArray, rng: np.random.Generator) -> IntArray:
    """
    Group blocks to precincts of about `VOTERS_EACH` voters, each in one piece.

    One of them then gets a block elsewhere: a precinct in two parts, as annexations make them.

    Returns
    -------
    label
        0-based precinct of every block, shape (n,).
    """
    wanted = max(1, round(int(weight.sum()) / VOTERS_EACH))
    label = _halved(blocks.centres, weight, wanted, rng)
    for _ in range(6):
        moved = _mended(blocks, weight, label)
        if (moved == label).all():
            break
        label = moved
    return _annexed(blocks, weight, even_out(blocks.pairs, weight, label))


def _halved(
    centres: FloatArray, weight: IntArray, wanted: int, rng: np.random.Generator
) -> IntArray:
    """Divide by lines across the longer extent, again and again, by weight."""
    label = np.zeros(len(weight), dtype=np.int64)
    todo = [(np.arange(len(weight)), wanted, 0)]
    while todo:
        members, parts, first = todo.pop()
        label[members] = first
        if parts == 1 or len(members) == 1:
            continue
        lived = members[weight[members] > 0]
        spread = np.ptp(centres[lived if len(lived) else members], axis=0)
        heading = (0.0 if spread[0] > spread[1] else np.pi / 2) + rng.uniform(-0.35, 0.35)
        key = centres[members] @ np.array([np.cos(heading), np.sin(heading)])
        order = np.lexsort((members, key))
        total = np.cumsum(weight[members[order]])
        half = parts // 2
        at = int(np.searchsorted(total, total[-1] * half / parts)) + 1
        at = min(max(at, 1), len(members) - 1)
        todo.append((members[order[:at]], half, first))
        todo.append((members[order[at:]], parts - half, first + half))
    return label


def _components(blocks: Blocks, label: IntArray) -> IntArray:
    """Number of the connected piece each block belongs to, shape (n,)."""
    same = label[blocks.pairs[:, 0]] == label[blocks.pairs[:, 1]]
    a, b = blocks.pairs[same].T
    graph = coo_array((np.ones(len(a)), (a, b)), shape=(len(label), len(label)))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _mended(blocks: Blocks, weight: IntArray, label: IntArray) -> IntArray:
    """Give every piece cut off from its precinct to the neighbour with the longest common line."""
    piece = _components(blocks, label)
    table = pd.DataFrame({"piece": piece, "label": label, "weight": weight, "blocks": 1})
    pieces = table.groupby("piece").agg(label=("label", "first"), weight=("weight", "sum"),
                                        blocks=("blocks", "sum"))  # fmt: skip
    best = pieces.sort_values(["weight", "blocks"], ascending=False, kind="stable")
    main = set(best[~best.duplicated("label")].index)
    loose = ~np.isin(piece, sorted(main))
    ends = np.concatenate([blocks.pairs, blocks.pairs[:, ::-1]])
    rows = pd.DataFrame({"piece": piece[ends[:, 0]], "to": label[ends[:, 1]],
                         "shared": np.tile(blocks.shared, 2)})  # fmt: skip
    rows = rows[loose[ends[:, 0]] & (label[ends[:, 0]] != label[ends[:, 1]])]
    lengths = rows.groupby(["piece", "to"], as_index=False)["shared"].sum()
    lengths = lengths.sort_values(["piece", "shared"], ascending=[True, False], kind="stable")
    target = lengths.drop_duplicates("piece").set_index("piece")["to"]
    moved = label.copy()
    moved[loose] = (
        target.reindex(piece[loose]).fillna(pd.Series(label[loose], index=piece[loose])).to_numpy()
    )
    return moved


def _annexed(blocks: Blocks, weight: IntArray, label: IntArray) -> IntArray:
    """Move one small inhabited block to a precinct that it does not touch but that is near."""
    tally = np.bincount(label, weights=weight)
    pieces = _components(blocks, label).max()
    for block in np.argsort(np.abs(weight - 60), kind="stable")[:400].tolist():
        touching = blocks.pairs[(blocks.pairs == block).any(axis=1)]
        near = set(label[touching].ravel().tolist())
        if len(near) != 1 or weight[block] == 0:
            continue
        far = np.hypot(*(blocks.centres - blocks.centres[block]).T)
        far[np.isin(label, sorted(near)) | (weight == 0)] = np.inf
        other = int(label[int(far.argmin())])
        moved = label.copy()
        moved[block] = other
        apart = _components(blocks, moved).max() == pieces + 1
        if np.isfinite(far.min()) and tally[other] + weight[block] < MOST_VOTERS and apart:
            return moved
    return label


def printed(number: IntArray) -> pd.Series:
    """Precinct codes as the map prints them: six digits, zero-padded."""
    return pd.Series(1000 + number + 1).astype("str").str.zfill(6)


def layer(
    blocks: Blocks, label: IntArray, weight: IntArray, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """
    The precinct table, on the ground.

    Returns
    -------
    layer
        `PRECINCT` (zero-padded code), `NAME`, `SUPDIST` (1-based), `geometry` (ground metres);
        by PRECINCT.
    """
    count = int(label.max()) + 1
    shapes = [shapely.coverage_union_all(blocks.shapes[label == k]) for k in range(count)]
    middle = shapely.get_coordinates(shapely.centroid(np.array(shapes)))
    tally = np.bincount(label, weights=weight, minlength=count).astype(np.int64)
    district = _halved(middle, tally, min(DISTRICTS, count), rng) + 1
    code = printed(np.arange(count))
    name = [f"{PLACES[k % len(PLACES)]} {k + 1}" for k in range(count)]
    return gpd.GeoDataFrame(
        {"PRECINCT": code, "NAME": name, "SUPDIST": district.astype("int32")}, geometry=shapes
    )
