"""
The maps of a packet: the whole turf, details where it is dense, and the overview on the cover.

Nothing is drawn over anything else: what must be there (start, stops, names of walked streets)
looks for room first, the rest takes what is left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely

from turfcutter.packets.maps.background import (
    ROUTE_INK,
    dense,
    draw_base,
    draw_roads,
)
from turfcutter.packets.maps.frames import CLOSEST, Floats, Frame, fit
from turfcutter.packets.maps.furniture import compass, flags
from turfcutter.packets.maps.occupancy import FULL, Box, Occupancy
from turfcutter.packets.maps.route import arrows, crossings, feet, route_line
from turfcutter.packets.maps.stopmarks import draw_marks, place_marks
from turfcutter.packets.maps.streetnames import OTHERS, draw_names, other_names, under, walked_names
from turfcutter.packets.press import svg
from turfcutter.packets.turfs.slices import Slice
from turfcutter.packets.turfs.stops import Stop, stops_of

MARGIN_MM: Final = 9.0
DETAILS: Final = 3
"""How often a crowded map is halved; what finds no room then is put where there is room."""
KEYS: Final = "ABCDEFGH"
"""Letters of all details that there can be."""
LARGER: Final = 1.25
"""A detail has at least so many times the scale of the whole."""
DETAIL_CLOSEST: Final = 0.9
"""Most millimetres a metre gets in a detail: closer would show too little of what is around."""
KEY_MM: Final = 5.0
FEWEST: Final = 4
"""Fewer stops are not parted any more."""


@dataclass
class Map:
    """One map: its drawing, what lies on top of it, a letter for a detail, what stands on it."""

    frame: Frame
    sheet: Occupancy
    content: str = ""
    top: str = ""
    key: str = ""
    stops: list[int] = field(default_factory=list)
    streets: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    @property
    def drawing(self) -> str:
        """The whole of it as SVG."""
        return svg.document(self.content + self.top, self.frame.width_mm, self.frame.height_mm)


def turf_maps(
    turf: Slice,
    width_mm: float,
    height_mm: float,
    texts: Mapping[str, str],
) -> list[Map]:
    """
    The map of the whole turf and, for stops that find no room on it, details by letter.

    Parameters
    ----------
    width_mm, height_mm
        Room for each map on its page.
    texts
        Words of the catalogue.
    """
    stops = stops_of(turf.doors)
    whole = fit(_points(turf, stops), width_mm, height_mm, MARGIN_MM)
    drawn, left = _draw(turf, stops, whole, texts)
    details = _details(turf, left, stops, whole, texts, DETAILS) if left else []
    for n, detail in enumerate(details):
        detail.key = KEYS[n]
    drawn.content += _windows(details, drawn)
    return [drawn, *details]


def _details(
    turf: Slice,
    wanted: Sequence[Stop],
    stops: Sequence[Stop],
    whole: Frame,
    texts: Mapping[str, str],
    deep: int,
) -> list[Map]:
    """Maps of larger scale that show all of the wanted stops: one, or two halves and so on."""
    closest = min(CLOSEST, max(DETAIL_CLOSEST, LARGER * whole.scale))
    points = _stop_points(wanted, whole)
    frame = fit(points, whole.width_mm, whole.height_mm, MARGIN_MM, closest)
    halves = _halves(wanted)
    last = not deep or not halves or frame.scale >= closest
    if not last and frame.scale < LARGER * whole.scale:
        left = [*wanted]
    else:
        others = [stop for stop in stops if stop not in wanted]
        drawn, left = _draw(turf, wanted, frame, texts, others=others, anywhere=last)
    if not left or last:
        return [drawn]
    return [
        found for half in halves for found in _details(turf, half, stops, whole, texts, deep - 1)
    ]


def _halves(stops: Sequence[Stop]) -> list[list[Stop]]:
    """Stops parted at the widest gap near their middle; none where they stand together."""
    if len(stops) < FEWEST:
        return []
    xy = np.array([[stop.x, stop.y] for stop in stops])
    axis = int(np.ptp(xy[:, 1]) > np.ptp(xy[:, 0]))
    order = np.argsort(xy[:, axis], kind="stable")
    gaps = np.diff(xy[order, axis])
    low, high = len(order) // 4, max(len(order) * 3 // 4, len(order) // 4 + 1)
    if gaps[low:high].max() < 1.0:
        return []
    cut = int(np.argmax(gaps[low:high])) + low + 1
    first = {*order[:cut].tolist()}
    halves = [
        [stop for k, stop in enumerate(stops) if (k in first) == one] for one in (True, False)
    ]
    return sorted(halves, key=lambda half: half[0].number)


def _points(turf: Slice, stops: Sequence[Stop]) -> Floats:
    at = np.array([[stop.x, stop.y] for stop in stops])
    return np.concatenate([at, shapely.get_coordinates(turf.walk)])


def _stop_points(stops: Sequence[Stop], whole: Frame) -> Floats:
    """Places of stops with some of the street before them."""
    at = np.array([[stop.x, stop.y] for stop in stops])
    ahead = 12.0 / whole.scale
    around = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]]) * min(ahead, 60.0)
    return (at[:, None, :] + around).reshape(-1, 2)


def _draw(
    turf: Slice,
    stops: Sequence[Stop],
    frame: Frame,
    texts: Mapping[str, str],
    *,
    others: Sequence[Stop] = (),
    anywhere: bool = False,
) -> tuple[Map, list[Stop]]:
    """
    A map of some stops, and those of them for which it has no room.

    Other stops are marked too where there is room; with `anywhere` all stops are.
    """
    made = Map(frame, Occupancy(frame.width_mm, frame.height_mm))
    sheet = made.sheet
    walked = frozenset(leg["street"] for leg in turf.legs) - {""}
    roads = draw_roads(turf.streets, frame, walked, sheet)
    route = route_line(turf, frame)
    sheet.draw(dense(route), ROUTE_INK)
    stripes = crossings(turf, frame, sheet)
    corner = compass(frame, sheet, frame.sheet(_points(turf, stops)))
    start = flags(turf, frame, sheet, texts)
    names = walked_names(walked, roads, sheet)
    passed = feet(turf, frame)
    marks, left = place_marks(stops, _places(stops, frame), passed, sheet, anywhere=anywhere)
    within = [
        stop
        for stop, (x, y) in zip(others, _places(others, frame), strict=True)
        if 0 < x < frame.width_mm and 0 < y < frame.height_mm
    ]
    marks += place_marks(within, _places(within, frame), passed, sheet)[0]
    heads = arrows(route, sheet)
    names += other_names(walked, roads, sheet, OTHERS)
    made.streets = sorted({name.text for name in names} & walked)
    made.stops = sorted(mark.stop.number for mark in marks)
    made.boxes += [box for name in names for box in name.boxes]
    made.boxes += [box for mark in marks for box in mark.boxes]
    made.content = "".join(
        [
            draw_base(turf.base, frame),
            roads.drawing,
            under(names, roads),
            svg.stroke(route, 0x00, 0.5),
            stripes,
            heads,
            draw_names(names),
            draw_marks(marks, passed),
        ]
    )
    made.top = start + corner
    return made, left


def _places(stops: Sequence[Stop], frame: Frame) -> Floats:
    return frame.sheet(np.array([[stop.x, stop.y] for stop in stops]).reshape(-1, 2))


def _windows(details: Sequence[Map], made: Map) -> str:
    """Outlines of the details with their letters, put where there is still room."""
    parts, frame, sheet = [], made.frame, made.sheet
    for each in details:
        detail = each.frame
        half = np.array([detail.width_mm, detail.height_mm]) / (2 * detail.scale)
        cos, sin = np.cos(-detail.turn), np.sin(-detail.turn)
        corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
        ground = corners @ np.array([[cos, sin], [-sin, cos]]) + detail.centre
        ring = shapely.Polygon(frame.sheet(ground))
        inside = ring.intersection(shapely.box(1, 1, frame.width_mm - 1, frame.height_mm - 1))
        if inside.is_empty:
            continue
        outer = shapely.get_exterior_ring(inside)
        edge = shapely.get_coordinates(outer)
        corners = edge[:-1] + 0.08 * (shapely.get_coordinates(inside.centroid) - edge[:-1])
        free = corners[sheet.costs(corners, KEY_MM, KEY_MM) < FULL]
        parts.append(svg.stroke(outer, 0x40, 0.4, 'stroke-dasharray="2 1.2"'))
        if len(free):
            x, y = free[0].tolist()
            box = Box(x, y, KEY_MM, KEY_MM)
            sheet.take(box)
            made.boxes.append(box)
            square = shapely.Polygon(box.corners())
            parts += [svg.fill(square, 0xFF), svg.stroke(shapely.boundary(square), 0x00, 0.4)]
            parts.append(svg.text(each.key, x, y, 10, bold=True))
    return "".join(parts)
