"""
Voters of an older file who are not in the newest one: they moved, died, or hid their address.

They are on no list, because lists are made of the newest file alone. But where too many are gone at
once, it is the file that is not whole.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from geodata.columns.columns import recognise
from geodata.delimited.delimited import Tally, read_header
from geodata.errors import InputError
from geodata.notes import Counts, Note, accounted, counted
from geodata.voters.cells import voter_cells

MOST_OF_COUNTY: Final = 0.02
MOST_OF_PRECINCT: Final = 0.10
"""Larger shares than these, and more than one voter, do not leave between two files."""
SHOWN: Final = 5

_READ: Final = ("voter_id", "precinct")


def check_vanished(
    older: Path, newest: Path, columns: Mapping[str, str], *, accept: bool
) -> tuple[tuple[Note, ...], Counts]:
    """
    Compare who is in two voter files.

    Parameters
    ----------
    older, newest
        Voter files; ids are compared as they are.
    columns
        Standard column -> column of the file, as `recognise` takes them.
    accept
        Whether any number may be gone.

    Returns
    -------
    notes
        How many voters of the older file are not in the newest; none where all are.
    counts
        What became of the rows of the older file.

    Raises
    ------
    InputError
        VANISHED: more than 2 % of all voters or 10 % of a precinct are gone, unless accepted.
        What reading either file raises.
    """
    tally = Tally()
    listed = _voters(older, columns, tally)
    before = listed.drop_duplicates("voter_id")
    now = pd.Index(_voters(newest, columns, Tally())["voter_id"].unique())
    gone = now.get_indexer(before["voter_id"]) < 0
    count = int(gone.sum())
    if not accept:
        _stop(before["precinct"], gone, older.name, newest.name)
    told = accounted(
        tally.rows,
        unreadable=tally.lost,
        without_id=tally.rows - tally.lost - len(listed),
        repeated=len(listed) - len(before),
        vanished=count,
        still_there=len(before) - count,
    )
    sentence = (
        f"{count:,} of {counted(len(before), 'voter')} of {older.name} are not in "
        f"{newest.name}; they are on no list."
    )
    notes = (Note("VANISHED", sentence, count),) if count else ()
    return notes, {older.name: told}


def _stop(precinct: "pd.Series[str]", gone: pd.Series, older: str, newest: str) -> None:
    """Refuse the newest file where too many are gone."""
    count, voters = int(gone.sum()), len(gone)
    said = f"{newest} lacks {count:,} of {counted(voters, 'voter')} of {older}"
    ask = "it may be cut off: fetch it again, or take it with --accept-vanished."
    if count > max(MOST_OF_COUNTY * voters, 1):
        raise InputError("VANISHED", f"{said}, more than {MOST_OF_COUNTY:.0%}; {ask}")
    shares = pd.DataFrame({"gone": gone, "code": precinct.to_numpy()})
    per = shares[shares["code"] != ""].groupby("code")["gone"].agg(["sum", "size"])
    bad = per[(per["sum"] > 1) & (per["sum"] > MOST_OF_PRECINCT * per["size"])]
    if len(bad):
        named = ", ".join(
            f"{code} ({int(row['sum'])} of {int(row['size'])})"
            for code, row in bad.head(SHOWN).iterrows()
        )
        more = f" and {len(bad) - SHOWN} more" if len(bad) > SHOWN else ""
        raise InputError(
            "VANISHED",
            f"{said}, more than {MOST_OF_PRECINCT:.0%} of precinct {named}{more}; {ask}",
        )


def _voters(path: Path, columns: Mapping[str, str], tally: Tally) -> pd.DataFrame:
    """`voter_id` and `precinct` (blank where the file has none) of every row that can be read."""
    header = read_header(path)
    found = recognise(header.names, columns, path.name)
    recipes = {name: found.recipes[name] for name in _READ if name in found.recipes}
    wanted = replace(found, recipes=recipes, others={})
    tables = [table.drop(["row"]) for table in voter_cells(path, header, wanted, tally)]
    if not tables:
        raise InputError("EMPTY", f"{path.name} holds no voters.")
    voters: pd.DataFrame = pa.concat_tables(tables).to_pandas()
    voters = voters.reindex(columns=[*_READ], fill_value="")
    return voters[voters["voter_id"] != ""].assign(precinct=voters["precinct"].str.strip())
