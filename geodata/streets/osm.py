"""OpenStreetMap files: told by their first bytes, read with pyosmium into an `Extract`."""

import bz2
import gzip
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import osmium
from osmium.osm.types import Node

from geodata.errors import InputError, SpaceError
from geodata.streets.opl import (
    FEATURES,
    NODE_FEATURES,
    Ids,
    OsmNode,
    OsmRelation,
    OsmWay,
    parsed,
)

SUFFIXES: Final = (".osm", ".pbf", ".osm.gz", ".osm.xml.gz", ".osm.bz2", ".osm.xml.bz2", ".osm.xml")
"""Names that promise an OpenStreetMap file; what a file is, its first bytes decide."""

_UNITS_PER_DEGREE: Final = 1e7  # osmium counts positions in whole ten-millionths of a degree
_NOBODY: Final = np.iinfo(np.int64).min
_LIMITS: Final = np.array([180, 90]) * 10**7
_PBF_HEADER: Final = b"\x0a\x09OSMHeader"
_ENDS: Final = ("EOF", "unclosed", "no element found", "gzip error", "bzip2 error", "truncated")
"""Words by which pyosmium says that a file ends too early."""


class Extract(NamedTuple):
    """
    What a file holds of interest, every list sorted by id.

    Parameters
    ----------
    nodes
        Tagged nodes.
    ways
        Ways with a key of `FEATURES`, and the untagged members of `relations`.
    relations
        Multipolygons with a key of `FEATURES`.
    node_ids
        Ids of the located nodes that `nodes` and `ways` name, shape (n,), ascending. A clipped
        file lacks some.
    lonlat
        Their longitude and latitude in degrees, shape (n, 2).
    """

    nodes: list[OsmNode]
    ways: list[OsmWay]
    relations: list[OsmRelation]
    node_ids: Ids
    lonlat: npt.NDArray[np.float64]


def format_of(path: Path) -> str:
    """
    Tell an OpenStreetMap file by its content.

    Parameters
    ----------
    path
        Any file.

    Returns
    -------
    str
        ``pbf``, ``osm``, ``osm.gz`` or ``osm.bz2``; empty where it is none of them.

    Raises
    ------
    InputError
        NO_FILE: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(64)
        if start[4:15] == _PBF_HEADER:
            return "pbf"
        if start[:2] == b"\x1f\x8b":
            return "osm.gz" if _is_osm_xml(_start_of(path, gzip.open(path))) else ""
        if start[:3] == b"BZh":
            return "osm.bz2" if _is_osm_xml(_start_of(path, bz2.open(path))) else ""
        with path.open("rb") as file:
            return "osm" if _is_osm_xml(file.read(4096)) else ""
    except OSError:
        raise InputError("NO_FILE", f"{path} cannot be read; check the name.") from None


def _start_of(path: Path, stream: gzip.GzipFile | bz2.BZ2File) -> bytes:
    """The first unpacked bytes; none where the archive is broken."""
    with stream:
        try:
            return stream.read1(4096)
        except EOFError:
            message = f"{path.name} ends too early; copy or download it again."
            raise InputError("TRUNCATED", message) from None
        except (OSError, zlib.error):
            return b""


def _is_osm_xml(start: bytes) -> bool:
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<osm" in start


def read_extract(path: Path) -> Extract:
    """
    Read an OpenStreetMap file.

    The order of the objects in the file does not matter, nor does its name.

    Parameters
    ----------
    path
        PBF or XML, the latter plain or packed by gzip or bzip2.

    Returns
    -------
    Extract
        Sorted by id; where an id repeats, its newest version counts.

    Raises
    ------
    InputError
        NO_FILE, TYPE, TRUNCATED or COORD_RANGE.
    """
    kind = format_of(path)
    if not kind:
        raise InputError("TYPE", f"{path.name} is not an OpenStreetMap file (.osm.pbf or .osm).")
    # an absolute path, because osmium takes "-" and web addresses for something else than files
    file = osmium.io.File(str(path.absolute()), kind)
    try:
        return _read(file)
    except osmium.InvalidLocationError as fault:
        message = f"{path.name} has a node with an impossible position ({fault}); get a new copy."
        raise InputError("COORD_RANGE", message) from None
    except (RuntimeError, ValueError) as fault:
        if "No space left" in str(fault):
            raise SpaceError("NO_SPACE", "The folder for temporary files is full.") from None
        if any(word in str(fault) for word in _ENDS):
            message = f"{path.name} ends too early ({fault}); copy or download it again."
            raise InputError("TRUNCATED", message) from None
        message = f"{path.name} is not a sound OpenStreetMap file ({fault}); get a new copy."
        raise InputError("TYPE", message) from None


def _read(file: osmium.io.File) -> Extract:
    """
    All of an extract, in one pass.

    One Python object for each object of a file is slow. So osmium filters and writes the rest as
    lines of text (its format OPL) into a temporary file, which is ten times faster to parse.
    """
    positions = osmium.index.create_map("flex_mem")
    locate = osmium.NodeLocationsForWays(positions)
    locate.ignore_errors()  # missing nodes are counted later
    of_nodes = osmium.filter.KeyFilter(*NODE_FEATURES)
    of_nodes.enable_for(osmium.osm.NODE)
    of_relations = osmium.filter.KeyFilter(*FEATURES)
    of_relations.enable_for(osmium.osm.RELATION)
    with tempfile.TemporaryDirectory(prefix="turfcutter-") as folder:
        opl = Path(folder) / "objects.opl"
        with osmium.SimpleWriter(osmium.io.File(str(opl), "opl,add_metadata=version")) as writer:
            osmium.apply(file, locate, of_nodes, of_relations, writer)
        # nodes behind the last way are found only once another way has come
        osmium.apply(osmium.io.Reader(osmium.io.FileBuffer(b"w1 Nn1\n", "opl")), locate)
        with opl.open(encoding="utf-8", errors="replace", newline="\n") as lines:
            nodes, ways, relations = parsed(lines)
    named = [np.array([node.id for node in nodes], np.int64), *(way.refs for way in ways)]
    node_ids, lonlat = _located(np.concatenate(named), positions, file)
    return Extract(nodes, ways, relations, node_ids, lonlat)


def _located(
    named: Ids, positions: osmium.index.LocationTable, file: osmium.io.File
) -> tuple[Ids, npt.NDArray[np.float64]]:
    """Those of the named nodes that have a sound position, and that position in degrees."""
    in_order = np.sort(named)  # np.unique takes thirty times as long
    wanted = in_order[np.diff(in_order, prepend=_NOBODY) != 0]
    found = np.fromiter(_positions(wanted[wanted >= 0].tolist(), positions), np.int64)
    below = set(wanted[wanted < 0].tolist())
    if below:  # objects an editor has not uploaded yet; osmium keeps no positions of these
        further = {
            node.id: (node.location.x, node.location.y)
            for node in osmium.FileProcessor(file, osmium.osm.NODE)
            if isinstance(node, Node) and node.id in below
        }
        rows = [(ref, *further[ref]) for ref in sorted(further)]
        found = np.append(np.array(rows, np.int64), found)
    ids, units = np.split(found.reshape(-1, 3), [1], axis=1)
    sound = (np.abs(units) <= _LIMITS).all(axis=1)
    return ids[sound, 0], units[sound] / _UNITS_PER_DEGREE


def _positions(refs: list[int], positions: osmium.index.LocationTable) -> Iterator[int]:
    """Id, longitude and latitude of the nodes that have a position, one after the other."""
    for ref in refs:
        try:
            place = positions.get(ref)
        except KeyError:
            continue
        yield ref
        yield place.x
        yield place.y
