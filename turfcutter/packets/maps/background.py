"""What lies under the walk on a map: water, parks, rail, freeways, streets; in greys."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from turfcutter.packets.maps.frames import NOTHING, Floats, Frame
from turfcutter.packets.maps.occupancy import Occupancy
from turfcutter.packets.press import svg
from turfcutter.packets.press.metrics import POINT_MM
from turfcutter.packets.turfs.slices import Layer, Shapes

BESIDE_M: Final = 3.0
"""How far from the middle of its street a walk is drawn, as `turfcutter.streets.traces` has it."""
WIDE: Final = frozenset({"primary", "secondary", "trunk", "tertiary"})
SMALL: Final = frozenset({"service", "pedestrian", "living_street", "track"})
PATHS: Final = frozenset({"footway", "path", "cycleway", "bridleway", "corridor", "crossing"})
"""Kinds drawn only where the walk follows them: most run beside a street that is drawn."""
HOUSES: Final = 0.2
"""Millimetres a metre from which on buildings are drawn: smaller ones are specks."""
STREET_INK, ROUTE_INK = 4.0, 40.0
STEPS_MM: Final = 1.3
ROUND: Final = 'stroke-linecap="round"'
DASHES: Final = 'stroke-dasharray="1.2 0.9"'


@dataclass(frozen=True)
class Roads:
    """Streets on a sheet: `lines` by name (merged pieces of each), and the drawing under them."""

    lines: dict[str, list[Any]]
    drawing: str
    width_mm: float

    def beside(self, points: float) -> float:
        """How far from the middle of a street its name goes; 0 where it has room inside."""
        high = points * POINT_MM
        return 0.0 if self.width_mm > 0.8 * high else (self.width_mm + high) / 2 + 0.9


def on_sheet(shapes: Shapes, frame: Frame) -> Shapes:
    """Geometries on the sheet, cut off at its edge; some may be empty."""
    return cut_off(frame.shapes(np.asarray(shapes, object)), frame)


def cut_off(shapes: Shapes, frame: Frame) -> Shapes:
    """Geometries of the sheet cut off at its edge; some may be empty."""
    low, high = np.split(shapely.bounds(shapes), 2, axis=1)
    over = ~((low >= 0) & (high <= [frame.width_mm, frame.height_mm])).all(axis=1)
    cut: Shapes = shapes.copy()
    cut[over] = shapely.clip_by_rect(shapes[over], 0.0, 0.0, frame.width_mm, frame.height_mm)
    # What only touches the edge comes back as a line of one point, which nothing can work with.
    cut[shapely.length(cut) == 0] = NOTHING
    return cut


def draw_base(layer: Layer, frame: Frame) -> str:
    """Areas first, then what crosses them."""
    if frame.scale < HOUSES:
        layer = layer.some(np.flatnonzero(layer.kind != "building"))
    shapes, kind = on_sheet(layer.shapes, frame), layer.kind
    there = ~shapely.is_empty(shapes)
    shapes, kind = shapes[there], kind[there]
    areas = shapely.get_dimensions(shapes) == 2
    houses = svg.path(shapes[areas & (kind == "building")])
    rail, freeway = (svg.path(shapes[~areas & (kind == way)]) for way in ("rail", "motorway"))
    parts = [
        svg.fill(shapes[areas & (kind == "park")], 0xEC),
        svg.fill(shapes[areas & (kind == "water")], 0xD4),
        svg.stroke(shapes[~areas & (kind == "water")], 0xC4, 0.9),
        svg.fill(houses, 0xF0),
        svg.stroke(houses, 0xC8, 0.12),
        svg.stroke(rail, 0x60, 0.3),
        svg.stroke(rail, 0x60, 1.3, 'stroke-dasharray="0.25 2.2"'),
        svg.stroke(freeway, 0x90, 2.6),
        svg.stroke(freeway, 0xE4, 1.9),
        svg.stroke(freeway, 0x90, 0.2),
    ]
    return "".join(parts)


def draw_roads(layer: Layer, frame: Frame, walked: frozenset[str], sheet: Occupancy) -> Roads:
    """
    Streets as white bands between two lines, so that names and notes stay readable on them.

    Parameters
    ----------
    walked
        Names of the streets that the walk follows.
    sheet
        Where the ink of the bands is noted.
    """
    shapes, name = on_sheet(layer.shapes, frame), layer.name
    there = ~shapely.is_empty(shapes)
    shapes, name = shapes[there], name[there]
    kind = layer.kind[there]
    on_walk = np.array([each in walked for each in name], bool)
    # The walk's line must stay outside the band.
    width = float(np.clip(2 * (BESIDE_M * frame.scale - 0.55), 0.5, 3.6))
    path = np.array([each in PATHS for each in kind], bool)
    steps = kind == "steps"
    band = np.full(len(shapes), width)
    band[np.array([each.removesuffix("_link") in WIDE for each in kind], bool)] *= 1.15
    band[np.array([each in SMALL for each in kind], bool) & ~on_walk] *= 0.5
    band[path | steps] = 0.0
    parts = [
        svg.stroke(shapes[path & on_walk], 0x90, 0.3, DASHES),
        svg.stroke(shapes[steps], 0x50, STEPS_MM, 'stroke-dasharray="0.3 0.45"'),
    ]
    paths = {wide: svg.path(shapes[band == wide]) for wide in sorted({*band.tolist()} - {0.0})}
    parts += [svg.stroke(data, 0x78, wide + 0.44, ROUND) for wide, data in paths.items()]
    parts += [svg.stroke(data, 0xFF, wide, ROUND) for wide, data in paths.items()]
    inked = np.where(steps, STEPS_MM, band)
    sheet.draw(_along(shapes[inked > 0], inked[inked > 0]), STREET_INK)
    named = (name != "") & ((band > 0) | (path & on_walk))
    return Roads(_merged(shapes[named], name[named]), "".join(parts), width)


def _merged(pieces: Shapes, names: Shapes) -> dict[str, list[Any]]:
    """Street -> its pieces joined where they meet, longest first."""
    lines, piece = shapely.get_parts(pieces, return_index=True)
    kept = shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING
    streets, code = np.unique(names[piece[kept]].astype(str), return_inverse=True)
    order = np.argsort(code, kind="stable")
    whole = shapely.multilinestrings(lines[kept][order], indices=code[order])
    joined, street = shapely.get_parts(shapely.line_merge(whole), return_index=True)
    ends = shapely.get_coordinates(shapely.get_point(joined, 0))
    order = np.lexsort((*ends.T.round(3), -shapely.length(joined).round(3), street))
    found: dict[str, list[Any]] = {name: [] for name in streets.tolist()}
    for row in order.tolist():
        found[str(streets[street[row]])].append(joined[row])
    return found


def _along(shapes: Shapes, band: Floats) -> Floats:
    """Points all along lines and over their bands, close enough to leave no cell out."""
    points, line = shapely.get_coordinates(shapely.segmentize(shapes, 0.4), return_index=True)
    if not len(points):
        return points
    way = np.diff(points, axis=0, append=points[-1:])
    way[:-1][line[1:] != line[:-1]] = 0
    size = np.maximum(np.hypot(*way.T), 1e-9)[:, None]
    normal = np.stack([-way[:, 1], way[:, 0]], axis=1) / size * band[line][:, None]
    shifts = np.linspace(-0.5, 0.5, int(band.max() / 0.45) + 2)
    found: Floats = (points + shifts[:, None, None] * normal).reshape(-1, 2)
    return found


def dense(shape: Any) -> Floats:  # noqa: ANN401
    """Points along a geometry, 0.4 mm apart at most."""
    points: Floats = shapely.get_coordinates(shapely.segmentize(shape, 0.4))
    return points
