"""A superblock around a ring road, with curving streets across it and short ones to its sides."""

from collections.abc import Callable
from typing import Final

import numpy as np

from turfcutter.sample.cells import EDGE_M, Frame
from turfcutter.sample.chance import likely, one_of
from turfcutter.sample.names import Namer
from turfcutter.sample.sketch import TURNING, Cell, FloatArray, Line, Mark, Sketch, point_of

Drawing = Callable[[], FloatArray]

BLIND: Final = 0.4
"""Share of streets across a ring that end blind on one of the two sides."""


def fill_ring(
    sketch: Sketch,
    cell: Cell,
    name: Namer,
    rng: np.random.Generator,
    *,
    pitch: float,
    front: str = "house",
    edge: float = EDGE_M,
) -> None:
    """A ring road with curving streets across it; some of them end blind."""
    frame = Frame(cell, upright=likely(rng, 0.5))
    ring, corner = _ring(frame, edge)
    base = 100.0 * rng.integers(1, 40)
    plain = Line(ring, name("Drive", "Loop", "Circle"), "residential", front, zero=-base)
    sketch.lines.append(plain)
    inner = frame.depth - 2 * edge
    count = max(1, round(inner / pitch) - 1)
    for k in range(1, count + 1):
        v = edge + inner * k / (count + 1)
        if not edge + corner < v < frame.depth - edge - corner:
            continue
        sketch.lines.append(_rung(sketch, frame, plain, name, rng, v=v, edge=edge))
    _entrances(sketch, frame, plain, name, rng, edge=edge, corner=corner)


def _rung(
    sketch: Sketch,
    frame: Frame,
    ring: Line,
    name: Namer,
    rng: np.random.Generator,
    *,
    v: float,
    edge: float,
) -> Line:
    """A curving street across a ring, or one that ends blind on either side."""
    ends = [edge, frame.length - edge]
    kinds = ("Street", "Lane", "Way", "Terrace")
    blind = likely(rng, BLIND) and frame.length > 4 * edge
    if blind:
        gap = rng.uniform(45, 90)
        ends = one_of(rng, [[ends[0], ends[1] - gap], [ends[1], ends[0] + gap]])
        kinds = ("Court", "Place", "Court", "Place")
    u = np.linspace(ends[0], ends[1], 12)
    wave = rng.uniform(5, 14) * np.sin(np.linspace(0, np.pi * rng.integers(1, 4), len(u)))
    points = frame.points(u, v + wave)
    if blind:
        sketch.marks.append(Mark(point_of(points[-1]), TURNING))
    return ring._replace(points=points, name=name(*kinds), zero=-100.0 * rng.integers(1, 40))


def _ring(frame: Frame, edge: float) -> tuple[FloatArray, float]:
    """A closed rounded rectangle; its sides are straight so that streets can meet them."""
    corner = min(55.0, frame.length / 2 - edge - 20, frame.depth / 2 - edge - 20)
    u0, u1, v0, v1 = edge, frame.length - edge, edge, frame.depth - edge
    turn = np.linspace(0, np.pi / 2, 5)
    centres = [(u1 - corner, v1 - corner), (u0 + corner, v1 - corner)]
    centres += [(u0 + corner, v0 + corner), (u1 - corner, v0 + corner)]
    arcs = [
        np.column_stack([cu + corner * np.cos(turn + q), cv + corner * np.sin(turn + q)])
        for (cu, cv), q in zip(centres, np.arange(4) * np.pi / 2, strict=True)
    ]
    uv = np.concatenate([*arcs, arcs[0][:1]])
    return frame.points(uv[:, 0], uv[:, 1]), corner


def _entrances(
    sketch: Sketch,
    frame: Frame,
    ring: Line,
    name: Namer,
    rng: np.random.Generator,
    *,
    edge: float,
    corner: float,
) -> None:
    """Short streets from the ring to the roads at the sides: at least one, up to three."""
    u = rng.uniform(edge + corner, frame.length - edge - corner, 2)
    v = rng.uniform(edge + corner, frame.depth - edge - corner, 2)
    ways: list[tuple[bool, Drawing]] = [
        (frame.low, lambda: frame.points([u[0], u[0]], [0, edge])),
        (frame.high, lambda: frame.points([u[1], u[1]], [frame.depth - edge, frame.depth])),
        (frame.start, lambda: frame.points([0, edge], [v[0], v[0]])),
        (frame.end, lambda: frame.points([frame.length - edge, frame.length], [v[1], v[1]])),
    ]
    usable = [make for there, make in ways if there]
    for k in rng.permutation(len(usable))[:3]:
        points = usable[int(k)]()
        sketch.lines.append(ring._replace(points=points, name=name("Way", "Lane"), front=""))
