"""Weld the lines of a drawing into a network: shared nodes where lines meet, then the ground."""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from turfcutter.sample.bend import Bend
from turfcutter.sample.sketch import (
    ARTERIALS,
    RAIL,
    RIVER,
    FloatArray,
    IntArray,
    Line,
    Mark,
    Sketch,
    Tags,
    snapped,
)

STEP_M: Final = 40.0
"""Longest straight piece on paper: what bends needs points to bend at."""

ZEBRA_M: Final = 13.0
"""Distance of a marked crossing from the junction it belongs to."""

SAME_M: Final = 0.015
"""Points of a line nearer than this are one."""

SIGNALS: Final[Tags] = (("crossing", "traffic_signals"), ("highway", "traffic_signals"))
ZEBRA: Final[Tags] = (("crossing", "traffic_signals"), ("highway", "crossing"))
LEVEL_CROSSING: Final[Tags] = (("railway", "level_crossing"),)


class Welded(NamedTuple):
    """
    A network on the ground.

    Parameters
    ----------
    lines
        The lines that are left, in drawing order.
    points
        `line` (position in lines), `px`, `py` (paper metres), `x`, `y` (ground metres), one row
        for each point of each line, in order.
    marks
        Tags of single points, on paper.
    """

    lines: list[Line]
    points: pd.DataFrame
    marks: list[Mark]


def weld(sketch: Sketch, bend: Bend) -> Welded:
    """
    Give crossing lines of one level a common point, drop what hangs on nothing, bend the rest.

    Parameters
    ----------
    sketch
        The drawing; lines on a grid of 1 cm.
    bend
        The way to the ground.
    """
    cuts, marks = _meetings(sketch.lines)
    pieces = [_with_cuts(line.points, cut) for line, cut in zip(sketch.lines, cuts, strict=True)]
    kept = _connected(sketch.lines, pieces)
    lines = [sketch.lines[k] for k in kept]
    dense = [densified(pieces[k]) for k in kept]
    paper = np.concatenate(dense)
    ground = bend(paper)
    owner = np.repeat(np.arange(len(lines)), [len(points) for points in dense])
    points = pd.DataFrame(
        {"line": owner, "px": paper[:, 0], "py": paper[:, 1], "x": ground[:, 0], "y": ground[:, 1]}
    )
    return Welded(lines, points, sketch.marks + marks)


def _meetings(lines: list[Line]) -> tuple[list[list[tuple[float, float]]], list[Mark]]:
    """Points to insert into every line, and the tags of junctions and level crossings."""
    geometry = np.array([shapely.LineString(line.points) for line in lines])
    tree = shapely.STRtree(geometry)
    cuts: list[list[tuple[float, float]]] = [[] for _ in lines]
    marks: list[Mark] = []
    left, right = tree.query(geometry, predicate="crosses")
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        if a < b and lines[a].level == lines[b].level:
            for x, y in _grid_points(geometry[a], geometry[b]):
                cuts[a].append((x, y))
                cuts[b].append((x, y))
                _mark(lines, (a, b), (x, y), cuts, marks)
    ends = np.concatenate([line.points[[0, -1]] for line in lines])
    which, on = tree.query(shapely.points(ends), predicate="dwithin", distance=0.02)
    for end, b in zip(which.tolist(), on.tolist(), strict=True):
        a = end // 2
        if a != b and lines[a].level == lines[b].level:
            x, y = ends[end].tolist()
            cuts[b].append((x, y))
            _mark(lines, (a, b), (x, y), cuts, marks)
    return cuts, marks


def _grid_points(a: shapely.LineString, b: shapely.LineString) -> list[tuple[float, float]]:
    """Where two lines cross, on the grid of 1 cm."""
    points = shapely.get_coordinates(shapely.intersection(a, b))
    return [(float(x), float(y)) for x, y in snapped(points)]


def _mark(
    lines: list[Line],
    pair: tuple[int, int],
    at: tuple[float, float],
    cuts: list[list[tuple[float, float]]],
    marks: list[Mark],
) -> None:
    """Tag a level crossing, or a junction of two large roads with its zebra crossings."""
    kinds = [lines[k].kind for k in pair]
    if RAIL in kinds:
        marks.append(Mark(at, LEVEL_CROSSING))
        return
    large = [kind in ("tertiary", *ARTERIALS) for kind in kinds]
    if not all(large) or not any(kind in ARTERIALS for kind in kinds):
        return
    if lines[pair[0]].axis == lines[pair[1]].axis:
        return  # two pieces of one road
    marks.append(Mark(at, SIGNALS))
    for k in pair:
        for zebra in _near(lines[k].points, at):
            cuts[k].append(zebra)
            marks.append(Mark(zebra, ZEBRA))


def _near(points: FloatArray, at: tuple[float, float]) -> list[tuple[float, float]]:
    """The points of a line `ZEBRA_M` before and after a point on it."""
    line = shapely.LineString(points)
    here = shapely.line_locate_point(line, shapely.Point(at))
    there = [s for s in (here - ZEBRA_M, here + ZEBRA_M) if 0 < s < line.length]
    found = shapely.get_coordinates(shapely.line_interpolate_point(line, there))
    return [(float(x), float(y)) for x, y in snapped(found)]


def _with_cuts(points: FloatArray, cuts: list[tuple[float, float]]) -> FloatArray:
    """The line with further points in their places, none twice in a row."""
    if not cuts:
        return points
    steps = np.hypot(*np.diff(points, axis=0).T)
    own = np.concatenate([[0.0], np.cumsum(steps)])
    new = np.asarray(cuts)
    where = shapely.line_locate_point(shapely.LineString(points), shapely.points(new))
    closed = bool((points[0] == points[-1]).all())
    order = np.argsort(np.concatenate([own, where]), kind="stable")
    merged = np.concatenate([points, new])[order]
    again = (np.abs(np.diff(merged, axis=0)) < SAME_M).all(axis=1)
    # of two equal points keep the cut: the other line has exactly that one
    keep = np.ones(len(merged), dtype=bool)
    first_is_own = order[:-1] < len(points)
    keep[:-1][again & first_is_own] = False
    keep[1:][again & ~first_is_own] = False
    merged = merged[keep]
    return (
        np.concatenate([merged, merged[:1]])
        if closed and (merged[0] != merged[-1]).any()
        else merged
    )


def densified(points: FloatArray, step: float = STEP_M) -> FloatArray:
    """The line with points added so that no piece is longer than `step`, shape (n, 2)."""
    lengths = np.hypot(*np.diff(points, axis=0).T)
    counts = np.maximum(1, np.ceil(lengths / step)).astype(int)
    start = np.repeat(points[:-1], counts, axis=0)
    move = np.repeat(np.diff(points, axis=0), counts, axis=0)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    share = (np.arange(counts.sum()) - first) / np.repeat(counts, counts)
    return np.concatenate([start + move * share[:, None], points[-1:]])


def _connected(lines: list[Line], pieces: list[FloatArray]) -> list[int]:
    """Positions of lines that hang together with most of the network, and of the others meant."""
    sizes = [len(points) for points in pieces]
    owner = np.repeat(np.arange(len(lines)), sizes)
    walkable = np.array([ln.kind not in (RAIL, RIVER, "motorway") for ln in lines])
    free = np.array([not walkable[k] or ln.alone for k, ln in enumerate(lines)])
    node = node_numbers(np.concatenate(pieces))
    # a bipartite graph of lines and nodes; what may not be walked joins nothing
    here = walkable[owner] & ~free[owner]
    count = len(lines) + int(node.max()) + 1
    graph = coo_array(
        (np.ones(here.sum()), (owner[here], len(lines) + node[here])), shape=(count, count)
    )
    label = connected_components(graph, directed=False)[1][: len(lines)]
    largest = np.bincount(label[~free]).argmax()
    return [k for k in range(len(lines)) if free[k] or label[k] == largest]


def node_numbers(points: FloatArray) -> IntArray:
    """0-based number of the node at each point: equal to the centimetre means the same node."""
    cents = np.round(points * 100).astype(np.int64)
    base = cents.min(axis=0)
    span = int(cents[:, 1].max() - base[1]) + 1
    key = (cents[:, 0] - base[0]) * span + (cents[:, 1] - base[1])
    return np.unique(key, return_inverse=True)[1].astype(np.int64)
