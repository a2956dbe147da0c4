"""
The plan: every eligible voter's door in one turf, with its walks, parameters and counts.

Plans are immutable. On disk a plan is a folder of `plan.json` and one Parquet file a table; in
memory it is a `Plan`. Geometry is in the plan's projected CRS (metres); `lon`, `lat` are WGS 84.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import geopandas as gpd
import pandas as pd

MARGIN_M: Final = 400.0
"""How far around the doors the plan keeps streets and base map."""
PLAN_TABLES: Final[dict[str, dict[str, str]]] = {
    "turfs": {
        "turf_id": "short speakable id, [A-Z0-9-]",
        "region": "region it was cut from",
        "kind": "walk; apartments, dorm, mobile_home: buildings of that class alone; drive: by car",
        "building": "addresses of its buildings where its kind is a class of building",
        "precinct": "precinct where all its doors lie, else empty",
        "doors": "number of doors",
        "stops": "number of stops",
        "voters": "number of voters",
        "minutes": "estimated minutes: walking and time at the doors",
        "minutes_low": "minutes of a day when few are at home, walked briskly",
        "minutes_high": "minutes of a day when many are at home, walked slowly",
        "walk_m": "the walk in metres, paths to the doors not counted",
        "steps_m": "metres of it on steps",
        "effort": "easy, fair or hard: walk, paths to the doors, steps, missing sidewalks",
        "start": "where to start, in words",
        "start_lon": "start, degrees",
        "start_lat": "start, degrees",
        "colour": "0-based colour number; neighbours differ",
        "locked": "whether edits leave it alone",
        "rank": "1 for most voters an hour, the drive counted, where turfs were chosen; else 0",
        "staging": "place its canvasser sets out from, or empty",
        "drive_minutes": "minutes by car from there to the start, one way",
        "crew": "number of its drop-off area, 0 for none",
        "drop_off": "where the car lets its crew out, in words",
        "geometry": "outline, Polygon or MultiPolygon",
    },
    "doors": {
        "door_id": "digest of county, normaliser version, address and unit",
        "turf_id": "its turf",
        "stop": "1-based number of its stop in walking order",
        "order": "1-based number of the door in walking order",
        "lon": "degrees",
        "lat": "degrees",
        "address": "house number and street as the file has them",
        "unit": "unit as the file has it",
        "city": "city",
        "zip": "ZIP",
        "precinct": "precinct the door was placed in",
        "located": "who says where it is: file (the voters'), points, osm, range",
        "grade": "how its address was matched: unit, address, street, spelling; blank for file",
        "voters": "number of eligible voters",
        "minutes": "estimated minutes at the door, path from the street included",
        "flags": "what to know of it: dog, gate, locked, no unit; joined by semicolons",
        "street": "street it stands on",
        "side": "side of the street as its numbers tell: even, odd, or empty",
        "setback_m": "metres from the street",
        "building": "class of its building: house, adu, apartments, dorm, mobile_home",
        "level": "number that changes with the wing or floor of a building",
        "site": "number of its address in the whole plan",
        "stop_id": "number of its stop in the whole plan; the same in turfs that share a building",
        "at_stop": "0-based number of the door among those of its stop, units in natural order",
        "edge": "its piece of street, a 0-based row of streets",
        "hand": "side of that piece as its line runs: 0 left, 1 right",
        "along_dm": "decimetres from where that piece begins",
        "zone": "number of the area between hard lines it lies in",
        "soft": "number of the area between soft lines it lies in",
    },
    "voters": {
        "voter_id": "the county's or VAN's id: in CSV only, never on paper, URLs or codes",
        "door_id": "the voter's door",
        "turf_id": "the voter's turf",
        "first_name": "first name",
        "last_name": "last name",
        "age": "age on the as-of day, or empty",
        "language": "preferred language",
    },
    "walks": {
        "turf_id": "its turf",
        "walk_m": "length of the walk",
        "minutes": "minutes of walking",
        "geometry": "line along the streets from the start; closed unless it ends anywhere",
    },
    "legs": {
        "turf_id": "its turf",
        "leg": "1-based number in walking order",
        "stop": "stop this leg leads to; 0 on the way back to the start",
        "street": "street walked along, empty on unnamed paths",
        "side": "side walked on: even, odd or empty",
        "turn": "start, straight, left, right, back or cross",
        "walk_m": "metres",
        "geometry": "line walked",
    },
    "exceptions": {
        "voter_id": "the county's or VAN's id",
        "address": "address and unit",
        "reason": "one of geodata.schema.REASONS",
        "detail": "one sentence with the figures",
        "phone": "phone number if asked for, else empty",
        "lon": "degrees, or NaN",
        "lat": "degrees, or NaN",
        "ballot": "what became of the voter's ballot: returned, accepted, challenged or empty",
    },
    "streets": {
        "name": "street name or empty",
        "kind": "OSM highway value",
        "service": "OSM service value or empty",
        "bridge": "whether it is a bridge",
        "u": "number of the junction it begins at",
        "v": "number of the junction it ends at",
        "length_dm": "decimetres",
        "cost_dm": "walking it costs as much as so many decimetres on level ground",
        "bare": "share of it without a sidewalk, as the map says",
        "crossing_dm": "crossing it at its ends costs as much as walking so far; 0 on paths",
        "across_dm": "the same for crossing it anywhere else",
        "component": "number of what hangs together on foot",
        "cell": "number of what hangs together without passing a barrier",
        "left_u": "number of its corner left of the line where it begins",
        "left_v": "left, where it ends",
        "right_u": "right, where it begins",
        "right_v": "right, where it ends",
        "cross_u": "whether it is crossed where it begins",
        "cross_v": "whether it is crossed where it ends",
        "geometry": "line",
    },
    "base": {
        "kind": "water, park, building, rail, motorway; district: area between lines; staging",
        "name": "name or empty",
        "geometry": "line or polygon, point of a staging place",
    },
    "precincts": {"precinct": "printed code", "geometry": "polygon"},
    "before": {
        "door_id": "a door of a turf that the last edit changed",
        "stop": "its stop before",
        "turf_id": "its turf before",
        "region": "region of that turf",
        "kind": "kind of that turf",
        "colour": "colour number of that turf",
        "rank": "rank of that turf",
        "staging": "staging place of that turf",
        "drive_minutes": "drive from there to that turf",
        "crew": "drop-off area of that turf",
        "drop_off": "where its crew was let out",
    },
}
"""Table -> column -> meaning. `voters` also has the columns that `keep` names."""


def _nothing() -> pd.DataFrame:
    """A table `before` of a plan that is no edit of another."""
    return pd.DataFrame({name: [] for name in PLAN_TABLES["before"]})


@dataclass(frozen=True)
class Plan:
    """
    A finished cut.

    Parameters
    ----------
    about
        What `plan.json` holds: ``version``, ``params``, ``seed``, ``inputs`` (digests), ``crs``,
        ``counts``, ``scorecard``, ``notes``; ``parent`` (digest of the `plan.json` it was edited
        from, empty for a cut), ``edit`` (verb and arguments) and ``retired`` (ids of turfs that
        are no more).
    turfs, doors, voters, walks, legs, exceptions, streets, base, precincts, before
        Tables of `PLAN_TABLES`. Doors and voters are in walking order, turf by turf.
    """

    about: dict[str, Any]
    turfs: gpd.GeoDataFrame
    doors: pd.DataFrame
    voters: pd.DataFrame
    walks: gpd.GeoDataFrame
    legs: gpd.GeoDataFrame
    exceptions: pd.DataFrame
    streets: gpd.GeoDataFrame
    base: gpd.GeoDataFrame
    precincts: gpd.GeoDataFrame
    before: pd.DataFrame = field(default_factory=_nothing)


class Progress(Protocol):
    """Told what is being done; the CLI prints it, a web job stores it."""

    def __call__(self, step: str, detail: str = "") -> None:
        """Report a step, such as ``cutting``, and a detail, such as ``18 of 43 precincts``."""


def silent(step: str, detail: str = "") -> None:
    """Progress that nobody watches."""
