"""
Which lines of a delimited text make records, and which cannot be read.

A *line* ends in a newline; a *record* is one row of the table and may span lines inside quotes.
Ready-made readers lose good rows where a quote is left open: they swallow every line up to the
next quote. Here each line is first judged by itself, all at once. A line that is a whole record
is never taken for part of another; the others are parsed with care, one by one.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MOST_LINES: Final = 20
"""A quoted value spans at most so many lines; beyond that its quote was left open."""
_NUL, _NEWLINE, _RETURN, _QUOTE = 0, 10, 13, 34

Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Records:
    """
    The records of one block of lines.

    Parameters
    ----------
    text
        Well-formed lines holding the readable records, in any order.
    rank
        0-based number of each record of `text` among all records of the block.
    rows
        Number of records in the block, readable or not; empty lines are none.
    unreadable
        0-based line numbers, in the block, of what cannot be read.
    lines
        Number of lines consumed.
    rest
        What follows them: a record that may go on in the next block.
    """

    text: bytes
    rank: Positions
    rows: int
    unreadable: list[int]
    lines: int
    rest: bytes


@dataclass(frozen=True)
class _Lines:
    """Lines of a block: where they start and end, and which are a whole record by themselves."""

    block: bytes
    starts: Positions
    ends: Positions
    whole: Mask

    def __getitem__(self, line: int) -> str:
        return self.block[self.starts[line] : self.ends[line]].decode()

    def __len__(self) -> int:
        return len(self.ends)


def split_records(block: bytes, delimiter: str, columns: int, *, last: bool) -> Records:
    """
    Tell the readable records of a block from the unreadable lines.

    Parameters
    ----------
    block
        Whole lines in UTF-8.
    delimiter
        One ASCII character.
    columns
        Number of columns of every record.
    last
        Whether the file ends with this block.
    """
    if not block.endswith(b"\n"):
        block += b"\n"
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == _NEWLINE)
    starts = np.concatenate([[0], ends[:-1] + 1])
    whole = _whole_records(block, starts, ends, ord(delimiter), columns)
    filled = ends > starts
    lines = _Lines(block, starts, ends, whole)
    records, unreadable, stop = _parse(
        lines, np.flatnonzero(filled & ~whole).tolist(), delimiter, columns, last=last
    )
    whole[stop:] = False
    begins = whole.copy()
    begins[[*records, *unreadable]] = True
    rank = np.cumsum(begins) - 1
    return Records(
        text=_runs(lines, whole | ~filled, stop) + _written(records.values(), delimiter),
        rank=np.concatenate([rank[whole], rank[list(records)]]),
        rows=int(begins.sum()),
        unreadable=unreadable,
        lines=stop,
        rest=block[starts[stop] :] if stop < len(lines) else b"",
    )


def _whole_records(
    block: bytes, starts: Positions, ends: Positions, mark: int, columns: int
) -> Mask:
    """Lines that are, by themselves, a well-formed record of so many columns."""
    codes = np.frombuffer(block, np.uint8)
    marks = codes == mark
    broken = np.zeros(len(ends), bool)
    for code in (_NUL, _RETURN):
        if code in block:
            broken[np.searchsorted(ends, np.flatnonzero(codes == code))] = True
    if _QUOTE in block:
        quotes = codes == _QUOTE
        odd = _per_line(quotes, starts) % 2 == 1
        quoted = np.bitwise_xor.accumulate(quotes)
        if odd.any():  # each line is judged by itself: outside quotes at its start
            quoted ^= np.repeat(quoted[starts] ^ quotes[starts], ends - starts + 1)
        marks &= ~quoted
        broken |= odd
        broken[np.searchsorted(ends, _stray_quotes(codes, quotes, quoted, mark))] = True
    whole: Mask = (_per_line(marks, starts) == columns - 1) & ~broken
    return whole


def _stray_quotes(codes: NDArray[np.uint8], quotes: Mask, quoted: Mask, mark: int) -> Positions:
    """Opening quotes that do not begin a value and closing ones that do not end it."""
    at = np.flatnonzero(quotes)
    # before the first byte numpy wraps round to the last one, a newline, as it should be
    beside = np.where(quoted[at], codes[at - 1], codes[at + 1])
    # a doubled quote closes and opens at once
    stray: Positions = at[(beside != mark) & (beside != _NEWLINE) & (beside != _QUOTE)]
    return stray


def _per_line(mask: Mask, starts: Positions) -> NDArray[np.integer[Any]]:
    """How many are true in each line; sums of bytes are ten times faster than of integers."""
    counts = np.add.reduceat(mask.view(np.uint8), starts, dtype=np.uint8)
    if counts.sum(dtype=np.int64) == np.count_nonzero(mask):
        return counts
    return np.add.reduceat(mask.view(np.uint8), starts, dtype=np.int64)


def _parse(
    lines: _Lines, doubtful: list[int], delimiter: str, columns: int, *, last: bool
) -> tuple[dict[int, list[str]], list[int], int]:
    """
    Parse the doubtful lines with care.

    Returns the records by their first line, the unreadable lines, and the line to stop before:
    the number of lines, or where a record begins that may go on in the next block.
    """
    records: dict[int, list[str]] = {}
    unreadable: list[int] = []
    free = 0
    for line in doubtful:
        if line < free:
            continue
        reader = csv.reader(_following(lines, line), delimiter=delimiter, strict=True)
        try:
            row = next(reader)
        except csv.Error:
            row = []
            if not last and line + reader.line_num == len(lines) and reader.line_num < MOST_LINES:
                return records, unreadable, line
        if row:  # well-formed, but perhaps too short or too long
            free = line + reader.line_num
        if len(row) == columns and not any("\0" in value for value in row):
            records[line] = row
        else:
            unreadable.append(line)
    return records, unreadable, len(lines)


def _following(lines: _Lines, line: int) -> Iterator[str]:
    """A line and those after it, as far as they may belong to the same record."""
    yield lines[line] + "\n"
    for later in range(line + 1, min(line + MOST_LINES, len(lines))):
        if lines.whole[later]:
            return
        yield lines[later] + "\n"


def _runs(lines: _Lines, kept: Mask, stop: int) -> bytes:
    """The kept lines before line `stop`; empty ones among them do no harm."""
    kept = kept.copy()
    kept[stop:] = False
    if kept.all():
        return lines.block
    edges = np.flatnonzero(np.diff(kept.astype(np.int8), prepend=0, append=0))
    spans = zip(lines.starts[edges[::2]], lines.ends[edges[1::2] - 1] + 1, strict=True)
    return b"".join(lines.block[begin:end] for begin, end in spans)


def _written(rows: Iterable[list[str]], delimiter: str) -> bytes:
    """Records as well-formed lines, every value quoted."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows(rows)
    return text.getvalue().encode()
