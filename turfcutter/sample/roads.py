"""The roads between superblocks, with the bridges, level crossings and the underpass."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from turfcutter.sample.layout import EAST, NORTH, SOUTH, STOP_M, WEST, Layout, Style, prefixed
from turfcutter.sample.names import Namer
from turfcutter.sample.sketch import BRIDGE, Line, Sketch, Tags, snapped

Kinds = Mapping[tuple[int, int], str]
NOWHERE: Final = np.empty((0, 2))


def draw_boundary_roads(
    sketch: Sketch, layout: Layout, kinds: Kinds, style: Style, name: Namer
) -> None:
    """Draw the roads between superblocks, one piece for each."""
    nx, ny = len(layout.cols), len(layout.rows)
    for i in range(nx + 1):
        title, kind = _upright_title(i, layout, name)
        x = layout.cols[i][0] if i < nx else layout.cols[-1][1]
        for j in range(ny):
            west = kinds.get((i - 1, j), "") if i != layout.freeway else ""
            part = prefixed(title, NORTH if j >= layout.main else SOUTH, style)
            road = Line(NOWHERE, part, kind, axis="y", zero=layout.y_main)
            road = _fronting(road, west, kinds.get((i, j), ""))
            if west or (i, j) in kinds:
                sketch.lines += _upright_pieces(layout, road, x, i, j)
    for j in range(ny + 1):
        title, kind = _level_title(j, layout, name)
        for i in range(nx):
            north = kinds.get((i, j), "") if j not in (layout.river, layout.rail) else ""
            south = kinds.get((i, j - 1), "")
            part = prefixed(title, EAST if i >= layout.central else WEST, style)
            road = Line(NOWHERE, part, kind, axis="x", zero=layout.x_central)
            road = _fronting(road, north, south)
            if north or south:
                sketch.lines += _level_pieces(layout, road, i, j)


def _upright_pieces(layout: Layout, road: Line, x: float, i: int, j: int) -> list[Line]:
    """Road `i` beside row `j`, and what leads to it across the river or the rails."""
    low, high = layout.rows[j]
    strip = {layout.river: layout.bridges, layout.rail: layout.crossings}.get(j)
    if strip is None:
        return [road._replace(points=snapped([(x, low), (x, high)]))]
    if i not in strip:
        return [road._replace(points=snapped([(x, low + STOP_M), (x, high)]))]
    across = snapped([(x, layout.rows[j - 1][1]), (x, low)])
    tags: Tags = BRIDGE if j == layout.river else ()
    return [
        road._replace(points=across, front="", tags=tags),
        road._replace(points=snapped([(x, low), (x, high)])),
    ]


def _level_pieces(layout: Layout, road: Line, i: int, j: int) -> list[Line]:
    """Road `j` beside column `i`; at the freeway it ends, or goes on below it."""
    y = layout.rows[j - 1][1] if j else layout.rows[0][0]
    low, high = layout.cols[i]
    if i != layout.freeway - 1:
        return [road._replace(points=snapped([(low, y), (high, y)]))]
    if j != layout.main:
        return [road._replace(points=snapped([(low, y), (high - STOP_M, y)]))]
    below = snapped([(high, y), (layout.cols[i + 1][0], y)])
    return [
        road._replace(points=snapped([(low, y), (high, y)])),
        road._replace(points=below, front=""),
    ]


def _upright_title(i: int, layout: Layout, name: Namer) -> tuple[str, str]:
    if i == layout.central:
        return "Central Avenue", "primary"
    if i == layout.freeway:
        return "Frontage Road", "tertiary"
    kind = "secondary" if i in range(2, len(layout.cols), 4) else "tertiary"
    return name("Boulevard", "Avenue", "Road", "Parkway"), kind


def _level_title(j: int, layout: Layout, name: Namer) -> tuple[str, str]:
    fixed = {layout.main: "Main Street", layout.river: "River Road", layout.rail: "Railroad Avenue"}
    if j in fixed:
        return fixed[j], "secondary" if j == layout.main else "tertiary"
    kind = "secondary" if j in range(3, len(layout.rows), 4) else "tertiary"
    return name("Boulevard", "Avenue", "Road", "Street"), kind


def _fronting(road: Line, left: str, right: str) -> Line:
    """The road with those who build along it; suburbs turn their backs to it."""
    fronts = ("downtown", "grid") if road.kind == "tertiary" else ("downtown",)
    sides = ("L" if left in fronts else "") + ("R" if right in fronts else "")
    front = "town" if "downtown" in (left, right) else "house"
    return road._replace(front=front if sides else "", sides=sides)
