"""Where metres of the ground come to lie on a sheet: turned and scaled to fill it."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]

CLOSEST: Final = 1.8
"""Most millimetres a metre of ground gets (1:556): closer shows nothing more."""
NOTHING: Final = shapely.GeometryCollection()
TURNED: Final = 1.3
"""A sheet is turned by an odd angle only where that makes it so much larger."""


@dataclass(frozen=True)
class Frame:
    """
    A sheet of `width_mm` x `height_mm`, y down, and the ground it shows.

    Parameters
    ----------
    scale
        Millimetres of paper for a metre.
    turn
        Radians the ground is turned counter-clockwise.
    centre
        The ground in the middle, metres, shape (2,).
    """

    width_mm: float
    height_mm: float
    scale: float
    turn: float
    centre: Floats

    def sheet(self, xy: Floats) -> Floats:
        """Ground in metres -> sheet in millimetres, shape (n, 2)."""
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        east, north = (np.asarray(xy, np.float64) - self.centre).T
        x = self.width_mm / 2 + self.scale * (cos * east - sin * north)
        y = self.height_mm / 2 - self.scale * (sin * east + cos * north)
        return np.stack([x, y], axis=1)

    def shapes(self, shapes: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Geometries moved onto the sheet; what lies beyond it is empty."""
        bounds, (low, high) = shapely.bounds(shapes), self._ground()
        near = ((bounds[:, :2] <= high) & (bounds[:, 2:] >= low)).all(axis=1)
        moved = np.full(len(shapes), NOTHING, object)
        moved[near] = shapely.transform(shapes[near], self.sheet)
        return moved

    def _ground(self) -> tuple[Floats, Floats]:
        """The least and the greatest metres east and north that the sheet shows."""
        half = np.array([self.width_mm, self.height_mm]) / (2 * self.scale)
        reach = np.abs(_rotation(self.turn)).T @ half
        return self.centre - reach, self.centre + reach

    @property
    def north(self) -> float:
        """Direction of north on the sheet, degrees clockwise from up."""
        return float(-np.degrees(self.turn))


def fit(
    points: Floats,
    width_mm: float,
    height_mm: float,
    margin_mm: float,
    closest: float = CLOSEST,
) -> Frame:
    """
    The frame in which all points fill a sheet.

    North stays up unless a quarter turn, or any turn, makes the drawing `TURNED` times as large.

    Parameters
    ----------
    points
        Metres, shape (n, 2).
    width_mm, height_mm, margin_mm
        The sheet, and what stays free of points along its edges.
    closest
        Most millimetres a metre gets.
    """
    hull = shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(points)))
    edges = np.diff(hull, axis=0) if len(hull) > 1 else np.zeros((0, 2))
    odd = -np.arctan2(edges[:, 1], edges[:, 0])
    # A turn past the quarter would set north lower than east: nobody reads such a map.
    odd = (odd + np.pi / 4) % (np.pi / 2) - np.pi / 4
    turns = np.concatenate([[0.0, np.pi / 2], odd, odd + np.pi / 2, odd - np.pi / 2])
    turns = turns[np.abs(turns) <= np.pi / 2 + 1e-9]
    room = np.array([width_mm, height_mm]) - 2 * margin_mm
    turned = hull @ np.array([_rotation(turn) for turn in turns]).transpose(0, 2, 1)
    low, high = turned.min(axis=1), turned.max(axis=1)
    scales = np.minimum(closest, (room / np.maximum(high - low, 1.0)).min(axis=1))
    worth, best = np.where(turns == 0, TURNED, 1.0) * scales, 0
    for row in range(1, len(turns)):
        # A turn that is hardly worth more is none.
        if worth[row] > worth[best] * (1 + 1e-9):
            best = row
    turn = float(turns[best])
    centre = _rotation(-turn) @ ((low[best] + high[best]) / 2)
    return Frame(width_mm, height_mm, float(scales[best]), turn, centre)


def _rotation(turn: float) -> Floats:
    cos, sin = np.cos(turn), np.sin(turn)
    return np.array([[cos, -sin], [sin, cos]])
