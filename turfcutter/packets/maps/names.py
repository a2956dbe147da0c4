"""
Names along streets: straight where the street is, letter by letter where it bends.

Places are tried along each street; the one with least ink under it is taken. A name is never
upside down: it reads from left to right, and upwards where the street runs straight up.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from turfcutter.packets.maps.courses import (
    TRY_MM,
    Course,
    bent_label,
    course_of,
    straight_label,
)
from turfcutter.packets.maps.frames import Floats
from turfcutter.packets.maps.occupancy import FULL, Box, Occupancy
from turfcutter.packets.press.metrics import POINT_MM, text_mm

LINE: Final = 0.95
"""Height of a label's rectangle for its type size, capitals and descenders."""
SHORTEST: Final = 0.75
"""A street gets its name where so much of the name has room on it."""

_NEAR: Final = np.array([4.0, 6.0, 8.0, 11.0, 15.0, 20.0])


@dataclass(frozen=True)
class Name:
    """A street name that found its place: text, type size in points, and rectangles."""

    text: str
    points: float
    boxes: tuple[Box, ...]
    spread: tuple[tuple[float, float, float], ...] = ()
    """Where the street bends: x, y and degrees of each letter."""
    leader: tuple[float, float] | None = None
    """Where a hair line leads to, of a name that has no room at its street."""


def place_name(
    text: str,
    line: Any,  # noqa: ANN401 - a LineString
    points: float,
    sheet: Occupancy,
    *,
    most: float = FULL,
    beside_mm: float = 0.0,
) -> Name | None:
    """
    Put a street's name on its line, or beside it.

    Parameters
    ----------
    text, points
        The name and its type size.
    line
        LineString on the sheet, millimetres.
    sheet
        What is taken; the name's place is taken when it is found.
    most
        Ink that is too much.
    beside_mm
        How far from the line the name's middle is to be, on either side: where the street is
        drawn too narrow for it.
    """
    wide, high = text_mm(text, points), points * POINT_MM * LINE
    course = course_of(line)
    if course.length < SHORTEST * wide:
        return None
    (x, y, angle, cost), bends = straight_label(course, wide, high, beside_mm, sheet.ink)
    name: Name | None = None
    if cost < most:
        name = Name(text, points, (Box(x, y, wide, high, angle),))
    elif course.length > wide and len(bends):
        sides = (-beside_mm, beside_mm) if beside_mm else (0.0,)
        ways = (_aside(line, each) for each in sides)
        tries = (_bent(text, course_of(way), bends, points, sheet, most) for way in ways if way)
        name = next(filter(None, tries), None)
    for box in name.boxes if name else ():
        sheet.take(box)
    return name


def place_near(text: str, line: Any, points: float, sheet: Occupancy) -> Name | None:  # noqa: ANN401
    """
    Put a street's name level, as near to the street's middle as there is room.

    For streets too short to hold their names; parameters as of `place_name`.
    """
    wide, high = text_mm(text, points), points * POINT_MM * LINE
    x, y = shapely.get_coordinates(line.interpolate(line.length / 2))[0].tolist()
    ring = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    out = np.stack([np.cos(ring) * (1 + wide / 8), np.sin(ring)], axis=1)
    shifts = (_NEAR[:, None, None] * out).reshape(-1, 2)
    centres, far = shifts + np.array([x, y]), np.hypot(*shifts.T)
    cost = sheet.costs(centres, wide, high) + far
    best = int(np.argmin(cost))
    if cost[best] >= FULL:
        return None
    left, top = centres[best].tolist()
    box = Box(left, top, wide, high)
    sheet.take(box)
    return Name(text, points, (box,), leader=(x, y))


def _aside(line: Any, shift: float) -> Any:  # noqa: ANN401 - a LineString
    """A line shifted to its left; None where nothing of it is left."""
    if not shift:
        return line
    parts = shapely.get_parts(shapely.offset_curve(line, shift))
    longest = max(parts.tolist(), key=lambda part: part.length, default=None)
    if longest is None or longest.length < TRY_MM:
        return None
    # Some versions of GEOS turn the shifted line around.
    ends = shapely.get_coordinates(longest)[[0, -1]]
    old = shapely.get_coordinates(line)[[0, -1]]
    turned = np.hypot(*(ends - old).T).sum() > np.hypot(*(ends[::-1] - old).T).sum()
    return longest.reverse() if turned else longest


def _bent(
    text: str, course: Course, starts: Floats, points: float, sheet: Occupancy, most: float
) -> Name | None:
    """The name letter by letter along a bending line, at the first start that has room."""
    widths = np.array([text_mm(letter, points) for letter in text])
    high = points * POINT_MM * LINE
    # A way beside the line may be shorter than the line.
    starts = starts[starts + widths.sum() <= course.length]
    for start in starts[:: max(len(starts) // 6, 1)].tolist():
        letters, cost = bent_label(course, start, widths, high, sheet.ink)
        if cost >= most:
            continue
        x, y, angle, *base = letters.T
        boxes = tuple(
            Box(across, below, wide, high, turn)
            for letter, across, below, wide, turn in zip(
                text, x.tolist(), y.tolist(), widths.tolist(), angle.tolist(), strict=True
            )
            if not letter.isspace()
        )
        # The baseline lies below the middle of the letters by a third of the type's size.
        down = 0.36 * points * POINT_MM
        left, foot = base[0] - down * np.sin(angle), base[1] + down * np.cos(angle)
        spread = zip(left.tolist(), foot.tolist(), np.degrees(angle).tolist(), strict=True)
        return Name(text, points, boxes, tuple(spread))
    return None
