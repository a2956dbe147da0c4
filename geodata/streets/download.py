"""
Streets from OpenStreetMap's servers, only where the user asks for it.

What comes is written to an `.osm.pbf`, so from there on everything goes the way of files.
"""

import json
import math
import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

import osmium
import shapely
from osmium.osm.mutable import Node, Relation, Way

from geodata.errors import InputError
from geodata.storage.store import key

TAGS: Final[dict[str, bool | str | list[str]]] = {
    "highway": True,
    "railway": ["rail", "crossing", "level_crossing"],
    "waterway": ["river", "canal", "riverbank"],
    "natural": "water",
    "landuse": ["reservoir", "cemetery", "recreation_ground", "village_green"],
    "leisure": ["park", "golf_course", "recreation_ground", "nature_reserve"],
    "building": True,
    "addr:housenumber": True,
}
"""What is asked for; the answer has all tags of it."""

MARGIN_DEG: Final = 0.003
"""About 300 m: doors at the edge of the precincts need the streets beyond it."""
TILE_DEG: Final = 0.1
MOST_TILES: Final = 400
REACH_S: Final = 10.0
"""A server that does not greet within this time is taken as out of reach."""

Area = shapely.Polygon | shapely.MultiPolygon

_NUMBER: Final = re.compile(r"[-+]?\d+(\.\d*)?")


def download_streets(what: str, cache: Path, *, outline: Area | None = None) -> Path:
    """
    Download the streets of a place, with buildings, addresses and barriers.

    Parameters
    ----------
    what
        ``west,south,east,north`` in degrees, the word ``precincts`` for `outline`, or the name of
        a place such as ``Davis, California``.
    cache
        Folder for downloaded files; what is there already is not asked for again.
    outline
        Polygon of the precincts, lon and lat in degrees.

    Returns
    -------
    Path
        An `.osm.pbf` for `geodata.streets.streets.read_streets`.

    Raises
    ------
    InputError
        PARAMETER where `what` cannot be understood, ONLINE where the download did not succeed.
    """
    area = _area(what, outline)
    asked = what.strip().casefold() if area is None else shapely.to_wkb(area, hex=True)
    target = cache / f"osm-{key(asked, TAGS)[:16]}.osm.pbf"
    if target.exists():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            _greet()
            found = _elements(_place(what) if area is None else area, Path(scratch))
            partial = Path(scratch) / target.name
            _write(found, partial)
            partial.replace(target)
    except InputError:
        raise
    except Exception as fault:  # noqa: BLE001 - osmnx, requests and urllib raise dozens of kinds
        advice = "check network and spelling, or give a file with --streets"
        message = f"The streets of {what!r} could not be downloaded ({_kind(fault)}); {advice}."
        raise InputError("ONLINE", message) from None
    return target


def _kind(fault: BaseException) -> str:
    """A fault in a few words of one line."""
    text = " ".join(str(fault).split())
    return f"{type(fault).__name__}: {text[:120]}" if text else type(fault).__name__


def parse_box(text: str) -> shapely.Polygon | None:
    """
    The box that ``west,south,east,north`` names; None where it is no list of numbers.

    Raises
    ------
    InputError
        PARAMETER for numbers that are no box of degrees.
    """
    parts = [part.strip() for part in text.split(",")]
    if not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    advice = "write west,south,east,north in degrees, e.g. -121.80,38.52,-121.68,38.57."
    corners = [float(part) for part in parts]
    if len(corners) != 4:  # noqa: PLR2004 - a box has four sides
        raise InputError("PARAMETER", f"{text!r} are {len(corners)} numbers; {advice}")
    west, south, east, north = corners
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - degrees
        raise InputError("PARAMETER", f"{text!r} is no box; {advice}")
    return shapely.box(west, south, east, north)


def _area(what: str, outline: Area | None) -> Area | None:
    """The area that is asked for; None for the name of a place."""
    if what.strip() == "precincts":
        if outline is None:
            raise InputError("PARAMETER", "Streets of the precincts need a precinct layer.")
        # a precinct line has far more corners than a server likes to be asked about
        return shapely.simplify(shapely.buffer(outline, MARGIN_DEG), MARGIN_DEG / 3)
    if not what.strip():
        raise InputError("PARAMETER", "Name the place whose streets are to be downloaded.")
    return parse_box(what)


def _place(name: str) -> Area:
    import osmnx  # noqa: PLC0415 - heavy, and nearly never needed

    with _settings(use_cache=False):
        found: Area = osmnx.geocode_to_gdf(name).geometry.iloc[0]
    return found


def _greet() -> None:
    """Fail soon where there is no network: osmnx would wait for a minute before it fails."""
    import osmnx  # noqa: PLC0415 - heavy, and nearly never needed

    url = osmnx.settings.overpass_url.rstrip("/") + "/status"
    with urlopen(url, timeout=REACH_S):  # noqa: S310 - an address of osmnx's, not of the data
        pass


def _elements(area: Area, scratch: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """Everything in an area, tile by tile, by kind and id."""
    import osmnx  # noqa: PLC0415 - heavy, and nearly never needed

    found: dict[tuple[str, int], dict[str, Any]] = {}
    for number, tile in enumerate(_tiles(area)):
        folder = scratch / str(number)
        # osmnx keeps the answer itself in its cache; its tables would lose the nodes' ids
        with (
            _settings(use_cache=True, cache_only_mode=True, cache_folder=folder),
            suppress(InterruptedError),  # how it ends when asked to fill the cache only
        ):
            osmnx.features_from_polygon(tile, TAGS)
        answers = sorted(folder.glob("*.json"))
        if not answers:  # one with a remark is not kept: the server gave up in the middle
            raise TimeoutError("the server is too busy; try again later")
        for answer in answers:
            for element in json.loads(answer.read_text(encoding="utf-8"))["elements"]:
                found[element["type"], element["id"]] = element
    return found


def _tiles(area: Area) -> Iterator[shapely.Polygon]:
    """Boxes around the parts of an area, each small enough for one question."""
    west, south, east, north = area.bounds
    columns = max(1, math.ceil(round((east - west) / TILE_DEG, 6)))
    rows = max(1, math.ceil(round((north - south) / TILE_DEG, 6)))
    if columns * rows > MOST_TILES:
        message = f"The area is {east - west:.1f} by {north - south:.1f} degrees, too large to ask "
        raise InputError("PARAMETER", message + "for; download a file and give it with --streets.")
    width, height = (east - west) / columns, (north - south) / rows
    for column in range(columns):
        for row in range(rows):
            left, low = west + column * width, south + row * height
            part = shapely.intersection(area, shapely.box(left, low, left + width, low + height))
            if part.area > 0:
                yield shapely.box(*part.bounds)


@contextmanager
def _settings(**values: object) -> Iterator[None]:
    """Settings of osmnx for a while; it also redirects names to addresses, which is undone."""
    import osmnx  # noqa: PLC0415 - heavy, and nearly never needed

    before = {name: getattr(osmnx.settings, name) for name in values}
    resolve = socket.getaddrinfo
    try:
        for name, value in values.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
        socket.getaddrinfo = resolve


def _write(found: dict[tuple[str, int], dict[str, Any]], path: Path) -> None:
    """Write elements of an answer as PBF, nodes first, by id."""
    order = sorted(found, key=lambda name: (("node", "way", "relation").index(name[0]), name[1]))
    with osmium.SimpleWriter(str(path)) as writer:
        for kind, id_ in order:
            element = found[kind, id_]
            tags = element.get("tags", {})
            if kind == "node":
                place = (element["lon"], element["lat"])
                writer.add_node(Node(id=id_, version=1, location=place, tags=tags))
            elif kind == "way":
                writer.add_way(Way(id=id_, version=1, nodes=element["nodes"], tags=tags))
            else:
                members = [(one["type"][0], one["ref"], one["role"]) for one in element["members"]]
                writer.add_relation(Relation(id=id_, version=1, members=members, tags=tags))
