"""
Crosswalks: which precinct of the map a registration precinct was merged into, per election.

A county registers voters in many small precincts and merges them for an election; the voter file
bears the codes of the one kind, the map often those of the other.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from geodata.columns.columns import nearest
from geodata.columns.layouts import squeeze
from geodata.delimited.delimited import Tally, read_header, read_tables
from geodata.errors import InputError
from geodata.notes import counted

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "registration": (
        *("registration", "registration_precinct", "reg_precinct", "regprec", "regular_precinct"),
        *("home_precinct", "base_precinct", "voter_precinct", "voter", "from"),
    ),
    "consolidated": (
        *("consolidated", "consolidated_precinct", "cons_precinct", "consprec", "voting_precinct"),
        *("vote_precinct", "vpct", "srprec", "map_precinct", "map", "to"),
    ),
    "election": ("election", "election_date", "election_code", "election_id"),
}
"""Column of a crosswalk -> what it may be called; the election may be absent."""


def read_crosswalk(path: Path, election: str = "") -> dict[str, str]:
    """
    Read a crosswalk.

    Parameters
    ----------
    path
        Delimited text with a column of registration precincts and one of consolidated ones, and
        perhaps one of elections; see `NAMES`.
    election
        Election whose rows count; may be left out where the file has one only.

    Returns
    -------
    crosswalk
        Code of a registration precinct -> code of its consolidated precinct, as the file has them.

    Raises
    ------
    InputError
        COLUMN where a column is missing, PARAMETER where the election must be named, CROSSWALK
        where a registration precinct has two consolidated ones, EMPTY, and what `read_tables`
        raises.
    """
    table = _table(path)
    if "election" in table:
        table = _of_election(table, election, path.name)
    pairs = table[["registration", "consolidated"]]
    pairs = pairs[(pairs != "").all(axis=1)].drop_duplicates()
    if pairs.empty:
        raise InputError("EMPTY", f"{path.name} holds no pair of precinct codes; give another.")
    twice = pairs.loc[pairs["registration"].duplicated(keep=False), "registration"]
    if len(twice):
        code = min(twice)
        told = " and ".join(sorted(pairs.loc[pairs["registration"] == code, "consolidated"])[:3])
        message = (
            f"{path.name} gives {counted(twice.nunique(), 'registration precinct')} several "
            f"consolidated ones, e.g. {code}: {told}; keep one row each, or name one with "
            "--election."
        )
        raise InputError("CROSSWALK", message)
    return dict(sorted(zip(pairs["registration"], pairs["consolidated"], strict=True)))


def _table(path: Path) -> pd.DataFrame:
    """The columns of `NAMES` that the file has, as text without blanks around."""
    header = read_header(path)
    squeezed = [squeeze(name) for name in header.names]
    places = {
        column: squeezed.index(next(name for name in map(squeeze, names) if name in squeezed))
        for column, names in NAMES.items()
        if any(squeeze(name) in squeezed for name in names)
    }
    for column in ("registration", "consolidated"):
        if column not in places:
            raise _missing(column, header.names, path.name)
    tables = [part.to_pandas() for part in read_tables(path, header, set(places.values()), Tally())]
    found = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
    return pd.DataFrame(
        {
            column: found.get(str(place), pd.Series([], dtype="str")).str.strip()
            for column, place in places.items()
        }
    )


def _missing(column: str, names: Sequence[str], file: str) -> InputError:
    hint = nearest(column, names)
    message = (
        f"{file} has no column of {column} precincts; call the two columns registration and "
        f"consolidated; {hint}"
    )
    return InputError("COLUMN", message)


def _of_election(table: pd.DataFrame, election: str, file: str) -> pd.DataFrame:
    known = sorted(set(table["election"]) - {""})
    if not election and len(known) > 1:
        message = f"{file} holds {len(known)} elections ({', '.join(known[:8])}); name one"
        raise InputError("PARAMETER", f"{message} with --election.")
    if election and election not in known:
        message = f"{file} has no election {election!r}; it has {', '.join(known[:8])}."
        raise InputError("PARAMETER", message)
    return table[table["election"] == election] if election else table
