"""OpenStreetMap files: told by their first bytes, read with pyosmium into an `Extract`."""

import bz2
import gzip
import re
import sys
import tempfile
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import osmium
from osmium.osm.types import Node

from geodata.errors import InputError, SpaceError

Ids = npt.NDArray[np.int64]
Tags = dict[str, str]

SUFFIXES: Final = (".osm", ".pbf", ".osm.gz", ".osm.xml.gz", ".osm.bz2", ".osm.xml.bz2", ".osm.xml")
"""Names that promise an OpenStreetMap file; what a file is, its first bytes decide."""

FEATURES: Final = frozenset(
    {
        *("highway", "railway", "waterway", "natural"),
        *("leisure", "landuse", "building", "addr:housenumber"),
    }
)
"""Keys of which an object needs one to be kept."""

DETAILS: Final = FEATURES | {
    *(
        "type",
        "name",
        "area",
        "foot",
        "access",
        "service",
        "bridge",
        "tunnel",
        "covered",
        "location",
    ),
    *("footway", "path", "cycleway", "indoor", "incline", "disused", "abandoned"),
    *("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right"),
    *("addr:street", "addr:place", "addr:unit", "addr:city", "addr:postcode"),
}
"""Keys that are kept of those objects."""

NODE_FEATURES: Final = ("highway", "railway", "addr:housenumber")
"""Of nodes, those with one of these keys are looked at."""

RAIL_CROSSINGS: Final = ("crossing", "level_crossing")

_UNITS_PER_DEGREE: Final = 1e7  # osmium counts positions in whole ten-millionths of a degree
_LIMITS: Final = np.array([180, 90]) * 10**7
_ESCAPED: Final = re.compile("%([0-9A-Fa-f]+)%")
_PBF_HEADER: Final = b"\x0a\x09OSMHeader"
_ENDS: Final = ("EOF", "unclosed", "no element found", "gzip error", "bzip2 error", "truncated")
"""Words by which pyosmium says that a file ends too early."""


class OsmNode(NamedTuple):
    """A node with tags: a mapped crossing or an address."""

    id: int
    tags: Tags


class OsmWay(NamedTuple):
    """A way: its tags and the ids of its nodes in order."""

    id: int
    tags: Tags
    refs: Ids


class OsmRelation(NamedTuple):
    """A multipolygon: its tags and the ids of its member ways in file order."""

    id: int
    tags: Tags
    members: tuple[int, ...]


Kept = TypeVar("Kept", OsmNode, OsmWay, OsmRelation)


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
            nodes, ways, relations = _parsed(lines)
    named = [np.array([node.id for node in nodes], np.int64), *(way.refs for way in ways)]
    node_ids, lonlat = _located(np.unique(np.concatenate(named)), positions, file)
    return Extract(nodes, ways, relations, node_ids, lonlat)


def _parsed(
    lines: Iterable[str],
) -> tuple[list[OsmNode], list[OsmWay], list[OsmRelation]]:
    """Objects of interest from OPL, each list sorted by id."""
    nodes, ways, relations = [], [], []
    for line in lines:
        fields = {field[0]: field[1:] for field in line.rstrip("\n").split(" ") if field}
        tags, version = _tags(fields.get("T", "")), int(fields.get("v") or 0)
        if "w" in fields:
            refs = [int(ref) for ref in fields["N"][1:].split(",n") if ref]
            ways.append((version, OsmWay(int(fields["w"]), tags, np.array(refs, np.int64))))
        elif "r" in fields and tags.get("type") == "multipolygon":
            parts = [one.partition("@")[0] for one in fields["M"].split(",")]
            of_ways = tuple(int(one[1:]) for one in parts if one.startswith("w"))
            relations.append((version, OsmRelation(int(fields["r"]), tags, of_ways)))
        elif "n" in fields and _is_wanted(tags):
            nodes.append((version, OsmNode(int(fields["n"]), tags)))
    members = {ref for _, relation in relations for ref in relation.members}
    kept = [pair for pair in ways if pair[1].id in members or not FEATURES.isdisjoint(pair[1].tags)]
    return _newest(nodes), _newest(kept), _newest(relations)


def _tags(text: str) -> Tags:
    pairs = (pair.split("=") for pair in text.split(",")) if text else ()
    return {sys.intern(key): _plain(value) for key, value in pairs if key in DETAILS}


@lru_cache(maxsize=65_536)  # streets and towns repeat, so memory is saved too
def _plain(value: str) -> str:
    """Text of a value in OPL, where ``%20%`` stands for a space."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), value)


def _is_wanted(tags: Tags) -> bool:
    crossing = tags.get("highway") == "crossing" or tags.get("railway") in RAIL_CROSSINGS
    return crossing or "addr:housenumber" in tags


def _newest(found: list[tuple[int, Kept]]) -> list[Kept]:
    """Sorted by id, the highest version of each."""
    in_order = sorted(found, key=lambda pair: (pair[1].id, pair[0]))
    return list({item.id: item for _, item in in_order}.values())


def _located(
    wanted: Ids, positions: osmium.index.LocationTable, file: osmium.io.File
) -> tuple[Ids, npt.NDArray[np.float64]]:
    """Those of the wanted nodes that have a sound position, and that position in degrees."""
    found: dict[int, tuple[int, int]] = {}
    for ref in wanted[wanted >= 0].tolist():
        try:
            place = positions.get(ref)
        except KeyError:
            continue
        found[ref] = (place.x, place.y)
    below = set(wanted[wanted < 0].tolist())
    if below:  # objects an editor has not uploaded yet; osmium keeps no positions of these
        for node in osmium.FileProcessor(file, osmium.osm.NODE):
            if isinstance(node, Node) and node.id in below:
                found[node.id] = (node.location.x, node.location.y)
    ids = np.array(sorted(found), np.int64)
    units = np.array([found[ref] for ref in ids.tolist()], np.int64).reshape(-1, 2)
    sound = (np.abs(units) <= _LIMITS).all(axis=1)
    return ids[sound], units[sound] / _UNITS_PER_DEGREE
