"""What lies around the streets of an OpenStreetMap extract: barriers, base map, addresses."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.streets import osm_tags
from geodata.streets.opl import OsmWay, Tags
from geodata.streets.osm import Extract
from geodata.streets.osm_shapes import (
    Flags,
    Floats,
    Longs,
    Shapes,
    chains_of,
    lines_of,
    outlines_of,
    pairs_of,
)

BARRIER_KINDS: Final = ("motorway", "trunk", "rail", "water")
BASE_KINDS: Final = ("water", "park", "building", "rail", "motorway")
SHORT_BRIDGE_M: Final = 150.0
"""A freeway on a bridge shorter than this still divides: the street below is the way through."""
LEAST_WATER_M2: Final = 2000.0
"""Ponds smaller than this are no barrier."""

ADDRESS_KEYS: Final = {
    "number": ("addr:housenumber",),
    "street": ("addr:street", "addr:place"),
    "unit": ("addr:unit",),
    "city": ("addr:city",),
    "zip": ("addr:postcode",),
}
"""Column of the address table -> tags, the first that is there counts."""

Row = tuple[str, str, shapely.Geometry]


class Outlines(NamedTuple):
    """
    Closed ways, then multipolygons, each in order of id.

    Parameters
    ----------
    tags
        Tags of each.
    areas, lines
        As from `geodata.streets.osm_shapes.outlines_of`.
    """

    tags: list[Tags]
    areas: Shapes
    lines: Shapes


def read_outlines(extract: Extract, xy: Floats) -> Outlines:
    """
    Buildings, water, parks, and whatever else has an address.

    Parameters
    ----------
    extract
        What the file holds.
    xy
        Positions of its located nodes, shape (n, 2), metres.
    """
    found: list[tuple[Tags, tuple[int, ...]]] = [
        (way.tags, (way.id,)) for way in extract.ways if _is_outlined(way.tags)
    ]
    found += [(one.tags, one.members) for one in extract.relations if _is_outlined(one.tags)]
    named = {member for _, members in found for member in members}
    ways = [way for way in extract.ways if way.id in named]
    # one way more, whose only node is nowhere, stands for all members that the file lacks
    nowhere = np.array([np.iinfo(np.int64).min])
    chains = chains_of([*(way.refs for way in ways), nowhere], extract.node_ids)
    position = {way.id: number for number, way in enumerate(ways)}
    members = [[position.get(one, len(ways)) for one in members] for _, members in found]
    return Outlines([tags for tags, _ in found], *outlines_of(members, chains, xy))


def _is_outlined(tags: Tags) -> bool:
    return "addr:housenumber" in tags or bool(osm_tags.base_area(tags))


def read_barriers(
    extract: Extract, xy: Floats, outlines: Outlines, crs: pyproj.CRS
) -> tuple[gpd.GeoDataFrame, Longs]:
    """
    Lines and areas nobody walks across.

    Parameters
    ----------
    extract, xy
        As for `read_outlines`.
    outlines
        Its outlines.
    crs
        Projected CRS of `xy`.

    Returns
    -------
    barriers, nodes
        Table as in `geodata.schema.Streets`, and ids of the nodes on its lines of road, rail and
        river, ascending.
    """
    ways = [way for way in extract.ways if osm_tags.line_barrier(way.tags)]
    chains = chains_of([way.refs for way in ways], extract.node_ids)
    divides = ~_on_long_bridge(ways, *pairs_of(chains), xy)
    lines, owner = lines_of(chains, xy)
    rows = [
        _row(osm_tags.line_barrier(ways[way].tags), ways[way].tags, line)
        for way, line in zip(owner.tolist(), lines, strict=True)
        if divides[way]
    ]
    size = np.nan_to_num(shapely.area(outlines.areas))
    for tags, area, line, area_m2 in zip(*outlines, size.tolist(), strict=True):
        if osm_tags.is_water(tags):
            if area_m2 >= LEAST_WATER_M2:
                rows.append(_row("water", tags, area))
            elif area is None and line is not None:  # a clipped shore divides as well
                rows += [_row("water", tags, part) for part in line.geoms]
    nodes = extract.node_ids[np.unique(chains.node[divides[chains.way]])]
    return layer_table(rows, BARRIER_KINDS, crs), nodes


def _on_long_bridge(ways: Sequence[OsmWay], u: Longs, v: Longs, way: Longs, xy: Floats) -> Flags:
    """Which ways are part of a chain of bridges too long to divide what lies below."""
    bridge = np.array([osm_tags.is_set(one.tags, "bridge") for one in ways], bool)
    on = bridge[way]
    u, v, way = u[on], v[on], way[on]
    graph = coo_array((np.ones(len(u)), (u, v)), shape=(len(xy), len(xy)))
    _, chain = connected_components(graph, directed=False)
    length_m = np.hypot(*(xy[u] - xy[v]).T)
    chain_m = np.bincount(chain[u], weights=length_m, minlength=1)
    long = np.zeros(len(ways), bool)
    long[way[chain_m[chain[u]] >= SHORT_BRIDGE_M]] = True
    return long


def read_base(
    extract: Extract, xy: Floats, outlines: Outlines, crs: pyproj.CRS
) -> gpd.GeoDataFrame:
    """Layers of the base map, as in `geodata.schema.Streets`; parameters as `read_barriers`."""
    ways = [way for way in extract.ways if osm_tags.base_line(way.tags)]
    lines, owner = lines_of(chains_of([way.refs for way in ways], extract.node_ids), xy)
    rows = [
        _row(kind, tags, area)
        for tags, area in zip(outlines.tags, outlines.areas, strict=True)
        if area is not None and (kind := osm_tags.base_area(tags))
    ]
    rows += [
        _row(osm_tags.base_line(ways[way].tags), ways[way].tags, line)
        for way, line in zip(owner.tolist(), lines, strict=True)
    ]
    return layer_table(rows, BASE_KINDS, crs)


def read_addresses(
    extract: Extract, xy: Floats, outlines: Outlines, crs: pyproj.CRS
) -> gpd.GeoDataFrame:
    """Address points, as in `geodata.schema.Streets`; of buildings, their centroids."""
    at = np.searchsorted(extract.node_ids, [node.id for node in extract.nodes])
    located = np.isin([node.id for node in extract.nodes], extract.node_ids).tolist()
    found = [
        (node.tags, shapely.Point(xy[position]))
        for node, position, there in zip(extract.nodes, at.tolist(), located, strict=True)
        if there and "addr:housenumber" in node.tags
    ]
    shapes = np.where(shapely.is_missing(outlines.areas), outlines.lines, outlines.areas)
    found += [
        (tags, point)
        for tags, point in zip(outlines.tags, shapely.centroid(shapes), strict=True)
        if point is not None and "addr:housenumber" in tags
    ]
    return address_table(found, crs)


def address_table(found: Sequence[tuple[Tags, shapely.Point]], crs: pyproj.CRS) -> gpd.GeoDataFrame:
    """Tags and points as a table of addresses, in the order given."""
    texts = {
        column: [next(filter(None, map(tags.get, keys)), "") for tags, _ in found]
        for column, keys in ADDRESS_KEYS.items()
    }
    table = pd.DataFrame(texts, dtype="str")
    return gpd.GeoDataFrame(table, geometry=[point for _, point in found], crs=crs)


def _row(kind: str, tags: Tags, shape: shapely.Geometry) -> Row:
    return kind, tags.get("name", ""), shape


def layer_table(rows: Sequence[Row], kinds: Sequence[str], crs: pyproj.CRS) -> gpd.GeoDataFrame:
    """Rows of kind, name, shape as a table: kind by kind, otherwise in the order they came."""
    rows = sorted(rows, key=lambda row: kinds.index(row[0]))
    texts = {"kind": [kind for kind, _, _ in rows], "name": [name for _, name, _ in rows]}
    table = pd.DataFrame(texts, dtype="str")
    return gpd.GeoDataFrame(table, geometry=[shape for _, _, shape in rows], crs=crs)
