"""
Stops on a map: a black disc with the stop's number, and the house numbers beside it.

A disc goes where the door is, or as near as there is room, with a hair line to where the walk
passes it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from turfcutter.packets import svg
from turfcutter.packets.frames import Floats
from turfcutter.packets.metrics import POINT_MM, text_mm
from turfcutter.packets.occupancy import FULL, Box, Occupancy
from turfcutter.packets.slices import Door
from turfcutter.packets.symbols import SIGN_MM, drawn, signs_of

DISC_POINTS: Final = 7.5
HOUSE_POINTS: Final = 7.5
FARTHEST_MM: Final = 9.0
"""A disc is pushed aside by no more; beyond that a map of larger scale is needed."""
GAP_MM: Final = 0.5
FAR_COST: Final = 2.0
"""Ink that a millimetre away from its place costs a disc."""
BEYOND_COST: Final = 12.0
"""Ink that standing on the other side of the walk costs a disc."""
GOOD: Final = 4.0
"""Ink under a disc that is not worth looking farther."""
Feet = Mapping[int, tuple[float, float]]
"""Stop -> where the walk passes it, on the sheet."""
_RINGS: Final = (0.0, 1.2, 2.4, 3.6, 5.0, 7.0, 9.0)
_ANYWHERE: Final = (12.0, 16.0, 22.0, 30.0)
_LEVEL: Final = np.array([[1.0, 0.0], [-1.0, 0.0]])
_UPRIGHT: Final = np.array([[0.0, 1.0], [0.0, -1.0]])


@dataclass(frozen=True)
class Stop:
    """A stop: number, what its house numbers are printed as, place in metres, signs of doors."""

    number: int
    houses: str
    x: float
    y: float
    signs: tuple[str, ...] = ()

    @property
    def houses_mm(self) -> float:
        """Width of its house numbers."""
        return text_mm(self.houses, HOUSE_POINTS)

    @property
    def said_mm(self) -> float:
        """Width of what stands beside its disc: house numbers, then signs."""
        parts = [self.houses_mm] if self.houses else []
        parts += [SIGN_MM] * len(self.signs)
        return sum(parts) + GAP_MM * max(len(parts) - 1, 0)


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


def stops_of(doors: Sequence[Door]) -> list[Stop]:
    """The stops of a turf in walking order."""
    found: dict[int, list[Door]] = {}
    for door in doors:
        found.setdefault(door.stop, []).append(door)
    return [
        Stop(
            number,
            houses_of(group),
            sum(door.x for door in group) / len(group),
            sum(door.y for door in group) / len(group),
            signs_of(group),
        )
        for number, group in found.items()
    ]


def house_number(address: str) -> str:
    """House number an address begins with; empty where there is none."""
    found = re.match(r"\d+[A-Za-z]?(?:-\d+[A-Za-z]?)?(?:\s+\d/\d)?(?=\s|$)", address)
    return found[0] if found else ""


def houses_of(doors: Sequence[Door]) -> str:
    """House numbers of one stop as a map shows them: one, from - to, times how many doors."""
    numbers = list(dict.fromkeys(house_number(door.address) for door in doors))
    numbers = [number for number in numbers if number]
    ordered = sorted(numbers, key=lambda number: (int(re.match(r"\d+", number)[0]), number))  # type: ignore[index]
    if not ordered:
        words = ""
    elif len(ordered) == 1:
        words = ordered[0]
    else:
        words = f"{ordered[0]}\N{EN DASH}{ordered[-1]}"
    if len(doors) > max(len(ordered), 1):
        words = f"{words} \N{MULTIPLICATION SIGN}{len(doors)}".strip()
    return words


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
    stop: Stop, place: Floats, foot: Floats, rings: Sequence[float], sheet: Occupancy
) -> Mark | None:
    """
    A stop's disc and numbers, on the nearest ring where they cover nothing that matters.

    Seen from the walk they rather stand on the door's side.
    """
    disc, high = disc_size(stop.number), HOUSE_POINTS * POINT_MM * 0.85
    high = max(high, SIGN_MM) if stop.signs else high
    wide = stop.said_mm
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
    best: tuple[float, Mark] | None = None
    for radius in rings:
        discs = place + _ring(radius)
        for size, shifts, asides in ways:
            wholes = (shifts[:, None] + discs).reshape(-1, 2)
            beyond = (discs - foot) @ (place - foot) < 0
            cost = sheet.costs(wholes, *size) + BEYOND_COST * np.tile(beyond, len(shifts))
            k = int(np.argmin(cost))
            worth = float(cost[k]) + FAR_COST * radius
            if cost[k] < FULL and (best is None or worth < best[0]):
                x, y = discs[k % len(discs)].tolist()
                right, down_mm = asides[k // len(discs)].tolist()
                house = Box(x + right, y + down_mm, wide, high) if wide else None
                best = worth, Mark(stop, Box(x, y, disc, disc), house)
        if best is not None and best[0] < FAR_COST * radius + GOOD:
            break
    return best[1] if best else None


@cache
def _ring(radius: float) -> Floats:
    """Places around a place."""
    count = 1 if radius == 0 else 12 if radius < FARTHEST_MM else 24
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    points: Floats = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points


def draw_marks(marks: Sequence[Mark], feet: Feet) -> str:
    """Hair lines first, then discs and numbers, so that no line runs over a number."""
    lines, white, discs = [], [], []
    for mark in marks:
        disc = mark.disc
        if mark.stop.number in feet:
            x, y = feet[mark.stop.number]
            lines.append(f"M{x:.2f} {y:.2f} {disc.x:.2f} {disc.y:.2f}")
        discs.append(f'<circle cx="{disc.x:.2f}" cy="{disc.y:.2f}" r="{disc.width / 2:.2f}"/>')
        number = str(mark.stop.number)
        discs.append(svg.text(number, disc.x, disc.y, DISC_POINTS, bold=True, grey=255))
        if box := mark.house:
            left, top = box.x - box.width / 2, box.y - box.height / 2
            white.append(
                f"M{left:.2f} {top:.2f}h{box.width:.2f}v{box.height:.2f}h-{box.width:.2f}z"
            )
            discs.append(svg.text(mark.stop.houses, left, box.y, HOUSE_POINTS, anchor="start"))
            right = left + mark.stop.houses_mm + (GAP_MM if mark.stop.houses else 0.0)
            for k, sign in enumerate(mark.stop.signs):
                discs.append(drawn(sign, right + SIGN_MM / 2 + k * (SIGN_MM + GAP_MM), box.y))
    hair = svg.stroke("".join(lines), 0x80, 0.18)
    return hair + svg.fill("".join(white), 0xFF) + "".join(discs)
