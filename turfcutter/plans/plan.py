"""
The folder of a plan: `plan.json`, and one Parquet file for each table of `PLAN_TABLES`.

`plan.json` is what the plan is about, with the format's number and the digest of every table. A
plan that is read is the plan that was written, to the last digit, or it is refused.
"""

import hashlib
import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from geodata.errors import GeodataError, InputError
from geodata.storage.tables import PRIVATE, write_parquet
from turfcutter.model import PLAN_TABLES, Plan

PLAN_JSON: Final = "plan.json"
FORMAT: Final = 3
"""Number of the layout of the folder; a program reads those of its own number."""

GROUP: Final = 10_000
"""Rows of a group of a table: doors and voters are in the order of turfs, of which one is read."""

TEXT: Final = pd.Series(dtype="str").dtype
"""What text comes as, if it is text already."""

WHOLE: Final = frozenset(
    (
        *("doors", "stops", "voters", "stop", "order", "leg", "colour"),
        *("rank", "crew"),
        *("level", "site", "stop_id", "at_stop", "edge", "hand", "along_dm", "zone", "soft"),
        *("u", "v", "left_u", "left_v", "right_u", "right_v", "component", "cell"),
        *("length_dm", "cost_dm", "crossing_dm", "across_dm"),
    )
)
"""Columns of whole numbers (int64), whatever their table."""
FLAG: Final = frozenset({"locked", "bridge", "cross_u", "cross_v"})
"""Columns of true and false."""
REAL: Final = frozenset(
    {
        *("minutes", "minutes_low", "minutes_high", "walk_m", "steps_m", "setback_m", "bare"),
        *("lon", "lat", "start_lon", "start_lat", "drive_minutes"),
    }
)
"""Columns of other numbers (float64); all others but `geometry` are text, empty where unknown."""


def keep_columns(about: Mapping[str, Any]) -> list[str]:
    """Columns that a plan's voters have beyond those of `PLAN_TABLES`, in the order asked for."""
    asked = about.get("params", {}).get("voters", {}).get("keep", ())
    return [name for name in dict.fromkeys(asked) if name not in PLAN_TABLES["voters"]]


def write_plan(plan: Plan, folder: Path) -> None:
    """
    Write a plan into a folder that is there; only the owner may read the files.

    Parameters
    ----------
    plan
        The plan; its tables may have further columns, which are not written.
    folder
        Where to write; files of the same names are replaced.

    Raises
    ------
    GeodataError
        INVARIANT: a table lacks a column or its coordinate system.
    """
    digests = {}
    for name in PLAN_TABLES:
        path = _table_path(folder, name)
        write_parquet(_stored(plan, name), path, GROUP)
        digests[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    about = {**plan.about, "format": FORMAT, "tables": digests}
    text = json.dumps(
        plain_json(about), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False
    )
    write_private(folder / PLAN_JSON, text + "\n")


def write_private(path: Path, text: str) -> None:
    """Write text as UTF-8 into a new file that only its owner may read."""
    path.unlink(missing_ok=True)
    path.touch(mode=PRIVATE)
    path.write_text(text, encoding="utf-8", newline="\n")


def read_plan(folder: Path) -> Plan:
    """
    Read the plan that `write_plan` wrote into a folder.

    Raises
    ------
    InputError
        NO_FILE: no such folder, or a table is missing. TYPE: the folder holds no plan, or one
        of a later format. DAMAGED: a file is not as it was written.
    """
    about = _about(folder)
    digests = about.pop("tables")
    about.pop("format")
    tables = {name: _table(folder, name, digests.get(name, "")) for name in PLAN_TABLES}
    for name, table in tables.items():
        absent = [column for column in _columns(about, name) if column not in table]
        if absent:
            raise _damaged(folder, f"{name}.parquet lacks {', '.join(absent)}")
    return Plan(about=about, **tables)


def plan_digest(folder: Path) -> str:
    """SHA-256 of a plan's `plan.json`, by which its next version names it."""
    return hashlib.sha256((folder / PLAN_JSON).read_bytes()).hexdigest()


def _columns(about: Mapping[str, Any], name: str) -> list[str]:
    further = keep_columns(about) if name == "voters" else []
    return [*PLAN_TABLES[name], *further]


def _stored(plan: Plan, name: str) -> pd.DataFrame:
    """A table as it is stored: its declared columns in their order, each of one kind."""
    table: pd.DataFrame = getattr(plan, name)
    columns = _columns(plan.about, name)
    absent = [column for column in columns if column not in table]
    if absent:
        message = f"The plan's table {name} lacks the column {', '.join(absent)}."
        raise GeodataError("INVARIANT", message)
    # what --keep names is text, whatever it is called
    data = {
        column: _column(table[column]) if column in PLAN_TABLES[name] else _text(table[column])
        for column in columns
        if column != "geometry"
    }
    if "geometry" not in columns:
        return pd.DataFrame(data)
    if not isinstance(table, gpd.GeoDataFrame) or table.crs is None:
        raise GeodataError("INVARIANT", f"The plan's table {name} has no coordinate system.")
    shapes = table.geometry.reset_index(drop=True)
    stored: pd.DataFrame = gpd.GeoDataFrame({**data, "geometry": shapes}, crs=table.crs)
    return stored


def _column(values: pd.Series) -> pd.Series:
    values = values.reset_index(drop=True)
    if values.name in WHOLE:
        return values.astype("int64")
    if values.name in FLAG:
        return values.astype(bool)
    if values.name in REAL:
        return values.astype("float64")
    return _text(values)


def _text(values: pd.Series) -> pd.Series:
    values = values.reset_index(drop=True)
    held = pa.array(values) if values.dtype == TEXT else None
    if held is not None and (isinstance(held, pa.Array) or held.num_chunks == 1):
        return values.fillna("")  # text already; of several pieces Parquet writes other pages
    return values.astype(object).where(values.notna(), "").astype(str).astype("str")


def _about(folder: Path) -> dict[str, Any]:
    """The content of `plan.json`, of a format that is known."""
    if not folder.is_dir():
        raise InputError("NO_FILE", f"{folder} is no folder; name the folder of a plan.")
    try:
        about: Any = json.loads((folder / PLAN_JSON).read_bytes())
    except FileNotFoundError:
        message = f"{folder} holds no {PLAN_JSON}; name a folder that turfcutter cut wrote."
        raise InputError("TYPE", message) from None
    except (OSError, ValueError, RecursionError):
        raise _damaged(folder, f"{PLAN_JSON} cannot be read") from None
    if not isinstance(about, dict) or not isinstance(about.get("format"), int):
        message = f"{folder / PLAN_JSON} is not of a plan; name a folder that turfcutter cut wrote."
        raise InputError("TYPE", message)
    if about["format"] != FORMAT:
        message = (
            f"{folder} is a plan of format {about['format']}, but this turfcutter reads format"
            f" {FORMAT}; cut it again, or update turfcutter."
        )
        raise InputError("TYPE", message)
    if not isinstance(about.get("tables"), dict):
        raise _damaged(folder, f"{PLAN_JSON} lists no tables")
    return about


def _table(folder: Path, name: str, digest: str) -> pd.DataFrame:
    path = _table_path(folder, name)
    try:
        content = path.read_bytes()
    except OSError:
        message = f"{path.name} is missing from the plan {folder} or may not be read; cut it again."
        raise InputError("NO_FILE", message) from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise _damaged(folder, f"{path.name} is not as it was written")
    read = gpd.read_parquet if "geometry" in PLAN_TABLES[name] else pd.read_parquet
    try:
        table: pd.DataFrame = read(io.BytesIO(content))
    except (ValueError, pa.ArrowException) as fault:
        raise _damaged(folder, f"{path.name} cannot be read") from fault
    return table


def _table_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.parquet"


def _damaged(folder: Path, what: str) -> InputError:
    return InputError("DAMAGED", f"The plan {folder} is damaged: {what}; copy or cut it again.")


def plain_json(value: Any) -> Any:  # noqa: ANN401 - whatever a plan is about
    """A value for JSON: numbers of numpy as plain ones, those that JSON does not know as null."""
    if isinstance(value, Mapping):
        return {str(name): plain_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_json(item) for item in value]
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value
