"""Small lists beside the voter file: named columns of a delimited text, every row of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from geodata.columns.layouts import squeeze
from geodata.delimited.delimited import Tally, read_header, read_tables
from geodata.errors import InputError

_DATES: Final = ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d", "%m/%d/%y")
_YEARS: Final = range(1900, 2200)


def read_listing(path: Path, forms: Mapping[str, str], needed: Sequence[str]) -> pd.DataFrame:
    """
    Read a list; columns that are not asked for are never read.

    Parameters
    ----------
    path
        Delimited text with a header.
    forms
        Column -> names it may have in the file, the best first, separated by blanks and compared
        by letters and digits.
    needed
        Those columns that must be there.

    Returns
    -------
    listed
        The columns of `forms`, text without surrounding blanks, blank where the file has none;
        `line`, the number of the row in the file.

    Raises
    ------
    InputError
        COLUMN: a needed column is missing. HEADER: a row cannot be read, because what it says
        would be overlooked. What `read_header` raises.
    """
    header = read_header(path)
    places: dict[str, int] = {}
    for position, name in enumerate(header.names):
        places.setdefault(squeeze(name), position)
    found: dict[str, int] = {}
    for column, names in forms.items():
        known = [places[squeeze(name)] for name in names.split() if squeeze(name) in places]
        if known:
            found[column] = known[0]
    missing = [column for column in needed if column not in found]
    if missing:
        message = (
            f"{path.name} has no column that is recognised as {' or '.join(missing)}; call it so. "
            f"The file has: {', '.join(header.names)}."
        )
        raise InputError("COLUMN", message)
    tally = Tally()
    tables = list(read_tables(path, header, set(found.values()), tally))
    if tally.unreadable:
        note = next(note for note in tally.notes() if note.code == "UNREADABLE")
        message = f"{path.name}: every row must be read; look at {note.where}."
        raise InputError("HEADER", message)
    if not tables:
        raise InputError("EMPTY", f"{path.name} lists nothing below its first line.")
    whole = pa.concat_tables(tables).to_pandas()
    columns = {
        column: whole[str(found[column])].str.strip() if column in found else "" for column in forms
    }
    return pd.DataFrame(columns, index=whole.index, dtype="str").assign(line=whole["row"] + 1)


def days(cells: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """Days as YYYY-MM-DD, MM/DD/YYYY, MM/DD/YY or YYYYMMDD, a time after ignored; else NaT."""
    text = cells.str.split(r"[ T]", n=1, regex=True).str[0]
    found = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[s]")
    for form in _DATES:
        read = pd.to_datetime(text, format=form, errors="coerce").astype("datetime64[s]")
        found = found.fillna(read.where(read.dt.year.isin(_YEARS)))
    return found
