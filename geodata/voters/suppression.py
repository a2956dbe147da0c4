"""Voters who must be on no list: taken out before anything is written anywhere."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from geodata.columns.columns import refuse_data, voter_id_position
from geodata.delimited.delimited import DELIMITERS, Tally, read_header, read_tables
from geodata.delimited.textfile import text_lines
from geodata.errors import InputError
from geodata.notes import Counts, accounted, together

_PLACES: Final = ("unit", "city", "status")
_FLAG: Final = re.compile("confidential|safe_?at_?home")
_UNSET: Final = ("", "n", "no", "0", "f", "false", "none", "null")
"""What a column that flags confidential voters holds for everybody else; databases say NULL."""


@dataclass
class Suppression:
    """
    Ids and words by which voters are taken out; those that a column flags always are.

    Columns with `confidential` or `safe at home` in their names are such flags.

    Parameters
    ----------
    ids
        Voter ids, surrounding blanks removed.
    pattern
        Regular expression of the words in an address, or empty.
    hit
        Ids of voters taken out so far: other rows of theirs must go too.
    rows
        How many rows were taken out so far.
    lists
        Name of each list and what its rows say, in order.
    """

    ids: pa.Array
    pattern: str
    lists: Sequence[tuple[str, list[str]]] = ()
    hit: set[str] = field(default_factory=set)
    rows: int = 0

    def without(self, table: pa.Table) -> pa.Table:
        """The rows of a voter table that may be kept; `voter_id` has no surrounding blanks."""
        marked = pc.is_in(table["voter_id"], value_set=self.ids)
        if self.pattern:
            places = [name for name in table.column_names if name in _PLACES or "addr" in name]
            text = pc.binary_join_element_wise(*(table[name] for name in places), "\n")
            marked = pc.or_(marked, pc.match_substring_regex(text, self.pattern, ignore_case=True))
        for name in filter(_FLAG.search, table.column_names):
            cell = pc.utf8_lower(pc.utf8_trim_whitespace(table[name]))
            marked = pc.or_(marked, pc.invert(pc.is_in(cell, value_set=pa.array(_UNSET))))
        if not pc.any(marked).as_py():
            return table
        taken = table.filter(marked)
        self.hit.update(taken["voter_id"].to_pylist())
        self.hit.discard("")
        self.rows += taken.num_rows
        return table.filter(pc.invert(marked))

    @property
    def counts(self) -> Counts:
        """What became of the rows of each list."""
        told, seen = [], {""}
        for file, names in self.lists:
            new = {*names} - seen
            seen |= new
            blank, hit = names.count(""), len(new & self.hit)
            fates = accounted(
                len(names),
                blank=blank,
                repeated=len(names) - blank - len(new),
                not_in_voter_file=len(new) - hit,
                suppressed=hit,
            )
            told.append({file: fates})
        return together(*told)


def suppression(lists: Sequence[Path], words: Sequence[str]) -> Suppression:
    """
    Read suppression lists.

    Parameters
    ----------
    lists
        Text files with one voter id a line, or delimited text with a column of voter ids.
    words
        Whole words, in any case, that mark an address or status as not to be visited.

    Raises
    ------
    InputError
        What `read_header` raises; COLUMN for a table without voter ids; HEADER for rows of a
        list that cannot be read, because a voter overlooked would be a voter visited.
    """
    listed = [(path.name, list(_listed(path))) for path in lists]
    ids = {name for _, names in listed for name in names} - {""}
    escaped = [re.escape(word.strip()) for word in words if word.strip()]
    pattern = rf"(^|\W)({'|'.join(escaped)})(\W|$)" if escaped else ""
    return Suppression(pa.array(sorted(ids), pa.string()), pattern, listed)


def _listed(path: Path) -> Iterator[str]:
    """The ids of one list."""
    lines = text_lines(path)
    first = next(lines, "")
    if not any(mark in first.strip() for mark in DELIMITERS):
        named = voter_id_position([first]) is not None
        for number, line in enumerate(chain([] if named else [first], lines), 1 + named):
            if any(mark in line.strip() for mark in DELIMITERS):
                message = f"{path.name}: line {number} holds more than an id; name the columns"
                raise InputError("HEADER", f"{message} in the first line.")
            yield line.strip().strip('"')
        return
    header = read_header(path)
    position = voter_id_position(header.names)
    if position is None:
        refuse_data(header.names, path.name)
        message = (
            f"{path.name}: no column is recognised as voter_id; call it voter_id, or give a file "
            "with one id a line."
        )
        raise InputError("COLUMN", message)
    tally = Tally()
    for table in read_tables(path, header, [position], tally):
        yield from (name.strip() for name in table[str(position)].to_pylist())
    if tally.unreadable:
        note = next(note for note in tally.notes() if note.code == "UNREADABLE")
        message = f"{path.name}: every row of a suppression list must be read. {note.sentence}"
        raise InputError("HEADER", message)
