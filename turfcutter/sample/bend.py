"""From paper to ground: a smooth bend of each tile, then the turn of the whole county."""

from typing import Final, NamedTuple

import numpy as np

from turfcutter.sample.sketch import FloatArray

EASE_M: Final = 1100.0
"""Towards the edges of a tile the bend fades out over this distance, so that tiles fit."""


class Wave(NamedTuple):
    """One sine of the bend: metres of amplitude, radians per metre."""

    along: tuple[float, float]
    phase: float
    move: tuple[float, float]


class Bend(NamedTuple):
    """How one tile is bent, where it lies, and how the county is turned."""

    width: float
    height: float
    corner: tuple[float, float]
    centre: tuple[float, float]
    swirl: float
    radius: float
    waves: tuple[Wave, ...]
    turn: float
    origin: tuple[float, float]

    def __call__(self, paper: FloatArray) -> FloatArray:
        """Ground metres of paper points of this tile, shape (n, 2)."""
        x, y = paper[:, 0], paper[:, 1]
        edge = np.minimum(np.minimum(x, self.width - x), np.minimum(y, self.height - y))
        t = np.clip(edge / EASE_M, 0, 1)
        fade = t * t * (3 - 2 * t)
        dx, dy = x - self.centre[0], y - self.centre[1]
        angle = self.swirl * np.exp(-(dx**2 + dy**2) / self.radius**2) * fade
        cos, sin = np.cos(angle), np.sin(angle)
        east = self.centre[0] + cos * dx - sin * dy
        north = self.centre[1] + sin * dx + cos * dy
        for wave in self.waves:
            lift = fade * np.sin(wave.along[0] * x + wave.along[1] * y + wave.phase)
            east = east + wave.move[0] * lift
            north = north + wave.move[1] * lift
        flat = np.column_stack([east + self.corner[0], north + self.corner[1]])
        return turned(flat, self.turn, self.origin)


def turned(flat: FloatArray, turn: float, origin: tuple[float, float]) -> FloatArray:
    """Points turned by an angle (radians) about (0, 0), which is moved to `origin`."""
    cos, sin = np.cos(turn), np.sin(turn)
    x, y = flat[:, 0], flat[:, 1]
    east, north = cos * x - sin * y, sin * x + cos * y
    return np.round(np.column_stack([east + origin[0], north + origin[1]]), 2)


def invent_waves(rng: np.random.Generator) -> tuple[Wave, ...]:
    """Two long swells, a shorter one, and a tremor that keeps streets from being ruled lines."""
    waves = []
    for length, slope in ((3400, 0.13), (2300, 0.12), (900, 0.06), (210, 0.035)):
        heading = rng.uniform(0, 2 * np.pi)
        k = 2 * np.pi / (length * rng.uniform(0.85, 1.2))
        along = (float(k * np.cos(heading)), float(k * np.sin(heading)))
        lean = heading + np.pi / 2 + rng.uniform(-0.6, 0.6)
        size = slope / k
        move = (float(size * np.cos(lean)), float(size * np.sin(lean)))
        waves.append(Wave(along, float(rng.uniform(0, 2 * np.pi)), move))
    return tuple(waves)
