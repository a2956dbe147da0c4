"""
Stops on a map: a black disc with the stop's number, and the house numbers beside it.

A disc goes where the door is, or as near as there is room, with a hair line to where the walk
passes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from turfcutter.compiled import compiled
from turfcutter.packets.maps.frames import Floats
from turfcutter.packets.maps.occupancy import AIR_MM, FULL, Box, Occupancy, ink_under
from turfcutter.packets.press import svg
from turfcutter.packets.press.metrics import POINT_MM, text_mm
from turfcutter.packets.turfs.stops import Stop
from turfcutter.packets.turfs.symbols import SIGN_MM, drawn

DISC_POINTS: Final = 7.5
HOUSE_POINTS: Final = 7.5
FARTHEST_MM: Final = 9.0
"""A disc is pushed aside by no more; beyond that a map of larger scale is needed."""
GAP_MM: Final = 0.5
FAR_COST: Final = 1.0
"""Ink that a millimetre away from its place costs a disc."""
BEYOND_COST: Final = 12.0
"""Ink that standing on the other side of the walk costs a disc."""
GOOD: Final = 2.0
"""Ink under a disc that is not worth looking farther."""
Feet = Mapping[int, tuple[float, float]]
"""Stop -> where the walk passes it, on the sheet."""
_RINGS: Final = (0.0, 1.2, 2.4, 3.6, 5.0, 7.0, 9.0)
_ANYWHERE: Final = (12.0, 16.0, 22.0, 30.0)
_LEVEL: Final = np.array([[1.0, 0.0], [-1.0, 0.0]])
_UPRIGHT: Final = np.array([[0.0, 1.0], [0.0, -1.0]])


@dataclass(frozen=True)
class Mark:
    """A stop on a sheet: its disc, and its house numbers where they found room."""

    stop: Stop
    disc: Box
    house: Box | None

    @property
    def boxes(self) -> list[Box]:
        """What it takes of the sheet."""
        return [self.disc, self.house] if self.house else [self.disc]


def _houses_mm(stop: Stop) -> float:
    """Width of a stop's house numbers."""
    return text_mm(stop.houses, HOUSE_POINTS)


def _said_mm(stop: Stop) -> float:
    """Width of what stands beside its disc: house numbers, then signs."""
    parts = [_houses_mm(stop)] if stop.houses else []
    parts += [SIGN_MM] * len(stop.signs)
    return sum(parts) + GAP_MM * max(len(parts) - 1, 0)


def disc_size(number: int) -> float:
    """Diameter of a disc, millimetres."""
    return max(text_mm(str(number), DISC_POINTS, bold=True), 2.0) + 2.0


def place_marks(
    stops: Sequence[Stop], places: Floats, feet: Feet, sheet: Occupancy, *, anywhere: bool = False
) -> tuple[list[Mark], list[Stop]]:
    """
    Put the discs of all stops on a sheet, each with its house numbers.

    Parameters
    ----------
    stops, places
        The stops and where they lie on the sheet, shape (n_stops, 2).
    feet
        Where the walk passes them.
    sheet
        What is taken; discs and numbers are added.
    anywhere
        Whether a disc may stand far from its place: where no larger scale is left.

    Returns
    -------
    marks, left
        Discs in the stops' order, and the stops for which there was no room.
    """
    rings = (*_RINGS, *_ANYWHERE) if anywhere else _RINGS
    marks: list[Mark] = []
    left: list[Stop] = []
    for stop, place in zip(stops, places, strict=True):
        foot = np.array(feet.get(stop.number, place))
        mark = _placed(stop, place, foot, rings, sheet)
        if mark is None and anywhere:
            mark = _placed(Stop(stop.number, "", stop.x, stop.y), place, foot, rings, sheet)
        if mark is None:
            left.append(stop)
            continue
        for box in mark.boxes:
            sheet.take(box)
        marks.append(mark)
    return marks, left


def _placed(
    stop: Stop, place: Floats, foot: Floats, rings: tuple[float, ...], sheet: Occupancy
) -> Mark | None:
    """
    A stop's disc and numbers, on the nearest ring where they cover nothing that matters.

    Seen from the walk they rather stand on the door's side.
    """
    disc, high = disc_size(stop.number), HOUSE_POINTS * POINT_MM * 0.85
    high = max(high, SIGN_MM) if stop.signs else high
    wide = _said_mm(stop)
    beside, below = (disc + wide) / 2 + GAP_MM / 2 - disc / 2, (high + GAP_MM) / 2
    # size of the whole; by way of standing: shift of the whole, shift of the numbers from the disc
    ways = [((disc, disc), np.zeros((1, 2)), np.zeros((1, 2)))]
    if wide:
        flat, tall = (
            (disc + GAP_MM + wide, max(disc, high)),
            (max(disc, wide), disc + GAP_MM + high),
        )
        out, down = (disc + wide) / 2 + GAP_MM, (disc + high) / 2 + GAP_MM
        ways = [(flat, beside * _LEVEL, out * _LEVEL), (tall, below * _UPRIGHT, down * _UPRIGHT)]
    sizes = np.array([size for size, *_ in ways])
    shifts = np.array([shift for _, shift, _ in ways])
    found = np.empty(4)
    if not _best(sheet.ink, place, foot, sizes, shifts, disc, _around(rings), found):
        return None
    x, y, way, side = found.tolist()
    right, down_mm = ways[int(way)][2][int(side)].tolist()
    house = Box(x + right, y + down_mm, wide, high) if wide else None
    return Mark(stop, Box(x, y, disc, disc), house)


@compiled
def _best(
    ink: Floats,
    place: Floats,
    foot: Floats,
    sizes: Floats,
    shifts: Floats,
    disc: float,
    around: Floats,
    found: Floats,
) -> bool:
    """
    The place of a disc that is worth most: x, y, which way it stands, on which side.

    Parameters
    ----------
    sizes, shifts
        Size of disc and numbers together, shape (n_ways, 2); from the disc's middle to theirs by
        way and side, shape (n_ways, n_sides, 2).
    around
        From the door's place to those to try, and how far that is, shape (n, 3).
    """
    least = np.inf
    for k in range(len(around)):
        far = around[k, 2]
        # The ring before had one that is good enough.
        if k and far > around[k - 1, 2] and least < FAR_COST * around[k - 1, 2] + GOOD:
            break
        x, y = place[0] + around[k, 0], place[1] + around[k, 1]
        toward = (x - foot[0]) * (place[0] - foot[0]) + (y - foot[1]) * (place[1] - foot[1])
        for way in range(len(sizes)):
            wide, high = sizes[way]
            for side in range(shifts.shape[1]):
                across, down = x + shifts[way, side, 0], y + shifts[way, side, 1]
                under = ink_under(ink, across, down, 0.0, wide / 2 + AIR_MM, high / 2 + AIR_MM)
                if under >= FULL:
                    continue
                # A line under a long number is hidden as well as one under its disc.
                worth = under * (wide * high / disc**2) + FAR_COST * far
                worth += BEYOND_COST if toward < 0 else 0.0
                if worth < least:
                    least = worth
                    found[0], found[1], found[2], found[3] = x, y, way, side
    return least < np.inf


@cache
def _around(rings: tuple[float, ...]) -> Floats:
    """Places in circles around a place, nearest first: x, y, and how far away."""
    tries = []
    for radius in rings:
        count = 1 if radius == 0 else 12 if radius < FARTHEST_MM else 24
        angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
        x, y = radius * np.cos(angle), radius * np.sin(angle)
        tries.append(np.column_stack([x, y, np.full(count, radius)]))
    return np.concatenate(tries)


def draw_marks(marks: Sequence[Mark], feet: Feet) -> str:
    """Hair lines first, then discs and numbers, so that no line runs over a number."""
    hairs, white, discs, signs = [], [], [], []
    numbers, houses = [], []
    for mark in marks:
        disc, stop = mark.disc, mark.stop
        if stop.number in feet:
            x, y = feet[stop.number]
            hairs.append(f"M{x:.2f} {y:.2f} {disc.x:.2f} {disc.y:.2f}")
        half = disc.width / 2
        discs.append(svg.pill(disc.x - half, disc.y - half, disc.width, disc.width))
        numbers.append((str(stop.number), disc.x, disc.y))
        if box := mark.house:
            left = box.x - box.width / 2
            white.append(svg.rectangle(left, box.y - box.height / 2, box.width, box.height))
            houses.append((stop.houses, left, box.y))
            right = left + _houses_mm(stop) + (GAP_MM if stop.houses else 0.0)
            for k, sign in enumerate(stop.signs):
                signs.append(drawn(sign, right + SIGN_MM / 2 + k * (SIGN_MM + GAP_MM), box.y))
    parts = [
        svg.stroke("".join(hairs), 0x80, 0.18),
        svg.fill("".join(white), 0xFF),
        svg.fill("".join(discs), 0x00),
        svg.texts(numbers, DISC_POINTS, bold=True, grey=255),
        svg.texts(houses, HOUSE_POINTS, anchor="start"),
        *signs,
    ]
    return "".join(parts)
