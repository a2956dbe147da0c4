"""The table of voters who may be walked to, as `read_voters` stores it; picking from it."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from geodata.columns.columns import nearest
from geodata.columns.coordinates import degrees_sql, exchanged_sql
from geodata.columns.values import date_sql
from geodata.errors import InputError
from geodata.notes import Counts, Note
from geodata.storage.engine import open_engine, quoted
from geodata.voters.history import PARQUET as HISTORY
from geodata.voters.history import history_sql
from geodata.voters.voterparts import parts_sql
from geodata.voters.where import compile_where

PARTS: Final = "voters"
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
        Folder of Parquet files (`geodata.voters.voterparts`): `columns`, all text, none null, and
        `row` (int64, 1-based number of the record in the voter file); `voter_id` is unique.
    columns
        Standard columns that the file has, then its other columns.
    counts
        ``rows`` of the file, and what became of them: ``unreadable``, ``repeated``,
        ``conflicting``, ``suppressed``, ``status``, ``loaded``.
    digest
        Of all loaded cells, whatever the order of rows in the file.
    notes
        What was set aside, read otherwise or dropped.
    elections
        Elections of the vote history, as `geodata.voters.history` calls them; its table lies
        beside.
    exchanged
        Whether latitude stands as `lon` and longitude as `lat`.
    beside
        What became of the rows of the files that were read with it: an older one, vote history,
        lists of suppression.
    """

    path: Path
    columns: tuple[str, ...]
    counts: dict[str, int]
    digest: str
    notes: tuple[Note, ...]
    elections: tuple[str, ...] = ()
    exchanged: bool = False
    beside: Counts = field(default_factory=dict)

    @property
    def told(self) -> tuple[str, ...]:
        """Columns that the vote history tells."""
        return ("votes", *(f"voted_{name}" for name in self.elections)) if self.elections else ()


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
    voted
        How many of those chosen left again, because all at their door have voted.
    """

    table: pd.DataFrame
    outside: int
    voted: int = 0


def load_voters(folder: Path) -> VoterTable:
    """The table that `read_voters` wrote into a folder, which may have been renamed since."""
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    return VoterTable(
        path=folder / PARTS,
        columns=tuple(about["columns"]),
        counts=about["counts"],
        digest=about["digest"],
        notes=tuple(Note(**note) for note in about["notes"]),
        elections=tuple(about["elections"]),
        exchanged=about["exchanged"],
        beside=about["beside"],
    )


def choose(
    table: VoterTable,
    *,
    where: str = "",
    keep: Sequence[str] = (),
    as_of: date | None = None,
    ballots: pd.DataFrame | None = None,
    ballots_by: str = "",
) -> Universe:
    """
    The voters of whom a condition is true.

    Parameters
    ----------
    table
        What `read_voters` returned.
    where
        Condition as `geodata.voters.where` describes; blank chooses everybody. ``age`` is counted
        from the date of birth on the day `as_of`, and is the file's own age where there is none.
    keep
        Further columns of the table.
    as_of
        The day that counts as today.
    ballots
        Returned ballots as `geodata.voters.ballots.read_ballots` gives them: then there is a
        further column `ballot`, kept too.
    ballots_by
        Column with their ids; `voter_id` where blank.

    Raises
    ------
    InputError
        WHERE or COLUMN.
    """
    more = (*table.told, *(["ballot"] if ballots is not None else []))
    keep = [*keep, *more[len(table.told) :]]
    by = _named(ballots_by, table)
    columns = (*table.columns, *(name for name in more if name not in table.columns))
    for name in keep:
        if name not in columns:
            message = f"The voter file has no column {name!r}; {nearest(name, columns)}"
            raise InputError("COLUMN", message)
    dated = as_of is not None and "birth_date" in table.columns
    known = {*columns, "age"} if dated else set(columns)
    missing = {} if "age" in known or "birth_date" not in known else {"age": _NO_DAY}
    condition = compile_where(where, sorted(known), missing=missing)
    cells = ", ".join(
        quoted(name) if name in {*known, *_DEGREES} else f"'' AS {quoted(name)}"
        for name in dict.fromkeys([*CHOSEN, *keep])
    )
    absent = "".join(f", '' AS {name}" for name in _DEGREES if name not in table.columns)
    age = _age_sql(table.columns, as_of) if as_of else ""
    needed = [
        name for name in table.elections if f"voted_{name}" in {*keep} or name in where.lower()
    ]
    joined = _joined_sql(table, more, needed, by)
    voters = f"SELECT *{age}{absent} FROM ({joined})"
    picked = f"SELECT * FROM voters WHERE {condition.sql}"
    degrees = degrees_sql("picked")
    query = f"WITH voters AS ({voters}), picked AS ({picked}) SELECT {cells} FROM ({degrees})"
    query += " ORDER BY voter_id"
    with open_engine(None) as engine:
        if ballots is not None:
            engine.register("ballots", ballots)
        chosen = engine.sql(query, params=list(condition.parameters)).to_arrow_table().to_pandas()
    return Universe(chosen, table.counts["loaded"] - len(chosen))


def _named(column: str, table: VoterTable) -> str:
    """The column of the table that a name of the file means."""
    own = re.sub("[^a-z0-9]+", "_", column.lower()).strip("_") or "voter_id"
    if own not in table.columns:
        message = f"The voter file has no column {column!r}; {nearest(column, table.columns)}"
        raise InputError("COLUMN", message)
    return own


def _joined_sql(
    table: VoterTable, more: Sequence[str], elections: Sequence[str], ballots_by: str
) -> str:
    """SQL of the voters with what history and returned ballots tell of them."""
    hidden = [quoted(name) for name in more if name in table.columns]
    cells = [f"voters.* EXCLUDE ({', '.join(hidden)})" if hidden else "voters.*"]
    parts = parts_sql(table.path)
    source = f"{exchanged_sql(parts) if table.exchanged else parts} AS voters"
    if table.elections:
        names = [name for name in table.told if name == "votes" or name[6:] in elections]
        cells += [
            f"coalesce(history.{name}, '{0 if name == 'votes' else ''}') AS {name}"
            for name in names
        ]
        history = history_sql(table.path.with_name(HISTORY), elections)
        source += f" LEFT JOIN ({history}) AS history ON voters.voter_id = history_of"
    if "ballot" in more:
        cells.append("coalesce(ballots.ballot, '') AS ballot")
        source += f" LEFT JOIN ballots ON trim(voters.{quoted(ballots_by)}) = ballots.id"
    return f"SELECT {', '.join(cells)} FROM {source}"


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
