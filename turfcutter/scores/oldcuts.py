"""
Cuts made elsewhere: which turf each door of a plan had in another program or another year.

A delimited text with a column `turf` (or `turf_id`) and one of `door_id`, `address` (with `unit`
and `zip` where it has them) or `lon`, `lat`. A column `order`, or `stop`, tells the order of doors.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS
from scipy.spatial import cKDTree

from geodata.addresses.addresses import split_addresses
from geodata.crs import project
from geodata.delimited.delimited import Tally, read_header, read_tables
from geodata.errors import InputError
from turfcutter.arrays import Floats, Longs

NEAR_M: Final = 30.0
"""A door has the turf of the nearest point of the other cut within this distance."""


@dataclass(frozen=True)
class OldCut:
    """
    Another cut of a plan's doors.

    Parameters
    ----------
    turf
        Turf of each door, empty text where it has none; shape (n_doors,).
    order
        Rank of each door, shape (n_doors,); None where the file gives no order.
    """

    turf: npt.NDArray[np.object_]
    order: Floats | None


def read_old_cut(path: Path, doors: pd.DataFrame, crs: CRS) -> OldCut:
    """
    Read another cut and find its doors among those of a plan.

    Parameters
    ----------
    path
        Delimited text, plain or .gz.
    doors
        The plan's doors: `door_id`, `address`, `unit`, `zip`, `lon`, `lat`.
    crs
        The plan's metric coordinate system.

    Raises
    ------
    InputError
        What readers of text raise; COLUMN: no turf, or nothing that tells which door is meant;
        EMPTY: no row is of a door of the plan.
    """
    table = _read(path)
    row = _finder(table, path)(table, doors, crs)
    turf = np.where(row >= 0, table["turf"].to_numpy(object)[row], "")
    if (turf == "").all():
        message = f"{path.name}: none of its rows is at a door of this plan; check its columns."
        raise InputError("EMPTY", message)
    order = None
    if "order" in table:
        order = np.where(row >= 0, table["order"].to_numpy(float)[row], np.inf)
    return OldCut(turf, order)


def _read(path: Path) -> pd.DataFrame:
    """The file's known columns as text, in an order that does not depend on the file's."""
    header = read_header(path)
    names = {name.strip().lower(): place for place, name in enumerate(header.names)}
    names.setdefault("turf", names.get("turf_id", -1))
    names |= {"order": names["stop"]} if "stop" in names and "order" not in names else {}
    if names["turf"] < 0:
        message = (
            f"{path.name} has no column turf; give the turf of each door a column of that name."
        )
        raise InputError("COLUMN", message)
    places = {name: names[name] for name in _KNOWN if name in names}
    tables = [part.to_pandas() for part in read_tables(path, header, set(places.values()), Tally())]
    if not tables:
        raise InputError("EMPTY", f"{path.name} holds no rows; give one row a door.")
    read = pd.concat(tables, ignore_index=True)
    found = {name: read[str(place)].astype(str).str.strip() for name, place in places.items()}
    table = pd.DataFrame(found)
    if "order" in table:
        table["order"] = pd.to_numeric(table["order"], errors="coerce").fillna(np.inf)
    first = [name for name in ("order", "turf") if name in table]
    return table[table["turf"] != ""].sort_values([*first, *table.columns.difference(first)])


_KNOWN: Final = ("turf", "order", "door_id", "address", "unit", "zip", "lon", "lat")
_Finder = Callable[[pd.DataFrame, pd.DataFrame, CRS], Longs]


def _finder(table: pd.DataFrame, path: Path) -> _Finder:
    """How the rows are found among the doors: by the first of these that the file has."""
    for name, finder in (("door_id", _by_id), ("address", _by_address), ("lon", _by_place)):
        if name in table and (name != "lon" or "lat" in table):
            return finder
    message = (
        f"{path.name} does not say which doors it means; add door_id, address, or lon and lat."
    )
    raise InputError("COLUMN", message)


def _by_id(table: pd.DataFrame, doors: pd.DataFrame, _: CRS) -> Longs:
    return _rows(table["door_id"], doors["door_id"])


def _by_address(table: pd.DataFrame, doors: pd.DataFrame, _: CRS) -> Longs:
    """Rows of the same address and unit; else of the same building, if it is in one turf."""
    unit = table["unit"] if "unit" in table else pd.Series("", index=table.index)
    theirs = split_addresses(table["address"], unit)
    ours = split_addresses(doors["address"], doors["unit"])
    if "zip" in table:
        theirs["base"] += "\0" + table["zip"].str[:5]
        ours["base"] += "\0" + doors["zip"].astype(str).str.strip().str[:5]
    row = _rows(theirs["base"] + "\0\0" + theirs["unit"], ours["base"] + "\0\0" + ours["unit"])
    several = table["turf"].groupby(theirs["base"]).transform("nunique") > 1
    whole = _rows(theirs["base"].mask(several.to_numpy(), "\0\0"), ours["base"])
    return np.where(row >= 0, row, whole)


def _by_place(table: pd.DataFrame, doors: pd.DataFrame, crs: CRS) -> Longs:
    """Row of the nearest point."""
    lon, lat = (pd.to_numeric(table[name], errors="coerce").to_numpy() for name in ("lon", "lat"))
    known = np.flatnonzero((np.abs(lon) <= 180) & (np.abs(lat) <= 90))  # noqa: PLR2004 - degrees
    if not len(known):
        return np.full(len(doors), -1)
    known = known[~pd.DataFrame({"lon": lon[known], "lat": lat[known]}).duplicated().to_numpy()]
    points = np.column_stack(project(lon[known], lat[known], crs))
    here = np.column_stack(project(doors["lon"].to_numpy(), doors["lat"].to_numpy(), crs))
    far, place = cKDTree(points).query(here, distance_upper_bound=NEAR_M)
    return np.where(np.isfinite(far), known[np.minimum(place, len(known) - 1)], -1)


def _rows(keys: pd.Series, wanted: pd.Series) -> Longs:
    """First row of each wanted key, -1 where there is none."""
    first = ~keys.duplicated().to_numpy()
    found = pd.Index(keys.to_numpy()[first]).get_indexer(wanted.to_numpy())
    return np.where(found >= 0, np.flatnonzero(first)[found], -1)
