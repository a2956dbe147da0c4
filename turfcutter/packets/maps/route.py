"""The walk on a map: its line, arrows, crossings, and where it passes each stop."""

import math
from typing import Any, Final

import numpy as np
import shapely

from turfcutter.compiled import compiled, inlined
from turfcutter.packets.maps.background import ROUTE_INK, cut_off, dense, on_sheet
from turfcutter.packets.maps.frames import Floats, Frame
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
    points = frame.sheet(shapely.get_coordinates(turf.walk))
    line = shapely.LineString(points[: _unlooped(points, SPIKE_M * frame.scale)])
    return cut_off(np.array([line], object), frame)


@compiled
def _unlooped(points: Floats, spike: float) -> int:
    """Take small loops out of a line, in its place; how many points are left."""
    count, at = len(points), 0
    while at < count - 3:
        for end in range(min(at + LOOP_POINTS, count - 2), at + 1, -1):
            # What is so far apart is no short loop: most need no further look.
            gap = _apart(points, at + 1, end)
            if gap >= LOOP_MM:
                continue
            x, y = _meeting(points, at, end)
            long = 0.0
            for k in range(at + 1, end):
                long += _apart(points, k, k + 1)
            if gap < SAME_MM and long < spike:
                x, y = points[end, 0], points[end, 1]
            if np.isnan(x) or long >= LOOP_MM:
                continue
            points[at + 1, 0], points[at + 1, 1] = x, y
            gone = end - at - 1
            for k in range(end + 1, count):
                points[k - gone, 0], points[k - gone, 1] = points[k, 0], points[k, 1]
            count -= gone
            break
        at += 1
    return count


@inlined
def _apart(points: Floats, one: int, other: int) -> float:
    """Between two points of a line, as the crow flies."""
    return math.hypot(points[other, 0] - points[one, 0], points[other, 1] - points[one, 1])


@inlined
def _meeting(points: Floats, one: int, other: int) -> tuple[float, float]:
    """Where the pieces of a line that begin at two points cross; not a number where they do not."""
    ax, ay = points[one, 0], points[one, 1]
    bx, by = points[one + 1, 0] - ax, points[one + 1, 1] - ay
    cx, cy = points[other, 0] - ax, points[other, 1] - ay
    dx, dy = points[other + 1, 0] - points[other, 0], points[other + 1, 1] - points[other, 1]
    across = bx * dy - by * dx
    if abs(across) < 1e-9:
        return np.nan, np.nan
    along, beyond = (cx * dy - cy * dx) / across, (cx * by - cy * bx) / across
    if not (0 <= along <= 1 and 0 <= beyond <= 1):
        return np.nan, np.nan
    return ax + along * bx, ay + along * by


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
