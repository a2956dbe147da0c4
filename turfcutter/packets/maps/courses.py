"""
Lines of a sheet by the distance along them, and the places on them where labels may lie.

Straight labels lie on the chord of the piece of line that they cover; bent ones letter by letter.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from turfcutter.compiled import compiled, inlined
from turfcutter.packets.maps.frames import Floats
from turfcutter.packets.maps.occupancy import AIR_MM, FULL, ink_under

TRY_MM: Final = 4.0
"""Step in which places along a line are tried."""
SHARPEST: Final = 0.5
"""Radians a line may bend from one letter to the next."""
STRAIGHT_MM: Final = 0.7
"""A line that strays no more from a label's chord gets it in one straight piece."""

_SAMPLES: Final = 7
_BEYOND: Final = 500.0
# A line that runs straight up may lean either way and is read upwards.
_UPWARD: Final = -1e-3


@dataclass(frozen=True)
class Course:
    """Points of a line, shape (n, 2), and how far along it each is; straight on beyond its ends."""

    run: Floats
    xy: Floats

    @property
    def length(self) -> float:
        """Millimetres from the line's first point to its last."""
        return float(self.run[-2])


def course_of(line: Any) -> Course:  # noqa: ANN401 - a LineString
    """The course of a line of two points at least."""
    points = shapely.get_coordinates(line)
    run, xy = np.empty(len(points) + 2), np.empty((len(points) + 2, 2))
    _run_along(points, run, xy)
    return Course(run, xy)


def straight_label(
    course: Course, wide: float, high: float, beside_mm: float, ink: Floats
) -> tuple[tuple[float, float, float, float], Floats]:
    """
    The place along a course with least ink for a label in one straight piece.

    Parameters
    ----------
    wide, high
        The label.
    beside_mm
        How far from the course its middle is to be, on either side.
    ink
        Of `Occupancy`.

    Returns
    -------
    best
        Middle x and y, angle in radians, and the ink there; `FULL` where there is no place.
    bends
        Where along the course a label would have to bend.
    """
    best, bends = np.empty(4), np.empty(_tries(course.length - wide))
    found = _weigh_chords(course.run, course.xy, wide, high, beside_mm, ink, best, bends)
    x, y, angle, cost = best.tolist()
    return (x, y, angle, cost), bends[:found]


def bent_label(
    course: Course, start: float, widths: Floats, high: float, ink: Floats
) -> tuple[Floats, float]:
    """
    A label letter by letter along a course.

    Parameters
    ----------
    start
        Where along the course its first letter in the course's direction begins.
    widths
        Of its letters, shape (n,).

    Returns
    -------
    letters
        Middle x and y, angle, and x and y where each begins, shape (n, 5).
    cost
        Ink under the letter that has most of it; `FULL` where the course bends too much.
    """
    letters = np.empty((len(widths), 5))
    # Room is sought for all letters at once, each as wide as most of them are.
    typical = float(np.sort(widths)[3 * len(widths) // 4])
    cost = _weigh_letters(course.run, course.xy, start, widths, typical, high, ink, letters)
    return letters, float(cost)


def _tries(room: float) -> int:
    """How many places are tried where a label has so much room to be moved along."""
    return int(room / TRY_MM) + 2 if room > 0 else 1


@compiled
def _run_along(points: Floats, run: Floats, xy: Floats) -> None:
    """Distances along a line and its points, with one more at either end."""
    last = len(points)
    run[0], run[1] = -_BEYOND, 0.0
    for n in range(last):
        across = points[n, 0] - points[n - 1, 0] if n else 0.0
        down = points[n, 1] - points[n - 1, 1] if n else 0.0
        run[n + 1] = run[n] + np.hypot(across, down) if n else 0.0
        for axis in range(2):
            xy[n + 1, axis] = points[n, axis]
    run[last + 1] = run[last] + _BEYOND
    first = _BEYOND / max(np.hypot(xy[1, 0] - xy[2, 0], xy[1, 1] - xy[2, 1]), 1e-9)
    final = _BEYOND / max(
        np.hypot(xy[last, 0] - xy[last - 1, 0], xy[last, 1] - xy[last - 1, 1]), 1e-9
    )
    for axis in range(2):
        xy[0, axis] = xy[1, axis] + first * (xy[1, axis] - xy[2, axis])
        xy[last + 1, axis] = xy[last, axis] + final * (xy[last, axis] - xy[last - 1, axis])


@inlined
def _piece(run: Floats, at: float, piece: int) -> int:
    """The piece of a course in which a place along it lies, from some piece before it on."""
    while piece < len(run) - 2 and run[piece + 1] < at:
        piece += 1
    return piece


@compiled
def _weigh_chords(
    run: Floats,
    xy: Floats,
    wide: float,
    high: float,
    beside: float,
    ink: Floats,
    best: Floats,
    bends: Floats,
) -> int:
    """The best place for a straight label; places where it would have to bend, and how many."""
    length, found, tries = run[-2], 0, len(bends)
    room, points = length - wide, np.empty((_SAMPLES, 2))
    best[3] = FULL
    for n in range(2 * tries if beside > 0 else tries):
        aside = beside if n >= tries else -beside
        start = room * (n % tries) / (tries - 1) if tries > 1 else room / 2
        piece = 0
        for k in range(_SAMPLES):
            at = start + wide * k / (_SAMPLES - 1)
            piece = _piece(run, at, piece)
            part = (at - run[piece]) / max(run[piece + 1] - run[piece], 1e-9)
            for axis in range(2):
                points[k, axis] = xy[piece, axis] + part * (xy[piece + 1, axis] - xy[piece, axis])
        across, down = points[-1, 0] - points[0, 0], points[-1, 1] - points[0, 1]
        span, stray = max(np.hypot(across, down), 1e-9), 0.0
        for k in range(_SAMPLES):
            off = across * (points[k, 1] - points[0, 1]) - down * (points[k, 0] - points[0, 0])
            stray = max(stray, abs(off) / span)
        if stray >= STRAIGHT_MM:
            if n < tries:
                bends[found] = start
                found += 1
            continue
        x = (points[0, 0] + points[-1, 0]) / 2 - aside * down / span
        y = (points[0, 1] + points[-1, 1]) / 2 + aside * across / span
        # Read without turning the head over.
        upright = np.arctan2(down, across) + np.pi / 2 - _UPWARD
        angle = upright - np.pi * np.floor(upright / np.pi) - np.pi / 2 + _UPWARD
        # Near the middle of the line where all else is equal.
        cost = ink_under(ink, x, y, angle, wide / 2 + AIR_MM, high / 2 + AIR_MM)
        cost += abs(start - room / 2) / (100 * length)
        if cost < best[3]:
            best[0], best[1], best[2], best[3] = x, y, angle, cost
    return found


@compiled
def _weigh_letters(
    run: Floats,
    xy: Floats,
    start: float,
    widths: Floats,
    typical: float,
    high: float,
    ink: Floats,
    letters: Floats,
) -> float:
    """Places of letters along a course, read from left to right, and the most ink under one."""
    whole = widths.sum()
    first, last = _piece(run, start, 0), _piece(run, start + whole, 0)
    begin = xy[first, 0] + (start - run[first]) * (xy[first + 1, 0] - xy[first, 0]) / max(
        run[first + 1] - run[first], 1e-9
    )
    end = xy[last, 0] + (start + whole - run[last]) * (xy[last + 1, 0] - xy[last, 0]) / max(
        run[last + 1] - run[last], 1e-9
    )
    along = -1.0 if end < begin else 1.0
    at = start + whole if along < 0 else start
    ends, most, before = np.empty((2, 2)), 0.0, 0.0
    for n in range(len(widths)):
        for k in range(2):
            place = at + along * widths[n] * k
            piece = _piece(run, place, 0)
            part = (place - run[piece]) / max(run[piece + 1] - run[piece], 1e-9)
            for axis in range(2):
                ends[k, axis] = xy[piece, axis] + part * (xy[piece + 1, axis] - xy[piece, axis])
        at += along * widths[n]
        angle = np.arctan2(ends[1, 1] - ends[0, 1], ends[1, 0] - ends[0, 0])
        if abs(angle) > np.pi / 2 + 0.1 or (n > 0 and abs(angle - before) > SHARPEST):
            return FULL
        before = angle
        for axis in range(2):
            letters[n, axis] = (ends[0, axis] + ends[1, axis]) / 2
            letters[n, 3 + axis] = ends[0, axis]
        letters[n, 2] = angle
        under = ink_under(
            ink, letters[n, 0], letters[n, 1], angle, typical / 2 + AIR_MM, high / 2 + AIR_MM
        )
        most = max(most, under)
    return most
