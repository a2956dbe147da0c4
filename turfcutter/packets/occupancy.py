"""What is taken on a sheet already: a raster in which labels look for free room."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from turfcutter.packets.frames import Floats

CELL_MM: Final = 0.7
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
        Ink under a label at each of some centres; `FULL` and more where it may not go.

        Parameters
        ----------
        centres
            Shape (n, 2), millimetres.
        angle
            Radians clockwise, of all or of each.
        """
        offsets = _offsets(width / 2 + AIR_MM, height / 2 + AIR_MM)
        across, down = _turned(offsets, angle)
        x, y = centres[:, :1] + across, centres[:, 1:] + down
        column, row = (x / CELL_MM).astype(np.int32), (y / CELL_MM).astype(np.int32)
        high, wide = self.ink.shape
        # Beyond the sheet all is taken, as its border is.
        column = np.minimum(np.maximum(column, 0), wide - 1)
        row = np.minimum(np.maximum(row, 0), high - 1)
        under = self.ink.ravel()[row * wide + column]
        most: Floats = under.max(axis=1)
        return np.where(most >= FULL, most, under.mean(axis=1))

    def take(self, box: Box) -> None:
        """Let nothing else be put where this label is."""
        x, y = _turned(_offsets(box.width / 2, box.height / 2), box.angle)
        self.draw(np.stack([x[0] + box.x, y[0] + box.y], axis=1), FULL)

    def draw(self, points: Floats, weight: float) -> None:
        """Add ink at points, shape (n, 2)."""
        cells = np.floor(points / CELL_MM).astype(np.int64)
        limit = np.array([self.ink.shape[1], self.ink.shape[0]])
        column, row = cells[((cells >= 0) & (cells < limit)).all(axis=1)].T
        self.ink[row, column] = np.maximum(self.ink[row, column], weight)


@lru_cache(maxsize=512)
def _offsets(wide: float, high: float) -> Floats:
    """Points all over a rectangle of half sizes, in steps shorter than a cell, shape (n, 2)."""
    step = 0.8 * CELL_MM
    across = np.linspace(-wide, wide, int(2 * wide / step) + 2)
    down = np.linspace(-high, high, int(2 * high / step) + 2)
    points: Floats = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    return points


def _turned(offsets: Floats, angle: float | Floats) -> tuple[Floats, Floats]:
    """Offsets turned by each angle: x and y, shape (n_angles, n)."""
    if np.ndim(angle) == 0 and not angle:
        return offsets[None, :, 0], offsets[None, :, 1]
    each = np.reshape(np.asarray(angle, np.float64), (-1, 1))
    cos, sin = np.cos(each), np.sin(each)
    x, y = offsets.T
    return x * cos - y * sin, x * sin + y * cos
