"""What a map has besides streets and stops: the start's flag, north arrow and scale bar."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import shapely

from turfcutter.packets.maps.frames import Floats, Frame
from turfcutter.packets.maps.occupancy import FULL, Box, Occupancy
from turfcutter.packets.press import svg
from turfcutter.packets.press.metrics import text_mm
from turfcutter.packets.turfs.slices import Slice

APART_M: Final = 5.0
"""A walk that ends no farther from its start is closed."""


def flags(turf: Slice, frame: Frame, sheet: Occupancy, texts: Mapping[str, str]) -> str:
    """A flag where the walk begins, and one where it ends unless that is the same place."""
    ends = shapely.get_coordinates(turf.walk)[[0, -1]]
    drawing = _flag(ends[0], frame, sheet, texts["start"])
    if np.hypot(*(ends[1] - ends[0])) > APART_M:
        drawing += _flag(ends[1], frame, sheet, texts["end"])
    return drawing


def _flag(place: Floats, frame: Frame, sheet: Occupancy, word: str) -> str:
    x, y = frame.sheet(place[None])[0].tolist()
    if not (0 <= x <= frame.width_mm and 0 <= y <= frame.height_mm):
        return ""
    wide, high = text_mm(word, 8.5, bold=True) + 2.0, 4.2
    away = np.array([[a * (wide / 2 + 3), b * 5.5] for b in (1, -1) for a in (1, -1, 0)])
    far = np.array([[a * (wide / 2 + 7), b * 10] for b in (1, -1) for a in (1, -1)])
    centres = np.concatenate([away, far]) + np.array([x, y])
    cost = sheet.costs(centres, wide, high)
    best = int(np.argmin(cost))
    ring = (
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2.1" fill="#fff" stroke="#000" stroke-width="0.7"/>'
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="0.8"/>'
    )
    sheet.take(Box(x, y, 4.4, 4.4))
    cx, cy = centres[best].tolist()
    if cost[best] >= FULL:
        return ring
    sheet.take(Box(cx, cy, wide, high))
    return (
        f'<path d="M{x:.2f} {y:.2f} {cx:.2f} {cy:.2f}" stroke="#000" stroke-width="0.4"/>{ring}'
        f'<rect x="{cx - wide / 2:.2f}" y="{cy - high / 2:.2f}" width="{wide:.2f}"'
        f' height="{high:.2f}" rx="0.8"/>' + svg.text(word, cx, cy, 8.5, bold=True, grey=255)
    )


def compass(frame: Frame, sheet: Occupancy, points: Floats) -> str:
    """North arrow and scale bar, in the corner that is farthest from all stops."""
    wide, high = 46.0, 14.0
    x = np.array([wide / 2 + 2, frame.width_mm - wide / 2 - 2])
    y = np.array([frame.height_mm - high / 2 - 2, high / 2 + 2])
    corners = np.array([[a, b] for b in y for a in x])
    gap = np.abs(corners[:, None, :] - points) - [wide / 2, high / 2]
    near = np.maximum(gap, 0).sum(axis=2).min(axis=1)
    best = int(np.argmax(np.minimum(near, 10.0)))
    cx, cy = corners[best].tolist()
    sheet.take(Box(cx, cy, wide, high))
    length_m = next(
        (each for each in (1000, 500, 200, 100, 50, 20) if each * frame.scale <= 31), 10
    )
    long = length_m * frame.scale
    left, base = cx - wide / 2 + 12, cy + 3.5
    bar = (
        f'<rect x="{cx - wide / 2:.2f}" y="{cy - high / 2:.2f}" width="{wide}" height="{high}"'
        f' fill="#fff" stroke="#999" stroke-width="0.2"/>'
        f'<path d="M{left:.2f} {base:.2f}h{long:.2f}v1.2h-{long:.2f}z" fill="#fff" stroke="#000"'
        f' stroke-width="0.25"/>'
        f'<path d="M{left:.2f} {base:.2f}h{long / 2:.2f}v1.2h-{long / 2:.2f}z"/>'
    )
    feet = f"{length_m * 3.28084:,.0f} ft" if length_m < 400 else f"{length_m / 1609.344:.1f} mi"
    words = f"{length_m:,} m = {feet}"
    bar += svg.text(words, left, base - 3.4, 7.5, anchor="start")
    arrow = (
        f'<g transform="translate({cx - wide / 2 + 6:.2f} {cy:.2f})rotate({frame.north:.1f})">'
        '<path d="M0 -5.5 2.2 1.5 0 0.2 -2.2 1.5z"/></g>'
    )
    radians = np.radians(frame.north)
    nx, ny = cx - wide / 2 + 6 - 4.0 * np.sin(radians), cy + 4.0 * np.cos(radians)
    return bar + arrow + svg.text("N", float(nx), float(ny), 8, bold=True)
