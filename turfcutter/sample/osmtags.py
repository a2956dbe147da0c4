"""A county's towns as OpenStreetMap nodes and ways."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from turfcutter.sample.files import OsmWays
from turfcutter.sample.ground import Town, on_ground
from turfcutter.sample.network import node_numbers
from turfcutter.sample.sketch import RAIL, RIVER, FloatArray, IntArray, Line

BUILDING: Final = {
    "house": "house",
    "town": "house",
    "block": "apartments",
    "tower": "apartments",
    "flats": "apartments",
    "mobile": "static_caravan",
    "farm": "farm",
}
LEVELS: Final = {"block": "4", "tower": "17", "flats": "3"}
WITH_SIDEWALK: Final = ("residential", "tertiary", "secondary", "primary")


class OsmCounty(NamedTuple):
    """
    What goes into the file.

    Parameters
    ----------
    ground
        Ground metres of all nodes, shape (n_nodes, 2).
    node_tags
        Tags by node.
    ways
        All ways.
    holes
        Pairs of ways (outer, inner) that form multipolygons.
    """

    ground: FloatArray
    node_tags: dict[int, dict[str, str]]
    ways: OsmWays
    holes: list[tuple[int, int]]


def osm_of(towns: Sequence[Town]) -> OsmCounty:
    """Streets, marks, areas and buildings of all towns; equal points are one node."""
    points: list[FloatArray] = []
    sizes: list[IntArray] = []
    tags: list[dict[str, str]] = []
    for town in towns:
        table = town.network.points
        points.append(table[["x", "y"]].to_numpy())
        sizes.append(np.bincount(table["line"]).astype(np.int64))
        tags += [_line_tags(line) for line in town.network.lines]
    holes = []
    for town in towns:
        for area in town.areas:
            rings = [area.ring] if area.hole is None else [area.ring, area.hole]
            if area.hole is not None:
                holes.append((len(tags), len(tags) + 1))
            for ring, ring_tags in zip(rings, (dict(area.tags), {}), strict=False):
                points.append(on_ground(town.bend, ring))
                sizes.append(np.array([len(points[-1])]))
                tags.append(ring_tags)
    buildings = pd.concat([town.buildings for town in towns], ignore_index=True)
    space = np.concatenate([_spaces(town) for town in towns])
    points.append(_footprints(buildings))
    sizes.append(np.full(len(buildings), 5))
    tags += _building_tags(buildings, space)
    return _numbered(towns, np.concatenate(points), np.concatenate(sizes), tags, holes)


def _numbered(
    towns: Sequence[Town],
    points: FloatArray,
    sizes: IntArray,
    tags: list[dict[str, str]],
    holes: list[tuple[int, int]],
) -> OsmCounty:
    """Number the nodes and hang the marks on theirs."""
    marks = [(town.bend, mark) for town in towns for mark in town.network.marks]
    at = [town.bend(np.array([mark.point for mark in town.network.marks])) for town in towns]
    node = node_numbers(np.concatenate([points, *at]))
    node_tags: dict[int, dict[str, str]] = {}
    for number, (_, mark) in zip(node[len(points) :].tolist(), marks, strict=True):
        node_tags.setdefault(number, dict(mark.tags))
    node, first, node_tags = _only_used(node, len(points), node_tags)
    return OsmCounty(points[first], node_tags, OsmWays(node, sizes, tags), holes)


def _only_used(
    node: IntArray, count: int, tags: dict[int, dict[str, str]]
) -> tuple[IntArray, IntArray, dict[int, dict[str, str]]]:
    """Drop the nodes of marks whose line is gone; number the others anew."""
    kept, first, inverse = np.unique(node[:count], return_index=True, return_inverse=True)
    place = {int(old): new for new, old in enumerate(kept.tolist())}
    return (
        inverse.astype(np.int64),
        first.astype(np.int64),
        {place[old]: value for old, value in sorted(tags.items()) if old in place},
    )


def _line_tags(line: Line) -> dict[str, str]:
    """Tags of a street, railway or river."""
    tags = {"name": line.name} if line.name else {}
    if line.kind == RAIL:
        tags |= {"railway": "rail"}
    elif line.kind == RIVER:
        tags |= {"waterway": "river"}
    else:
        tags |= {"highway": line.kind}
        if line.kind in WITH_SIDEWALK:
            tags |= {"sidewalk": "both"}
    return dict(sorted((tags | dict(line.tags)).items()))


def _footprints(buildings: pd.DataFrame) -> FloatArray:
    """Closed rectangles along the street, five points each, shape (5 n, 2)."""
    cos, sin = np.cos(buildings["angle"].to_numpy()), np.sin(buildings["angle"].to_numpy())
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) / 2
    along = corners[None, :, 0] * buildings["front"].to_numpy()[:, None]
    across = corners[None, :, 1] * buildings["deep"].to_numpy()[:, None]
    x = buildings["x"].to_numpy()[:, None] + along * cos[:, None] - across * sin[:, None]
    y = buildings["y"].to_numpy()[:, None] + along * sin[:, None] + across * cos[:, None]
    return np.round(np.stack([x, y], axis=2).reshape(-1, 2), 2)


def _spaces(town: Town) -> np.ndarray:
    """The unit of buildings that are one unit of a larger address (mobile homes), else empty."""
    first = town.doors.drop_duplicates("building")
    unit = np.where(first["abbr"] == "SPC", first["unit"], "")
    return np.asarray(unit, dtype=object)


def _building_tags(buildings: pd.DataFrame, space: np.ndarray) -> list[dict[str, str]]:
    columns = (buildings[name].to_list() for name in ("kind", "number", "street", "city", "zip"))
    tags = []
    for kind, number, street, city, code, unit in zip(*columns, space.tolist(), strict=True):
        one = {
            "addr:city": city,
            "addr:housenumber": number,
            "addr:postcode": code,
            "addr:street": street,
            "building": BUILDING[kind],
        }
        if unit:
            one["addr:unit"] = unit
        if kind in LEVELS:
            one["building:levels"] = LEVELS[kind]
        tags.append(one)
    return tags
