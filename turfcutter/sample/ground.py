"""How many towns a county has, where they lie, and building them."""

from math import ceil, sqrt
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
import shapely

from turfcutter.sample import names
from turfcutter.sample.bend import Bend, invent_waves, turned
from turfcutter.sample.files import FEET_PER_M
from turfcutter.sample.houses import build
from turfcutter.sample.layout import Layout, Style, Tile, tile_of
from turfcutter.sample.network import Welded, densified, weld
from turfcutter.sample.sketch import Area, FloatArray
from turfcutter.sample.town import draw_town

MOST_CELLS: Final = 110
"""Superblocks of a usual large town."""

LEAST_CELLS: Final = 4
"""A town has at least so many superblocks each way: river, Main Street and railway need them."""

FIRST_CORNER_FT: Final = (6_150_000.0, 1_700_000.0)
SPACING_FT: Final = (200_000.0, 170_000.0)
COLUMNS: Final = 4
"""The counties of a state lie in a grid of so many columns."""

SWIRL_M: Final = 900.0
"""How far the turn of a town's centre reaches."""


SMALL: Final = 0.82
"""Size of superblocks in counties of one small town, as a multiple of the usual."""

DOORS_A_M: Final = 0.088
"""Doors of a superblock for each metre of its area by (lot times street distance); a little low."""


DOWNTOWN: Final = 700
"""Doors of a downtown beyond those of other superblocks."""


class Plan(NamedTuple):
    """
    Where the towns of a county lie.

    Parameters
    ----------
    style
        What its towns look like.
    tile
        The size of all tiles.
    across
        Tiles from west to east.
    sizes
        Superblocks (columns, rows) of each town, tile by tile.
    turn, origin
        How the county lies on the map: radians, and State Plane metres of its corner.
    """

    style: Style
    tile: Tile
    across: int
    sizes: list[tuple[int, int]]
    turn: float
    origin: tuple[float, float]

    def corner(self, k: int) -> tuple[float, float]:
        """South-west corner of a tile in the unturned county, metres."""
        return (k % self.across) * self.tile.width, (k // self.across) * self.tile.height


class Town(NamedTuple):
    """One town on the ground."""

    name: str
    layout: Layout
    bend: Bend
    network: Welded
    areas: list[Area]
    buildings: pd.DataFrame
    doors: pd.DataFrame


def style_of(shape: int, *, small: bool = False) -> Style:
    """The manner of a county; a `small` one has smaller superblocks."""
    rng = np.random.default_rng([90_210, shape])
    return Style(
        quarter=shape % 4,
        tilt=float(rng.uniform(-0.22, 0.22)),
        swirl=float(rng.uniform(0.15, 0.33) * rng.choice([-1, 1])),
        cell_m=float(rng.uniform(380, 470)) * (SMALL if small else 1.0),
        lot=float(rng.uniform(0.92, 1.3)),
        pitch_m=float(rng.uniform(70, 84)),
        culs=float(rng.uniform(0.3, 0.7)),
        flats=float(rng.uniform(0.02, 0.10)),
        reach=float(rng.uniform(0.08, 0.24)),
    )


def plan_county(doors: float, shape: int, rng: np.random.Generator) -> Plan:
    """Share about so many doors out to towns of different size, laid out in a grid."""
    style = style_of(shape)
    doors = max(1.0, doors - DOWNTOWN)
    cells = doors * style.lot * style.pitch_m / (DOORS_A_M * style.cell_m**2)
    if cells < 2 * LEAST_CELLS**2:
        style = style_of(shape, small=True)
        cells /= SMALL**2
    across, up = _grid(ceil(cells / MOST_CELLS))
    weight = rng.uniform(0.35, 1.65, across * up)
    sizes = []
    for share in cells * weight / weight.sum():
        wide = max(LEAST_CELLS, round(sqrt(share * rng.uniform(0.95, 1.3))))
        sizes.append((wide, max(LEAST_CELLS, ceil(share / wide))))
    widest, highest = (max(side) for side in zip(*sizes, strict=True))
    tile = tile_of(widest, highest, style)
    turn = style.quarter * np.pi / 2 + style.tilt
    ends = np.array([(0, 0), (1, 0), (0, 1), (1, 1)]) * [across * tile.width, up * tile.height]
    low = turned(ends, turn, (0.0, 0.0)).min(axis=0)
    place = (shape % COLUMNS, shape // COLUMNS % COLUMNS)
    east, north = (
        round((first + SPACING_FT[i] * k) / FEET_PER_M - float(low[i]), 2)
        for i, (first, k) in enumerate(zip(FIRST_CORNER_FT, place, strict=True))
    )
    return Plan(style, tile, across, sizes, turn, (east, north))


def _grid(towns: int) -> tuple[int, int]:
    """Columns and rows of the smallest full grid for so many towns, none too long."""
    usable = [
        (across, up)
        for up in range(1, ceil(sqrt(towns)) + 1)
        for across in range(up, 2 * up + 2)
        if across * up >= towns
    ]
    return min(usable, key=lambda grid: (grid[0] * grid[1], grid[0]))


def build_towns(plan: Plan, seed: int, shape: int) -> list[Town]:
    """Draw, bend and build every town; each has chance of its own."""
    return [_town(plan, k, (seed, shape)) for k in range(len(plan.sizes))]


def _town(plan: Plan, k: int, key: tuple[int, int]) -> Town:
    style = plan.style
    rng = np.random.default_rng([*key, k])
    tile = plan.tile._replace(columns=plan.sizes[k][0], rows=plan.sizes[k][1])
    sketch, layout = draw_town(tile, style, rng, tower=k == 0)
    centre = (layout.x_central, layout.y_main)
    bend = Bend(tile.width, tile.height, plan.corner(k), centre, style.swirl, SWIRL_M,
                invent_waves(rng), plan.turn, plan.origin)  # fmt: skip
    network = weld(sketch, bend)
    keepout = [shapely.Polygon(on_ground(bend, area.ring)) for area in sketch.areas]
    buildings, doors = build(network, keepout, rng, style.lot)
    name = names.TOWNS[(key[1] * 5 + k) % len(names.TOWNS)]
    buildings = buildings.assign(city=name, zip=f"{300 + (key[1] * 5 + k) % 100:05d}")
    return Town(name, layout, bend, network, sketch.areas, buildings, doors)


def on_ground(bend: Bend, ring: FloatArray) -> FloatArray:
    """A closed ring on the ground from an open one on paper, shape (n, 2)."""
    return bend(densified(np.concatenate([ring, ring[:1]])))


def outline_of(plan: Plan, rng: np.random.Generator) -> shapely.Polygon:
    """The county line: the tiles' outer edge, a little ragged."""
    width = plan.across * plan.tile.width
    height = len(plan.sizes) // plan.across * plan.tile.height
    t = np.linspace(0, 1, 7)[:-1]
    sides = [
        np.column_stack([t * width, rng.uniform(0, 260, 6)]),
        np.column_stack([width - rng.uniform(0, 260, 6), t * height]),
        np.column_stack([(1 - t) * width, height - rng.uniform(0, 260, 6)]),
        np.column_stack([rng.uniform(0, 260, 6), (1 - t) * height]),
    ]
    return shapely.Polygon(turned(np.concatenate(sides), plan.turn, plan.origin))
