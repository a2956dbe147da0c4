"""
The maps of a packet: the whole turf, details where it is dense, and the overview on the cover.

Nothing is drawn over anything else: what must be there (start, stops, names of walked streets)
looks for room first, the rest takes what is left.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Any, Final

import numpy as np
import shapely

from turfcutter.packets import svg
from turfcutter.packets.background import (
    ROUTE_INK,
    Roads,
    cut_off,
    dense,
    draw_base,
    draw_roads,
    on_sheet,
)
from turfcutter.packets.frames import CLOSEST, Floats, Frame, fit
from turfcutter.packets.metrics import POINT_MM, text_mm
from turfcutter.packets.names import Name, place_name, place_near
from turfcutter.packets.occupancy import FULL, Box, Occupancy
from turfcutter.packets.slices import Door, Slice
from turfcutter.packets.stopmarks import Stop, draw_marks, place_marks, stops_of

MARGIN_MM: Final = 9.0
STREET_POINTS: Final = (8.0, 7.0, 6.0)
"""Type sizes tried for a street's name: the smaller ones for short alleys that are walked."""
FAR_POINTS: Final = 7.0
OTHERS: Final = 24
"""Most streets beside the walk that are named on a map."""
DETAILS: Final = 3
"""How often a crowded map is halved; what finds no room then is put where there is room."""
AROUND: Final = 2.0
"""How many times the turf's extent the overview shows."""
LARGER: Final = 1.25
"""A detail has at least so many times the scale of the whole."""
LOOP_MM, LOOP_POINTS = 14.0, 8
"""Loops of the walk that are so short, and of so few pieces, are not drawn."""
KEY_MM: Final = 5.0
FEWEST: Final = 4
"""Fewer stops are not parted any more."""
ARROW_MM, ARROW_EVERY_MM = 2.3, 22.0
REPEAT_MM: Final = 110.0
"""A walked street gets its name again after so much of it."""


@dataclass
class Map:
    """One map: its drawing, a letter for a detail, and what stands on it."""

    frame: Frame
    sheet: Occupancy
    content: str = ""
    key: str = ""
    stops: list[int] = field(default_factory=list)
    streets: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    @property
    def drawing(self) -> str:
        """The whole of it as SVG."""
        return svg.document(self.content, self.frame.width_mm, self.frame.height_mm)


def turf_maps(
    turf: Slice,
    doors: Sequence[Door],
    width_mm: float,
    height_mm: float,
    texts: Mapping[str, str],
) -> list[Map]:
    """
    The map of the whole turf and, for stops that find no room on it, details by letter.

    Parameters
    ----------
    doors
        The doors whose stops are marked.
    width_mm, height_mm
        Room for each map on its page.
    texts
        Words of the catalogue: ``start``.
    """
    stops = stops_of(doors)
    whole = fit(_points(turf, stops), width_mm, height_mm, MARGIN_MM)
    drawn, left = _draw(turf, stops, whole, texts)
    details = _details(turf, left, stops, whole, texts, DETAILS) if left else []
    for n, detail in enumerate(details):
        detail.key = chr(ord("A") + n)
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
    frame = fit(_stop_points(wanted, whole), whole.width_mm, whole.height_mm, MARGIN_MM)
    halves = _halves(wanted)
    last = not deep or not halves or frame.scale >= CLOSEST
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


def overview_map(
    turf: Slice, width_mm: float, height_mm: float, texts: Mapping[str, str]
) -> tuple[str, str]:
    """The turf among its surroundings, with precinct lines, and words that tell of the drawing."""
    ring = shapely.get_coordinates(turf.outline)
    middle = (ring.min(axis=0) + ring.max(axis=0)) / 2
    frame = fit(middle + AROUND * (ring - middle), width_mm, height_mm, 2.0)
    sheet = Occupancy(width_mm, height_mm)
    walked = frozenset(leg["street"] for leg in turf.legs) - {""}
    roads = draw_roads(turf.streets, frame, walked, sheet)
    outline = on_sheet(np.array([turf.outline], object), frame)
    corner = compass(frame, sheet, shapely.get_coordinates(outline))
    start = _start(turf, frame, sheet, texts["start"])
    made = Map(frame, sheet)
    lines, codes = _precinct_lines(turf, frame, sheet)
    names = _walked_names(walked, roads, sheet, made)
    names += _other_names(walked, roads, sheet, OTHERS // 2)
    drawing = "".join(
        [
            draw_base(turf.base, frame),
            svg.fill(outline, 0xD8),
            roads.drawing,
            lines,
            svg.stroke(outline, 0x00, 0.8),
            _under(names, roads),
            "".join(svg.street_name(name) for name in names),
            codes,
            start,
            corner,
        ]
    )
    words = texts["overview_alt"].format(turf=turf.turf["turf_id"])
    return svg.document(drawing, width_mm, height_mm), words


def _precinct_lines(turf: Slice, frame: Frame, sheet: Occupancy) -> tuple[str, str]:
    """Precinct lines, and each precinct's code somewhere inside it."""
    layer = turf.precincts
    shapes = on_sheet(layer.shapes, frame)
    codes = []
    for code, shape in zip(layer.name, shapes, strict=True):
        if shape.is_empty:
            continue
        x, y = shapely.get_coordinates(shapely.point_on_surface(shape))[0].tolist()
        wide, high = text_mm(code, 8.0, bold=True) + 1.0, 3.2
        centres = np.array([[x + dx, y + dy] for dy in (0, 5, -5, 10, -10) for dx in (0, 8, -8)])
        cost = sheet.costs(centres, wide, high)
        best = int(np.argmin(cost))
        if cost[best] < FULL:
            cx, cy = centres[best].tolist()
            box = Box(cx, cy, wide, high)
            sheet.take(box)
            codes.append(svg.fill(np.array([shapely.Polygon(box.corners())]), 0xFF))
            codes.append(svg.text(code, cx, cy, 8.0, bold=True, grey=0x50))
    edges = shapely.boundary(layer.shapes)
    dashes = 'stroke-dasharray="2.5 0.8 0.5 0.8"'
    return svg.stroke(on_sheet(edges, frame), 0x40, 0.45, dashes), "".join(codes)


def _points(turf: Slice, stops: Sequence[Stop]) -> Floats:
    at = np.array([[stop.x, stop.y] for stop in stops])
    return np.concatenate([at, shapely.get_coordinates(turf.walk)])


def _stop_points(stops: Sequence[Stop], whole: Frame) -> Floats:
    """Places of stops with some of the street before them."""
    at = np.array([[stop.x, stop.y] for stop in stops])
    ahead = 12.0 / whole.scale
    around = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]]) * min(ahead, 60.0)
    return (at[:, None, :] + around).reshape(-1, 2)


def _route(turf: Slice, frame: Frame) -> Any:  # noqa: ANN401
    """The walk on the sheet, without the small loops it makes around corners."""
    points = frame.sheet(shapely.get_coordinates(turf.walk)).tolist()
    at = 0
    while at < len(points) - 3:
        for end in range(min(at + LOOP_POINTS, len(points) - 2), at + 1, -1):
            meet = _meeting(points[at], points[at + 1], points[end], points[end + 1])
            if meet and _length(points[at + 1 : end + 1]) < LOOP_MM:
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
    route = _route(turf, frame)
    sheet.draw(dense(route), ROUTE_INK)
    corner = compass(frame, sheet, frame.sheet(_points(turf, stops)))
    start = _start(turf, frame, sheet, texts["start"])
    names = _walked_names(walked, roads, sheet, made)
    marks, left = place_marks(stops, _places(stops, frame), sheet, anywhere=anywhere)
    within = [
        stop
        for stop, (x, y) in zip(others, _places(others, frame), strict=True)
        if 0 < x < frame.width_mm and 0 < y < frame.height_mm
    ]
    marks += place_marks(within, _places(within, frame), sheet)[0]
    arrows = _arrows(route, sheet)
    names += _other_names(walked, roads, sheet, OTHERS)
    made.stops = sorted(mark.stop.number for mark in marks)
    made.boxes += [box for name in names for box in name.boxes]
    made.boxes += [box for mark in marks for box in mark.boxes]
    made.content = "".join(
        [
            draw_base(turf.base, frame),
            roads.drawing,
            _under(names, roads),
            svg.stroke(route, 0x00, 0.5),
            _crossings(turf, frame),
            arrows,
            "".join(svg.street_name(name) for name in names),
            draw_marks(marks, _feet(turf, frame)),
            start,
            corner,
        ]
    )
    return made, left


def _places(stops: Sequence[Stop], frame: Frame) -> Floats:
    return frame.sheet(np.array([[stop.x, stop.y] for stop in stops]).reshape(-1, 2))


def _under(names: Iterable[Name], roads: Roads) -> str:
    """White under the names that are wider than their street."""
    if not roads.beside(STREET_POINTS[0]):
        return ""
    boxes = [box for name in names for box in name.boxes]
    return svg.fill(np.array([shapely.Polygon(box.corners()) for box in boxes], object), 0xFF)


def _walked_names(walked: Iterable[str], roads: Roads, sheet: Occupancy, made: Map) -> list[Name]:
    """Names of the streets that are walked, each once at least where it can be."""
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
        if lines and not placed and (name := place_near(street, lines[0], STREET_POINTS[1], sheet)):
            found.append(name)
            placed = 1
        if placed:
            made.streets.append(street)
    return found


def _other_names(walked: Iterable[str], roads: Roads, sheet: Occupancy, most: int) -> list[Name]:
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
    names = _other_names((), roads, sheet, len(roads.lines))
    return "".join(svg.street_name(name) for name in names), _under(names, roads)


def _start(turf: Slice, frame: Frame, sheet: Occupancy, word: str) -> str:
    """A flag where the walk begins and ends."""
    x, y = frame.sheet(shapely.get_coordinates(turf.walk)[:1])[0].tolist()
    if not (0 <= x <= frame.width_mm and 0 <= y <= frame.height_mm):
        return ""
    wide, high = text_mm(word, 8.5, bold=True) + 2.0, 4.2
    away = np.array([[a * (wide / 2 + 3), b * 5.5] for b in (1, -1) for a in (1, -1, 0)])
    far = np.array([[a * (wide / 2 + 7), b * 10] for b in (1, -1) for a in (1, -1)])
    centres = np.concatenate([away, far]) + [x, y]
    cost = sheet.costs(centres, wide, high)
    best = int(np.argmin(cost))
    ring = (
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2.1" fill="#fff" stroke="#000" stroke-width="0.7"/>'
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.8"/>'
    )
    sheet.take(Box(x, y, 4.4, 4.4))
    cx, cy = centres[best].tolist()
    if cost[best] >= FULL:
        return ring
    sheet.take(Box(cx, cy, wide, high))
    return (
        f'<path d="M{x:.2f} {y:.2f} {cx:.2f} {cy:.2f}" stroke="#000" stroke-width="0.4"/>{ring}'
        f'<rect x="{cx - wide / 2:.2f}" y="{cy - high / 2:.2f}" width="{wide:.2f}"'
        f' height="{high:.2f}" rx="0.8"/>' + svg.text(word, cx, cy, 8.5, bold=True, grey=255)
    )


def _arrows(route: Any, sheet: Occupancy) -> str:  # noqa: ANN401
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


def _crossings(turf: Slice, frame: Frame) -> str:
    """Stripes where the walk crosses a street that has a name."""
    rows = [k for k, leg in enumerate(turf.legs) if leg["turn"] == "cross" and leg["street"]]
    chords = [shapely.get_coordinates(turf.leg_lines[row])[[0, -1]] for row in rows]
    lines = on_sheet(shapely.linestrings(chords), frame) if chords else np.array([], object)
    data = svg.path(lines) if len(lines) else ""
    stripes = 'stroke-dasharray="0.5 0.5"'
    return svg.stroke(data, 0xFF, 2.6) + svg.stroke(data, 0x00, 2.2, stripes) if data else ""


def _feet(turf: Slice, frame: Frame) -> dict[int, tuple[float, float]]:
    """Stop -> where the walk passes it, on the sheet."""
    ends = {
        leg["stop"]: shapely.get_coordinates(line)[-1]
        for leg, line in zip(turf.legs, turf.leg_lines, strict=True)
    }
    places = frame.sheet(np.array(list(ends.values()))) if ends else np.zeros((0, 2))
    return dict(zip(ends, ((x, y) for x, y in places.tolist()), strict=True))


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
        edge = shapely.get_coordinates(inside.exterior)
        corners = edge[:-1] + 0.08 * (shapely.get_coordinates(inside.centroid) - edge[:-1])
        free = corners[sheet.costs(corners, KEY_MM, KEY_MM) < FULL]
        box = Box(*free[0].tolist(), KEY_MM, KEY_MM) if len(free) else None
        parts.append(svg.stroke(inside.exterior, 0x40, 0.4, 'stroke-dasharray="2 1.2"'))
        if box:
            sheet.take(box)
            made.boxes.append(box)
            parts.append(
                f'<rect x="{box.x - 2.5:.2f}" y="{box.y - 2.5:.2f}" width="5" height="5" fill="#fff"'
                ' stroke="#000" stroke-width="0.4"/>'
                + svg.text(each.key, box.x, box.y, 10, bold=True)
            )
    return "".join(parts)


def compass(frame: Frame, sheet: Occupancy, points: Floats) -> str:
    """North arrow and scale bar, in the corner that is farthest from all stops."""
    wide, high = 46.0, 14.0
    x = np.array([wide / 2 + 2, frame.width_mm - wide / 2 - 2])
    y = np.array([frame.height_mm - high / 2 - 2, high / 2 + 2])
    corners = np.array([[a, b] for b in y for a in x])
    gap = np.abs(corners[:, None, :] - points) - [wide / 2, high / 2]
    near = np.maximum(gap, 0).sum(axis=2).min(axis=1)
    best = int(np.argmax(np.minimum(near, 10.0)))
    cx, cy = corners[best].tolist()
    sheet.take(Box(cx, cy, wide, high))
    length_m = next(
        (each for each in (1000, 500, 200, 100, 50, 20) if each * frame.scale <= 31), 10
    )
    long = length_m * frame.scale
    left, base = cx - wide / 2 + 12, cy + 3.5
    bar = (
        f'<rect x="{cx - wide / 2:.2f}" y="{cy - high / 2:.2f}" width="{wide}" height="{high}"'
        f' fill="#fff" stroke="#999" stroke-width="0.2"/>'
        f'<path d="M{left:.2f} {base:.2f}h{long:.2f}v1.2h-{long:.2f}z" fill="#fff" stroke="#000"'
        f' stroke-width="0.25"/><path d="M{left:.2f} {base:.2f}h{long / 2:.2f}v1.2h-{long / 2:.2f}z"/>'
    )
    feet = f"{length_m * 3.28084:,.0f} ft" if length_m < 400 else f"{length_m / 1609.344:.1f} mi"
    words = f"{length_m:,} m = {feet}"
    bar += svg.text(words, left, base - 3.4, 7.5, anchor="start")
    arrow = (
        f'<g transform="translate({cx - wide / 2 + 6:.2f} {cy:.2f})rotate({frame.north:.1f})">'
        '<path d="M0 -5.5 2.2 1.5 0 0.2 -2.2 1.5z"/></g>'
    )
    radians = np.radians(frame.north)
    nx, ny = cx - wide / 2 + 6 - 4.0 * np.sin(radians), cy + 4.0 * np.cos(radians)
    return bar + arrow + svg.text("N", float(nx), float(ny), 8, bold=True)
