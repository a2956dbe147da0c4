"""
Crosswalks: which precinct of the map a registration precinct was merged into, per election.

A county registers voters in many small precincts and merges them for an election; the voter file
bears the codes of the one kind, the map often those of the other.
"""

from pathlib import Path
from typing import Final

import pandas as pd

from geodata.delimited.listing import read_listing
from geodata.errors import InputError
from geodata.notes import Fates, accounted, counted
from geodata.precincts.precinctcodes import code_form

_FORMS: Final = {
    "registration": "registration registration_precinct reg_precinct regprec regular_precinct "
    "home_precinct base_precinct voter_precinct voter from",
    "consolidated": "consolidated consolidated_precinct cons_precinct consprec voting_precinct "
    "vote_precinct vpct srprec map_precinct map to",
    "election": "election election_date election_code election_id",
}


def read_crosswalk(path: Path, election: str = "") -> tuple[dict[str, str], Fates]:
    """
    Read a crosswalk.

    Parameters
    ----------
    path
        Delimited text with a column of registration precincts and one of consolidated ones, and
        perhaps one of elections.
    election
        Election whose rows count; may be left out where the file has one only.

    Returns
    -------
    crosswalk
        Code of a registration precinct -> code of its consolidated precinct, as the file has them.
    fates
        What became of the rows.

    Raises
    ------
    InputError
        PARAMETER where the election must be named, CROSSWALK where a registration precinct,
        however it is written, has two consolidated ones, EMPTY, and what `read_listing` raises.
    """
    table = read_listing(path, _FORMS, ["registration", "consolidated"])
    mine = _of_election(table, election, path.name)
    pairs = mine[["registration", "consolidated"]]
    form = pairs["registration"].map(code_form)
    whole = pairs[((pairs != "").all(axis=1)) & (form != "")]
    pairs = whole.drop_duplicates()
    if pairs.empty:
        raise InputError("EMPTY", f"{path.name} holds no pair of precinct codes; give another.")
    merged = pairs.groupby(form)["consolidated"].agg(["nunique", "unique"])
    twice = merged[merged["nunique"] > 1]
    if len(twice):
        told = " and ".join(sorted(twice["unique"].iloc[0])[:3])
        message = (
            f"{path.name} gives {counted(len(twice), 'registration precinct')} several "
            f"consolidated ones, e.g. {twice.index[0]}: {told}; keep one row each, or name one "
            "with --election."
        )
        raise InputError("CROSSWALK", message)
    fates = accounted(
        len(table),
        other_election=len(table) - len(mine),
        incomplete=len(mine) - len(whole),
        repeated=len(whole) - len(pairs),
        used=len(pairs),
    )
    return dict(sorted(zip(pairs["registration"], pairs["consolidated"], strict=True))), fates


def _of_election(table: pd.DataFrame, election: str, file: str) -> pd.DataFrame:
    """The rows that count; all of a file that tells no election."""
    known = sorted(set(table["election"]) - {""})
    if not election and len(known) > 1:
        message = f"{file} holds {len(known)} elections ({', '.join(known[:8])}); name one"
        raise InputError("PARAMETER", f"{message} with --election.")
    if election and known and election not in known:
        message = f"{file} has no election {election!r}; it has {', '.join(known[:8])}."
        raise InputError("PARAMETER", message)
    return table[table["election"] == election] if election and known else table
