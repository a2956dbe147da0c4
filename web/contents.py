"""
What is in a published plan, as pages and programs show it: turfs, doors, voters.

Plans never change, so that what was read is kept in memory; names of voters are not.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import compute

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
    doors, _ = _doors(library.folder_of(plan_id))
    at = compute.match_substring(doors["address"], wanted, ignore_case=True)
    turfs = turfs_of(plan_id).items()
    named = {turf for turf, row in turfs if text in turf.lower() or text in row["precinct"].lower()}
    return {*doors["turf_id"].filter(at).unique().to_pylist(), *named}


def doors_of(plan_id: str, turf_id: str) -> list[Row]:
    """The doors of a turf in walking order."""
    rows: list[Row] = _doors_of(library.folder_of(plan_id), turf_id).to_pylist()
    return rows


def _doors_of(folder: Path, turf_id: str) -> pa.Table:
    table, first = _doors(folder)
    begin, end = first.get(turf_id, (0, 0))
    return table.slice(begin, end - begin)


@lru_cache(maxsize=8)
def _doors(folder: Path) -> tuple[pa.Table, dict[str, tuple[int, int]]]:
    """
    All doors of a plan, turf by turf in walking order, and where those of each turf stand.

    A table of columns: a hundred thousand doors are ten megabytes, and a turf is cut out of it
    fifty times as quickly as it is read from the file.
    """
    columns = ["door_id", "turf_id", "stop", "order", "address", "unit", "voters", "flags"]
    path = folder / "doors.parquet"
    table = pq.read_table(path, columns=[*columns, "lon", "lat"], use_threads=False)
    table = table.sort_by([("turf_id", "ascending"), ("order", "ascending")]).combine_chunks()
    ids, begins = np.unique(table["turf_id"].to_numpy(), return_index=True)
    ends = np.append(begins, len(table))[1:]
    places = zip(ids, begins, ends, strict=True)
    return table, {str(turf): (int(begin), int(end)) for turf, begin, end in places}


def exceptions_near(plan_id: str, turf_id: str) -> list[tuple[str, str]]:
    """Addresses in no turf close to the doors of one, and why: who walks there will see them."""
    return _exceptions(library.folder_of(plan_id), turf_id)


@lru_cache(maxsize=4096)
def _exceptions(folder: Path, turf_id: str) -> list[tuple[str, str]]:
    left = _left(folder)
    if left.empty:
        return []
    doors = _doors_of(folder, turf_id).select(["lon", "lat"]).to_pandas()
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
    path = library.folder_of(plan_id) / "voters.parquet"
    chosen = [("turf_id", "==", turf_id)]  # tables stand in groups of turfs; only some are read
    table = pq.read_table(path, columns=columns, filters=chosen, use_threads=False)
    for row in table.to_pylist():
        name = f"{row['first_name']} {row['last_name']}".strip()
        found.setdefault(row["door_id"], []).append(f"{name}, {row['age']}" if row["age"] else name)
    return found
