"""Streets: an OpenStreetMap file or a layer of lines becomes a walkable network in metres."""

from pathlib import Path
from typing import Final

import numpy as np
import pyproj

from geodata.crs import metric_crs, project
from geodata.errors import InputError
from geodata.notes import Note, counted
from geodata.schema import Streets
from geodata.streets import osm, osm_tags
from geodata.streets.centrelines import read_centrelines
from geodata.streets.opl import RAIL_CROSSINGS, OsmWay
from geodata.streets.osm import Extract
from geodata.streets.osm_shapes import Chains, Floats, Longs, chains_of, pairs_of
from geodata.streets.segments import node_table, segment_table, way_table
from geodata.streets.surroundings import read_addresses, read_barriers, read_base, read_outlines

_CLOSED: Final = {
    "private": "closed to the public",
    "foot": "closed to people on foot",
}
"""Answer of `osm_tags.walk_access` -> what is said of such ways."""


def read_streets(
    path: Path, crs: pyproj.CRS | None, *, name_column: str = "", class_column: str = ""
) -> Streets:
    """
    Read the streets of a place.

    Parameters
    ----------
    path
        An OpenStreetMap file (PBF, or XML plain or packed), told by its content; any other file
        is read as a layer of lines, such as a county's centrelines.
    crs
        Projected CRS of the job, metres; None for the one that suits the place of the streets.
    name_column, class_column
        Columns of a layer of lines; recognised by their names where empty.

    Returns
    -------
    Streets
        The same for the same objects in whatever order the file holds them.

    Raises
    ------
    InputError
        NO_FILE, TYPE, TRUNCATED, COORD_RANGE, CRS_MISMATCH, EMPTY or COLUMN.
    """
    if osm.format_of(path):
        return _from_extract(osm.read_extract(path), crs, path.name)
    if not path.stat().st_size:
        raise InputError("EMPTY", f"{path.name} is empty; get it anew.")
    if path.name.lower().endswith(osm.SUFFIXES):
        message = f"{path.name} is no OpenStreetMap file, whatever its name says; get it anew."
        raise InputError("TYPE", message)
    return read_centrelines(path, crs, name_column=name_column, class_column=class_column)


def _from_extract(extract: Extract, wanted: pyproj.CRS | None, name: str) -> Streets:
    """All tables of an extract; `name` is that of its file, for messages."""
    crs = wanted or _crs_of(extract.lonlat, name)
    xy = _projected(extract.lonlat, crs, name)
    walkers, notes = _walkable(extract)
    chains = chains_of([way.refs for way in walkers], extract.node_ids)
    u, v, way = pairs_of(chains)
    if not len(u):
        raise _nothing(name)
    outlines = read_outlines(extract, xy)
    barriers, on_barrier = read_barriers(extract, xy, outlines, crs)
    segments, used, kept = segment_table(u, v, way)
    crossings = _crossings(extract, walkers, chains)
    ways = [walkers[at] for at in kept.tolist()]
    return Streets(
        node_table(extract.node_ids[used], xy[used], crossings, on_barrier),
        segments,
        way_table(np.array([way.id for way in ways]), [way.tags for way in ways]),
        barriers,
        read_base(extract, xy, outlines, crs),
        read_addresses(extract, xy, outlines, crs),
        (*notes, *_losses(chains, len(walkers) - len(ways))),
    )


def _crs_of(lonlat: Floats, name: str) -> pyproj.CRS:
    """Metric coordinate system for the middle of some positions."""
    if not len(lonlat):
        raise _nothing(name)
    lon, lat = np.median(lonlat, axis=0)
    return metric_crs(float(lon), float(lat))


def _nothing(name: str) -> InputError:
    message = f"{name} holds no street or path that may be walked; give a street extract."
    return InputError("EMPTY", message)


def _projected(lonlat: Floats, crs: pyproj.CRS, name: str) -> Floats:
    """Positions in metres, shape (n, 2)."""
    xy = np.column_stack(project(lonlat[:, 0], lonlat[:, 1], crs))
    if not np.isfinite(xy).all():
        message = f"{name} reaches too far from the precincts; give streets of the same place."
        raise InputError("CRS_MISMATCH", message)
    return xy


def _walkable(extract: Extract) -> tuple[list[OsmWay], list[Note]]:
    """Ways and edges of squares that may be walked, by id; how many are closed."""
    access = [osm_tags.walk_access(way.tags) for way in extract.ways]
    walkers = {
        way.id: way for way, answer in zip(extract.ways, access, strict=True) if answer == "yes"
    }
    members = {
        member: square.tags
        for square in extract.relations
        if osm_tags.walk_access(square.tags) == "yes"
        for member in square.members
    }
    edges = [way for way in extract.ways if way.id in members and way.id not in walkers]
    walkers |= {way.id: OsmWay(way.id, members[way.id], way.refs) for way in edges}
    notes = [
        Note(f"CLOSED_{word.upper()}", f"{_left_out(count)} for being {what}.", count)
        for word, what in _CLOSED.items()
        if (count := access.count(word))
    ]
    return [walkers[id_] for id_ in sorted(walkers)], notes


def _crossings(extract: Extract, walkers: list[OsmWay], chains: Chains) -> Longs:
    """Ids of the nodes that are crossings themselves or lie on a path across a street."""
    mapped = [
        node.id
        for node in extract.nodes
        if node.tags.get("highway") == "crossing" or node.tags.get("railway") in RAIL_CROSSINGS
    ]
    across = np.array([osm_tags.footway(way.tags) == "crossing" for way in walkers], bool)
    on_path = extract.node_ids[chains.node[across[chains.way]]]
    return np.union1d(np.array(mapped, np.int64), on_path)


def _ways(count: int) -> str:
    return counted(count, "street or path", "streets and paths")


def _left_out(count: int) -> str:
    return f"{_ways(count)} left out"


def _losses(chains: Chains, dropped: int) -> list[Note]:
    """What a clipped file lacks."""
    nodes, ways = int(chains.missing.sum()), int((chains.missing > 0).sum())
    notes = []
    if ways:
        sentence = (
            f"{counted(nodes, 'point')} of {_ways(ways)} not in the file, as in clipped extracts: "
            "streets end there."
        )
        notes.append(Note("TRIMMED", sentence, ways))
    if dropped:
        sentence = f"{_left_out(dropped)} for having fewer than two points."
        notes.append(Note("DROPPED", sentence, dropped))
    return notes
