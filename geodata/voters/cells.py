"""The cells of a voter file's rows, under the names of the voter table."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from geodata.columns.columns import Columns, Part
from geodata.delimited.delimited import Header, Tally, read_tables

_TRIMMED: Final = ("voter_id", "lat", "lon")


def voter_cells(path: Path, header: Header, columns: Columns, tally: Tally) -> Iterator[pa.Table]:
    """The file's rows as tables of standard and other columns, and `row`; see `read_tables`."""
    for table in read_tables(path, header, columns.positions, tally):
        cells = {name: _cell(table, name, parts) for name, parts in columns.recipes.items()}
        cells |= {name: table[str(position)] for name, position in columns.others.items()}
        yield pa.table(cells | {"row": table["row"]})


def _cell(table: pa.Table, name: str, parts: Sequence[Part]) -> pa.ChunkedArray:
    """One standard column from its parts."""
    if len(parts) == 1 and name not in _TRIMMED:
        return table[str(parts[0].position)]
    text = pc.utf8_trim_whitespace(table[str(parts[0].position)])
    for part in parts[1:]:
        value = pc.utf8_trim_whitespace(table[str(part.position)])
        if part.joint == "|":
            text = pc.if_else(pc.equal(text, ""), value, text)
        else:
            joined = pc.binary_join_element_wise(text, value, part.joint.strip("+"))
            text = pc.utf8_trim_whitespace(joined)
    return text
