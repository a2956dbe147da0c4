"""
Names along streets: straight where the street is, letter by letter where it bends.

Places are tried along each street; the one with least ink under it is taken. A name is never
upside down: it reads from left to right, and upwards where the street runs straight up.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import shapely

from turfcutter.compiled import compiled
from turfcutter.packets.maps.frames import Floats
from turfcutter.packets.maps.occupancy import FULL, Box, Occupancy
from turfcutter.packets.press.metrics import POINT_MM, text_mm

LINE: Final = 0.95
"""Height of a label's rectangle for its type size, capitals and descenders."""
TRY_MM: Final = 4.0
"""Step in which places along a street are tried."""
SHORTEST: Final = 0.75
"""A street gets its name where so much of the name has room on it."""
SHARPEST: Final = 0.5
"""Radians a street may bend from one letter to the next."""
STRAIGHT_MM: Final = 0.7
"""A street that strays no more from the name's chord gets it in one straight piece."""

_SAMPLES: Final = 7
_BEYOND: Final = 500.0
_NEAR: Final = np.array([4.0, 6.0, 8.0, 11.0, 15.0, 20.0])
# A street that runs straight up may lean either way and is read upwards.
_UPWARD: Final = -1e-3


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
    course = _course(line)
    if course.length < SHORTEST * wide:
        return None
    room = course.length - wide
    starts = np.linspace(0, room, int(room / TRY_MM) + 2) if room > 0 else np.array([room / 2])
    sides = (-beside_mm, beside_mm) if beside_mm else (0.0,)
    aside, starts = np.repeat(sides, len(starts)), np.tile(starts, len(sides))
    chords = np.empty((len(starts), 4))
    _chords(course.run, course.xy, starts, aside, wide, chords)
    straight = chords[:, 3] < STRAIGHT_MM
    cost = np.full(len(starts), FULL)
    if straight.any():
        some = chords[straight]
        cost[straight] = sheet.costs(some[:, :2], wide, high, some[:, 2])
    # Near the middle of the street where all else is equal.
    cost = cost + np.abs(starts - room / 2) / (100 * course.length)
    best = int(np.argmin(cost))
    name: Name | None = None
    if cost[best] < most:
        x, y, angle, _ = chords[best].tolist()
        name = Name(text, points, (Box(x, y, wide, high, angle),))
    elif room > 0 and len(rest := starts[~straight & (aside == aside[0])]):
        ways = (_aside(line, each) for each in sides)
        tries = (_bent(text, _course(way), rest, high, points, sheet, most) for way in ways if way)
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


@dataclass(frozen=True)
class _Course:
    """A line by distance along it; straight on beyond its ends."""

    run: Floats
    xy: Floats

    @property
    def length(self) -> float:
        return float(self.run[-2])

    def at(self, places: Floats) -> Floats:
        """Points at distances along the line, shape (..., 2)."""
        x, y = (np.interp(places, self.run, self.xy[:, k]) for k in (0, 1))
        return np.stack([x, y], axis=-1)


@lru_cache(maxsize=256)
def _course(line: Any) -> _Course:  # noqa: ANN401 - a LineString
    xy = shapely.get_coordinates(line)
    steps = np.hypot(*np.diff(xy, axis=0).T)
    first, last = (xy[0] - xy[1]), (xy[-1] - xy[-2])
    far = np.array([first / max(np.hypot(*first), 1e-9), last / max(np.hypot(*last), 1e-9)])
    ends = np.stack([xy[0] + _BEYOND * far[0], xy[-1] + _BEYOND * far[1]])
    run = np.concatenate([[-_BEYOND, 0.0], np.cumsum(steps), [steps.sum() + _BEYOND]])
    return _Course(run, np.concatenate([ends[:1], xy, ends[1:]]))


@compiled
def _chords(
    run: Floats, xy: Floats, starts: Floats, aside: Floats, wide: float, found: Floats
) -> None:
    """Where straight labels would lie: x, y, angle, and how far the line strays from them."""
    for k in range(len(starts)):
        points = np.empty((_SAMPLES, 2))
        piece = 0
        for n in range(_SAMPLES):
            at = starts[k] + wide * n / (_SAMPLES - 1)
            while piece < len(run) - 2 and run[piece + 1] < at:
                piece += 1
            part = (at - run[piece]) / max(run[piece + 1] - run[piece], 1e-9)
            for axis in range(2):
                points[n, axis] = xy[piece, axis] + part * (xy[piece + 1, axis] - xy[piece, axis])
        across, down = points[-1, 0] - points[0, 0], points[-1, 1] - points[0, 1]
        span, stray = max(np.hypot(across, down), 1e-9), 0.0
        for n in range(_SAMPLES):
            off = across * (points[n, 1] - points[0, 1]) - down * (points[n, 0] - points[0, 0])
            stray = max(stray, abs(off) / span)
        found[k, 0] = (points[0, 0] + points[-1, 0]) / 2 - aside[k] * down / span
        found[k, 1] = (points[0, 1] + points[-1, 1]) / 2 + aside[k] * across / span
        # Read without turning the head over.
        upright = np.arctan2(down, across) + np.pi / 2 - _UPWARD
        found[k, 2] = upright - np.pi * np.floor(upright / np.pi) - np.pi / 2 + _UPWARD
        found[k, 3] = stray


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
    text: str,
    course: _Course,
    starts: Floats,
    high: float,
    points: float,
    sheet: Occupancy,
    most: float,
) -> Name | None:
    """The name letter by letter along a bending line, at the first start that has room."""
    widths = np.array([text_mm(letter, points) for letter in text])
    begin = np.cumsum(widths) - widths
    # Room is sought for all letters at once, each as wide as most of them are.
    typical = float(np.sort(widths)[3 * len(widths) // 4])
    # A way beside the line may be shorter than the line.
    starts = starts[starts + widths.sum() <= course.length]
    for start in starts[:: max(len(starts) // 6, 1)].tolist():
        ends = course.at(start + np.array([0.0, widths.sum()]))
        leftward = ends[1, 0] < ends[0, 0]
        at = start + (widths.sum() - begin if leftward else begin)
        here, there = course.at(at), course.at(at + (-widths if leftward else widths))
        way = there - here
        angle = np.arctan2(way[:, 1], way[:, 0])
        if (np.abs(angle) > np.pi / 2 + 0.1).any() or (np.abs(np.diff(angle)) > SHARPEST).any():
            continue
        middle = (here + there) / 2
        cost = float(sheet.costs(middle, typical, high, angle).max())
        if cost >= most:
            continue
        boxes = tuple(
            Box(x, y, wide, high, turn)
            for letter, (x, y), wide, turn in zip(
                text, middle.tolist(), widths.tolist(), angle.tolist(), strict=True
            )
            if not letter.isspace()
        )
        # The baseline lies below the middle of the letters by a third of the type's size.
        down = 0.36 * points * POINT_MM
        base = here + down * np.stack([-np.sin(angle), np.cos(angle)], axis=1)
        spread = np.column_stack([base, np.degrees(angle)]).tolist()
        return Name(text, points, boxes, tuple((x, y, turn) for x, y, turn in spread))
    return None
