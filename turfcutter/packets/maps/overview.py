"""The overview on a cover: a turf among its surroundings, with precinct lines."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import shapely

from turfcutter.packets.maps.background import (
    ROUTE_INK,
    dense,
    draw_base,
    draw_roads,
    on_sheet,
)
from turfcutter.packets.maps.frames import Frame, fit
from turfcutter.packets.maps.furniture import compass, flags
from turfcutter.packets.maps.occupancy import FULL, Box, Occupancy
from turfcutter.packets.maps.route import feet, route_line
from turfcutter.packets.maps.stopmarks import draw_marks, place_marks
from turfcutter.packets.maps.streetnames import OTHERS, draw_names, other_names, walked_names, white
from turfcutter.packets.press import svg
from turfcutter.packets.press.metrics import text_mm
from turfcutter.packets.turfs.slices import Layer, Slice
from turfcutter.packets.turfs.stops import stops_of

AROUND: Final = 2.0
"""How many times the turf's extent the overview shows."""


def overview_map(
    turf: Slice, width_mm: float, height_mm: float, texts: Mapping[str, str]
) -> tuple[str, str]:
    """The turf among its surroundings, with precinct lines, and words that tell of the drawing."""
    stops = stops_of(turf.doors)
    at = np.array([[stop.x, stop.y] for stop in stops])
    # The outline of a building's units need not hold the building, nor the way there.
    ring = np.concatenate([shapely.get_coordinates([turf.outline, turf.walk]), at])
    middle = (ring.min(axis=0) + ring.max(axis=0)) / 2
    frame = fit(middle + AROUND * (ring - middle), width_mm, height_mm, 2.0)
    sheet = Occupancy(width_mm, height_mm)
    walked = frozenset(leg["street"] for leg in turf.legs) - {""}
    roads = draw_roads(turf.streets, frame, walked, sheet)
    outline = on_sheet(np.array([turf.outline], object), frame)
    corner = compass(frame, sheet, shapely.get_coordinates(outline))
    start = flags(turf, frame, sheet, texts)
    walk = route_line(turf, frame)
    precincts = on_sheet(shapely.boundary(turf.precincts.shapes), frame)
    edge = on_sheet(shapely.boundary([turf.outline]), frame)
    sheet.draw(dense([*walk, *edge, *precincts]), ROUTE_INK)
    alone = stops if len(stops) == 1 else ()
    passed = feet(turf, frame)
    marks = place_marks(alone, frame.sheet(at[: len(alone)]), passed, sheet)[0]
    codes = _precinct_codes(turf.precincts, frame, sheet)
    names = walked_names(walked, roads, sheet, off_street=False)
    names += other_names(walked, roads, sheet, OTHERS // 2)
    drawing = "".join(
        [
            draw_base(turf.base, frame),
            svg.fill(outline, 0xD8),
            roads.drawing,
            svg.stroke(precincts, 0x40, 0.45, 'stroke-dasharray="2.5 0.8 0.5 0.8"'),
            svg.stroke(outline, 0x60, 0.5),
            svg.stroke(walk, 0x00, 0.8),
            white(names),
            draw_names(names),
            draw_marks(marks, passed),
            codes,
            start,
            corner,
        ]
    )
    words = texts["overview_alt"].format(turf=turf.turf["turf_id"])
    return svg.document(drawing, width_mm, height_mm), words


def _precinct_codes(layer: Layer, frame: Frame, sheet: Occupancy) -> str:
    """Each precinct's code somewhere inside it."""
    shapes = on_sheet(layer.shapes, frame)
    inside = shapely.get_coordinates(shapely.point_on_surface(shapes[~shapely.is_empty(shapes)]))
    codes = []
    for code, (x, y) in zip(layer.name[~shapely.is_empty(shapes)], inside.tolist(), strict=True):
        wide, high = text_mm(code, 8.0, bold=True) + 1.0, 3.2
        centres = np.array([[x + dx, y + dy] for dy in (0, 5, -5, 10, -10) for dx in (0, 8, -8)])
        cost = sheet.costs(centres, wide, high)
        best = int(np.argmin(cost))
        if cost[best] < FULL:
            cx, cy = centres[best].tolist()
            sheet.take(Box(cx, cy, wide, high))
            codes.append(svg.fill(svg.rectangle(cx - wide / 2, cy - high / 2, wide, high), 0xFF))
            codes.append(svg.text(code, cx, cy, 8.0, bold=True, grey=0x50))
    return "".join(codes)
