"""
What is in a published plan, as pages and programs show it: turfs, doors, voters.

Plans never change, so that what was read is kept in memory; names of voters are not.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from geodata.schema import NOT_CHOSEN
from turfcutter.model import PLAN_TABLES
from web import library
from web.drawings import near

Row = dict[str, Any]


def turfs_of(plan_id: str) -> dict[str, Row]:
    """The turfs of a plan by their ids, without outlines; not to be changed."""
    return _turfs(library.folder_of(plan_id))


@lru_cache(maxsize=16)
def _turfs(folder: Path) -> dict[str, Row]:
    columns = [name for name in PLAN_TABLES["turfs"] if name != "geometry"]
    rows = pq.read_table(folder / "turfs.parquet", columns=columns).to_pylist()
    return {row["turf_id"]: row for row in rows}


def find_turfs(plan_id: str, wanted: str) -> set[str]:
    """Ids of the turfs whose id, precinct or one of whose addresses holds a text."""
    text = wanted.lower()
    path = library.folder_of(plan_id) / "doors.parquet"
    doors = pd.read_parquet(path, columns=["turf_id", "address"])
    at = doors["address"].str.lower().str.contains(text, regex=False)
    turfs = turfs_of(plan_id).items()
    named = {turf for turf, row in turfs if text in turf.lower() or text in row["precinct"].lower()}
    return {*doors.loc[at, "turf_id"], *named}


def doors_of(plan_id: str, turf_id: str) -> list[Row]:
    """The doors of a turf in walking order; not to be changed, others are given the same."""
    return _doors(library.folder_of(plan_id), turf_id)


@lru_cache(maxsize=4096)
def _doors(folder: Path, turf_id: str) -> list[Row]:
    columns = ["door_id", "stop", "order", "address", "unit", "voters", "flags"]
    rows = _rows(folder / "doors.parquet", turf_id, columns)
    return sorted(rows, key=lambda row: int(row["order"]))


def exceptions_near(plan_id: str, turf_id: str) -> list[tuple[str, str]]:
    """Addresses in no turf close to the doors of one, and why: who walks there will see them."""
    return _exceptions(library.folder_of(plan_id), turf_id)


@lru_cache(maxsize=4096)
def _exceptions(folder: Path, turf_id: str) -> list[tuple[str, str]]:
    left = _left(folder)
    if left.empty:
        return []
    doors = pd.DataFrame(_rows(folder / "doors.parquet", turf_id, ["lon", "lat"]))
    found = near(left, doors).drop_duplicates(["address", "detail"])
    return list(zip(found["address"], found["detail"], strict=True))


@lru_cache(maxsize=4)
def _left(folder: Path) -> pd.DataFrame:
    """Addresses that were wanted and are in no turf."""
    columns = ["address", "detail", "reason", "lon", "lat"]
    left = pd.read_parquet(folder / "exceptions.parquet", columns=columns)
    return left[left["reason"] != NOT_CHOSEN].sort_values(["address", "detail"])


def voters_in(plan_id: str, turf_id: str) -> int:
    """How many voters a turf has."""
    return int(turfs_of(plan_id)[turf_id]["voters"])


def voters_of(plan_id: str, turf_id: str) -> dict[str, list[str]]:
    """The voters of a turf, door by door: name and age."""
    columns = ["door_id", "first_name", "last_name", "age"]
    found: dict[str, list[str]] = {}
    for row in _rows(library.folder_of(plan_id) / "voters.parquet", turf_id, columns):
        name = f"{row['first_name']} {row['last_name']}".strip()
        found.setdefault(row["door_id"], []).append(f"{name}, {row['age']}" if row["age"] else name)
    return found


def _rows(path: Path, turf_id: str, columns: list[str]) -> list[Row]:
    """Rows of a turf; tables are sorted by turfs, in groups of which only some are read."""
    chosen = [("turf_id", "==", turf_id)]
    table = pq.read_table(path, columns=columns, filters=chosen, use_threads=False)
    rows: list[Row] = table.to_pylist()
    return rows
