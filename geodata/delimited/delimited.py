"""Delimited text (plain or gzip; see `DELIMITERS`) as Arrow tables, every value as text."""

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from geodata.delimited.records import MOST_LINES, Records, split_records
from geodata.delimited.textfile import text_blocks
from geodata.errors import GeodataError, InputError
from geodata.notes import Note, counted

DELIMITERS: Final = (",", "\t", "|", ";")
MOST_COLUMNS: Final = 2_000
"""The widest voter files have some hundreds."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Header:
    """
    The column names of a delimited text file.

    Parameters
    ----------
    names
        As the file has them, without surrounding blanks and line ends.
    delimiter
        One of `DELIMITERS`.
    lines
        How many lines the names take: some are written in several, between quotes.
    """

    names: tuple[str, ...]
    delimiter: str
    lines: int = 1


@dataclass
class Tally:
    """What became of the lines of a file; complete once all its tables were taken."""

    rows: int = 0
    recoded: int = 0
    headings: int = 0
    unreadable: list[int] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """Rows that are in no table."""
        return len(self.unreadable) + self.headings

    def notes(self) -> Iterator[Note]:
        """The remarks that go with the table."""
        if self.recoded:
            lines = counted(self.recoded, "line")
            sentence = f"Read as Windows-1252, not being UTF-8: {lines}."
            yield Note("ENCODING", sentence, self.recoded)
        if self.headings:
            rows = counted(self.headings, "row")
            sentence = f"Set aside as saying the names of the columns again: {rows}."
            yield Note("HEADINGS", sentence, self.headings)
        if self.unreadable:
            sentence = (
                "Rows with a wrong number of columns, an open quote or a NUL byte were set aside: "
                f"{len(self.unreadable):,}."
            )
            lines = named_lines(self.unreadable)
            yield Note("UNREADABLE", sentence, len(self.unreadable), lines)


def named_lines(numbers: Sequence[int], shown: int = 10) -> str:
    """Line numbers for a sentence, the first few of many."""
    more = f" and {len(numbers) - shown} more" if len(numbers) > shown else ""
    return f"line {', '.join(str(number) for number in numbers[:shown])}{more}"


def read_header(path: Path) -> Header:
    """
    The column names of a delimited text file and its delimiter.

    Raises
    ------
    InputError
        What `text_blocks` raises, and HEADER where fewer than two columns are found, or too many.
    """
    start = next(text_blocks(path, 1 << 16))
    lines = start.text.decode().split("\n")[:MOST_LINES]
    found = {mark: _fields(lines, mark) for mark in DELIMITERS}
    delimiter = max(found, key=lambda mark: len(found[mark][0]))
    texts, count = found[delimiter]
    names = tuple(" ".join(name.split("\n")).strip() for name in texts)
    if len(names) < 2:  # noqa: PLR2004 - a table of one column has no delimiter
        message = (
            f"{path.name}: the first line holds one column only; name the columns in the first "
            "line and separate them by comma, semicolon, tab or pipe."
        )
        raise InputError("HEADER", message)
    if any(_CONTROL.search(name) for name in names):
        message = f"{path.name}: the first line holds signs that are no text; give a table of text"
        raise InputError("HEADER", f"{message}, such as CSV.")
    if len(names) > MOST_COLUMNS:
        message = f"{path.name} names {len(names):,} columns, more than {MOST_COLUMNS:,}"
        raise InputError("HEADER", f"{message}; keep those that are needed.")
    return Header(names, delimiter, count)


def read_tables(
    path: Path, header: Header, wanted: Collection[int], tally: Tally
) -> Iterator[pa.Table]:
    """
    The records of a delimited text file, some tens of thousands at a time.

    Parameters
    ----------
    path, header
        The file and what `read_header` found.
    wanted
        Positions of the columns to read; the others are never decoded.
    tally
        Filled as the tables are taken.

    Yields
    ------
    table
        Columns named by their position (``"0"``, ``"1"``, …), text, character for character but
        for line ends inside quotes, which become newlines; and `row` (int64), the 1-based number
        of the record in the file, unreadable ones counted. Rows that say the column names again,
        as in files put together of several, are left out.

    Raises
    ------
    InputError
        What `text_blocks` raises.
    """
    names = [str(position) for position in range(len(header.names))]
    parse = pa_csv.ParseOptions(delimiter=header.delimiter, newlines_in_values=True)
    convert = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        strings_can_be_null=False,
        include_columns=[names[position] for position in sorted(wanted)],
    )
    line = header.lines
    for records in _all_records(path, header, tally):
        tally.unreadable += [line + 1 + offset for offset in records.unreadable]
        line += records.lines
        first, tally.rows = tally.rows + 1, tally.rows + records.rows
        read = pa_csv.ReadOptions(column_names=names, block_size=len(records.text) + 1)
        if len(records.rank):
            source = pa.BufferReader(records.text)
            table = pa_csv.read_csv(
                source, read_options=read, parse_options=parse, convert_options=convert
            )
            if table.num_rows != len(records.rank):
                found = f"{table.num_rows} records instead of {len(records.rank)}"
                raise GeodataError("INVARIANT", f"{path.name}: {found} near line {line}.")
            table = table.append_column("row", pa.array(records.rank + first))
            yield _without_headings(table, header.names, tally)


def _without_headings(table: pa.Table, names: Sequence[str], tally: Tally) -> pa.Table:
    """The rows that do not repeat the header."""
    heading = None
    for position in (int(name) for name in table.column_names[:-1]):
        if names[position]:
            same = pc.equal(pc.utf8_trim_whitespace(table[str(position)]), names[position])
            heading = same if heading is None else pc.and_(heading, same)
            if not pc.any(heading).as_py():
                return table
    if heading is None:
        return table
    tally.headings += pc.sum(heading).as_py()
    return table.filter(pc.invert(heading))


def _all_records(path: Path, header: Header, tally: Tally) -> Iterator[Records]:
    """Records block by block; what a block leaves open goes to the front of the next."""
    columns, rest, first = len(header.names), b"", True
    blocks = text_blocks(path)
    block = next(blocks, None)
    while block is not None:
        following = next(blocks, None)
        tally.recoded += block.recoded
        text = block.text
        if first:
            text, first = b"".join(text.split(b"\n", header.lines)[header.lines :]), False
        records = split_records(rest + text, header.delimiter, columns, last=following is None)
        rest = records.rest
        yield records
        block = following


def _fields(lines: Sequence[str], delimiter: str) -> tuple[list[str], int]:
    """The names of the columns, and how many lines they take; one where a quote is left open."""
    first = lines[0].rstrip("\r")
    if first.count('"') % 2:
        reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter, strict=True)
        with suppress(csv.Error):
            return next(reader), reader.line_num
    return next(csv.reader([first], delimiter=delimiter), []), 1
