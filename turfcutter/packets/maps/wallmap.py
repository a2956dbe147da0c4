"""The wall map: every turf of a cut with its id, on one large sheet."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely

from turfcutter.model import Plan
from turfcutter.packets.maps.background import (
    ROUTE_INK,
    dense,
    draw_base,
    draw_roads,
    on_sheet,
)
from turfcutter.packets.maps.frames import Frame, fit
from turfcutter.packets.maps.furniture import compass
from turfcutter.packets.maps.occupancy import FULL, Box, Occupancy
from turfcutter.packets.maps.streetnames import far_names
from turfcutter.packets.press import svg
from turfcutter.packets.press.metrics import POINT_MM, text_mm
from turfcutter.packets.turfs.slices import Layer, layer_of

ID_POINTS: Final = (28.0, 20.0, 14.0, 10.0, 8.0, 7.0)
"""Sizes of ids: the largest that has room inside its turf, so that it is read from afar."""
SMALL_POINTS: Final = 10.0
"""Up to this size an id may reach beyond its turf."""
GREYS: Final = (0xE2, 0xF2, 0xD4, 0xEA, 0xCE, 0xF6, 0xDA, 0xEE)
"""Greys of neighbors; the lines and ids between them do the telling."""
CIRCLE_MM: Final = 0.5
"""How exactly the middle of a turf is looked for."""
ALL_STREETS: Final = 0.06
"""Millimetres a metre from which on all streets are drawn; below only those for through traffic."""
THROUGH: Final = ("motorway", "trunk", "primary", "secondary")


def wall_map(plan: Plan, turf_ids: Sequence[str], width_mm: float, height_mm: float) -> str:
    """
    Drawing of some turfs, all of their ids on it.

    Parameters
    ----------
    width_mm, height_mm
        Room for the drawing.
    """
    turfs = plan.turfs[plan.turfs["turf_id"].isin({*turf_ids})]
    frame = fit(shapely.get_coordinates(turfs.geometry.to_numpy()), width_mm, height_mm, 4.0)
    sheet = Occupancy(width_mm, height_mm)
    outlines = on_sheet(turfs.geometry.to_numpy(), frame)
    shades = np.array(GREYS)[turfs["colour"].to_numpy() % len(GREYS)]
    corner = compass(frame, sheet, shapely.get_coordinates(outlines))
    ids = _ids(turfs["turf_id"].tolist(), outlines, sheet)
    roads = draw_roads(_streets(plan, frame), frame, frozenset(), sheet)
    precincts = on_sheet(shapely.boundary(plan.precincts.geometry.to_numpy()), frame)
    sheet.draw(dense([*shapely.boundary(outlines), *precincts]), ROUTE_INK)
    names, under = far_names(roads, sheet)
    base = layer_of(plan.base)
    content = [
        draw_base(base, frame),
        *(svg.fill(outlines[shades == shade], shade) for shade in sorted({*shades.tolist()})),
        roads.drawing,
        svg.stroke(precincts, 0x50, 0.4, 'stroke-dasharray="2.5 0.8 0.5 0.8"'),
        svg.stroke(outlines, 0x00, 0.5),
        under,
        names,
        ids,
        corner,
    ]
    return svg.document("".join(content), width_mm, height_mm)


def _streets(plan: Plan, frame: Frame) -> Layer:
    table = plan.streets
    if frame.scale < ALL_STREETS:
        table = table[table["kind"].str.removesuffix("_link").isin(THROUGH)]
    return layer_of(table)


def _circle(outline: Any) -> tuple[float, float, float]:  # noqa: ANN401 - a polygon, or several
    """Middle and radius of the largest circle in an outline's largest part."""
    parts = shapely.get_parts(outline)
    if not len(parts):
        return 0.0, 0.0, 0.0
    largest = parts[int(np.argmax(shapely.area(parts)))]
    if largest.area <= CIRCLE_MM:
        return largest.centroid.x, largest.centroid.y, 0.0
    radius = shapely.maximum_inscribed_circle(largest, tolerance=CIRCLE_MM)
    x, y = shapely.get_coordinates(radius)[0].tolist()
    return x, y, radius.length


def _ids(turf_ids: Sequence[str], outlines: Any, sheet: Occupancy) -> str:  # noqa: ANN401
    """Ids inside their turfs, or beside them with a hair line; the smallest turfs first."""
    parts, lines = [], []
    for row in np.argsort(-shapely.area(outlines), kind="stable")[::-1].tolist():
        x, y, radius = _circle(outlines[row])
        points, box = _id_box(turf_ids[row], x, y, radius, sheet)
        sheet.take(box)
        if np.hypot(box.x - x, box.y - y) > box.height:
            lines.append(f"M{x:.2f} {y:.2f} {box.x:.2f} {box.y:.2f}")
        left, top = box.x - box.width / 2, box.y - box.height / 2
        parts.append(svg.fill(svg.rectangle(left, top, box.width, box.height), 0xFF))
        parts.append(svg.text(turf_ids[row], box.x, box.y, points, bold=True))
    return svg.stroke("".join(lines), 0x00, 0.25) + "".join(parts)


def _id_box(turf_id: str, x: float, y: float, radius: float, sheet: Occupancy) -> tuple[float, Box]:
    """Size and place of an id, for the middle and radius of the turf's largest circle."""
    ring = np.array([0.0, *np.linspace(0, 2 * np.pi, 16, endpoint=False)])
    for points in ID_POINTS:
        wide, high = text_mm(turf_id, points, bold=True) + 0.8, points * POINT_MM * 0.95
        if points > SMALL_POINTS and np.hypot(wide, high) > 2 * radius:
            continue
        # An id as large as its turf would hide it.
        near = 0.0 if np.pi * radius**2 > wide * high else wide / 2 + 1.0
        reach = near + np.array([0.0, 3.0, 6.0, 10.0, 16.0, 24.0])[:, None]
        reach = np.zeros((1, 1)) if points > SMALL_POINTS else reach
        centres = np.stack([reach * np.cos(ring), reach * np.sin(ring)], axis=-1).reshape(-1, 2)
        centres += [x, y]
        cost = sheet.costs(centres, wide, high) + 3 * np.hypot(*(centres - [x, y]).T)
        best = int(np.argmin(cost))
        if cost[best] < FULL:
            break
    left, top = centres[best].tolist()
    return points, Box(left, top, wide, high)
