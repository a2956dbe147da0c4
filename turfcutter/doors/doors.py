"""
Voters become doors, doors become stops.

A *door* is an address and unit; it gets an id that depends on nothing else. A *stop* is the doors
of one building or point in one precinct. Voters whom nobody can find at a door leave here, with a
reason of `geodata.schema.REASONS`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from pyproj import CRS

from geodata.addresses.addresses import NORMALISER
from geodata.crs import project
from geodata.errors import GeodataError
from geodata.geocoding import Gazetteer, locate
from geodata.notes import Note
from turfcutter.arrays import Longs

BUILDING_M: Final = 60.0
"""Doors of one house number within this distance are one building."""

_PLACES_PER_M: Final = 10
_PLACE: Final = ["lon", "lat", "located", "grade"]

Bounds = tuple[float, float, float, float]
_ALPHABET: Final = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)
_SHIFTS: Final = np.arange(59, 3, -5, dtype=np.uint64)
_HALF: Final = r"(?<=\d) [1-9]/[0-9]+(?= )"
_HALL_ROOM: Final = r"\bHALL [A-Z]?-?[0-9]+[A-Z]?$"


@dataclass(frozen=True)
class Gathered:
    """
    What becomes of the eligible voters.

    Parameters
    ----------
    voters
        The given table and `door` (position in `doors`; -1 for exceptions).
    doors
        `door_id`, `address`, `unit`, `city`, `zip` (as the file has them), `base`, `street`,
        `number`, `parity`, `unit_order` (normal forms), `x`, `y` (metres), `lon`, `lat`,
        `code` (the voters' own precinct code), `voters` (count); sorted by `door_id`.
    exceptions
        `voter` (position in `voters`), `reason`, `detail`.
    notes
        What was found of where voters live; only `gather_doors` itself tells it.
    """

    voters: pd.DataFrame
    doors: pd.DataFrame
    exceptions: pd.DataFrame
    notes: tuple[Note, ...] = ()


def gather_doors(
    voters: pd.DataFrame,
    county: str,
    crs: CRS,
    gazetteer: Gazetteer | None = None,
    bounds: Bounds | None = None,
) -> Gathered:
    """
    Group eligible voters by address and unit.

    Parameters
    ----------
    voters
        Columns of `geodata.voters.voterfile.choose`, one row a voter, sorted by `voter_id`.
    county
        Prefix of the county; part of the doors' ids.
    crs
        The job's metric coordinate system.
    gazetteer
        The place's addresses, for voters without coordinates and with suspicious ones.
    bounds
        West, south, east, north of the precincts in `crs`, where there are any.
    """
    found = locate(voters, gazetteer, crs, bounds)
    voters = pd.concat([voters.drop(columns=["lon", "lat"]), found.table], axis=1)
    parts = found.parts
    building = _buildings(parts["base"], voters["zip"], voters["city"])
    key, keys = pd.factorize(building + "\0" + parts["unit"])
    addressed = (parts["base"] != "").to_numpy()
    place = _agreed_places(voters, key, pd.factorize(building)[0])
    located = place["lon"].notna().to_numpy()
    usable = np.flatnonzero(addressed & located)
    named, first, codes = np.unique(key[usable], return_index=True, return_inverse=True)
    table = pd.DataFrame({"door_id": _door_ids(county, keys[named].tolist())})
    if table["door_id"].duplicated().any():
        raise GeodataError("INVARIANT", "Two doors got the same id; please report this.")
    own = [voters[[*_OF_VOTER]], place, parts[[*_OF_ADDRESS]]]
    rows = [part.iloc[usable[first]].reset_index(drop=True) for part in own]
    doors = pd.concat([table, *rows], axis=1).rename(columns={"precinct": "code"})
    doors["code"] = _own_codes(doors["code"], voters["precinct"].iloc[usable], codes)
    doors["x"], doors["y"] = project(doors["lon"].to_numpy(), doors["lat"].to_numpy(), crs)
    doors["voters"] = np.bincount(codes, minlength=len(doors)).astype(np.int32)
    order = np.argsort(doors["door_id"].to_numpy(str), kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    door = np.full(len(voters), -1)
    door[usable] = rank[codes]
    exceptions = pd.concat(
        [
            _exceptions(~addressed, "R-no_address", "The voter file gives no address."),
            _unlocated(voters, addressed & ~located),
        ],
        ignore_index=True,
    )
    voters = voters.drop(columns=["located", "grade", "reason", "detail"]).assign(door=door)
    doors = doors.iloc[order].reset_index(drop=True)
    return Gathered(voters, doors, exceptions, found.notes)


_OF_VOTER: Final = ("address", "unit", "city", "zip", "precinct")
_OF_ADDRESS: Final = ("base", "street", "number", "parity", "unit_order")


def _own_codes(first: pd.Series, precinct: pd.Series, door: Longs) -> pd.Series:
    """The precinct code of each door: that of its first voter, or of the next who has one."""
    blank = (first == "").to_numpy()
    if not blank.any():
        return first
    rows = np.flatnonzero(blank[door] & (precinct != "").to_numpy())
    named, at = np.unique(door[rows], return_index=True)
    found = first.to_numpy(object).copy()
    found[named] = precinct.to_numpy(object)[rows[at]]
    return pd.Series(found, first.index)


def _buildings(
    base: "pd.Series[str]", zips: "pd.Series[str]", city: "pd.Series[str]"
) -> "pd.Series[str]":
    """
    Number, street and ZIP, or city where there is no ZIP.

    A row without a ZIP takes the ZIP of its address in its city, where there is just one.
    """
    five = zips.astype(str).str.strip().str[:5]
    town = city.astype(str).str.strip().str.upper()
    address = base + "\0" + town
    blank = five == ""
    asked = ~blank & address.isin(address[blank])
    known = five[asked].groupby(address[asked]).agg(["nunique", "first"])
    only = known.loc[known["nunique"] == 1, "first"].reindex(address).set_axis(five.index)
    found: pd.Series[str] = five.where(~blank, only.fillna(town))
    return base + "\0" + found


def _agreed_places(voters: pd.DataFrame, key: Longs, building: Longs) -> pd.DataFrame:
    """
    Place of each voter's door: what its voters' say, else what its building's say.

    A building of one number may be one of several; then its other doors say nothing.
    """
    points = voters[_PLACE].round({"lon": 7, "lat": 7}).reset_index(drop=True)
    own, shared = _agreed(points, key), _agreed(points, building)
    shared[(voters["reason"] == "R-ambiguous_address").to_numpy()] = -1
    return points.reindex(np.where(own >= 0, own, shared)).set_axis(voters.index)


def _agreed(points: pd.DataFrame, group: Longs) -> Longs:
    """
    A row with the point that most rows of a row's group name, -1 where none names any.

    Of points that as many rows name it is the one nearer to the middle of all.
    """
    lon, lat = points["lon"].to_numpy(), points["lat"].to_numpy()
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    known = known[np.lexsort((lat[known], lon[known], group[known]))]
    point = np.column_stack([group[known], lon[known], lat[known]])
    start = np.flatnonzero(np.r_[True, (np.diff(point, axis=0) != 0).any(axis=1)][: len(known)])
    rows, size = known[start], np.diff(start, append=len(known))
    middle = np.median(point[:, 1:], axis=0) if len(known) else np.zeros(2)
    far = np.abs(point[start, 1:] - middle).sum(axis=1)
    order = np.lexsort((lat[rows], lon[rows], far, -size, group[rows]))
    named, first = np.unique(group[rows][order], return_index=True)
    best = np.full(int(group.max(initial=-1)) + 1, -1)
    best[named] = rows[order][first]
    return best[group]


def _door_ids(county: str, keys: Sequence[str]) -> list[str]:
    """Twelve characters, in base 32, of a digest of county, normaliser and address."""
    head = f"{county}\0{NORMALISER}\0"
    digests = (hashlib.blake2b((head + key).encode(), digest_size=8).digest() for key in keys)
    number = np.frombuffer(b"".join(digests), ">u8")
    letters = _ALPHABET[(number[:, None] >> _SHIFTS) & np.uint64(31)]
    ids: list[str] = letters.view(f"S{len(_SHIFTS)}").ravel().astype(str).tolist()
    return ids


def _exceptions(chosen: np.ndarray, reason: str, detail: str) -> pd.DataFrame:
    """Rows of an exception table for the chosen voters."""
    rows = np.flatnonzero(chosen)
    return pd.DataFrame({"voter": rows, "reason": reason, "detail": detail})


def site_keys(doors: pd.DataFrame) -> "pd.Series[str]":
    """
    What all doors of one address share: number, street and ZIP or city.

    Half a house number (12 1/2) is the unit behind the house; rooms of a hall are doors of it.
    """
    base = doors["base"].astype(str).str.replace(_HALF, "", regex=True)
    base = base.str.replace(_HALL_ROOM, "HALL", regex=True)
    return _buildings(base, doors["zip"], doors["city"])


def _unlocated(voters: pd.DataFrame, chosen: np.ndarray) -> pd.DataFrame:
    """Exceptions of voters whom nobody can place, with what `locate` says of them."""
    rows = np.flatnonzero(chosen)
    said = voters[["reason", "detail"]].iloc[rows].reset_index(drop=True)
    return said.assign(voter=rows)[["voter", "reason", "detail"]]


def group_stops(doors: pd.DataFrame, zone: np.ndarray) -> np.ndarray:
    """
    The stop of each door: doors of one building or point, on one street and in one zone.

    Parameters
    ----------
    doors
        As in `Gathered`.
    zone
        Number of the polygon each door lies in, shape (n_doors,).

    Returns
    -------
    stop
        Shape (n_doors,), numbered by each stop's first door.
    """
    xy = doors[["x", "y"]]
    grouped = xy.groupby(pd.factorize(site_keys(doors))[0])
    spread = (grouped.transform("max") - grouped.transform("min")).max(axis=1)
    compact = (spread <= BUILDING_M).to_numpy()[:, None]
    middle = np.where(compact, grouped.transform("median"), xy)
    point = pd.DataFrame(np.rint(middle * _PLACES_PER_M).astype(np.int64), columns=["x", "y"])
    key = point.assign(street=doors["street"].to_numpy(), zone=zone)
    stop: np.ndarray = key.groupby(list(key.columns), sort=False).ngroup().to_numpy()
    return stop
