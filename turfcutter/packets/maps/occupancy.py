"""What is taken on a sheet already: a raster in which labels look for free room."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from turfcutter.compiled import compiled, inlined
from turfcutter.packets.maps.frames import Floats

CELL_MM: Final = 0.7
STEP_MM: Final = 0.8 * CELL_MM
"""Most between two points of a rectangle that are looked at: less than a cell."""
FULL: Final = 1000.0
"""Ink from which on a cell is taken: no label goes there."""
AIR_MM: Final = 0.6
"""Room around every label: more than what lies between two points that are looked at."""


@dataclass(frozen=True)
class Box:
    """A label's rectangle: centre and size in millimetres, angle in radians clockwise."""

    x: float
    y: float
    width: float
    height: float
    angle: float = 0.0

    def corners(self) -> Floats:
        """The four corners, shape (4, 2)."""
        half = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [self.width / 2, self.height / 2]
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        corners: Floats = half @ np.array([[cos, sin], [-sin, cos]]) + [self.x, self.y]
        return corners


class Occupancy:
    """
    Ink on a sheet in cells of `CELL_MM`.

    Parameters
    ----------
    width_mm, height_mm
        The sheet; a border of a millimetre is taken from the start.
    """

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self.ink = np.zeros((int(height_mm / CELL_MM) + 2, int(width_mm / CELL_MM) + 2))
        self.ink[:2] = self.ink[-3:] = FULL
        self.ink[:, :2] = self.ink[:, -3:] = FULL

    def costs(
        self, centres: Floats, width: float, height: float, angle: float | Floats = 0.0
    ) -> Floats:
        """
        Ink under a label at each of some centres; `FULL` where it may not go.

        Parameters
        ----------
        centres
            Shape (n, 2), millimetres.
        angle
            Radians clockwise, of all or of each.
        """
        centres = np.ascontiguousarray(centres, np.float64)
        angles = np.empty(len(centres))
        angles[:] = angle
        found = np.empty(len(centres))
        _weigh(self.ink, centres, angles, width / 2 + AIR_MM, height / 2 + AIR_MM, found)
        return found

    def take(self, box: Box) -> None:
        """Let nothing else be put where this label is."""
        _fill(self.ink, box.x, box.y, box.angle, box.width / 2, box.height / 2)

    def draw(self, points: Floats, weight: float) -> None:
        """Add ink at points, shape (n, 2)."""
        _dot(self.ink, np.ascontiguousarray(points, np.float64), weight)


@inlined
def ink_under(ink: Floats, x: float, y: float, angle: float, wide: float, high: float) -> float:
    """Mean ink under a rectangle of half sizes; as soon as a point of it is taken, `FULL`."""
    rows, columns = ink.shape
    across, down = int(2 * wide / STEP_MM) + 1, int(2 * high / STEP_MM) + 1
    points = (across + 1) * (down + 1)
    cos, sin, total = np.cos(angle) / CELL_MM, np.sin(angle) / CELL_MM, 0.0
    left, top = x / CELL_MM, y / CELL_MM
    for n in range(down + 1):
        d = high * (2.0 * n / down - 1.0)
        for m in range(across + 1):
            a = wide * (2.0 * m / across - 1.0)
            column, row = left + a * cos - d * sin, top + a * sin + d * cos
            # Beyond the sheet all is taken, as its border is.
            outside = column < 0 or row < 0 or column >= columns or row >= rows
            under = FULL if outside else ink[int(row), int(column)]
            total += under if under < FULL else points * FULL
        if total >= FULL * points:
            break
    return min(total / points, FULL)


@compiled
def _weigh(
    ink: Floats, centres: Floats, angles: Floats, wide: float, high: float, found: Floats
) -> None:
    """Ink under rectangles of half sizes."""
    for k in range(len(centres)):
        found[k] = ink_under(ink, centres[k, 0], centres[k, 1], angles[k], wide, high)


@compiled
def _fill(ink: Floats, x: float, y: float, angle: float, wide: float, high: float) -> None:
    """Take every cell under a rectangle of half sizes."""
    rows, columns = ink.shape
    across, down = int(2 * wide / STEP_MM) + 1, int(2 * high / STEP_MM) + 1
    cos, sin = np.cos(angle), np.sin(angle)
    for n in range((across + 1) * (down + 1)):
        a = wide * (2.0 * (n % (across + 1)) / across - 1.0)
        d = high * (2.0 * (n // (across + 1)) / down - 1.0)
        column, row = (x + a * cos - d * sin) / CELL_MM, (y + a * sin + d * cos) / CELL_MM
        if 0 <= column < columns and 0 <= row < rows:
            ink[int(row), int(column)] = FULL


@compiled
def _dot(ink: Floats, points: Floats, weight: float) -> None:
    """Add ink at points."""
    rows, columns = ink.shape
    for k in range(len(points)):
        column, row = points[k, 0] / CELL_MM, points[k, 1] / CELL_MM
        if 0 <= column < columns and 0 <= row < rows:
            ink[int(row), int(column)] = max(ink[int(row), int(column)], weight)
