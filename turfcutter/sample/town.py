"""
The plan of one town on paper: superblocks between roads, cut by a river, a freeway, a railway.

From south to north: superblocks, the river, superblocks, Main Street, superblocks, the railway,
superblocks. The freeway runs north, west of Central Avenue. What crosses them is decided here.
"""

from typing import Final, NamedTuple

import numpy as np

from turfcutter.sample import names
from turfcutter.sample.cells import (
    Namer,
    fill_culs,
    fill_grid,
    fill_mobile,
    fill_park,
    fill_ring,
    fill_shops,
)
from turfcutter.sample.sketch import (
    RAIL,
    RIVER,
    Area,
    Cell,
    FloatArray,
    Line,
    Mark,
    Sketch,
    Tags,
    snapped,
)

MARGIN_M: Final = 1900.0
"""Farmland between a town and the edge of its tile."""

RIVER_M, FREEWAY_M, RAIL_M = 130.0, 90.0, 46.0
"""Width of the strips that they lie in."""

STOP_M: Final = 25.0
"""How far before a strip a road that does not cross it ends."""

COMPASS: Final = ("East", "North", "West", "South")
BRIDGE: Final = (("bridge", "yes"), ("layer", "1"))


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
    bridges: tuple[int, int]
    crossings: tuple[int, ...]

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
            needed = i in (central - 1, central) or j in (main - 1, main)
            if needed or off < rng.uniform(0.75, 1.5):
                present.add((i, j))
    west = _crossable(present, range(freeway), river)
    west_rail = _crossable(present, range(freeway), rail)
    # the strip between Main Street and the rails is one superblock column at least
    east_rail = _crossable(present, range(central + 1, nx + 1), rail)
    bridge = int(rng.choice(west)) if west else central
    crossings = [central, *(int(rng.choice(some)) for some in (west_rail, east_rail) if some)]
    return Layout(
        tile, cols, rows, frozenset(present), freeway, river, main, rail, central,
        (bridge, central), tuple(crossings),
    )  # fmt: skip


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
    kinds = _kinds(layout, style, rng)
    sketch = Sketch()
    _boundary_roads(sketch, layout, kinds, style, name)
    _through_lines(sketch, layout, rng)
    _countryside(sketch, layout, style, rng)
    _fill(sketch, layout, kinds, style, rng, name)
    if tower:
        _tower_street(sketch, layout)
    return sketch, layout


def _kinds(layout: Layout, style: Style, rng: np.random.Generator) -> dict[tuple[int, int], str]:
    """What fills each superblock."""
    kinds: dict[tuple[int, int], str] = {}
    for i, j in sorted(layout.present):
        off = max(abs(i - layout.central + 0.5), abs(j - layout.main + 0.5))
        suburb = "culs" if rng.random() < style.culs else "ring"
        grid = off < 1 + style.reach * len(layout.cols)
        kinds[i, j] = "downtown" if off < 1 else "grid" if grid else suburb
    others = [at for at, kind in kinds.items() if kind != "downtown"]
    order = [others[int(k)] for k in rng.permutation(len(others))]
    some = max(1, round(len(kinds) / 26))
    wanted = ["park"] * some + ["shops"] * some + ["mobile"] * some
    wanted += ["flats"] * max(1, round(style.flats * len(kinds)))
    kinds.update(zip(order, wanted, strict=False))
    return kinds


def _prefixed(name: str, direction: int, style_quarter: int) -> str:
    return f"{COMPASS[(direction + style_quarter) % 4]} {name}"


def _boundary_roads(
    sketch: Sketch,
    layout: Layout,
    kinds: dict[tuple[int, int], str],
    style: Style,
    name: Namer,
) -> None:
    """The roads between superblocks, piece by piece, with the bridges and the underpass."""
    nx, ny = len(layout.cols), len(layout.rows)
    for i in range(nx + 1):
        x = layout.cols[i][0] if i < nx else layout.cols[-1][1]
        title, kind = _upright_title(i, layout, name)
        for j in range(ny):
            west = kinds.get((i - 1, j), "") if i != layout.freeway else ""
            east = kinds.get((i, j), "")
            direction = 1 if j >= layout.main else 3
            road = Line(snapped([(x, 0), (x, 0)]), _prefixed(title, direction, style.quarter), kind)
            road = road._replace(axis="y", zero=layout.y_main, **_frontage(west, east, kind))
            if j in (layout.river, layout.rail):
                _across(sketch, layout, road, i, j, bool(west or east))
            if west or east:
                low, high = layout.rows[j]
                blocked = j in (layout.river, layout.rail) and not _crosses(layout, i, j)
                low += STOP_M if blocked else 0.0
                sketch.lines.append(road._replace(points=snapped([(x, low), (x, high)])))
    for j in range(ny + 1):
        y = layout.rows[j - 1][1] if j else layout.rows[0][0]
        title, kind = _level_title(j, layout, name)
        for i in range(nx):
            south = kinds.get((i, j - 1), "")
            north = kinds.get((i, j), "") if j not in (layout.river, layout.rail) else ""
            if not south and not north:
                continue
            direction = 0 if i >= layout.central else 2
            low, high = layout.cols[i]
            full = _prefixed(title, direction, style.quarter)
            road = Line(snapped([(low, y), (high, y)]), full, kind, axis="x", zero=layout.x_central)
            road = road._replace(**_frontage(north, south, kind))
            if i == layout.freeway - 1 and j == layout.main:
                under = snapped([(high, y), (layout.cols[i + 1][0], y)])
                sketch.lines.append(road._replace(points=under, front=""))
            elif i == layout.freeway - 1:
                road = road._replace(points=snapped([(low, y), (high - STOP_M, y)]))
            sketch.lines.append(road)


def _across(  # noqa: PLR0913 - one crossing with its place
    sketch: Sketch,
    layout: Layout,
    road: Line,
    i: int,
    j: int,
    there: bool,  # noqa: FBT001 - whether the road goes on behind
) -> None:
    """The piece of a road that crosses the river (a bridge) or the rails."""
    if not there or not _crosses(layout, i, j):
        return
    x = float(road.points[0, 0])
    low, high = layout.rows[j - 1][1], layout.rows[j][0]
    tags: Tags = BRIDGE if j == layout.river else ()
    points = snapped([(x, low), (x, high)])
    sketch.lines.append(road._replace(points=points, front="", tags=tags))


def _crosses(layout: Layout, i: int, j: int) -> bool:
    return i in (layout.bridges if j == layout.river else layout.crossings)


def _upright_title(i: int, layout: Layout, name: Namer) -> tuple[str, str]:
    if i == layout.central:
        return "Central Avenue", "primary"
    if i == layout.freeway:
        return "Frontage Road", "tertiary"
    return name("Boulevard", "Avenue", "Road", "Parkway"), "secondary" if i % 4 == 2 else "tertiary"


def _level_title(j: int, layout: Layout, name: Namer) -> tuple[str, str]:
    fixed = {layout.main: "Main Street", layout.river: "River Road", layout.rail: "Railroad Avenue"}
    if j in fixed:
        return fixed[j], "secondary" if j == layout.main else "tertiary"
    return name("Boulevard", "Avenue", "Road", "Street"), "secondary" if j % 4 == 3 else "tertiary"


def _frontage(left: str, right: str, kind: str) -> dict[str, str]:
    """Who builds along a road between two superblocks; suburbs turn their backs to it."""
    fronts = ("downtown", "grid") if kind == "tertiary" else ("downtown",)
    sides = ("L" if left in fronts else "") + ("R" if right in fronts else "")
    front = "town" if "downtown" in (left, right) else "house"
    return {"front": front if sides else "", "sides": sides}


def _ease(start: float, stop: float, count: int = 16) -> FloatArray:
    """A smooth change from one coordinate to another."""
    t = (1 - np.cos(np.linspace(0, np.pi, count))) / 2
    return start + (stop - start) * t


def _through(layout: Layout, inside: float, edge: float) -> FloatArray:
    """A line from the west edge of the tile through the town to the east edge, shape (n, 2)."""
    low, high = layout.cols[0][0], layout.cols[-1][1]
    west = np.column_stack([np.linspace(0, low, 16), _ease(edge, inside)])
    town = np.column_stack([np.linspace(low, high, 40)[1:-1], np.full(38, inside)])
    east = np.column_stack([np.linspace(high, layout.tile.width, 16), _ease(inside, edge)])
    return np.concatenate([west, town, east])


def _through_lines(sketch: Sketch, layout: Layout, rng: np.random.Generator) -> None:
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
    south = np.column_stack([_ease(edge, inside), np.linspace(0, low, 16)])
    north = np.column_stack([_ease(inside, edge), np.linspace(high, layout.tile.height, 16)])
    pieces = [south]
    pieces += [np.array([(inside, a), (inside, b)]) for a, b in zip(stops, stops[1:], strict=False)]
    pieces += [north]
    for off in (-9.0, 9.0):
        for k, piece in enumerate(pieces):
            tags: Tags = (("oneway", "yes"), ("ref", "SR 999"))
            tags += BRIDGE if k in (2, 4, 6) else ()
            points = piece + [off, 0.0]
            points = points if off > 0 else points[::-1]
            motorway = Line(snapped(points), "Sample Freeway", "motorway", tags=tags, level=1)
            sketch.lines.append(motorway)


def _countryside(sketch: Sketch, layout: Layout, style: Style, rng: np.random.Generator) -> None:
    """County road and highway to the edges of the tile, the farm road, the island of streets."""
    tile, cols, rows = layout.tile, layout.cols, layout.rows
    x_edge, y_edge = tile.uprights[1], tile.levels[1]
    west, east, south, north = cols[0][0], cols[-1][1], rows[0][0], rows[-1][1]
    x, y = layout.x_central, layout.y_main
    arms = [
        (2, np.column_stack([np.linspace(west, 0, 16), _ease(y, y_edge)])[::-1]),
        (0, np.column_stack([np.linspace(east, tile.width, 16), _ease(y, y_edge)])),
        (3, np.column_stack([_ease(x, x_edge), np.linspace(south, 0, 16)])[::-1]),
        (1, np.column_stack([_ease(x, x_edge), np.linspace(north, tile.height, 16)])),
    ]
    for direction, points in arms:
        level = direction in (0, 2)
        title = _prefixed("County Road 12" if level else "Highway 7", direction, style.quarter)
        kind = "secondary" if level else "primary"
        axis, zero = ("x", x) if level else ("y", y)
        arm = Line(snapped(points), title, kind, axis=axis, zero=zero, tags=(("sidewalk", "no"),))
        near, far = (
            (slice(0, 6), slice(5, None)) if direction >= 2 else (slice(10, None), slice(0, 11))
        )  # noqa: E501
        sketch.lines.append(arm._replace(points=arm.points[near]))
        sketch.lines.append(arm._replace(points=arm.points[far], front="farm"))
    root = arms[3][1][6]
    _farm_road(sketch, (float(root[0]), float(root[1])), rng)
    _island(sketch, (sum(cols[-1]) / 2, south - 330.0), rng)


def _farm_road(sketch: Sketch, root: tuple[float, float], rng: np.random.Generator) -> None:
    """A long road east from the highway, with farmhouses far back from it."""
    along = np.linspace(0, rng.uniform(1100, 1500), 14)
    points = np.column_stack([root[0] + along, root[1] + 60 * np.sin(along / 330)])
    farm = Line(
        snapped(points), "Peña Dairy Road", "unclassified", "farm", zero=-4000.0,
        tags=(("sidewalk", "no"),),
    )  # fmt: skip
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
    sketch.marks.append(Mark(tuple(second[-1]), (("highway", "turning_circle"),)))


def _fill(  # noqa: PLR0913 - the plan and its manner
    sketch: Sketch,
    layout: Layout,
    kinds: dict[tuple[int, int], str],
    style: Style,
    rng: np.random.Generator,
    name: Namer,
) -> None:
    """Fill every superblock according to its kind."""
    uprights = [_city_streets(layout, style, rng, i, upright=True) for i in range(len(layout.cols))]
    levels = [_city_streets(layout, style, rng, j, upright=False) for j in range(len(layout.rows))]
    for (i, j), kind in sorted(kinds.items()):
        cell = _cell(layout, i, j)
        if kind in ("downtown", "grid"):
            north, east = j >= layout.main, i >= layout.central
            up = [_turned(line, 1 if north else 3, style) for line in uprights[i]]
            level = [_turned(line, 0 if east else 2, style) for line in levels[j]]
            fill_grid(sketch, cell, up, level, rng, downtown=kind == "downtown")
        elif kind == "culs":
            fill_culs(sketch, cell, name, rng, style.pitch_m)
        elif kind == "ring":
            fill_ring(sketch, cell, name, rng, pitch=style.pitch_m)
        elif kind == "flats":
            _flats(sketch, cell, style, rng, name)
        elif kind == "park":
            fill_park(sketch, cell, f"{name('Park')}", rng)
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
    middle = round(cell.x0 + 0.42 * cell.width, 2)
    west = cell._replace(x1=middle, roads=cell.roads.replace("E", ""))
    east = cell._replace(x0=middle, roads=cell.roads.replace("W", ""))
    fill_ring(sketch, west, name, rng, pitch=120.0, front="flats", edge=46.0)
    fill_ring(sketch, east, name, rng, pitch=style.pitch_m, edge=34.0)


def _mobile(  # noqa: PLR0913 - one superblock
    sketch: Sketch,
    layout: Layout,
    cell: Cell,
    i: int,
    style: Style,
    rng: np.random.Generator,
    name: Namer,
) -> None:
    """A mobile-home park in the south-west of a superblock, a ring of houses in its east."""
    x = float(layout.cols[i][0])
    road = next(ln for ln in sketch.lines if ln.axis == "y" and ln.points[0, 0] == x
                and ln.points[0, 1] >= cell.y0 and ln.points[-1, 1] <= cell.y1)  # fmt: skip
    # the even side is the right-hand one: east of a road that runs north
    number = 100 + 2 * int(abs((cell.y0 + cell.y1) / 2 - layout.y_main) / 2.4)
    bottom = cell.y0 + 20
    lot = Cell(cell.x0, bottom, cell.x0 + 178, bottom + 172, "W")
    fill_mobile(sketch, lot, f"{number}|{road.name}", rng)
    rest = Cell(cell.x0 + 178, cell.y0, cell.x1, cell.y1, cell.roads.replace("W", ""))
    if rest.width > 150:
        fill_ring(sketch, rest, name, rng, pitch=style.pitch_m, edge=34.0)


def _city_streets(
    layout: Layout, style: Style, rng: np.random.Generator, at: int, *, upright: bool
) -> list[Line]:
    """The grid streets of one column or row; named once, so that they go on across the town."""
    low, high = (layout.cols if upright else layout.rows)[at]
    count = max(2, round((high - low) / (102 if upright else 128))) - 1
    places = np.linspace(low, high, count + 2)[1:-1] + rng.uniform(-7, 7, count)
    lists = names.TREES + names.PRESIDENTS if upright else names.NUMBERED
    lines = []
    for k, place in enumerate(places):
        index = at * (4 if upright else 3) + k
        title = f"{lists[index % len(lists)]} {'Street' if upright else 'Avenue'}"
        if index >= len(lists):
            title = f"{names.PEOPLE[(index - len(lists)) % len(names.PEOPLE)]} Street"
        point = (float(place), 0.0) if upright else (0.0, float(place))
        axis, zero = ("y", layout.y_main) if upright else ("x", layout.x_central)
        lines.append(Line(snapped([point, point]), title, "residential", axis=axis, zero=zero))
    return lines


def _turned(line: Line, direction: int, style: Style) -> Line:
    return line._replace(name=_prefixed(line.name, direction, style.quarter))


def _tower_street(sketch: Sketch, layout: Layout) -> None:
    """Mark the piece of Main Street where the tower stands."""
    for k, line in enumerate(sketch.lines):
        if (
            line.axis == "x"
            and line.points[0, 0] == layout.x_central
            and (line.points[0, 1] == layout.y_main)
        ):
            sketch.lines[k] = line._replace(front="tower")
