"""
A town on paper: lines, areas and marks in metres, before they are bent into shape.

On paper roads meet exactly: coordinates lie on a grid of 1 cm, so that a junction is a point
that two lines share.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Tags = tuple[tuple[str, str], ...]
Point = tuple[float, float]

RIVER: Final = "river"
RAIL: Final = "rail"
METRES_PER_NUMBER: Final = 1.2
"""House numbers rise by a hundred in 120 m."""

ARTERIALS: Final = ("primary", "secondary")
BRIDGE: Final[Tags] = (("bridge", "yes"), ("layer", "1"))
TURNING: Final[Tags] = (("highway", "turning_circle"),)


class Line(NamedTuple):
    """
    A road, footway, railway or river.

    Parameters
    ----------
    points
        Paper metres, shape (n, 2).
    name, kind
        Name and OSM highway value, or `RIVER` or `RAIL`.
    front, sides
        What stands along it (a key of `houses.LOTS`, or nothing) and on which sides: L, R.
    axis, zero
        House numbers count from `zero` along ``x`` or ``y``, or along the line itself.
    site
        Address that all units on this line share, as ``number|street``.
    level
        Lines of one level meet where they cross.
    alone
        Not connected with the rest on purpose.
    """

    points: FloatArray
    name: str
    kind: str
    front: str = ""
    sides: str = "LR"
    axis: str = ""
    zero: float = 0.0
    site: str = ""
    tags: Tags = ()
    level: int = 0
    alone: bool = False


class Area(NamedTuple):
    """A park, a pond, a river bed, a shop; `hole` is an inner ring (an island in the pond)."""

    ring: FloatArray
    tags: Tags
    hole: FloatArray | None = None


class Mark(NamedTuple):
    """A tag on one point of a line."""

    point: Point
    tags: Tags


@dataclass
class Sketch:
    """Everything drawn so far."""

    lines: list[Line] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


class Cell(NamedTuple):
    """A superblock on paper; `roads` names the sides (W, E, S, N) where a road runs along it."""

    x0: float
    y0: float
    x1: float
    y1: float
    roads: str

    @property
    def width(self) -> float:
        """Metres from west to east."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Metres from south to north."""
        return self.y1 - self.y0


def snapped(points: object) -> FloatArray:
    """Points on the grid of 1 cm."""
    return np.asarray(points, dtype=np.float64).round(2)


def point_of(point: FloatArray) -> Point:
    """One row of points as a pair."""
    return float(point[0]), float(point[1])
