"""
The ledger: for each county, file and reason how many rows there are; every row read is in it.

What a plan counts is compared with what its files hold, read again from disk.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from geodata.errors import GeodataError
from geodata.notes import Fates
from geodata.schema import NOT_CHOSEN, REASONS
from turfcutter.exports import UNCUT
from turfcutter.plans.accounting import DROPPED, ROWS

LEDGER_CSV: Final = ("county", "file", "reason", "rows")
"""Columns of ``ledger.csv``; the reason ``rows`` stands for all rows of the file."""
ALL: Final = "rows"

Line = dict[str, Any]
Others = Sequence[tuple[str, Fates]]
"""Names of files, and what became of their rows."""


def ledger_lines(
    folder: Path, counts: Mapping[str, int], voters: str, others: Others
) -> list[Line]:
    """
    The lines of one county, checked against the files written.

    Parameters
    ----------
    folder
        Where the county's plan and lists were written.
    counts
        Of its plan.
    voters
        Name of the voter file.
    others
        Each other file whose rows are counted.

    Raises
    ------
    GeodataError
        INVARIANT: rows are unaccounted for, or a written file does not hold what was counted.
    """
    written = count_written(folder)
    fates = {name: counts[name] for name in ROWS if name not in ("exceptions", "uncut")}
    fates |= {DROPPED: counts[DROPPED]} if DROPPED in counts else {}
    fates |= {reason: written[reason] for reason in (*REASONS,) if reason in written}
    if written["in_turfs"] != counts["in_turfs"]:
        held, listed = counts["in_turfs"], written["in_turfs"]
        raise _unequal(f"{held:,} voters are in turfs, {listed:,} are listed")
    if sum(fates.values()) != counts[ALL]:
        raise _unequal(f"{counts[ALL]:,} rows were read, {sum(fates.values()):,} are accounted for")
    lines: list[Line] = []
    named = Counter([voters])
    for name, told in others:
        named[name] += 1  # the same file may be read for two ends
        file = f"{name} ({named[name]})" if named[name] > 1 else name
        rows = told[ALL]
        found = {reason: count for reason, count in told.items() if reason != ALL}
        if rows != sum(found.values()):
            raise _unequal(f"{file} has {rows:,} rows, {sum(found.values()):,} are accounted for")
        lines += _lines(file, rows, found)
    return [*lines, *_lines(voters, counts[ALL], fates)]


def count_written(folder: Path) -> Counter[str]:
    """Voters in a county's lists: ``in_turfs``, and in no turf by reason; each is there once."""
    found: Counter[str] = Counter(in_turfs=0)
    ids = []
    for name in ("walklist.csv", "exceptions.csv", UNCUT):
        if not (folder / name).exists():
            continue
        table = _columns(folder / name, ["voter_id", "reason"])
        ids.append(table["voter_id"])
        if name == "exceptions.csv":
            found.update(table["reason"].tolist())
        else:
            found["in_turfs" if name == "walklist.csv" else NOT_CHOSEN] += len(table)
    if pd.concat(ids).duplicated().any():
        raise _unequal("a voter is in the lists twice")
    return found


def _columns(path: Path, names: Sequence[str]) -> pd.DataFrame:
    """Some columns of a list, those it has."""
    with path.open(encoding="utf-8") as file:
        there = [name for name in file.readline().strip().split(",") if name in names]
    table: pd.DataFrame = pa_csv.read_csv(
        path,
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(
            include_columns=there, column_types=dict.fromkeys(there, pa.string())
        ),
    ).to_pandas()
    return table


def _lines(file: str, rows: int, fates: Mapping[str, int]) -> Iterator[Line]:
    yield {"file": file, "reason": ALL, "rows": rows}
    for reason, count in fates.items():
        if count:
            yield {"file": file, "reason": reason, "rows": count}


def _unequal(what: str) -> GeodataError:
    message = f"The ledger does not add up: {what}; this is a fault of turfcutter: report it."
    return GeodataError("INVARIANT", message)
