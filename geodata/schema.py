"""
Column contracts of the tables that pass between modules.

Coordinates are lon, lat (degrees, WGS 84) at the edges and x, y (metres, the job's one
projected CRS) inside. Identifiers and ZIPs are text, kept character for character.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata.notes import Counts, Note

VOTER_COLUMNS: Final[dict[str, str]] = {
    "voter_id": "the county's or VAN's id of the voter",
    "first_name": "first name",
    "last_name": "last name",
    "birth_date": "date of birth, any common format",
    "age": "age in years, where no date of birth is given",
    "gender": "gender as the file codes it",
    "party": "party as the file codes it",
    "language": "preferred language as the file codes it",
    "phone": "phone number",
    "status": "registration status as the file codes it",
    "address": "house number and street; may hold the unit too",
    "unit": "apartment, suite or space",
    "city": "city",
    "zip": "ZIP code",
    "lat": "latitude, degrees",
    "lon": "longitude, degrees",
    "precinct": "the voter's own precinct code",
}
"""Standard columns of a voter table, in file order; all text. `voter_id` and `address` are
needed; voters without `lat` and `lon` are placed by their address. A voter table also has `row`
(int64, 1-based record number in the file) and every other column of the file under its own name.
"""

REASONS: Final[dict[str, str]] = {
    "R-no_geocode": "the voter has no usable coordinates",
    "R-coarse_geocode": "many addresses share the coordinates, as at the middle of a ZIP",
    "R-ambiguous_address": "the address fits several places, or none for sure",
    "R-po_box": "the address is a post-office box",
    "R-shelter": "the address is a shelter",
    "R-service_address": "the address is one for mail or an office",
    "R-described_place": "the address describes a place and has no door",
    "R-door_flag": "the door is flagged: do not knock, no soliciting or unsafe",
    "R-out_of_county": "the coordinates lie outside all precincts",
    "R-precinct_gap": "the coordinates lie in a gap between precincts",
    "R-no_address": "the voter has no address",
    "R-off_network": "the door is too far from any street",
    "R-unreachable": "the door's street is not connected with the others on foot",
    "R-not_chosen": "the door is in none of the turfs that were asked for, left for another day",
    "R-too_far_to_walk": "the way there and back on foot is too long for so few doors",
}
"""Closed list of reasons why an eligible voter is in no turf."""

NOT_CHOSEN: Final = "R-not_chosen"
"""The one reason that is no fault: the door is left uncut."""


@dataclass(frozen=True)
class Streets:
    """
    A street network and what lies around it, in one projected CRS (metres).

    Parameters
    ----------
    nodes
        `node` (int64, the source's id or a running number), `x`, `y` (float64, metres),
        `crossing` (bool: a mapped foot crossing), `barrier` (bool: lies on a line of
        `barriers`, i.e. an at-grade level crossing). Sorted by `node`.
    segments
        Straight pieces of ways, one row for each pair of consecutive nodes, in way order:
        `u`, `v` (int32, positions in `nodes`), `way` (int32, position in `ways`). Foot-accessible
        ways only.
    ways
        `way` (int64 id), `kind` (the OSM highway value, e.g. ``residential``), `name` (text, may be
        empty), `footway` (OSM footway value or empty: ``sidewalk``, ``crossing``, …), `service`
        (OSM service value or empty), `bridge`, `tunnel` (bool), `sidewalk` (OSM value or empty),
        `incline` (OSM value or empty). Sorted by `way`.
    barriers
        Lines and areas nobody walks across except on a bridge, in a tunnel or at a level crossing:
        `kind` (``motorway``, ``trunk``, ``rail``, ``water``), `name`, `geometry`.
    base
        Base-map layers: `kind` (``water``, ``park``, ``building``, ``rail``, ``motorway``), `name`,
        `geometry` (lines or polygons).
    addresses
        Address points: `number`, `street`, `unit`, `city`, `zip` (text), `geometry` (points).
    notes
        What was trimmed, repaired or ignored.
    """

    nodes: pd.DataFrame
    segments: pd.DataFrame
    ways: pd.DataFrame
    barriers: gpd.GeoDataFrame
    base: gpd.GeoDataFrame
    addresses: gpd.GeoDataFrame
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Precincts:
    """
    Polygons with a printed key, in one projected CRS (metres).

    Parameters
    ----------
    table
        `precinct` (text, as the county prints it, unique), `geometry` (valid Polygon or
        MultiPolygon, never empty), then the other columns of the file. Sorted by `precinct`.
    notes
        Repairs, null geometries, repeated keys, overlaps, gaps.
    rows
        Polygons in the file.
    lost
        Codes of rows without an outline that no polygon bears.
    faults
        Where something is wrong: `kind` (code of a note), `precinct`, `geometry`; the CRS of
        `table`. None where nothing is.
    column, source_crs, county
        The file's column of codes and its coordinate system; the county it covers, where the
        outlines of counties tell.
    crosswalk
        Code of a registration precinct -> code of its consolidated one, as the county's table has
        them.
    counts
        What became of the rows of that table.
    """

    table: gpd.GeoDataFrame
    notes: tuple[Note, ...] = ()
    rows: int = 0
    lost: tuple[str, ...] = ()
    faults: gpd.GeoDataFrame | None = None
    column: str = ""
    source_crs: str = ""
    county: str = ""
    crosswalk: Mapping[str, str] = field(default_factory=dict)
    counts: Counts = field(default_factory=dict)
