"""
Voters become doors, doors become stops.

A *door* is an address and unit; it gets an id that depends on nothing else. A *stop* is the doors
of one building or point in one precinct. Voters whom nobody can find at a door leave here, with a
reason of `geodata.schema.REASONS`.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from pyproj import CRS

from geodata.addresses import NORMALISER, split_addresses
from geodata.crs import project
from geodata.errors import GeodataError

BUILDING_M: Final = 60.0
"""Doors of one house number within this distance are one building."""

_PLACES_PER_M: Final = 10
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
    """

    voters: pd.DataFrame
    doors: pd.DataFrame
    exceptions: pd.DataFrame


def gather_doors(voters: pd.DataFrame, county: str, crs: CRS) -> Gathered:
    """
    Group eligible voters by address and unit.

    Parameters
    ----------
    voters
        Columns of `geodata.voterfile.choose`, one row a voter, sorted by `voter_id`.
    county
        Prefix of the county; part of the doors' ids.
    crs
        The job's metric coordinate system.
    """
    parts = split_addresses(voters["address"], voters["unit"])
    building = _buildings(parts["base"], voters["zip"], voters["city"])
    key = building + "\0" + parts["unit"]
    addressed = (parts["base"] != "").to_numpy()
    lon, lat = _coordinates(voters, key, building)
    located = np.isfinite(lon)
    usable = addressed & located
    codes, keys = pd.factorize(key[usable], sort=True)
    table = pd.DataFrame({"door_id": _door_ids(county, keys)})
    if table["door_id"].duplicated().any():
        raise GeodataError("INVARIANT", "Two doors got the same id; please report this.")
    first = voters[usable].assign(lon=lon[usable], lat=lat[usable], **_normal(parts[usable]))
    first = first.iloc[np.unique(codes, return_index=True)[1]].reset_index(drop=True)
    doors = pd.concat([table, first[[*_COPIED]].rename(columns={"precinct": "code"})], axis=1)
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
            _exceptions(
                addressed & ~located, "R-no_geocode", "The voter file gives no usable coordinates."
            ),
        ],
        ignore_index=True,
    )
    return Gathered(voters.assign(door=door), doors.iloc[order].reset_index(drop=True), exceptions)


_COPIED: Final = (
    *("address", "unit", "city", "zip", "precinct", "lon", "lat"),
    *("base", "street", "number", "parity", "unit_order"),
)


def _normal(parts: pd.DataFrame) -> dict[str, "pd.Series[str]"]:
    return {name: parts[name] for name in ("base", "street", "number", "parity", "unit_order")}


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


def _coordinates(
    voters: pd.DataFrame, key: "pd.Series[str]", building: "pd.Series[str]"
) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of each voter's door: what its voters say, else what its building's say."""
    points = voters[["lon", "lat"]].round(7)
    found = _agreed(points, key).fillna(_agreed(points, building))
    return found["lon"].to_numpy(), found["lat"].to_numpy()


def _agreed(points: pd.DataFrame, group: "pd.Series[str]") -> pd.DataFrame:
    """The point most rows of a group name; of equals the one nearer to the middle of all."""
    known = points.dropna().assign(group=group)
    count = known.groupby(["group", "lon", "lat"], as_index=False).size()
    middle = known[["lon", "lat"]].median()
    count["far"] = (count["lon"] - middle["lon"]).abs() + (count["lat"] - middle["lat"]).abs()
    count = count.sort_values(
        ["group", "size", "far", "lon", "lat"], ascending=[True, False, True, True, True]
    )
    best = count.drop_duplicates("group").set_index("group")[["lon", "lat"]]
    return best.reindex(group.to_numpy()).set_axis(points.index)


def _door_ids(county: str, keys: Sequence[str]) -> list[str]:
    """Twelve characters of a digest of county, normaliser and address."""
    head = f"{county}\0{NORMALISER}\0"
    digests = (hashlib.blake2b((head + key).encode(), digest_size=8).digest() for key in keys)
    return [base64.b32encode(digest)[:12].decode().lower() for digest in digests]


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
    grouped = xy.groupby(site_keys(doors).to_numpy())
    spread = (grouped.transform("max") - grouped.transform("min")).max(axis=1)
    compact = (spread <= BUILDING_M).to_numpy()[:, None]
    middle = np.where(compact, grouped.transform("median"), xy)
    point = pd.DataFrame(np.rint(middle * _PLACES_PER_M).astype(np.int64), columns=["x", "y"])
    key = point.assign(street=doors["street"].to_numpy(), zone=zone)
    stop: np.ndarray = key.groupby(list(key.columns), sort=False).ngroup().to_numpy()
    return stop
