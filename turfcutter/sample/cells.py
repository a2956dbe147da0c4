"""What fills a superblock: a grid, cul-de-sacs, mobile homes, a park, shops; see also `ring`."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from turfcutter.sample.chance import likely
from turfcutter.sample.layout import STOP_M
from turfcutter.sample.names import Namer
from turfcutter.sample.sketch import (
    TURNING,
    Area,
    Cell,
    FloatArray,
    Line,
    Mark,
    Sketch,
    point_of,
    snapped,
)

EDGE_M: Final = 42.0
"""How far the streets of a superblock keep from a side they do not open to."""

MISSING, THROUGH, FOOTPATH = 0.05, 0.22, 0.25
"""Shares: missing blocks of a grid, cul-de-sacs that go through or have a footpath."""

PRIVATE: Final = (("access", "private"), ("foot", "yes"))


class Frame:
    """A superblock seen along its streets: u runs along them, v across."""

    def __init__(self, cell: Cell, *, upright: bool) -> None:
        self.cell, self.upright = cell, upright
        self.length, self.depth = cell.width, cell.height
        sides = "WESN"
        if upright:
            self.length, self.depth = self.depth, self.length
            sides = "SNWE"
        self.start, self.end, self.low, self.high = (side in cell.roads for side in sides)

    def points(self, u: object, v: object) -> FloatArray:
        """Paper points of `u` and `v`, shape (n, 2)."""
        x, y = np.broadcast_arrays(np.asarray(u, dtype=float), np.asarray(v, dtype=float))
        if self.upright:
            x, y = y, x
        return snapped(np.column_stack([x + self.cell.x0, y + self.cell.y0]))


def fill_grid(
    sketch: Sketch,
    cell: Cell,
    upright: Sequence[Line],
    level: Sequence[Line],
    rng: np.random.Generator,
    *,
    downtown: bool,
) -> None:
    """
    City blocks between given street lines; now and then a piece of street is missing.

    `upright` and `level` are whole-town streets (points: one row, x or y in place) to be cut out.
    """
    front = "town" if downtown else "house"
    xs = [float(line.points[0, 0]) for line in upright]
    ys = [float(line.points[0, 1]) for line in level]
    south, north = _reach(cell.y0, "S" in cell.roads, 1), _reach(cell.y1, "N" in cell.roads, -1)
    for line, x in zip(upright, xs, strict=True):
        for low, high in _runs([south, *ys, north], rng):
            sketch.lines.append(line._replace(points=snapped([(x, low), (x, high)]), front=front))
    west, east = _reach(cell.x0, "W" in cell.roads, 1), _reach(cell.x1, "E" in cell.roads, -1)
    for line, y in zip(level, ys, strict=True):
        for low, high in _runs([west, *xs, east], rng):
            sketch.lines.append(line._replace(points=snapped([(low, y), (high, y)]), front=front))
    if downtown:
        alleys = (np.asarray(ys[:-1]) + np.asarray(ys[1:])) / 2
        for y in alleys:
            points = snapped([(xs[0], y), (xs[-1], y)])
            sketch.lines.append(Line(points, "", "service", tags=(("service", "alley"),)))


def _reach(edge: float, road: bool, inwards: int) -> float:  # noqa: FBT001 - of one end
    """Where a street ends: on the road at the edge, or a little before an edge without one."""
    return edge if road else edge + inwards * STOP_M


def _runs(stops: Sequence[float], rng: np.random.Generator) -> list[tuple[float, float]]:
    """Unbroken stretches of a street whose blocks are each missing with a small chance."""
    runs: list[tuple[float, float]] = []
    for low, high in pairwise(stops):
        if likely(rng, MISSING):
            continue
        if runs and runs[-1][1] == low:
            runs[-1] = (runs[-1][0], high)
        else:
            runs.append((low, high))
    return runs


def fill_culs(
    sketch: Sketch, cell: Cell, name: Namer, rng: np.random.Generator, pitch: float
) -> None:
    """A winding spine with cul-de-sacs to both sides, `pitch` metres apart."""
    both = ("W" in cell.roads) + ("E" in cell.roads), ("S" in cell.roads) + ("N" in cell.roads)
    upright = likely(rng, 0.5) if both[0] == both[1] else both[1] > both[0]
    frame = Frame(cell, upright=upright)
    begin = 0.0 if frame.start else EDGE_M + 15
    finish = frame.length if frame.end else frame.length - EDGE_M - 15
    along = np.arange(max(begin, 0) + 58, finish - 48, pitch / 2)
    along = along + rng.uniform(-5, 5, len(along))
    u = np.concatenate([[begin], along, [finish]])
    swing = rng.uniform(14, 30) * np.sin(2 * np.pi * (u / frame.length) * rng.choice([0.5, 1.0]))
    v = frame.depth / 2 + swing
    spine = name("Drive", "Way", "Parkway")
    base = 100.0 * rng.integers(2, 40)
    points = frame.points(u, v)
    sketch.lines.append(Line(points, spine, "residential", "house", zero=-base))
    if not frame.end or not frame.start:
        tip = -1 if not frame.end else 0
        sketch.marks.append(Mark(point_of(points[tip]), TURNING))
    for k in range(1, len(u) - 1):
        up = k % 2 == 1
        _cul(sketch, frame, (float(u[k]), float(v[k])), up, name, rng)


def _cul(
    sketch: Sketch,
    frame: Frame,
    root: tuple[float, float],
    up: bool,  # noqa: FBT001 - one of two sides
    name: Namer,
    rng: np.random.Generator,
) -> None:
    """One cul-de-sac, or a street that goes through to the road at the side."""
    open_side = frame.high if up else frame.low
    through = open_side and likely(rng, THROUGH)
    far = EDGE_M * rng.uniform(0.95, 1.5)
    stop = (frame.depth if up else 0.0) if through else (frame.depth - far if up else far)
    t = np.linspace(0, 1, 6)
    bend = 0.0 if through else rng.uniform(-12, 12)
    points = frame.points(root[0] + bend * t**2, root[1] + (stop - root[1]) * t)
    kinds = ("Street", "Lane", "Way") if through else ("Court", "Place", "Circle", "Court")
    base = 100.0 * rng.integers(1, 30)
    sketch.lines.append(Line(points, name(*kinds), "residential", front="house", zero=-base))
    if through:
        return
    sketch.marks.append(Mark(point_of(points[-1]), TURNING))
    if open_side and likely(rng, FOOTPATH):  # a footpath between the gardens
        end = frame.points(root[0] + bend, frame.depth if up else 0.0)[0]
        sketch.lines.append(Line(snapped([points[-1], end]), "", "footway"))


def fill_mobile(sketch: Sketch, cell: Cell, site: str, rng: np.random.Generator) -> None:
    """Private lanes like a comb behind one entrance in the west; all homes share one address."""
    x0, x1 = cell.x0 + 30, cell.x1 - 30
    lane = Line(snapped([(0, 0), (0, 0)]), "", "service", site=site, tags=PRIVATE)
    y_main = (cell.y0 + cell.y1) / 2 + rng.uniform(-8, 8)
    sketch.lines.append(lane._replace(points=snapped([(cell.x0, y_main), (x1, y_main)])))
    for x in np.arange(x0 + 8, x1 - 4, 34.0):
        points = snapped([(x, cell.y0 + 30), (x, y_main), (x, cell.y1 - 30)])
        sketch.lines.append(lane._replace(points=points, front="mobile"))


def fill_park(sketch: Sketch, cell: Cell, title: str, rng: np.random.Generator) -> None:
    """A park with paths, steps, and a pond that has an island."""
    x0, y0, x1, y1 = cell.x0 + 14, cell.y0 + 14, cell.x1 - 14, cell.y1 - 14
    ring = snapped([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    sketch.areas.append(Area(ring, (("leisure", "park"), ("name", title))))
    middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    wobble = 1 + 0.18 * np.sin(3 * turn + rng.uniform(0, 6)) + 0.1 * np.cos(2 * turn)
    shape = np.column_stack([np.cos(turn), 0.7 * np.sin(turn)]) * wobble[:, None]
    size = 0.16 * min(cell.width, cell.height)
    pond = middle + size * shape
    isle = middle + 0.22 * size * np.column_stack([np.cos(turn[::3]), np.sin(turn[::3])])
    sketch.areas.append(
        Area(snapped(pond), (("natural", "water"), ("water", "pond")), snapped(isle))
    )
    walk = snapped(middle + 1.5 * size * np.vstack([shape, shape[:1]]))
    sketch.lines.append(Line(walk, "", "footway"))
    for side, corner, at in (
        ("S", y0 - 14, 0),
        ("N", y1 + 14, 0),
        ("W", x0 - 14, 1),
        ("E", x1 + 14, 1),
    ):
        if side not in cell.roads:
            continue
        end = (float(middle[0]), corner) if at == 0 else (corner, float(middle[1]))
        near = walk[np.argmin(np.abs(walk - np.asarray(end)).sum(axis=1))]
        steps = side == "N"
        kinds = ("steps", (("incline", "up"),)) if steps else ("footway", ())
        half = snapped((near + np.asarray(end)) / 2)
        sketch.lines.append(Line(snapped([near, half]), "", kinds[0], tags=kinds[1]))
        sketch.lines.append(Line(snapped([half, end]), "", "footway"))


def fill_shops(sketch: Sketch, cell: Cell, rng: np.random.Generator) -> None:
    """A shopping centre: big boxes behind parking aisles; nobody lives here."""
    x0, x1 = cell.x0 + 30, cell.x1 - 30
    top = cell.y1 - 30
    width = (x1 - x0) / 3
    for k in range(3):
        depth = rng.uniform(45, 80)
        a, b = x0 + k * width + 6, x0 + (k + 1) * width - 6
        ring = snapped([(a, top - depth), (b, top - depth), (b, top), (a, top)])
        sketch.areas.append(Area(ring, (("building", "retail"),)))
    gate = cell.y0 if "S" in cell.roads else cell.y0 + 30
    aisle = Line(snapped([(0, 0), (0, 0)]), "", "service", tags=(("service", "parking_aisle"),))
    y = top - 100
    sketch.lines.append(aisle._replace(points=snapped([(x0, y), (x1, y)])))
    for x in np.linspace(x0 + 30, x1 - 30, 4):
        low = gate if x < (x0 + x1) / 2 else cell.y0 + 40
        sketch.lines.append(aisle._replace(points=snapped([(x, low), (x, y)])))
    for side, edge, x in (("W", cell.x0, x0), ("E", cell.x1, x1)):
        if side in cell.roads:
            sketch.lines.append(aisle._replace(points=snapped([(edge, y), (x, y)])))
