"""What the referee takes from an OSM file: ways to walk, crossings, barriers."""

import math
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
import shapely

QUIET = {"residential", "living_street", "unclassified", "service", "tertiary", "tertiary_link"}
MAJOR = {"secondary", "secondary_link", "primary", "primary_link", "trunk", "trunk_link"}
LINES = {"footway", "path", "steps", "pedestrian", "cycleway", "track"}
YES = {"yes", "designated", "permissive"}


@dataclass
class Edge:
    """A straight piece of a way between two nodes."""

    u: int
    v: int
    kind: str
    name: str
    joins: bool
    """Whether it makes a junction where it meets other streets (driveways do not)."""
    home: bool
    """Whether doors may stand on it."""


@dataclass
class Osm:
    """What the referee takes from an OSM file; `xy` in metres around the file's middle."""

    xy: dict[int, tuple[float, float]] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    crossings: set[int] = field(default_factory=set)
    barriers: list[shapely.LineString] = field(default_factory=list)
    middle: tuple[float, float] = (0.0, 0.0)

    def project(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Degrees to metres: (n, 2). Exact to 0.1 % over a county."""
        per_degree = 111_195.08
        east = per_degree * math.cos(math.radians(self.middle[1]))
        x, y = np.asarray(lon, float) - self.middle[0], np.asarray(lat, float) - self.middle[1]
        return np.column_stack([x * east, y * per_degree])


def walkable(tags: dict[str, str]) -> bool:
    """Whether the public may walk along a way with these tags."""
    kind, foot = tags.get("highway", ""), tags.get("foot", "")
    if kind not in QUIET | MAJOR | LINES or foot in {"no", "private"}:
        return False
    if tags.get("access") in {"no", "private"} and foot not in YES:
        return False
    if kind.startswith("trunk") and foot not in YES:
        return tags.get("sidewalk") != "no" and tags.get("motorroad") != "yes"
    return True


def is_barrier(tags: dict[str, str], *, wet: bool) -> bool:
    """Whether nobody walks across, except where a street does (`wet`: the rim of a lake)."""
    if "tunnel" in tags:
        return False
    kind = tags.get("highway", "")
    if kind == "motorway" or (kind == "trunk" and not walkable(tags)):
        return True
    water = tags.get("waterway") in {"river", "canal", "riverbank"}
    return tags.get("railway") == "rail" or water or wet or tags.get("natural") == "water"


def read_osm(path: Path) -> Osm:
    """Read streets, crossings and barriers; ways are trimmed where nodes are missing."""
    places: dict[int, tuple[float, float]] = {}
    ways, wet, crossings = [], set(), set()
    for item in osmium.FileProcessor(str(path)):
        tags = dict(item.tags)
        if item.is_node():
            if item.location.valid():
                places[item.id] = (item.location.lon, item.location.lat)
            if tags.get("highway") in {"crossing", "traffic_signals"}:
                crossings.add(item.id)
        elif item.is_way():
            ways.append((item.id, tags, [node.ref for node in item.nodes]))
        elif tags.get("natural") == "water":
            wet |= {member.ref for member in item.members if member.type == "w"}
    osm = Osm(crossings=crossings)
    ids, degrees = list(places), np.array(list(places.values()))
    osm.middle = tuple((degrees.min(axis=0) + degrees.max(axis=0)) / 2)
    osm.xy = dict(zip(ids, map(tuple, osm.project(*degrees.T).tolist()), strict=True))
    seen: set[tuple[int, int]] = set()
    for way, tags, all_refs in ways:
        refs = [ref for ref in all_refs if ref in osm.xy]
        if is_barrier(tags, wet=way in wet) and len(refs) > 1:
            osm.barriers.append(shapely.LineString([osm.xy[ref] for ref in refs]))
        if walkable(tags):
            _add_way(osm, tags, refs, seen)
    return osm


def _add_way(osm: Osm, tags: dict[str, str], refs: list[int], seen: set[tuple[int, int]]) -> None:
    """Add the pieces of a way that no other way has brought."""
    if tags.get("footway") == "crossing":
        osm.crossings.update(refs)
    kind, name = tags["highway"], tags.get("name", "")
    joins = kind in QUIET | MAJOR and (kind != "service" or bool(name))
    home = joins or kind == "pedestrian"
    for u, v in pairwise(refs):
        key = (min(u, v), max(u, v))
        if u != v and key not in seen:
            seen.add(key)
            osm.edges.append(Edge(u, v, kind, name, joins, home))
