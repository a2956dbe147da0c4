"""
The plan of one town on paper: superblocks between roads, cut by a river, a freeway, a railway.

From south to north: superblocks, the river, superblocks, Main Street, superblocks, the railway,
superblocks. The freeway runs north, west of Central Avenue. What crosses them is decided here.
"""

from typing import Final, NamedTuple

import numpy as np

from turfcutter.sample.chance import one_of, shuffled

MARGIN_M: Final = 1900.0
"""Farmland between a town and the edge of its tile."""

RIVER_M, FREEWAY_M, RAIL_M = 130.0, 90.0, 46.0
"""Width of the strips that they lie in."""

STOP_M: Final = 25.0
"""How far before a strip a road that does not cross it ends."""

COMPASS: Final = ("East", "North", "West", "South")
EAST, NORTH, WEST, SOUTH = range(4)
"""Directions on paper."""


class Style(NamedTuple):
    """What makes one county look different from another."""

    quarter: int
    """Quarter turns of the whole county."""
    tilt: float
    """Further turn in radians."""
    swirl: float
    """Turn of the town centres against their surroundings, in radians."""
    cell_m: float
    """Size of a superblock."""
    lot: float
    """Width of lots, as a multiple of the usual."""
    pitch_m: float
    """Distance of parallel suburban streets."""
    culs: float
    """Share of superblocks with cul-de-sacs among the suburban ones."""
    flats: float
    """Share of superblocks with apartment blocks."""
    reach: float
    """How far around downtown there is grid, as a share of the town's width."""


class Tile(NamedTuple):
    """The piece of county around one town, and where its through lines reach the edges."""

    width: float
    height: float
    columns: int
    rows: int

    @property
    def levels(self) -> tuple[float, float, float]:
        """Where river, county road and railway meet the west and east edges."""
        return self.height / 2 - 600, self.height / 2, self.height / 2 + 600

    @property
    def uprights(self) -> tuple[float, float]:
        """Where freeway and highway meet the south and north edges."""
        return self.width / 2 - 700, self.width / 2 + 100


def tile_of(columns: int, rows: int, style: Style) -> Tile:
    """A tile with room for a town of so many superblocks."""
    width = columns * style.cell_m * 1.1 + FREEWAY_M + 2 * MARGIN_M
    height = rows * style.cell_m * 1.1 + RIVER_M + RAIL_M + 2 * MARGIN_M
    return Tile(round(width, 2), round(height, 2), columns, rows)


class Layout(NamedTuple):
    """Where the superblocks, roads and crossings of a town are; indices count from south-west."""

    tile: Tile
    cols: list[tuple[float, float]]
    rows: list[tuple[float, float]]
    present: frozenset[tuple[int, int]]
    freeway: int
    river: int
    main: int
    rail: int
    central: int
    bridges: frozenset[int]
    crossings: frozenset[int]

    @property
    def x_central(self) -> float:
        """Central Avenue, where numbers of east-west streets begin."""
        return self.cols[self.central][0]

    @property
    def y_main(self) -> float:
        """Main Street, where numbers of north-south streets begin."""
        return self.rows[self.main][0]


def lay_out(tile: Tile, style: Style, rng: np.random.Generator) -> Layout:
    """Choose sizes, strips, crossings, and which superblocks are left to farmland."""
    nx, ny = tile.columns, tile.rows
    freeway = max(1, round(nx * rng.uniform(0.2, 0.38)))
    central = min(nx - 1, max(freeway + 1, round(nx * rng.uniform(0.5, 0.7))))
    river = max(1, round(ny * rng.uniform(0.15, 0.3)))
    main = max(river + 1, round(ny * 0.5))
    rail = min(ny - 1, max(main + 1, round(ny * rng.uniform(0.65, 0.8))))
    cols = _spans(nx, tile.width, style.cell_m, {freeway: FREEWAY_M}, rng)
    rows = _spans(ny, tile.height, style.cell_m, {river: RIVER_M, rail: RAIL_M}, rng)
    present = set()
    for i in range(nx):
        for j in range(ny):
            off = abs((i + 0.5) / nx * 2 - 1) ** 3 + abs((j + 0.5) / ny * 2 - 1) ** 3
            # Central Avenue, Main Street and the west bridge must have something to lead to
            needed = i in (0, central - 1, central) or j in (main - 1, main)
            if needed or off < rng.uniform(0.75, 1.5):
                present.add((i, j))
    bridges = {one_of(rng, _crossable(present, range(freeway), river)), central}
    crossings = {central}
    for part in (range(freeway), range(central + 1, nx + 1)):
        crossings.update(shuffled(rng, _crossable(present, part, rail))[:1])
    return Layout(
        tile=tile,
        cols=cols,
        rows=rows,
        present=frozenset(present),
        freeway=freeway,
        river=river,
        main=main,
        rail=rail,
        central=central,
        bridges=frozenset(bridges),
        crossings=frozenset(crossings),
    )


def _spans(
    count: int, room: float, size: float, gaps: dict[int, float], rng: np.random.Generator
) -> list[tuple[float, float]]:
    """Superblocks along one axis, in the middle of the room, with gaps for strips."""
    sizes = size * rng.uniform(0.86, 1.1, count)
    at = (room - sizes.sum() - sum(gaps.values())) / 2
    spans = []
    for k, one in enumerate(sizes):
        at += gaps.get(k, 0.0)
        spans.append((round(at, 2), round(at + one, 2)))
        at += one
    return [(low, spans[k + 1][0] if k + 1 not in gaps and k + 1 < count else high)
            for k, (low, high) in enumerate(spans)]  # fmt: skip


def _crossable(present: set[tuple[int, int]], lines: range, strip: int) -> list[int]:
    """Roads that have a superblock on both banks of a strip."""
    return [
        i
        for i in lines
        if any((c, strip - 1) in present for c in (i - 1, i))
        and any((c, strip) in present for c in (i - 1, i))
    ]


def kinds_of(layout: Layout, style: Style, rng: np.random.Generator) -> dict[tuple[int, int], str]:
    """What fills each superblock: one of downtown, grid, culs, ring, flats, mobile, park, shops."""
    around = {
        (i, j): max(abs(i - layout.central + 0.5), abs(j - layout.main + 0.5))
        for i, j in sorted(layout.present)
    }
    kinds = {at: "downtown" for at, off in around.items() if off < 1}
    others = shuffled(rng, [at for at in around if at not in kinds])
    some = max(1, round(len(around) / 26))
    wanted = ["park", "shops", "mobile"] * some
    wanted += ["flats"] * max(1, round(style.flats * len(around)))
    kinds.update(zip(others, wanted, strict=False))
    rest = others[len(wanted) :]
    grid = [at for at in rest if around[at] < 1 + style.reach * len(layout.cols)]
    kinds.update(dict.fromkeys(grid[: len(rest) // 2], "grid"))
    suburbs = [at for at in rest if at not in kinds]
    with_culs = max(1, round(style.culs * len(suburbs)))
    kinds.update(dict.fromkeys(suburbs, "ring"))
    kinds.update(dict.fromkeys(suburbs[:with_culs], "culs"))
    return kinds


def prefixed(name: str, direction: int, style: Style) -> str:
    """A street name with its part of town; 0 is east on paper, then counter-clockwise."""
    return f"{COMPASS[(direction + style.quarter) % len(COMPASS)]} {name}"
