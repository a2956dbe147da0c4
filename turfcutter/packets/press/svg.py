"""Pieces of SVG: numbers short, text escaped, nothing else in it."""

from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import shapely

from turfcutter.packets.press.code128 import bars
from turfcutter.packets.press.metrics import POINT_MM


def path(shapes: Any) -> str:  # noqa: ANN401 - one geometry or an array of them
    """Path data of lines and polygons; rings are closed."""
    if isinstance(shapes, np.ndarray) and not len(shapes):
        return ""
    flat = shapely.get_parts(shapely.get_parts(np.atleast_1d(shapes)))
    rings = shapely.get_type_id(flat) == shapely.GeometryType.POLYGON
    if rings.any():
        flat = np.concatenate([flat[~rings], shapely.get_rings(flat[rings])])
    xy, index = shapely.get_coordinates(flat, return_index=True)
    if not len(index):
        return ""
    # One text of all numbers, then one a point: formatting each by itself takes thrice as long.
    points = str(xy.round(2).tolist())[2:-2].split("], [")
    for first in np.flatnonzero(np.diff(index, prepend=-1)).tolist():
        points[first] = f"M{points[first]}"
    return " ".join(points)


def stroke(shapes: Any, grey: int, width: float, extra: str = "") -> str:  # noqa: ANN401
    """Lines of one grey (0 black, 255 white) and width in millimetres."""
    data = shapes if isinstance(shapes, str) else path(shapes)
    if not data:
        return ""
    return (
        f'<path d="{data}" fill="none" stroke="#{grey:02x}{grey:02x}{grey:02x}"'
        f' stroke-width="{width:.2f}" stroke-linejoin="round" {extra}/>'
    )


def fill(shapes: Any, grey: int) -> str:  # noqa: ANN401
    """Areas of one grey."""
    data = shapes if isinstance(shapes, str) else path(shapes)
    if not data:
        return ""
    return f'<path d="{data}" fill="#{grey:02x}{grey:02x}{grey:02x}" fill-rule="evenodd"/>'


def text(
    words: str,
    x: float,
    y: float,
    points: float,
    *,
    anchor: str = "middle",
    bold: bool = False,
    grey: int = 0,
    turn: float = 0.0,
) -> str:
    """A line of text whose middle line runs through `x`, `y`, turned by degrees about it."""
    size = points * POINT_MM
    move = f"translate({x:.2f} {y:.2f})" + (f"rotate({turn:.1f})" if abs(turn) > 0.05 else "")
    return (
        f'<text transform="{move}" y="{0.36 * size:.2f}" font-size="{size:.2f}"'
        f" {_face(anchor, bold, grey)}>{escape(words)}</text>"
    )


def texts(
    each: Iterable[tuple[str, float, float]],
    points: float,
    *,
    anchor: str = "middle",
    bold: bool = False,
    grey: int = 0,
) -> str:
    """Level texts of one kind, words with their place as of `text`: quicker than each by itself."""
    size = points * POINT_MM
    spans = "".join(
        f'<tspan x="{x:.2f}" y="{y + 0.36 * size:.2f}">{escape(words)}</tspan>'
        for words, x, y in each
    )
    return (
        f'<text font-size="{size:.2f}" {_face(anchor, bold, grey)}>{spans}</text>' if spans else ""
    )


def _face(anchor: str, bold: bool, grey: int) -> str:  # noqa: FBT001 - as `text` has them
    weight = ' font-weight="700"' if bold else ""
    colour = f' fill="#{grey:02x}{grey:02x}{grey:02x}"' if grey else ""
    return f'text-anchor="{anchor}"{weight}{colour}'


def rectangle(x: float, y: float, width: float, height: float) -> str:
    """Path data of a rectangle from its upper left corner on."""
    return f"M{x:.2f} {y:.2f}h{width:.2f}v{height:.2f}h-{width:.2f}z"


def pill(x: float, y: float, width: float, height: float) -> str:
    """Path data of a rectangle with round ends; a disc where it is as wide as it is high."""
    radius, flat = height / 2, width - height
    end = f"a{radius:.2f} {radius:.2f} 0 0 1 0 "
    return f"M{x + radius:.2f} {y:.2f}h{flat:.2f}{end}{height:.2f}h-{flat:.2f}{end}-{height:.2f}z"


def document(content: str, width_mm: float, height_mm: float, *, clip: bool = True) -> str:
    """A whole drawing in millimetres, clipped to its sheet unless nothing can reach beyond."""
    if clip:
        content = (
            f'<clipPath id="sheet"><rect width="{width_mm:g}" height="{height_mm:g}"/></clipPath>'
            f'<g clip-path="url(#sheet)">{content}</g>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm:g}mm" height="{height_mm:g}mm"'
        f' viewBox="0 0 {width_mm:g} {height_mm:g}" font-family="Noto Sans">{content}</svg>'
    )


def bar_code(text: str, module_mm: float, height_mm: float) -> str:
    """A drawing of nothing but bars; the quiet zones beside them are the page's."""
    data, wide = bars(text)
    content = f'<path transform="scale({module_mm:g} {height_mm:g})" d="{data}"/>'
    return document(content, round(wide * module_mm, 2), height_mm, clip=False)


def bar_codes(codes: Sequence[tuple[float, float, float, float, str]]) -> str:
    """Bars of several codes, each at x, y with its module and height in millimetres."""
    return "".join(
        f'<path transform="translate({x:g} {y:g})scale({module:g} {high:g})" d="{bars(code)[0]}"/>'
        for x, y, module, high, code in codes
    )
