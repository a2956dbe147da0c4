"""
River Town (wholly *invented*): an old town on both sides of a freeway, a river and a railway.

    -+-+-+-+-|-+-+-+-       streets run east-west, avenues north-south, a block is 180 m x 90 m;
    ~~~~~~~~~|~~~~~~~       houses stand close to what cannot be crossed, as houses do;
    -+-+-+-+-|-+-+-+-       two avenues lead over the river, one over the freeway,
    =========|=======       three streets over the railway.
    -+-+-+-+-|-+-+-+-

A straight line between neighbours often leads over what takes half an hour to walk round.
"""

import json
import tempfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

COLUMNS, ROWS = 12, 17
BLOCK = np.array([180.0, 90.0])
FREEWAY, RIVER, RAIL = 5, 11, 6
"""Freeway and river lie south of the street of this number, the railway east of the avenue."""
OVER_FREEWAY, OVER_RIVER, OVER_RAIL = {1}, {3, 10}, {2, 8, 14}
MISSING = 0.12
CORNER = np.array([-121.5, 38.6])
DEGREE_M = np.array([86_900.0, 111_195.0])


def build() -> tuple[Path, Path, list[tuple[str, np.ndarray]]]:
    """Write streets and one precinct; their files, and name and course of each block's street."""
    rng = np.random.default_rng(7)
    folder = Path(tempfile.mkdtemp(prefix="rivertown-"))
    spots = np.stack(np.meshgrid(np.arange(COLUMNS), np.arange(ROWS), indexing="ij"), axis=-1)
    xy = spots * BLOCK + rng.uniform(-9, 9, (COLUMNS, ROWS, 2))
    xy[..., 1] += 25 * np.sin(spots[..., 0] / 2)
    # streets come closer to each other where something lies between them
    xy[:, FREEWAY:, 1] -= 35
    xy[:, RIVER:, 1] -= 25
    xy[RAIL + 1 :, :, 0] -= 120
    pieces, ways = [], []
    for (column, row), name, (to_column, to_row) in _blocks():
        crosses = _crosses(column, row, to_column)
        inside = 0 < row < ROWS - 1 and 0 < column < COLUMNS - 1
        missing = inside and not crosses and rng.random() < MISSING
        if missing or (crosses and not _crossing(column, row, to_column)):
            continue
        line = np.array([xy[column, row], xy[to_column, to_row]])
        ways.append((line, {"highway": "residential", "name": name}))
        if not crosses:
            pieces.append((name, line / DEGREE_M + CORNER))
    for line, tags in _barriers(xy):
        ways.append((line, tags))
    osm, precincts = folder / "town.osm", folder / "precincts.geojson"
    osm.write_text(_xml(ways))
    low, high = xy.min(axis=(0, 1)) - 300, xy.max(axis=(0, 1)) + 300
    ring = [(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]
    ring = [[*(np.array(spot) / DEGREE_M + CORNER).round(6)] for spot in [*ring, ring[0]]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"PRECINCT": "1"}, "geometry": shape}
    precincts.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return osm, precincts, pieces


def _blocks():
    """Every piece of street: where it begins, its name, where it ends."""
    for row in range(ROWS):
        for column in range(COLUMNS - 1):
            yield (column, row), f"{row + 1} Street", (column + 1, row)
    for column in range(COLUMNS):
        for row in range(ROWS - 1):
            yield (column, row), f"{chr(65 + column)} Avenue", (column, row + 1)


def _crosses(column: int, row: int, to_column: int) -> bool:
    """Whether a piece of street leads over the freeway, the river or the railway."""
    along = to_column > column
    return (along and column == RAIL) or (not along and row + 1 in {FREEWAY, RIVER})


def _crossing(column: int, row: int, to_column: int) -> bool:
    """Whether a piece of street that meets a barrier leads over it."""
    if to_column > column:
        return row in OVER_RAIL
    return column in (OVER_FREEWAY if row + 1 == FREEWAY else OVER_RIVER)


def _barriers(xy: np.ndarray):
    """Freeway, river and railway, half way between the streets on both sides, and beyond."""
    far = np.array([400.0, 0.0])
    for row, tags in (
        (FREEWAY, {"highway": "motorway"}),
        (RIVER, {"waterway": "river", "name": "Old River"}),
    ):
        middle = (xy[:, row - 1] + xy[:, row]) / 2
        yield np.concatenate([[middle[0] - far], middle, [middle[-1] + far]]), tags
    middle = (xy[RAIL] + xy[RAIL + 1]) / 2
    far = far[::-1]
    yield np.concatenate([[middle[0] - far], middle, [middle[-1] + far]]), {"railway": "rail"}


def _xml(ways: list[tuple[np.ndarray, dict[str, str]]]) -> str:
    """An OSM file of ways; they meet where they share a point."""
    numbers, lines = {}, ['<?xml version="1.0"?>', '<osm version="0.6">']
    for line, _ in ways:
        for spot in map(tuple, line.round(3)):
            numbers.setdefault(spot, len(numbers) + 1)
    for spot, number in numbers.items():
        lon, lat = np.array(spot) / DEGREE_M + CORNER
        lines.append(f'<node id="{number}" lat="{lat:.7f}" lon="{lon:.7f}"/>')
    for number, (line, tags) in enumerate(ways):
        refs = "".join(f'<nd ref="{numbers[spot]}"/>' for spot in map(tuple, line.round(3)))
        told = "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
        lines.append(f'<way id="{number + 1}">{refs}{told}</way>')
    return "\n".join([*lines, "</osm>\n"])
