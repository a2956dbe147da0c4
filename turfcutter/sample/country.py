"""What runs through a town and beyond it: river, railway, freeway, highways, farms, an island."""

from itertools import pairwise
from typing import Final

import numpy as np

from turfcutter.sample.layout import EAST, NORTH, SOUTH, WEST, Layout, Style, prefixed
from turfcutter.sample.sketch import (
    BRIDGE,
    RAIL,
    RIVER,
    TURNING,
    Area,
    FloatArray,
    Line,
    Mark,
    Sketch,
    Tags,
    point_of,
    snapped,
)

STEPS: Final = 16
"""Points of an eased line."""

FARMED: Final = 11
"""Farms line so many steps of a road out of town."""

BRIDGES: Final = (2, 4, 6)
"""Pieces of the freeway that are bridges, from the south."""


def _ease(start: float, stop: float, count: int = STEPS) -> FloatArray:
    """A smooth change from one coordinate to another."""
    t = (1 - np.cos(np.linspace(0, np.pi, count))) / 2
    return start + (stop - start) * t


def _through(layout: Layout, inside: float, edge: float) -> FloatArray:
    """A line from the west edge of the tile through the town to the east edge, shape (n, 2)."""
    low, high = layout.cols[0][0], layout.cols[-1][1]
    west = np.column_stack([np.linspace(0, low, STEPS), _ease(edge, inside)])
    town = np.column_stack([np.linspace(low, high, 40)[1:-1], np.full(38, inside)])
    east = np.column_stack([np.linspace(high, layout.tile.width, STEPS), _ease(inside, edge)])
    return np.concatenate([west, town, east])


def draw_through_lines(sketch: Sketch, layout: Layout, rng: np.random.Generator) -> None:
    """River, railway and freeway, from edge to edge of the tile."""
    river_edge, _, rail_edge = layout.tile.levels
    bed = _through(
        layout, (layout.rows[layout.river - 1][1] + layout.rows[layout.river][0]) / 2, river_edge
    )
    inner = np.clip(np.minimum(bed[:, 0], layout.tile.width - bed[:, 0]) / 600, 0, 1)
    bed[:, 1] += 16 * inner * np.sin(bed[:, 0] / 170 + rng.uniform(0, 6))
    half = 22 + 6 * inner * np.sin(bed[:, 0] / 310 + rng.uniform(0, 6))
    banks = np.column_stack([bed[:, 1] - half, bed[:, 1] + half])
    ring = np.concatenate(
        [np.column_stack([bed[:, 0], banks[:, 0]]), np.column_stack([bed[:, 0], banks[:, 1]])[::-1]]
    )
    water = (("natural", "water"), ("water", "river"), ("name", "Sample River"))
    sketch.areas.append(Area(snapped(ring), water))
    sketch.lines.append(Line(snapped(bed), "Sample River", RIVER, level=-1))
    y_rail = (layout.rows[layout.rail - 1][1] + layout.rows[layout.rail][0]) / 2
    track = _through(layout, y_rail, rail_edge)
    sketch.lines.append(Line(snapped(track), "Valley Railway", RAIL))
    _freeway(sketch, layout)


def _freeway(sketch: Sketch, layout: Layout) -> None:
    """Two carriageways; on bridges over the river, the railway and Main Street."""
    edge = layout.tile.uprights[0]
    inside = (layout.cols[layout.freeway - 1][1] + layout.cols[layout.freeway][0]) / 2
    low, high = layout.rows[0][0], layout.rows[-1][1]
    rows = layout.rows
    spans = [
        (rows[layout.river - 1][1], rows[layout.river][0]),
        (layout.y_main - 16, layout.y_main + 16),
        (rows[layout.rail - 1][1] + 4, rows[layout.rail][0] - 4),
    ]
    stops = [low, *(y for span in spans for y in span), high]
    south = np.column_stack([_ease(edge, inside), np.linspace(0, low, STEPS)])
    north = np.column_stack([_ease(inside, edge), np.linspace(high, layout.tile.height, STEPS)])
    pieces = [south]
    pieces += [np.array([(inside, a), (inside, b)]) for a, b in pairwise(stops)]
    pieces += [north]
    for off in (-9.0, 9.0):
        for k, piece in enumerate(pieces):
            tags: Tags = (("oneway", "yes"), ("ref", "SR 999"))
            tags += BRIDGE if k in BRIDGES else ()
            points = piece + np.array([off, 0.0])
            points = points if off > 0 else points[::-1]
            motorway = Line(snapped(points), "Sample Freeway", "motorway", tags=tags, level=1)
            sketch.lines.append(motorway)


def draw_countryside(
    sketch: Sketch, layout: Layout, style: Style, rng: np.random.Generator
) -> None:
    """County road and highway to the edges of the tile, the farm road, the island of streets."""
    cols, rows, tile = layout.cols, layout.rows, layout.tile
    x_edge, y_edge = tile.uprights[1], tile.levels[1]
    x, y = layout.x_central, layout.y_main
    arms = {
        EAST: (np.linspace(cols[-1][1], tile.width, STEPS), _ease(y, y_edge)),
        NORTH: (_ease(x, x_edge), np.linspace(rows[-1][1], tile.height, STEPS)),
        WEST: (np.linspace(cols[0][0], 0, STEPS), _ease(y, y_edge)),
        SOUTH: (_ease(x, x_edge), np.linspace(rows[0][0], 0, STEPS)),
    }
    for direction, (east, north) in arms.items():
        _arm(sketch, layout, style, direction, snapped(np.column_stack([east, north])))
    _farm_road(sketch, (float(arms[NORTH][0][6]), float(arms[NORTH][1][6])), rng)
    _island(sketch, (sum(cols[-1]) / 2, rows[0][0] - 330.0), rng)


def _arm(sketch: Sketch, layout: Layout, style: Style, direction: int, points: FloatArray) -> None:
    """A road from the town, where farms are, to the edge of the tile, where none are."""
    level = direction in (EAST, WEST)
    title = prefixed("County Road 12" if level else "Highway 7", direction, style)
    arm = Line(points, title, "secondary" if level else "primary", tags=(("sidewalk", "no"),))
    arm = arm._replace(
        axis="x" if level else "y", zero=layout.x_central if level else layout.y_main
    )
    for part, front in ((points[: FARMED + 1], "farm"), (points[FARMED:], "")):
        forward = part if direction in (EAST, NORTH) else part[::-1]
        sketch.lines.append(arm._replace(points=forward, front=front))


def _farm_road(sketch: Sketch, root: tuple[float, float], rng: np.random.Generator) -> None:
    """A long road east from the highway, with farmhouses far back from it."""
    along = np.linspace(0, rng.uniform(1100, 1500), 14)
    points = np.column_stack([root[0] + along, root[1] + 60 * np.sin(along / 330)])
    farm = Line(snapped(points), "Peña Dairy Road", "unclassified", "farm", zero=-4000.0)
    sketch.lines.append(farm)


def _island(sketch: Sketch, at: tuple[float, float], rng: np.random.Generator) -> None:
    """A few houses on streets that no mapped road leads to."""
    x, y = at
    bend = rng.uniform(-10, 10)
    first = snapped([(x - 70, y), (x, y + bend), (x + 45, y)])
    second = snapped([(x, y + bend), (x + 6, y - 60)])
    street = Line(first, "Heron Island Road", "residential", "house", zero=-900.0, alone=True)
    sketch.lines.append(street)
    sketch.lines.append(street._replace(points=second, name="Pelican Court"))
    sketch.marks.append(Mark(point_of(second[-1]), TURNING))
