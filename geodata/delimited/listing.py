"""Small lists beside the voter file: named columns of a delimited text, every row of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from geodata.columns.columns import refuse_data
from geodata.columns.layouts import squeeze
from geodata.delimited.delimited import Tally, read_header, read_tables
from geodata.errors import InputError


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
        refuse_data(header.names, path.name)
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
