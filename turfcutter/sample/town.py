"""Draw one town: its roads, what runs through it, and what fills its superblocks."""

from typing import Final

import numpy as np

from turfcutter.sample import names
from turfcutter.sample.cells import fill_culs, fill_grid, fill_mobile, fill_park, fill_shops
from turfcutter.sample.country import draw_countryside, draw_through_lines
from turfcutter.sample.layout import (
    EAST,
    NORTH,
    SOUTH,
    WEST,
    Layout,
    Style,
    Tile,
    kinds_of,
    lay_out,
    prefixed,
)
from turfcutter.sample.names import Namer
from turfcutter.sample.ring import fill_ring
from turfcutter.sample.roads import draw_boundary_roads
from turfcutter.sample.sketch import METRES_PER_NUMBER, Cell, Line, Sketch, point_of, snapped

FLATS_SHARE, FLATS_PITCH_M = 0.5, 120.0
"""Part of a superblock that apartment blocks take, and the distance of their drives."""

NARROW_M: Final = 34.0
"""How far a ring road keeps from the edge of half a superblock."""

MOBILE_M: Final = 176.0
"""Size of a mobile-home park."""


def draw_town(
    tile: Tile, style: Style, rng: np.random.Generator, *, tower: bool
) -> tuple[Sketch, Layout]:
    """
    Draw one town with everything that belongs to it.

    Parameters
    ----------
    tile, style
        The ground and the manner.
    rng
        The only source of chance.
    tower
        Whether downtown has a street that carries the tower of 180 units.

    Returns
    -------
    sketch, layout
        The drawing in paper metres from the tile's south-west corner, and its plan.
    """
    layout = lay_out(tile, style, rng)
    name = Namer(rng)
    kinds = kinds_of(layout, style, rng)
    sketch = Sketch()
    draw_boundary_roads(sketch, layout, kinds, style, name)
    draw_through_lines(sketch, layout, rng)
    draw_countryside(sketch, layout, style, rng)
    _fill(sketch, layout, kinds, style, rng, name)
    if tower:
        _tower_street(sketch, layout)
    return sketch, layout


def _fill(
    sketch: Sketch,
    layout: Layout,
    kinds: dict[tuple[int, int], str],
    style: Style,
    rng: np.random.Generator,
    name: Namer,
) -> None:
    """Fill every superblock according to its kind."""
    uprights = [_city_streets(layout, rng, i, upright=True) for i in range(len(layout.cols))]
    levels = [_city_streets(layout, rng, j, upright=False) for j in range(len(layout.rows))]
    for (i, j), kind in sorted(kinds.items()):
        cell = _cell(layout, i, j)
        if kind in ("downtown", "grid"):
            part = NORTH if j >= layout.main else SOUTH, EAST if i >= layout.central else WEST
            streets = [
                [line._replace(name=prefixed(line.name, direction, style)) for line in lines]
                for lines, direction in zip((uprights[i], levels[j]), part, strict=True)
            ]
            fill_grid(sketch, cell, streets[0], streets[1], rng, downtown=kind == "downtown")
        elif kind == "culs":
            fill_culs(sketch, cell, name, rng, style.pitch_m)
        elif kind == "ring":
            fill_ring(sketch, cell, name, rng, pitch=style.pitch_m)
        elif kind == "flats":
            _flats(sketch, cell, style, rng, name)
        elif kind == "park":
            fill_park(sketch, cell, name("Park"), rng)
        elif kind == "shops":
            fill_shops(sketch, cell, rng)
        else:
            _mobile(sketch, layout, cell, i, style, rng, name)


def _cell(layout: Layout, i: int, j: int) -> Cell:
    (x0, x1), (y0, y1) = layout.cols[i], layout.rows[j]
    roads = "WN" + ("" if i + 1 == layout.freeway else "E")
    return Cell(x0, y0, x1, y1, roads + ("" if j in (layout.river, layout.rail) else "S"))


def _flats(sketch: Sketch, cell: Cell, style: Style, rng: np.random.Generator, name: Namer) -> None:
    """Apartment blocks in the west of a superblock, a ring of houses in its east."""
    middle = round(cell.x0 + FLATS_SHARE * cell.width, 2)
    west = cell._replace(x1=middle, roads=cell.roads.replace("E", ""))
    east = cell._replace(x0=middle, roads=cell.roads.replace("W", ""))
    fill_ring(sketch, west, name, rng, pitch=FLATS_PITCH_M, front="flats", edge=NARROW_M)
    fill_ring(sketch, east, name, rng, pitch=style.pitch_m, edge=NARROW_M)


def _mobile(
    sketch: Sketch,
    layout: Layout,
    cell: Cell,
    i: int,
    style: Style,
    rng: np.random.Generator,
    name: Namer,
) -> None:
    """A mobile-home park in the south-west of a superblock, a ring of houses in its east."""
    x = layout.cols[i][0]
    road = next(
        line
        for line in sketch.lines
        if line.axis == "y"
        and line.points[0, 0] == x
        and cell.y0 <= line.points[0, 1] <= line.points[-1, 1] <= cell.y1
    )
    bottom = cell.y0 + 20
    gate = bottom + MOBILE_M / 2
    # even numbers are on the right of a road: east, where it is drawn northwards
    number = 100 + 2 * int(abs(gate - layout.y_main) / METRES_PER_NUMBER / 2)
    lot = Cell(cell.x0, bottom, cell.x0 + MOBILE_M, bottom + MOBILE_M, "W")
    fill_mobile(sketch, lot, f"{number}|{road.name}", rng)
    rest = Cell(cell.x0 + MOBILE_M, cell.y0, cell.x1, cell.y1, cell.roads.replace("W", ""))
    fill_ring(sketch, rest, name, rng, pitch=style.pitch_m, edge=NARROW_M)


def _city_streets(
    layout: Layout, rng: np.random.Generator, at: int, *, upright: bool
) -> list[Line]:
    """The grid streets of one column or row; named once, so that they go on across the town."""
    low, high = (layout.cols if upright else layout.rows)[at]
    count = max(2, round((high - low) / (102 if upright else 128))) - 1
    places = np.linspace(low, high, count + 2)[1:-1] + rng.uniform(-7, 7, count)
    trees = [f"{name} Street" for name in names.TREES + names.PRESIDENTS + names.PEOPLE]
    numbered = [f"{name} Avenue" for name in names.NUMBERED]
    titles = (trees if upright else numbered)[at * 4 if upright else at * 3 :]
    axis, zero = ("y", layout.y_main) if upright else ("x", layout.x_central)
    lines = []
    for place, title in zip(places.tolist(), titles, strict=False):
        point = (place, 0.0) if upright else (0.0, place)
        lines.append(Line(snapped([point, point]), title, "residential", axis=axis, zero=zero))
    return lines


def _tower_street(sketch: Sketch, layout: Layout) -> None:
    """Mark the piece of Main Street where the tower stands."""
    for k, line in enumerate(sketch.lines):
        start = (layout.x_central, layout.y_main)
        if line.axis == "x" and point_of(line.points[0]) == start:
            sketch.lines[k] = line._replace(front="tower")
