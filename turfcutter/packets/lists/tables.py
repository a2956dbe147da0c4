"""Tables of a list: columns of text, and the same as CSV."""

import csv
import io
from collections.abc import Mapping, Sequence

from geodata.storage.tables import safe_text

Table = Mapping[str, Sequence[str]]
"""Column -> its cells, all text; a list has too few rows for more machinery."""


def columns_of(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Rows of text as columns."""
    return {name: [row[k] for row in rows] for k, name in enumerate(names)}


def csv_text(table: Table) -> str:
    """A list or manifest as CSV, safe against spreadsheets' formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table)
    cells = (map(safe_text, table[name]) for name in table)
    writer.writerows(zip(*cells, strict=True))
    return text.getvalue()
