"""The walk on a map: its line, arrows, crossings, and where it passes each stop."""

import math
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely

from turfcutter.packets.maps.background import ROUTE_INK, cut_off, dense, on_sheet
from turfcutter.packets.maps.frames import Frame
from turfcutter.packets.maps.occupancy import FULL, Box, Occupancy
from turfcutter.packets.press import svg
from turfcutter.packets.turfs.slices import Slice

LOOP_MM, LOOP_POINTS = 14.0, 8
"""Loops of the walk that are so short, and of so few pieces, are not drawn."""
SPIKE_M, SAME_MM = 16.0, 0.3
"""To a corner and back again, as far as a side street is wide, is not drawn."""
ARROW_MM, ARROW_EVERY_MM = 2.3, 22.0
CROSSING_MM: Final = 2.2


def route_line(turf: Slice, frame: Frame) -> Any:  # noqa: ANN401
    """The walk on the sheet, without the small loops it makes around corners."""
    points = frame.sheet(shapely.get_coordinates(turf.walk)).tolist()
    at, spike = 0, SPIKE_M * frame.scale
    while at < len(points) - 3:
        for end in range(min(at + LOOP_POINTS, len(points) - 2), at + 1, -1):
            # What is so far apart is no short loop: most need no further look.
            gap = math.dist(points[at + 1], points[end])
            if gap >= LOOP_MM:
                continue
            meet = _meeting(points[at], points[at + 1], points[end], points[end + 1])
            if not meet and gap >= SAME_MM:
                continue
            long = _length(points[at + 1 : end + 1])
            if gap < SAME_MM and long < spike:
                meet = points[end][0], points[end][1]
            if meet and long < LOOP_MM:
                points[at + 1 : end + 1] = [list(meet)]
                break
        at += 1
    line = np.array([shapely.LineString(points)], object)
    return cut_off(line, frame)


def _meeting(
    a: list[float], b: list[float], c: list[float], d: list[float]
) -> tuple[float, float] | None:
    """Where two straight pieces cross; None where they do not."""
    across = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0])
    if abs(across) < 1e-9:
        return None
    along = ((c[0] - a[0]) * (d[1] - c[1]) - (c[1] - a[1]) * (d[0] - c[0])) / across
    other = ((c[0] - a[0]) * (b[1] - a[1]) - (c[1] - a[1]) * (b[0] - a[0])) / across
    if not (0 <= along <= 1 and 0 <= other <= 1):
        return None
    return a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])


def _length(points: list[list[float]]) -> float:
    return sum(math.dist(a, b) for a, b in pairwise(points))


def arrows(route: Any, sheet: Occupancy) -> str:  # noqa: ANN401
    """Arrow heads along the walk, where nothing else stands."""
    heads = []
    for line in shapely.get_parts(route):
        count = int(line.length / 2.0)
        last = -ARROW_EVERY_MM / 2
        for at in np.linspace(0, line.length, count + 1)[1:-1].tolist() if count > 1 else []:
            if at - last < ARROW_EVERY_MM:
                continue
            (ax, ay), (bx, by) = shapely.get_coordinates(
                shapely.line_interpolate_point(line, [at - 1.0, at + 1.0])
            ).tolist()
            length = float(np.hypot(bx - ax, by - ay))
            x, y = (ax + bx) / 2, (ay + by) / 2
            if length < 1.9 or sheet.costs(np.array([[x, y]]), 2.0, 2.0)[0] >= FULL:
                continue
            u, v = (bx - ax) / length * ARROW_MM, (by - ay) / length * ARROW_MM
            heads.append(
                f"M{x + u / 2:.2f} {y + v / 2:.2f}"
                f" {x - u / 2 - v / 2:.2f} {y - v / 2 + u / 2:.2f}"
                f" {x - u / 2 + v / 2:.2f} {y - v / 2 - u / 2:.2f}z"
            )
            sheet.take(Box(x, y, 2.2, 2.2))
            last = at
    return f'<path d="{"".join(heads)}" stroke="#fff" stroke-width="0.2"/>' if heads else ""


def crossings(turf: Slice, frame: Frame, sheet: Occupancy) -> str:
    """Stripes where the walk crosses a street that has a name; names rather stand elsewhere."""
    rows = [k for k, leg in enumerate(turf.legs) if leg["turn"] == "cross" and leg["street"]]
    if not rows:
        return ""
    chords = [shapely.get_coordinates(turf.leg_lines[row])[[0, -1]] for row in rows]
    lines = on_sheet(np.asarray(shapely.linestrings(chords), object), frame)
    for beside in (0.0, CROSSING_MM / 4, CROSSING_MM / 2):
        sheet.draw(dense(shapely.buffer(lines, beside) if beside else lines), ROUTE_INK)
    data = svg.path(lines)
    stripes = 'stroke-dasharray="0.5 0.5"'
    return (
        svg.stroke(data, 0xFF, CROSSING_MM + 0.4) + svg.stroke(data, 0x00, CROSSING_MM, stripes)
        if data
        else ""
    )


def feet(turf: Slice, frame: Frame) -> dict[int, tuple[float, float]]:
    """Stop -> where the walk passes it, on the sheet."""
    ends = {
        leg["stop"]: shapely.get_coordinates(line)[-1]
        for leg, line in zip(turf.legs, turf.leg_lines, strict=True)
    }
    places = frame.sheet(np.array(list(ends.values()))) if ends else np.zeros((0, 2))
    return dict(zip(ends, ((x, y) for x, y in places.tolist()), strict=True))
