"""
Objects of OpenStreetMap from lines of text: osmium's format OPL, an object a line.

Of the tags only those that something here asks for are kept.
"""

import re
import sys
from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]
Tags = dict[str, str]

FEATURES: Final = frozenset(
    {
        *("highway", "railway", "waterway", "natural"),
        *("leisure", "landuse", "building", "addr:housenumber"),
    }
)
"""Keys of which an object needs one to be kept."""

DETAILS: Final = FEATURES | {
    *("type", "name", "foot", "access", "service", "bridge", "tunnel", "covered", "location"),
    *("footway", "path", "cycleway", "indoor", "incline", "disused", "abandoned"),
    *("layer", "motorroad", "expressway"),
    *("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right"),
    *("addr:street", "addr:place", "addr:unit", "addr:city", "addr:postcode"),
}
"""Keys that are kept of those objects."""

NODE_FEATURES: Final = ("highway", "railway", "addr:housenumber")
"""Of nodes, those with one of these keys are looked at."""

RAIL_CROSSINGS: Final = ("crossing", "level_crossing")

_ESCAPED: Final = re.compile("%([0-9A-Fa-f]+)%")


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


_Line = tuple[int, int, Tags, str]
"""An object as OPL has it: id, version, tags, and what it consists of."""


def parsed(
    lines: Iterable[str],
) -> tuple[list[OsmNode], list[OsmWay], list[OsmRelation]]:
    """Objects of interest from OPL, each list sorted by id."""
    nodes: list[_Line] = []
    ways: list[_Line] = []
    relations: list[_Line] = []
    for line in lines:
        name, version, _, texts, rest = line.rstrip("\n").split(" ", 4)
        found = int(name[1:]), int(version[1:]), _tags(texts[1:]), rest[1:]
        if name[0] == "w":
            ways.append(found)
        elif name[0] == "n":
            if _is_wanted(found[2]):
                nodes.append(found)
        elif found[2].get("type") == "multipolygon":
            relations.append(found)
    squares = [OsmRelation(id_, tags, _of_ways(rest)) for id_, _, tags, rest in _newest(relations)]
    members = {ref for square in squares for ref in square.members}
    kept = [way for way in ways if way[0] in members or not FEATURES.isdisjoint(way[2])]
    return [OsmNode(id_, tags) for id_, _, tags, _ in _newest(nodes)], _with_refs(kept), squares


def _newest(found: list[_Line]) -> list[_Line]:
    """Sorted by id, the highest version of each."""
    return list({line[0]: line for line in sorted(found, key=itemgetter(0, 1))}.values())


def _with_refs(found: list[_Line]) -> list[OsmWay]:
    """Ways with their nodes, whose numbers are read all at once."""
    ways = _newest(found)
    texts = [rest for _, _, _, rest in ways]
    ends = np.cumsum([text.count("n") for text in texts], dtype=np.int64).tolist()
    refs = np.fromstring(",".join(filter(None, texts)).replace("n", ""), np.int64, sep=",")
    starts = [0, *ends]
    return [
        OsmWay(id_, tags, refs[start:end])
        for (id_, _, tags, _), start, end in zip(ways, starts, ends, strict=False)
    ]


def _of_ways(text: str) -> tuple[int, ...]:
    """Ids of the ways among the members of a relation."""
    members = (one.partition("@")[0] for one in text.split(","))
    return tuple(int(one[1:]) for one in members if one.startswith("w"))


def _tags(text: str) -> Tags:
    return dict(filter(None, map(_tag, text.split(",")))) if text else {}


@lru_cache(maxsize=131_072)  # most tags repeat, so memory is saved too
def _tag(text: str) -> tuple[str, str] | None:
    """Key and value of a tag in OPL, where ``%20%`` stands for a space; None if it is not kept."""
    key, _, value = text.partition("=")
    if key not in DETAILS:
        return None
    return sys.intern(key), _ESCAPED.sub(lambda code: chr(int(code[1], 16)), value)


def _is_wanted(tags: Tags) -> bool:
    crossing = tags.get("highway") == "crossing" or tags.get("railway") in RAIL_CROSSINGS
    return crossing or "addr:housenumber" in tags
