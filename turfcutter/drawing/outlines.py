"""
Outlines of turfs: areas that hold their doors, meet without overlap and follow the blocks.

Every place belongs to the turf of its nearest door, with one correction: *kerbs*, points on both
sides of a street's centreline, belong to the nearest door on their own side (or to nobody where
no door is near on that side), so that borders run along centrelines. Borders are kept as *chains*
between the places where they meet, which are smoothed one by one and stay sharp where smoothing
would cut off a door.
"""

import itertools
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi, cKDTree

from geodata.errors import GeodataError
from turfcutter.arrays import Flags, Floats, Longs
from turfcutter.drawing.kerbs import NOBODY, kerbs_along
from turfcutter.drawing.land import land_around
from turfcutter.drawing.shapes import Shapes, straight, valid_polygons, without_crumbs
from turfcutter.drawing.spikes import THIN_M, heirs, without_spikes

GRID_M: Final = 0.01
"""Corners lie on this grid, so that what touches shares its corners."""
SAME_PLACE_M: Final = 0.1
"""Doors within this distance are at one place."""
SPREAD_M: Final = 1.0
"""Doors of several turfs at one place are moved apart by this much."""
SMOOTH_M: Final = 6.0
"""Borders move at most this far when they are smoothed."""
PLOT_M: Final = 0.5
"""Plot of a door that smoothing left outside its outline."""
SMALL_M2: Final = 400.0
"""Smaller gaps between turfs go to a neighbour."""
CRUMB_M2: Final = 0.1
"""Parts smaller than a door mat, which is less than any door's plot, come from rounding."""
FRAME_M: Final = 2000.0
"""Far corners that bound the diagram of nearest doors."""


def outline_turfs(
    xy: Floats, turf: npt.NDArray[np.integer], fences: Shapes, *, reach_m: float = 45.0
) -> Shapes:
    """
    Outline of every turf.

    Parameters
    ----------
    xy
        Doors, metres, shape (n_doors, 2).
    turf
        Turf of each door, 0 to n_turfs - 1, shape (n_doors,).
    fences
        Centrelines of the streets near the doors (no footpaths), LineStrings; may be empty.
    reach_m
        How far an outline reaches beyond its doors where nothing else bounds it.

    Returns
    -------
    ndarray of shape (n_turfs,)
        Polygons and MultiPolygons that do not overlap. Each holds its doors; where doors of
        several turfs stand at one point, that point lies within 1 m of each of theirs.

    Raises
    ------
    GeodataError
        INVARIANT: a turf has no outline.
    """
    if len(xy) == 0:
        return np.empty(0, dtype=object)
    origin = np.floor(xy.min(axis=0))
    sites, owner = _sites(xy - origin, turf.astype(np.int64))
    kerbs, kerb_owner = kerbs_along(sites, owner, fences, origin, reach_m)
    borders = _borders(sites, owner, kerbs, kerb_owner)
    land = land_around(sites, reach_m)
    faces = _faces(borders, land)
    chains = _chains(faces[_label(faces, sites, owner)[0] != NOBODY])
    faces, label = _smoothed(chains, sites, owner)
    outlines = _dissolved(faces, _mended(faces, label), int(turf.max()) + 1)
    outlines = _holding(valid_polygons(without_spikes(outlines, sites)), sites, owner)
    if shapely.is_empty(outlines).any():
        none = int(np.argmax(shapely.is_empty(outlines))) + 1
        raise GeodataError("INVARIANT", f"Turf {none} has no outline; please report this.")
    outlines = shapely.transform(outlines, lambda points: points + origin)
    return without_crumbs(valid_polygons(outlines), CRUMB_M2)


def _holding(outlines: Shapes, sites: Floats, owner: Longs) -> Shapes:
    """Outlines that hold their doors: one that fell out gets a small plot, cut from the others."""
    outlines = outlines.copy()
    points = np.asarray(shapely.points(sites), object)
    out = np.flatnonzero(shapely.distance(points, outlines[owner]) > SAME_PLACE_M)
    out = np.union1d(out, np.flatnonzero(shapely.is_empty(outlines)[owner]))
    for door in out.tolist():
        plot = points[door].buffer(PLOT_M)
        others = shapely.intersects(outlines, plot)
        outlines[others] = shapely.difference(outlines[others], plot)
        turf = int(owner[door])
        outlines[turf] = shapely.union(outlines[turf], plot)
    return outlines


def _sites(xy: Floats, turf: Longs) -> tuple[Floats, Longs]:
    """Distinct points and their turfs, sorted; points of several turfs spread on a circle."""
    table = np.column_stack([np.round(xy / SAME_PLACE_M).astype(np.int64), turf])
    table = np.unique(table, axis=0)
    sites, owner = table[:, :2] * SAME_PLACE_M, table[:, 2]
    places, first, which, sharing = np.unique(
        table[:, :2], axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    shared = sharing[which] > 1
    if not shared.any():
        return sites, owner
    room = np.full(len(places), np.inf)
    if len(places) > 1:
        room = np.asarray(cKDTree(places * SAME_PLACE_M).query(places * SAME_PLACE_M, k=2)[0])[:, 1]
    radius = np.minimum(SPREAD_M, 0.4 * room)[which]
    # one radian off the axes, so that no slice runs along a grid of doors
    angle = 1.0 + 2 * np.pi * (np.arange(len(table)) - first[which]) / sharing[which]
    offset = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return np.where(shared[:, None], sites + offset, sites), owner


def _borders(sites: Floats, owner: Longs, kerbs: Floats, kerb_owner: Longs) -> Shapes:
    """Pieces of border between places of different turfs."""
    low, high = sites.min(axis=0) - FRAME_M, sites.max(axis=0) + FRAME_M
    frame = np.array([low, high, (low[0], high[1]), (high[0], low[1])])
    points = np.concatenate([sites, kerbs, frame])
    owners = np.concatenate([owner, kerb_owner, np.full(4, NOBODY)])
    diagram = Voronoi(points)
    ridges = np.asarray(diagram.ridge_vertices)
    finite = (ridges >= 0).all(axis=1)
    ends = diagram.vertices[ridges[finite]]
    pairs = diagram.ridge_points[finite].astype(np.int64)
    length = np.hypot(*(ends[:, 0] - ends[:, 1]).T)
    owners = _absorbed(owners, pairs, length, len(sites))
    apart = owners[pairs[:, 0]] != owners[pairs[:, 1]]
    ends = np.round(ends[apart], 2)
    ends = ends[(ends[:, 0] != ends[:, 1]).any(axis=1)]
    return straight(ends[:, 0], ends[:, 1])


def _absorbed(owners: Longs, pairs: Longs, length: Floats, doors: int) -> Longs:
    """Owners, where patches of kerbs that hang together with no door fall to a neighbour."""
    n = len(owners)
    alike = owners[pairs[:, 0]] == owners[pairs[:, 1]]
    graph = coo_matrix((np.ones(alike.sum()), tuple(pairs[alike].T)), shape=(n, n))
    patches, patch = connected_components(graph, directed=False)
    kept = np.zeros(patches, dtype=bool)
    kept[patch[:doors]] = True
    kept[patch[owners == NOBODY]] = True
    both = np.concatenate([pairs[~alike], pairs[~alike][:, ::-1]])
    shared = np.concatenate([length[~alike]] * 2)
    use = ~kept[patch[both[:, 0]]] & kept[patch[both[:, 1]]]
    lost, taker, shared = patch[both[use, 0]], owners[both[use, 1]], shared[use]
    key, where = np.unique(np.column_stack([lost, taker]), axis=0, return_inverse=True)
    total = np.bincount(where, weights=shared, minlength=len(key))
    heir = np.full(patches, NOBODY)
    order = np.argsort(total, kind="stable")
    heir[key[order, 0]] = key[order, 1]
    return np.where(kept[patch], owners, heir[patch])


def _faces(borders: Shapes, land: shapely.Geometry) -> Shapes:
    """Areas that borders and the edge of the land cut out."""
    shapely.prepare(land)
    inside = shapely.contains_properly(land, borders)
    crossing = borders[~inside]
    crossing = crossing[shapely.intersects(land, crossing)]
    # ends of borders are on the grid already: only what meets the edge needs noding
    edge = shapely.union_all(
        np.append(crossing, np.array([shapely.boundary(land)])), grid_size=GRID_M
    )
    lines = np.concatenate([borders[inside], shapely.get_parts(edge)])
    return shapely.get_parts(shapely.polygonize(lines))


def _label(faces: Shapes, sites: Floats, owner: Longs) -> tuple[Longs, Flags]:
    """Turf of each face by most of its doors, and which doors lie in no face of their turf."""
    door, face = shapely.STRtree(faces).query(shapely.points(sites), predicate="intersects")
    key, count = np.unique(np.column_stack([face, owner[door]]), axis=0, return_counts=True)
    order = np.argsort(count, kind="stable")
    label = np.full(len(faces), NOBODY)
    label[key[order, 0]] = key[order, 1]
    lost = np.ones(len(sites), dtype=bool)
    lost[door[label[face] == owner[door]]] = False
    return label, lost


def _chains(faces: Shapes) -> Shapes:
    """Edges of the faces, each once, joined between the points where three or more meet."""
    rings = shapely.get_parts(shapely.boundary(faces))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    grid = np.round(points / GRID_M).astype(np.int64)
    same = ring[1:] == ring[:-1]
    pieces = np.stack([grid[:-1][same], grid[1:][same]], axis=1)
    swap = (pieces[:, 0, 0] > pieces[:, 1, 0]) | (
        (pieces[:, 0, 0] == pieces[:, 1, 0]) & (pieces[:, 0, 1] > pieces[:, 1, 1])
    )
    pieces[swap] = pieces[swap][:, ::-1]
    pieces = np.unique(pieces.reshape(-1, 4), axis=0).reshape(-1, 2, 2)
    lines = shapely.multilinestrings(straight(*(pieces * GRID_M).swapaxes(0, 1)))
    return shapely.get_parts(shapely.line_merge(lines))


def _smoothed(chains: Shapes, sites: Floats, owner: Longs) -> tuple[Shapes, Longs]:
    """Faces between smoothed chains and their turfs; a chain that loses a door stays sharper."""
    tolerance = np.full(len(chains), SMOOTH_M)
    tree = shapely.STRtree(chains)
    while True:
        lines = shapely.simplify(chains, tolerance)
        faces = shapely.get_parts(shapely.polygonize(lines))
        label, lost = _label(faces, sites, owner)
        bad = ~shapely.is_simple(lines)
        bad[_entangled(lines)] = True
        bad[tree.query(shapely.points(sites[lost]), "dwithin", distance=SMOOTH_M + 1)[1]] = True
        bad &= tolerance > 0
        if not bad.any():
            return faces, label
        tolerance[bad] = np.where(tolerance[bad] == SMOOTH_M, SMOOTH_M / 3, 0)


def _entangled(lines: Shapes) -> Longs:
    """Positions of lines that cross or cover one another."""
    tree = shapely.STRtree(lines)
    first, second = tree.query(lines, predicate="intersects")
    first, second = first[first < second], second[first < second]
    meeting = shapely.get_num_coordinates(shapely.intersection(lines[first], lines[second]))
    ends = np.stack([shapely.get_coordinates(shapely.get_point(lines, k)) for k in (0, -1)], axis=1)
    same = (ends[first][:, :, None] == ends[second][:, None, :]).all(axis=3)
    closed = (ends[:, 0] == ends[:, 1]).all(axis=1)
    # the two ends of a loop are one place
    shared = same.sum(axis=(1, 2)) / (1 + closed[first]) / (1 + closed[second])
    tangled = meeting > shared
    return np.union1d(first[tangled], second[tangled])


def _mended(faces: Shapes, label: Longs) -> Longs:
    """Turfs of faces, where small or narrow gaps fall to the turf that has most of their edge."""
    gap = np.flatnonzero(label == NOBODY)
    narrow = shapely.is_empty(shapely.buffer(faces[gap], -2 * THIN_M, quad_segs=2))
    gap = gap[narrow | (shapely.area(faces[gap]) < SMALL_M2)]
    taken = np.flatnonzero(label != NOBODY)
    heir, _, _ = heirs(faces[gap], np.full(len(gap), NOBODY), faces[taken], label[taken])
    mended = label.copy()
    mended[gap] = heir
    return mended


def _dissolved(faces: Shapes, label: Longs, n_turfs: int) -> Shapes:
    """One shape a turf."""
    order = np.argsort(label, kind="stable")
    ends = np.searchsorted(label[order], np.arange(n_turfs + 1))
    parts = (faces[order[start:end]] for start, end in itertools.pairwise(ends))
    return np.array([shapely.union_all(part) for part in parts], dtype=object)
