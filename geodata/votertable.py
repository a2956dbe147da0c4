"""The table of voters who may be walked to, as `read_voters` stores it; picking from it."""

import glob
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from geodata.columns import nearest
from geodata.coordinates import degrees_sql
from geodata.engine import open_engine
from geodata.errors import InputError
from geodata.notes import Note
from geodata.where import compile_where, date_sql, quoted

PARQUET: Final = "voters.parquet"
ABOUT: Final = "voters.json"
CHOSEN: Final = (
    *("voter_id", "first_name", "last_name", "age", "language", "phone"),
    *("address", "unit", "city", "zip", "lat", "lon", "precinct"),
)
"""Columns of a chosen universe, before those that `keep` names."""

_DEGREES: Final = ("lat", "lon")
_OLDEST: Final = 120
_NO_DAY: Final = "the file has dates of birth, no ages; give the day with --as-of YYYY-MM-DD"


@dataclass(frozen=True)
class VoterTable:
    """
    Voters on disk.

    Parameters
    ----------
    path
        Parquet: `columns`, all text, none null, and `row` (int64, 1-based number of the record
        in the voter file); sorted by `voter_id`, which is unique.
    columns
        Standard columns that the file has, then its other columns.
    counts
        ``rows`` of the file, and what became of them: ``unreadable``, ``repeated``,
        ``conflicting``, ``suppressed``, ``loaded``.
    digest
        Of all loaded cells, whatever the order of rows in the file.
    notes
        What was set aside, read otherwise or dropped.
    """

    path: Path
    columns: tuple[str, ...]
    counts: dict[str, int]
    digest: str
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Universe:
    """
    The voters to walk to.

    Parameters
    ----------
    table
        `CHOSEN`, then the columns kept; text but for `lat` and `lon` (float64, degrees; NaN where
        unusable). Sorted by `voter_id`.
    outside
        How many loaded voters were not chosen.
    """

    table: pd.DataFrame
    outside: int


def load_voters(folder: Path) -> VoterTable:
    """The table that `read_voters` wrote into a folder, which may have been renamed since."""
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    return VoterTable(
        path=folder / PARQUET,
        columns=tuple(about["columns"]),
        counts=about["counts"],
        digest=about["digest"],
        notes=tuple(Note(**note) for note in about["notes"]),
    )


def choose(
    table: VoterTable, *, where: str = "", keep: Sequence[str] = (), as_of: date | None = None
) -> Universe:
    """
    The voters of whom a condition is true.

    Parameters
    ----------
    table
        What `read_voters` returned.
    where
        Condition as `geodata.where` describes; blank chooses everybody. ``age`` is counted from
        the date of birth on the day `as_of`, and is the file's own age where there is none.
    keep
        Further columns of the table.
    as_of
        The day that counts as today.

    Raises
    ------
    InputError
        WHERE or COLUMN.
    """
    for name in keep:
        if name not in table.columns:
            message = f"The voter file has no column {name!r}; {nearest(name, table.columns)}"
            raise InputError("COLUMN", message)
    dated = as_of is not None and "birth_date" in table.columns
    known = {*table.columns, "age"} if dated else set(table.columns)
    missing = {} if "age" in known or "birth_date" not in known else {"age": _NO_DAY}
    condition = compile_where(where, sorted(known), missing=missing)
    cells = ", ".join(
        quoted(name) if name in {*known, *_DEGREES} else f"'' AS {quoted(name)}"
        for name in dict.fromkeys([*CHOSEN, *keep])
    )
    absent = "".join(f", '' AS {name}" for name in _DEGREES if name not in table.columns)
    age = _age_sql(table.columns, as_of) if as_of else ""
    voters = f"SELECT *{age}{absent} FROM read_parquet(?)"
    picked = f"SELECT * FROM voters WHERE {condition.sql}"
    degrees = degrees_sql("picked")
    query = f"WITH voters AS ({voters}), picked AS ({picked}) SELECT {cells} FROM ({degrees})"
    with open_engine(None) as engine:
        values = [glob.escape(str(table.path)), *condition.parameters]
        chosen = engine.sql(query, params=values).to_arrow_table().to_pandas()
    return Universe(chosen, table.counts["loaded"] - len(chosen))


def save_about(table: VoterTable, folder: Path) -> None:
    """Write all of a table but its rows beside them, for `load_voters`."""
    path = folder / ABOUT
    path.touch(mode=0o600)
    about = asdict(table) | {"path": None}
    path.write_text(json.dumps(about, indent=1, sort_keys=True), encoding="utf-8")


def _age_sql(columns: Sequence[str], as_of: date) -> str:
    """
    SQL to follow ``SELECT *``: the age in full years on a day, as text.

    Where there is no date of birth it is the file's own age.
    """
    if "birth_date" not in columns:
        return ""
    today = as_of.year * 10_000 + as_of.month * 100 + as_of.day
    lived = f"({today} - CAST(strftime({date_sql('birth_date')}, '%Y%m%d') AS INTEGER))"
    own = "age" if "age" in columns else "''"
    age = f"CASE WHEN {lived} BETWEEN 0 AND {_OLDEST}9999 THEN ({lived} // 10000)::VARCHAR"
    age = f"({age} ELSE {own} END) AS age"
    return f" REPLACE ({age})" if "age" in columns else f", {age}"
