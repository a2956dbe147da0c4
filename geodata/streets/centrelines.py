"""
Any layer of lines, such as a county's street centrelines, as a walkable network.

Lines that have a vertex in common meet there; an end within a metre of another vertex, or of
another line, meets that too. There are no crossings, water or buildings in such a layer, and of the
barriers only freeways.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geodata.crs import metric_crs
from geodata.errors import InputError
from geodata.layers.keycolumns import named_column
from geodata.layers.layers import read_layer
from geodata.layers.polygons import printed
from geodata.notes import Note, counted
from geodata.schema import Streets
from geodata.streets import osm_tags
from geodata.streets.osm_shapes import Flags, Floats, Longs, Shapes
from geodata.streets.segments import node_table, segment_table, way_table
from geodata.streets.surroundings import BARRIER_KINDS, BASE_KINDS, address_table, layer_table

SNAP_M: Final = 1.0
"""How far an end may be from a vertex or line that it meets."""

NAME_COLUMNS: Final = (
    *("name", "fullname", "full_name", "streetname", "street_name", "st_name", "stname"),
    *("road_name", "roadname", "fullstreet", "full_street", "street", "label"),
)
CLASS_COLUMNS: Final = (
    *("highway", "mtfcc", "fclass", "class", "road_class", "roadclass", "st_class", "streetclass"),
    *("func_class", "functional_class", "classification", "road_type", "roadtype", "type", "kind"),
)

CLASSES: Final = {
    # feature classes (MTFCC) of the Census Bureau
    "s1100": "motorway",
    "s1200": "secondary",
    "s1400": "residential",
    "s1500": "track",
    "s1630": "motorway_link",
    "s1640": "unclassified",
    "s1710": "footway",
    "s1720": "steps",
    "s1730": "alley",
    "s1740": "private",
    "s1750": "private",
    "s1780": "parking_aisle",
    "s1820": "cycleway",
    "s1830": "bridleway",
    # words of counties
    "freeway": "motorway",
    "interstate": "motorway",
    "ramp": "motorway_link",
    "expressway": "trunk",
    "highway": "primary",
    "major arterial": "primary",
    "arterial": "secondary",
    "minor arterial": "secondary",
    "collector": "tertiary",
    "local": "residential",
    "trail": "path",
    "walkway": "footway",
    "sidewalk": "footway",
    "stairway": "steps",
    "stairs": "steps",
    "bike path": "cycleway",
    "alley": "alley",
    "driveway": "driveway",
    "private": "private",
}
"""
Class, in small letters -> OpenStreetMap's highway value, or the service value of a service way,
or ``private``. A class that is neither here nor a highway value counts as residential.
"""

_SERVICES: Final = frozenset({"alley", "driveway", "parking_aisle"})
_OSM_COLUMNS: Final = (
    *("foot", "access", "service", "footway", "bridge", "tunnel", "covered", "sidewalk", "incline"),
)
"""Further columns that count where the class column is OpenStreetMap's own, `highway`."""


def read_centrelines(
    path: Path, crs: pyproj.CRS | None, *, name_column: str = "", class_column: str = ""
) -> Streets:
    """
    Read a layer of lines.

    Parameters
    ----------
    path
        As for `geodata.layers.layers.read_layer`.
    crs
        Projected CRS of the job, metres; None for the one that suits the place of the layer.
    name_column, class_column
        Columns with the street's name and class; recognised by their names where empty. A layer
        may lack both.

    Returns
    -------
    Streets
        `node` and `way` are running numbers that do not depend on the order of the rows.

    Raises
    ------
    InputError
        COLUMN for a named column that is missing, EMPTY where no line may be walked, CRS_MISMATCH
        for a place half a world away, and whatever `read_layer` raises.
    """
    layer = read_layer(path)
    if crs is None:
        west, south, east, north = layer.to_crs("OGC:CRS84").total_bounds
        crs = metric_crs((west + east) / 2, (south + north) / 2)
    tags = _tags_of(layer, name_column, class_column, path.name)
    shapes = np.asarray(layer.geometry.to_crs(crs).array, object)
    if not np.isfinite(shapely.get_coordinates(shapes)).all():
        message = f"{path.name} reaches too far from the precincts; give streets of the same place."
        raise InputError("CRS_MISMATCH", message)
    lines, tags, others = _lines(shapes, tags)
    access = [osm_tags.walk_access(one) for one in tags]
    if "yes" not in access:
        message = f"{path.name} holds no line that may be walked; give a layer of street lines."
        raise InputError("EMPTY", message)
    notes = [
        Note(code, f"{counted(count, 'row')} of the street layer left out for {why}.", count)
        for code, count, why in (
            ("NO_LINE", others, "holding no line"),
            ("CLOSED_PRIVATE", access.count("private"), "being closed to the public"),
            ("CLOSED_FOOT", access.count("foot"), "being closed to people on foot"),
        )
        if count
    ]
    return _assembled(lines, tags, np.array(access) == "yes", crs, tuple(notes))


def _tags_of(
    layer: gpd.GeoDataFrame, name_column: str, class_column: str, file: str
) -> list[dict[str, str]]:
    """Name and class of each row in OpenStreetMap's words."""
    names = _texts(layer, _column(layer, name_column, NAME_COLUMNS, file))
    column = _column(layer, class_column, CLASS_COLUMNS, file)
    classes = _texts(layer, column)
    tags = [{"name": name, **_class_tags(kind)} for name, kind in zip(names, classes, strict=True)]
    if column == "highway":
        for key in _OSM_COLUMNS:
            for one, value in zip(tags, _texts(layer, key), strict=True):
                one.update({key: value} if value else {})
    return tags


def _column(layer: gpd.GeoDataFrame, named: str, usual: Sequence[str], file: str) -> str:
    """The column of the layer that was named, or the first usual one it has, or none."""
    if named:
        return named_column(layer, named, file)
    columns = [str(column) for column in layer.columns if column != layer.geometry.name]
    lower = {column.lower(): column for column in reversed(columns)}
    return next((lower[name] for name in usual if name in lower), "")


def _texts(layer: gpd.GeoDataFrame, column: str) -> list[str]:
    """A column as text; empty where it is null or there is no such column."""
    if column not in layer.columns:
        return [""] * len(layer)
    return printed(layer[column]).tolist()


def _class_tags(kind: str) -> dict[str, str]:
    word = kind.lower().replace("_", " ")
    known = CLASSES.get(word, "")
    if known == "private":
        return {"highway": "service", "access": "private"}
    if known in _SERVICES:
        return {"highway": "service", "service": known}
    fallback = kind.lower() if osm_tags.is_highway(kind.lower()) else "residential"
    return {"highway": known or fallback}


def _lines(shapes: Shapes, tags: list[dict[str, str]]) -> tuple[Shapes, list[dict[str, str]], int]:
    """
    Single lines, the tags of each, and how many shapes hold none.

    They are sorted by coordinates, then tags: the order of the rows does not matter.
    """
    parts, row = shapely.get_parts(shapes, return_index=True)
    drawn = (shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING) & (
        shapely.length(parts) > 0
    )
    parts, row = parts[drawn], row[drawn]
    codes = shapely.to_wkb(parts, byte_order=0).tolist()
    texts = [sorted(tags[at].items()) for at in row.tolist()]
    order = sorted(range(len(parts)), key=lambda at: (codes[at], texts[at]))
    others = len(shapes) - len(np.unique(row))
    return parts[order], [tags[row[at]] for at in order], others


def _ends(line: Longs) -> Flags:
    """Which vertices are the first or last of their line."""
    ends: Flags = np.ones(len(line), bool)
    ends[1:-1] = (line[1:-1] != line[:-2]) | (line[1:-1] != line[2:])
    return ends


def _met(lines: Shapes) -> Shapes:
    """The lines with a vertex more wherever another line ends on them between two vertices."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    ends = np.flatnonzero(_ends(owner))
    points: Shapes = np.asarray(shapely.points(xy[ends]), object)
    end, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=SNAP_M)
    vertices: Shapes = np.asarray(shapely.multipoints(xy, indices=owner), object)
    free = (owner[ends[end]] != line) & (shapely.distance(points[end], vertices[line]) > SNAP_M)
    end, line = end[free], line[free]
    if not len(end):
        return lines
    steps = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    along = np.cumsum(steps)
    first = np.searchsorted(owner, np.arange(len(lines)))
    along -= along[first][owner]
    place = np.concatenate([along, shapely.line_locate_point(lines[line], points[end])])
    whole = np.concatenate([owner, line])
    order = np.lexsort((place, whole))
    return np.asarray(
        shapely.linestrings(np.concatenate([xy, xy[ends[end]]])[order], indices=whole[order])
    )


def _snapped(lines: Shapes) -> tuple[Floats, Longs, Longs, int]:
    """
    Vertices of lines, with ends put onto vertices and lines they almost touch.

    Returns
    -------
    xy, node, line
        Positions of the nodes, shape (n_nodes, 2), sorted by x and y; of each vertex its node and
        its line.
    moved
        How many ends lay beside what they meet.
    """
    coordinates, line = shapely.get_coordinates(_met(lines), return_index=True)
    # a vertex of two lines may differ by rounding; a millimetre is none
    places, node = np.unique(np.round(coordinates, 3), axis=0, return_inverse=True)
    node = node.reshape(-1)
    ends = np.unique(node[_ends(line)])
    near = cKDTree(places[ends]).query_ball_tree(cKDTree(places), SNAP_M)
    u = np.repeat(ends, [len(found) for found in near])
    v = np.concatenate([np.asarray(found, np.int64) for found in near])
    graph = coo_array((np.ones(len(u)), (u, v)), shape=(len(places), len(places)))
    _, group = connected_components(graph, directed=False)
    # the westernmost place of a group stands for it
    _, first, member = np.unique(group, return_index=True, return_inverse=True)
    kept, node_of_group = np.unique(first, return_inverse=True)
    moved = len(places) - len(kept)
    return places[kept], node_of_group[member][node], line, moved


def _assembled(
    lines: Shapes,
    tags: list[dict[str, str]],
    walkable: Flags,
    crs: pyproj.CRS,
    notes: tuple[Note, ...],
) -> Streets:
    """All tables of lines and their tags."""
    xy, node, line, moved = _snapped(lines)
    if moved:
        ends = counted(moved, "end of a street", "ends of streets")
        sentence = f"Joined {ends} up to {SNAP_M:g} m beside what they meet."
        notes = (*notes, Note("SNAPPED", sentence, moved))
    joined = (line[1:] == line[:-1]) & (node[1:] != node[:-1]) & walkable[line[1:]]
    segments, used, kept = segment_table(node[:-1][joined], node[1:][joined], line[1:][joined])
    kinds = [osm_tags.line_barrier(one) for one in tags]
    rows = [
        (kind, one["name"], shape)
        for kind, one, shape in zip(kinds, tags, lines, strict=True)
        if kind
    ]
    on_barrier = node[np.array([bool(kind) for kind in kinds])[line]]
    none = np.empty(0, np.int64)
    return Streets(
        node_table(used + 1, xy[used], none, on_barrier + 1),
        segments,
        way_table(kept + 1, [tags[at] for at in kept.tolist()]),
        layer_table(rows, BARRIER_KINDS, crs),
        layer_table([("motorway", name, shape) for _, name, shape in rows], BASE_KINDS, crs),
        address_table([], crs),
        notes,
    )
