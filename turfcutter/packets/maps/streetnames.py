"""Names of streets on a map: those that are walked first, then those around."""

from collections.abc import Iterable
from itertools import product
from typing import Final
from xml.sax.saxutils import escape

import numpy as np
import shapely

from turfcutter.packets.maps.background import ROUTE_INK, Roads
from turfcutter.packets.maps.names import Name, place_name, place_near
from turfcutter.packets.maps.occupancy import FULL, Occupancy
from turfcutter.packets.press import svg
from turfcutter.packets.press.metrics import POINT_MM

STREET_POINTS: Final = (8.0, 7.0, 6.0)
"""Type sizes tried for a street's name: the smaller ones for short alleys that are walked."""
FAR_POINTS: Final = 7.0
OTHERS: Final = 24
"""Most streets beside the walk that are named on a map."""
REPEAT_MM: Final = 110.0
"""A walked street gets its name again after so much of it."""


def walked_names(
    walked: Iterable[str], roads: Roads, sheet: Occupancy, *, off_street: bool = True
) -> list[Name]:
    """
    Names of the streets that are walked, each once at least where it can be.

    With `off_street` those too short for their names have them nearby.
    """
    found = []
    for street in sorted(walked):
        lines = roads.lines.get(street, [])
        placed = 0
        # Clear of the walk's line in any size rather than over it in the largest.
        for most, points in product((ROUTE_INK / 8, FULL), STREET_POINTS):
            for line in lines:
                if placed and line.length < REPEAT_MM:
                    break
                if name := place_name(
                    street, line, points, sheet, most=most, beside_mm=roads.beside(points)
                ):
                    found.append(name)
                    placed += 1
            if placed:
                break
        if off_street and lines and not placed:
            name = place_near(street, lines[0], STREET_POINTS[1], sheet)
            found += [name] if name else []
    return found


def other_names(walked: Iterable[str], roads: Roads, sheet: Occupancy, most: int) -> list[Name]:
    """Names of the streets around, where there is room, longest streets first."""
    rest = [
        (lines[0].length, name)
        for name, lines in roads.lines.items()
        if name not in walked and lines
    ]
    found = []
    for _, street in sorted(rest, key=lambda pair: (-pair[0], pair[1]))[:most]:
        line = roads.lines[street][0]
        beside = roads.beside(FAR_POINTS) if walked else 0.0
        name = place_name(street, line, FAR_POINTS, sheet, most=ROUTE_INK / 4, beside_mm=beside)
        if name:
            found.append(name)
    return found


def far_names(roads: Roads, sheet: Occupancy) -> tuple[str, str]:
    """Names of streets where there is room, and white to lie under them."""
    names = other_names((), roads, sheet, len(roads.lines))
    return draw_names(names), under(names, roads)


def draw_names(names: Iterable[Name]) -> str:
    """Names in their places."""
    return "".join(map(_drawn, names))


def _drawn(name: Name) -> str:
    if name.spread:
        across, down, turn = (" ".join(f"{each[k]:.2f}" for each in name.spread) for k in range(3))
        return (
            f'<text x="{across}" y="{down}" rotate="{turn}"'
            f' font-size="{name.points * POINT_MM:.2f}">{escape(name.text)}</text>'
        )
    box, leader = name.boxes[0], ""
    if name.leader:
        x, y = name.leader
        leader = svg.stroke(f"M{box.x:.2f} {box.y:.2f} {x:.2f} {y:.2f}", 0x80, 0.18)
        leader += svg.fill(shapely.Polygon(box.corners()), 0xFF)
    turned = float(np.degrees(box.angle))
    return leader + svg.text(name.text, box.x, box.y, name.points, turn=turned)


def under(names: Iterable[Name], roads: Roads) -> str:
    """White under the names that are wider than their street."""
    return white(names) if roads.beside(STREET_POINTS[0]) else ""


def white(names: Iterable[Name]) -> str:
    """White under names, so that lines break off before them."""
    corners = [box.corners() for name in names for box in name.boxes]
    return svg.fill(shapely.polygons(np.reshape(corners, (-1, 4, 2))), 0xFF)
