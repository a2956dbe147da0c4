"""
What the tags of an OpenStreetMap object mean to somebody on foot.

Walkable are public ways a volunteer may use from door to door. `foot` decides before `access`.
Left out are motorways, trunk roads without foot access or sidewalk, ways under construction,
raceways, busways, platforms, what lies inside buildings (corridors, elevators), and whatever is
private, be it a driveway, a parking lot or a gated street. Driveways and parking lots that are not
marked as private stay. Cycleways and tracks are walkable unless `foot` forbids it.
"""

from collections.abc import Mapping
from typing import Final

Tags = Mapping[str, str]

_LINEAR: Final = frozenset({"highway", "railway", "waterway"})
_MOTORWAYS: Final = frozenset({"motorway", "motorway_link"})
_TRUNKS: Final = frozenset({"trunk", "trunk_link"})
_WALKABLE: Final = frozenset(
    {
        *("footway", "path", "pedestrian", "steps", "cycleway", "bridleway", "track"),
        *("living_street", "residential", "unclassified", "road", "service"),
        *("tertiary", "tertiary_link", "secondary", "secondary_link", "primary", "primary_link"),
    }
)
_OTHERS: Final = frozenset(
    {
        *("construction", "proposed", "abandoned", "razed", "raceway", "busway", "bus_guideway"),
        *("platform", "corridor", "elevator", "rest_area", "services", "escape"),
    }
)
_FOOT_YES: Final = frozenset({"yes", "designated", "permissive", "official", "destination"})
_FOOT_NO: Final = frozenset({"no", "private"})
_CLOSED: Final = frozenset({"no", "private", "military"})
_INDOORS: Final = frozenset({"yes", "room", "area", "corridor"})
_SIDEWALKS: Final = frozenset({"both", "left", "right", "yes", "separate"})
_SIDEWALK_KEYS: Final = ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right")
_PARKS: Final = frozenset({"park", "golf_course", "recreation_ground", "nature_reserve"})
_GREENS: Final = frozenset({"cemetery", "recreation_ground", "village_green"})


def is_set(tags: Tags, key: str) -> bool:
    """Whether the key has a value that does not say no."""
    return tags.get(key, "no") != "no"


def is_highway(value: str) -> bool:
    """Whether it is a usual value of `highway`, walkable or not."""
    return value in _WALKABLE | _MOTORWAYS | _TRUNKS | _OTHERS


def is_hidden(tags: Tags) -> bool:
    """Whether it lies under the ground or under a roof."""
    underground = tags.get("location") == "underground"
    # Tracks below the ground often have a layer and no tunnel.
    underground |= "railway" in tags and tags.get("layer", "").startswith("-")
    return underground or is_set(tags, "tunnel") or is_set(tags, "covered")


def _is_fast(tags: Tags) -> bool:
    """Whether it is a trunk road that people on foot may not use, not just a great street."""
    closed = tags.get("foot") in _FOOT_NO or is_set(tags, "motorroad") or is_set(tags, "expressway")
    return tags.get("highway") in _TRUNKS and closed and walk_access(tags) != "yes"


def walk_access(tags: Tags) -> str:
    """
    Whether a way may be walked.

    Parameters
    ----------
    tags
        Tags of a way.

    Returns
    -------
    str
        ``yes``; ``private`` (closed to the public), ``foot`` (closed to walkers), or ``kind``
        (no street or path at all, or none for walkers).
    """
    if "highway" not in tags:
        return "kind"
    highway, foot = tags["highway"], tags.get("foot", "")
    on_foot = foot in _FOOT_YES or any(tags.get(key) in _SIDEWALKS for key in _SIDEWALK_KEYS)
    of_walkers = highway in _WALKABLE or (highway in _TRUNKS and on_foot)
    if not of_walkers or tags.get("indoor") in _INDOORS:
        return "kind"
    if foot in _FOOT_YES:
        return "yes"
    if foot in _FOOT_NO:
        return "foot"
    return "private" if tags.get("access") in _CLOSED else "yes"


def line_barrier(tags: Tags) -> str:
    """
    Kind of barrier that a line is to walkers.

    Returns
    -------
    str
        ``motorway``, ``trunk``, ``rail``, ``water`` or empty. A motorway or trunk road on a
        bridge still is one here: how long the bridge is, the tags do not tell.
    """
    if _LINEAR.isdisjoint(tags) or is_hidden(tags):
        return ""
    if tags.get("highway") in _MOTORWAYS:
        return "motorway"
    if _is_fast(tags):
        return "trunk"
    if is_set(tags, "bridge"):
        return ""
    if tags.get("railway") == "rail" and not _is_disused(tags):
        return "rail"
    return "water" if tags.get("waterway") in {"river", "canal"} else ""


def is_water(tags: Tags) -> bool:
    """Whether an outline with these tags encloses open water."""
    wet = tags.get("natural") == "water" or tags.get("waterway") == "riverbank"
    return (wet or tags.get("landuse") == "reservoir") and not is_hidden(tags)


def base_area(tags: Tags) -> str:
    """Base-map kind of an outline: ``building``, ``water``, ``park`` or empty."""
    if is_set(tags, "building"):
        return "building"
    if is_water(tags):
        return "water"
    green = tags.get("leisure") in _PARKS or tags.get("landuse") in _GREENS
    return "park" if green else ""


def base_line(tags: Tags) -> str:
    """Base-map kind of a line: ``water``, ``rail``, ``motorway`` or empty."""
    if _LINEAR.isdisjoint(tags) or is_hidden(tags):
        return ""
    if tags.get("highway") in _MOTORWAYS or _is_fast(tags):
        return "motorway"
    if tags.get("railway") == "rail" and not _is_disused(tags):
        return "rail"
    return "water" if tags.get("waterway") in {"river", "canal"} else ""


def footway(tags: Tags) -> str:
    """What a path is in detail: ``sidewalk``, ``crossing``, ``traffic_island``, … or empty."""
    if tags.get("footway"):
        return tags["footway"]
    crossing = "crossing" in {tags.get("path"), tags.get("cycleway")}
    return "crossing" if crossing and tags.get("highway") in {"path", "cycleway"} else ""


def sidewalk(tags: Tags) -> str:
    """Where a street has sidewalks: ``both``, ``left``, ``right``, ``separate``, ``no``, …."""
    if tags.get("sidewalk"):
        return tags["sidewalk"]
    if tags.get("sidewalk:both"):
        both = tags["sidewalk:both"]
        return "both" if both == "yes" else both
    sides = [side for side in ("left", "right") if tags.get(f"sidewalk:{side}") in _SIDEWALKS]
    return "both" if len(sides) > 1 else "".join(sides)


def _is_disused(tags: Tags) -> bool:
    return is_set(tags, "disused") or is_set(tags, "abandoned")
