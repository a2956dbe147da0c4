"""
The tables of parameters, each parameter declared once.

A field of one of them is the single source of its default, unit, limits and help.
"""

# Annotations stay text: `KINDS` names the kind of a field by what is written there.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from turfcutter.declaring import Lines, Table, declared

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path


@dataclass(frozen=True)
class InputParams(Table):
    """`[inputs]`: the files of one county."""

    precincts: Path | None = declared(
        None, "Precinct polygons: (zipped) shapefile, GeoPackage, GeoJSON(.gz), KML or GeoParquet."
    )
    voters: Path | None = declared(
        None, "Voter file: text with commas, semicolons, tabs or pipes, plain or .gz."
    )
    older: Path | None = declared(
        None, "An older voter file: who is in it but not in the newest is on no list."
    )
    accept_vanished: bool = declared(
        default=False,
        help="Go on though over 2 % of the older file's voters, or 10 % of a precinct's, are gone.",
    )
    history: tuple[Path, ...] = declared(
        (), "Vote history: one row a voter and election, by voter_id or RegistrantID."
    )
    returned: tuple[Path, ...] = declared(
        (), "Ballots that came back, a row a voter: returned, accepted or challenged."
    )
    returned_ids: Path | None = declared(
        None, "Table of voter_id and returned_id, where --returned has ids of another kind."
    )
    flags: Path | None = declared(
        None, "What is known of doors: address, unit, flag (such as dog), date, expires."
    )
    streets: Path | None = declared(
        None, "Streets: .osm.pbf, .osm(.gz), or a line layer such as county centrelines."
    )
    addresses: tuple[Path, ...] = declared(
        (),
        "Address points of the city or county (delimited text or a layer), or centrelines with "
        "address ranges: where voters without coordinates live.",
    )
    staging: Path | None = declared(
        None, "Staging places: a list with name, lon, lat and capacity (turfs), or a point layer."
    )
    precinct_column: str = declared("", "Column of the precinct layer that holds the printed code.")
    crs: str = declared("", "Coordinate system of the precinct layer where the file names none.")
    accept_repairs: bool = declared(
        default=False,
        help="Take precincts whose outline could be mended only by changing their area by > 0.1 %.",
    )
    restore_shx: bool = declared(
        default=False, help="Make the missing .shx part of a shapefile anew, beside a copy of it."
    )
    swap: bool = declared(
        default=False,
        help="Exchange latitude and longitude in a voter file or precinct layer that has them the "
        "wrong way round.",
    )
    county: str = declared(
        "", "County the precincts are of, e.g. 'Santa Clara': they must lie within its outline."
    )
    crosswalk: Path | None = declared(
        None,
        "Table of precinct codes: registration precinct of the voter file, precinct of the map.",
    )
    election: str = declared("", "Election whose rows of the crosswalk count.")
    street_name_column: str = declared("", "Column of a line layer that holds the street name.")
    street_class_column: str = declared("", "Column of a line layer that holds the street class.")
    download: str = declared(
        "",
        "Get the streets from OpenStreetMap's servers instead of a file: a place name, "
        "'west,south,east,north', or 'precincts' for the outline of the precinct layer.",
    )


@dataclass(frozen=True)
class VoterParams(Table):
    """`[voters]`: how to read the voter file and whom to walk to."""

    columns: Mapping[str, str] = declared(
        {},
        "Standard column = column of the file; unnamed ones are recognised by their header.",
        option="column",
    )
    returned_id: str = declared(
        "", "Column of the voter file that holds the ids of --returned, where not voter_id."
    )
    inactive: bool = declared(default=False, help="Walk to voters whose status is inactive, too.")
    where: str = declared("", "Whom to walk to, e.g. \"age < 35 and party = 'NPP'\".")
    keep: tuple[str, ...] = declared((), "Further column of the voter file for the walk list.")
    phones: bool = declared(
        default=False, help="List phone numbers of voters who are in no turf (exceptions.csv)."
    )


@dataclass(frozen=True)
class SuppressParams(Table):
    """`[suppress]`: voters who must be on no list; removed before anything is stored."""

    lists: tuple[Path, ...] = declared(
        (),
        "File of voter ids that must not be visited, one id a line (or a voter_id column).",
        option="suppress-list",
    )
    words: tuple[str, ...] = declared(
        ("CONFIDENTIAL",),
        "Word that marks a voter as suppressed when the address holds it.",
        option="suppress-word",
    )
    flags: Mapping[str, str] = declared(
        {},
        "What a flag of --flags does to its door: suppress it or print a sign, as 'dog=suppress'.",
        option="flag-rule",
    )


@dataclass(frozen=True)
class CutParams(Table):
    """`[cut]`: what a turf is."""

    target: float | None = declared(
        None, "Size of a turf; 50 doors or 120 minutes where not given.", low=1, high=2000
    )
    by: str = declared("doors", "What the size counts.", choices=("doors", "minutes"))
    tolerance: float = declared(
        0.10, "How far a turf may be off target.", unit="share of target", low=0.0, high=0.5
    )
    within: Lines = declared(
        ("precinct",),
        "Lines no turf crosses: 'none', or 'precinct' or FILE.COLUMN of another polygon layer.",
    )
    prefer: Lines = declared(
        ("none",),
        "Lines turfs rather do not cross: 'none', or 'precinct' or FILE.COLUMN of a layer.",
    )
    apartments: int = declared(
        20,
        "Doors from which an apartment building has turfs of its own; 0 is never.",
        unit="doors",
        low=0,
        high=2000,
    )
    dorms: int = declared(
        20, "The same for halls and rooming houses.", unit="doors", low=0, high=2000
    )
    mobile_homes: int = declared(
        20, "The same for parks of mobile homes.", unit="doors", low=0, high=2000
    )
    detour_minutes: float = declared(
        5.0,
        "Most minutes of detour on foot that a door may cost; others are too far to walk.",
        unit="minutes a door",
        low=0.5,
        high=1000,
    )
    drive: bool = declared(
        default=False, help="Put doors that are too far to walk into turfs for a car."
    )
    turfs: int | None = declared(
        None,
        "Exactly so many turfs, most voters an hour first; all other doors are left uncut.",
        unit="turfs",
        low=1,
        high=100_000,
    )
    near: str = declared(
        "", "Where canvassers set out from: a place of the staging file, or 'lon,lat'."
    )
    crew: int | None = declared(
        None,
        "Most turfs that are let out of the car at one drop-off point.",
        unit="turfs",
        low=2,
        high=100,
    )
    seed: int = declared(0, "Seed of all chance: same seed, same turfs.", low=0, high=2**31 - 1)
    snap_m: float = declared(
        150.0, "How far a door may lie from its street.", unit="m", low=5, high=2000
    )
    kind: str = declared(
        "persuade",
        "Kind of canvass, which says how long a door takes: about 0.5, 1, 1.7, 4.2 or 4 minutes.",
        choices=("lit", "gotv", "persuade", "deep", "register"),
    )
    door_minutes: float | None = declared(
        None,
        "Time at a door, averaged over answered and not; as --kind says where not given.",
        unit="minutes",
        low=0.0,
        high=60,
    )
    speed_mps: float = declared(
        1.25, "Walking speed; 0.9 for slow walkers.", unit="m/s", low=0.3, high=2.5
    )
    end: str = declared(
        "start",
        "Where a walk ends: back at its start, or anywhere, which is shorter.",
        choices=("start", "anywhere"),
    )
    prefix: str = declared(
        "",
        "County prefix of every turf id, for statewide work (A-Z, 0-9).",
        unit="at most six capitals or digits",
        pattern="[A-Z0-9]{0,6}",
    )

    @property
    def size(self) -> float:
        """Target load of a turf in doors or minutes."""
        if self.target is not None:
            return self.target
        return 50.0 if self.by == "doors" else 120.0

    @property
    def band(self) -> tuple[float, float]:
        """Least and most load of a turf that is in band."""
        return self.size * (1 - self.tolerance), self.size * (1 + self.tolerance)


@dataclass(frozen=True)
class PacketParams(Table):
    """`[packet]`: what is written on maps and lists."""

    title: str = declared("", "Title of the map and of every packet.")
    organization: str = declared("", "Who the packets belong to.")
    language: str = declared(
        "en", "Language of headings: English, or Spanish by machine.", choices=("en", "es")
    )
    script: Mapping[str, str] = declared(
        {}, "What to say at the door: language, as the voter file names it = text."
    )
    questions: tuple[str, ...] = declared(
        (), "Question with a line for the answer under each voter.", option="question"
    )
    paper: str = declared("letter", "Paper.", choices=("letter", "legal", "a4"))
    duplex: bool = declared(
        default=False, help="Print on both sides: each packet begins on a front side."
    )
    pair: bool = declared(default=False, help="Two half-lists for each turf, for two people.")
    link: str = declared(
        "",
        "Web address of a turf for the QR code, with {turf} in it, e.g. https://…/turfs/{turf}.",
    )
    expires: date | None = declared(None, "Day after which packets are to be destroyed.")
