"""
A voter file becomes a Parquet file of the voters who may be walked to.

The way of a row: read (`delimited`), its columns told (`columns`), suppressed voters taken out
in memory, the others written in parts (`voterparts`); repeated rows are kept once, rows that
contradict each other set aside (`fates`). `choose` picks from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from geodata.columns.columns import Columns, recognise
from geodata.columns.coordinates import check_coordinates
from geodata.columns.values import DAYS_SAID, date_sql
from geodata.delimited.delimited import Header, Tally, read_header
from geodata.errors import InputError
from geodata.notes import Counts, Note, counted, together
from geodata.storage.engine import open_engine, scalar
from geodata.voters import fates
from geodata.voters.cells import voter_cells
from geodata.voters.history import gather_history
from geodata.voters.status import gone_rows
from geodata.voters.suppression import Suppression, suppression
from geodata.voters.vanished import check_vanished
from geodata.voters.voterparts import in_parts, keep_rows, living, parts_sql, write_part
from geodata.voters.votertable import PARTS, Universe, VoterTable, choose, load_voters, save_about

__all__ = ["READER", "Universe", "VoterTable", "choose", "load_voters", "read_voters"]

READER: Final = 9
"""Version of this reader; part of the key of what it wrote."""


@dataclass(frozen=True)
class Beside:
    """
    Files that are read with a voter file.

    Parameters
    ----------
    older, accept_vanished
        An older file to compare with, and whether any number of its voters may be gone; see
        `check_vanished`.
    history
        Files of vote history; see `geodata.voters.history`.
    """

    older: Path | None = None
    accept_vanished: bool = False
    history: tuple[Path, ...] = ()


NOTHING_BESIDE: Final = Beside()


def read_voters(
    path: Path,
    out: Path,
    *,
    columns: Mapping[str, str] | None = None,
    suppress_lists: Sequence[Path] = (),
    suppress_words: Sequence[str] = (),
    inactive: bool = False,
    swap: bool = False,
    beside: Beside = NOTHING_BESIDE,
) -> VoterTable:
    """
    Read a voter file into `out`.

    Every value is text, character for character as in the file; only `voter_id`, `lat` and `lon`
    and columns composed of several lose surrounding blanks.

    Parameters
    ----------
    path
        Delimited text, plain or gzip, with a header line; see `geodata.delimited.delimited`.
    out
        Folder for the table; made, with mode 0700, if not there.
    columns
        Standard column -> column of the file; see `recognise`.
    suppress_lists, suppress_words
        Whom to leave out; see `suppression`. Their rows are dropped in memory as they are read.
        An earlier row of a voter whom only a later row marks lies in `out` until reading ends.
    inactive
        Whether voters whose status is inactive stay; see `geodata.voters.status`.
    swap
        Whether latitude and longitude are exchanged where they stand the wrong way round.
    beside
        Files that are read with it.

    Raises
    ------
    InputError
        NO_FILE, TYPE, EMPTY, ENCODING, TRUNCATED, HEADER, COLUMN, DAMAGED, VANISHED, HISTORY,
        SWAPPED or COORD_RANGE.
    """
    header = read_header(path)
    found = recognise(header.names, columns or {}, path.name)
    left_out = suppression(suppress_lists, suppress_words)
    vanished, missed = _vanished(path, columns or {}, beside)
    tally = Tally()
    place = out / PARTS
    for folder in (out, place):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open_engine(out) as engine:
        kept = map(left_out.without, voter_cells(path, header, found, tally))
        _gather(engine, found.names, kept, place, inactive=inactive)
        _refuse_rounded(engine, path.name)
        counts = fates.settle(engine, tally, left_out)
        _check_counts(path, header, counts)
        keep_rows(place, fates.kept_rows(engine))
        engine.execute(f"CREATE VIEW voters AS FROM {parts_sql(place)}")
        exchanged, placed = _coordinates(engine, found.names, path.name, swap=swap)
        notes = (
            *_notes(found, left_out, counts, tally),
            *vanished,
            *tally.notes(),
            *placed,
            *_births(engine, found.names),
        )
        elections, told, votes = gather_history(engine, out, (path, header, found), beside.history)
        digest = fates.digest(engine, found.names)
    notes = (*notes, *told)
    more = together(missed, left_out.counts, votes)
    table = VoterTable(place, found.names, counts, digest, notes, elections, exchanged, more)
    save_about(table, out)
    return table


def _vanished(
    path: Path, columns: Mapping[str, str], beside: Beside
) -> tuple[tuple[Note, ...], Counts]:
    if beside.older is None:
        return (), {}
    return check_vanished(beside.older, path, columns, accept=beside.accept_vanished)


def _refuse_rounded(engine: duckdb.DuckDBPyConnection, file: str) -> None:
    """Refuse ids that a spreadsheet rounded: no list of suppression would know them."""
    rounded = scalar(
        engine,
        "SELECT count(*) FROM ids WHERE contains(voter_id, 'E+')"
        r" AND regexp_full_match(voter_id, '[0-9](\.[0-9]+)?E\+[0-9]+')",
    )
    if rounded:
        message = (
            f"{file}: a spreadsheet rounded {counted(rounded, 'voter_id')} to the likes of "
            "1.23E+11; export the file again, and save it from no spreadsheet."
        )
        raise InputError("DAMAGED", message)


def _births(engine: duckdb.DuckDBPyConnection, names: Sequence[str]) -> Iterator[Note]:
    """A note on dates of birth that are none: no condition on the age is true of such voters."""
    if "birth_date" not in names:
        return
    unread = scalar(
        engine,
        "SELECT coalesce(sum(voters), 0) FROM (SELECT birth_date, count(*) AS voters FROM voters"
        f" GROUP BY birth_date) WHERE trim(birth_date) <> '' AND {date_sql('birth_date')} IS NULL",
    )
    if unread:
        who = counted(unread, "voter has", "voters have")
        sentence = f"{who} a date of birth that is not understood, and no age: write {DAYS_SAID}."
        yield Note("BIRTH_DATES", sentence, unread)


def _coordinates(
    engine: duckdb.DuckDBPyConnection, names: Sequence[str], file: str, *, swap: bool
) -> tuple[bool, tuple[Note, ...]]:
    """As `check_coordinates`; California's own files have none at all."""
    if {"lat", "lon"} <= set(names):
        return check_coordinates(engine, "voters", file, swap=swap)
    sentence = "The file has no coordinates; addresses place the voters."
    return False, (Note("COORDINATES", sentence),)


def _gather(
    engine: duckdb.DuckDBPyConnection,
    names: Sequence[str],
    tables: Iterator[pa.Table],
    place: Path,
    *,
    inactive: bool,
) -> None:
    """Write voters into parts, and enter every row into the engine's table of fates."""
    fates.begin(engine)
    with ThreadPoolExecutor(1) as beside:
        writing: Future[None] | None = None
        for number, table in enumerate(in_parts(tables)):
            gone = gone_rows(table, inactive=inactive)
            fates.enter(engine, table, names, gone)
            if writing:
                writing.result()  # one part is written while the next is read, never more
            writing = beside.submit(write_part, living(table, gone), place, number)
        if writing:
            writing.result()


def _check_counts(path: Path, header: Header, counts: Mapping[str, int]) -> None:
    """Refuse a file of which next to nothing is left."""
    rows, unreadable = counts["rows"], counts["unreadable"]
    if unreadable > rows / 2:
        message = (
            f"{path.name}: {unreadable:,} of {counted(rows, 'row')} cannot be read as "
            f"{len(header.names)} columns with a voter_id; check that the first line names the "
            "columns of the others."
        )
        raise InputError("HEADER", message)
    if not rows:
        message = f"{path.name} holds the names of columns and no row; export it again."
        raise InputError("EMPTY", message)
    if not counts["loaded"]:
        fates = ", ".join(f"{count:,} {fate}" for fate, count in counts.items())
        raise InputError("EMPTY", f"{path.name} holds no voter that can be used: {fates}.")


def _notes(
    columns: Columns, left_out: Suppression, counts: Mapping[str, int], tally: Tally
) -> Iterator[Note]:
    if columns.title:
        yield Note("LAYOUT", f"Recognised as {columns.title}.")
    if columns.secret:
        sentence = f"Columns never read: {', '.join(columns.secret)}."
        yield Note("DROPPED", sentence, len(columns.secret))
    nameless = counts["unreadable"] - tally.lost
    unlisted = len(set(left_out.ids.to_pylist()) - left_out.hit)
    for code, count, one, many, rest in (
        ("NO_ID", nameless, "row", "rows", "without a voter_id set aside."),
        (
            "REPEATED",
            counts["repeated"],
            "row repeats",
            "rows repeat",
            "another one exactly; one is kept.",
        ),
        (
            "CONFLICTING",
            counts["conflicting"],
            "row shares its",
            "rows share their",
            "voter_id with a different row; all of them were set aside.",
        ),
        ("SUPPRESSED", counts["suppressed"], "row was", "rows were", "suppressed."),
        (
            "R-status",
            counts["status"],
            "row is of a voter",
            "rows are of voters",
            "who died or moved, or whose status is cancelled or inactive.",
        ),
        (
            "UNLISTED",
            unlisted,
            "id of the suppression lists is",
            "ids of the suppression lists are",
            "not in the voter file.",
        ),
    ):
        if count:
            yield Note(code, f"{counted(count, one, many)} {rest}", count)
