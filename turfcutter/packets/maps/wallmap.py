"""The wall map: every turf of a cut with its id, on one large sheet."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely

from turfcutter.model import Plan
from turfcutter.packets.maps.background import draw_base, draw_roads, on_sheet
from turfcutter.packets.maps.frames import Floats, Frame, fit
from turfcutter.packets.maps.furniture import compass
from turfcutter.packets.maps.occupancy import FULL, Box, Occupancy
from turfcutter.packets.maps.streetnames import far_names
from turfcutter.packets.press import svg
from turfcutter.packets.press.metrics import POINT_MM, text_mm
from turfcutter.packets.turfs.slices import Layer, layer_of

ID_POINTS: Final = (10.0, 8.0, 7.0)
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
    names, under = far_names(roads, sheet)
    base = layer_of(plan.base)
    precincts = on_sheet(shapely.boundary(plan.precincts.geometry.to_numpy()), frame)
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


def _middle(outline: Any) -> Floats:  # noqa: ANN401 - a polygon, or several
    """Where an outline has most room: the middle of the largest circle in its largest part."""
    parts = shapely.get_parts(outline)
    if not len(parts):
        return np.zeros(2)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    middle: Floats = shapely.get_coordinates(
        shapely.maximum_inscribed_circle(largest, tolerance=CIRCLE_MM)
        if largest.area > CIRCLE_MM
        else shapely.centroid(largest)
    )[0]
    return middle


def _ids(turf_ids: Sequence[str], outlines: Any, sheet: Occupancy) -> str:  # noqa: ANN401
    """Ids inside their turfs, or beside them with a hair line."""
    parts, lines = [], []
    middles = np.array([_middle(outline) for outline in outlines])
    size = np.argsort(-shapely.area(outlines), kind="stable")
    for row in size[::-1].tolist():
        x, y = middles[row].tolist()
        for points in ID_POINTS:
            wide, high = text_mm(turf_ids[row], points, bold=True) + 0.8, points * POINT_MM * 0.95
            ring = np.array([0.0, *np.linspace(0, 2 * np.pi, 16, endpoint=False)])
            # An id as large as its turf would hide it.
            near = 0.0 if shapely.area(outlines[row]) > wide * high else wide / 2 + 1.0
            reach = near + np.array([0.0, 3.0, 6.0, 10.0, 16.0, 24.0])[:, None]
            centres = np.stack([reach * np.cos(ring), reach * np.sin(ring)], axis=-1).reshape(-1, 2)
            centres += [x, y]
            cost = sheet.costs(centres, wide, high) + 3 * np.hypot(*(centres - [x, y]).T)
            best = int(np.argmin(cost))
            if cost[best] < FULL:
                break
        cx, cy = centres[best].tolist()
        box = Box(cx, cy, wide, high)
        sheet.take(box)
        if np.hypot(cx - x, cy - y) > high:
            lines.append(f"M{x:.2f} {y:.2f} {cx:.2f} {cy:.2f}")
        parts.append(svg.fill(np.array([shapely.Polygon(box.corners())], object), 0xFF))
        parts.append(svg.text(turf_ids[row], cx, cy, points, bold=True))
    return svg.stroke("".join(lines), 0x00, 0.25) + "".join(parts)
