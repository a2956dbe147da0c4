"""Ballots that came back, as counties list them every day before an election."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from geodata.columns.columns import voter_id_position
from geodata.columns.values import DAYS_SAID, days
from geodata.delimited.delimited import named_lines, read_header
from geodata.delimited.listing import read_listing
from geodata.errors import InputError
from geodata.notes import Counts, Fates, Note, accounted, counted

STATES: Final[dict[str, str]] = {
    "accepted": "ACCEPTED GOOD COUNTED VALID VERIFIED A VOTED",
    "challenged": "CHALLENGED CHALLENGE REJECTED INVALID CURE NEEDSCURE NOSIGNATURE UNSIGNED "
    "MISSINGSIGNATURE SIGNATUREMISMATCH NONMATCHINGSIGNATURE MISMATCH C X",
    "returned": "RETURNED RECEIVED INPROCESS PROCESSING PENDING R Y YES",
    "": "ISSUED SENT MAILED NOTRETURNED OUTSTANDING VOID SUSPENDED UNDELIVERABLE SURRENDERED "
    "I N NO",
}
"""What became of a ballot -> how files say it, by letters and digits; blank is not back."""

_IDS: Final = (
    "voter_id VoterID RegistrationNumber AffidavitNumber sAffNumber CountyID CountyFileID ID"
)
_FORMS: Final = {
    "status": "BallotStatus ReturnStatus ReturnedStatus VbmStatus AvStatus szAVStatusDesc "
    "szAVStatusAbbr ChallengeStatus Status",
    "date": "ReturnDate ReturnedDate DateReturned BallotReturnDate BallotReturnedDate ReceivedDate "
    "DateReceived BallotReceivedDate Date",
}
_PAIR: Final = {
    "voter_id": "voter_id VoterFileVANID VANID PDIID EmsVoterId lVoterUniqueID",
    "id": f"returned_id ballot_id CountyVoterID {_IDS.removeprefix('voter_id VoterID ')}",
}
_RANK: Final = ("", "returned", "challenged", "accepted")


def read_ids(path: Path) -> tuple[dict[str, str], Fates]:
    """
    Read which voter has which id in files of ballots.

    Parameters
    ----------
    path
        Delimited text with `voter_id` as the voter file has it and `returned_id`, or other usual
        names of both; a row a voter.

    Returns
    -------
    ids
        Id in files of ballots -> voter_id.
    fates
        What became of the rows.

    Raises
    ------
    InputError
        CROSSWALK: one id is given to several voters. What `read_listing` raises.
    """
    table = read_listing(path, _PAIR, list(_PAIR))
    whole = table[(table["id"] != "") & (table["voter_id"] != "")]
    different = whole.drop_duplicates(["id", "voter_id"])
    several = different.loc[different["id"].duplicated(keep=False), "line"].tolist()
    if several:
        message = f"{path.name} gives several voters one id: {named_lines(several)}"
        raise InputError("CROSSWALK", f"{message}; keep one row each.")
    fates = accounted(
        len(table),
        incomplete=len(table) - len(whole),
        repeated=len(whole) - len(different),
        used=len(different),
    )
    return dict(zip(different["id"], different["voter_id"], strict=True)), fates


def read_ballots(
    paths: Sequence[Path], as_of: date | None, ids: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, tuple[Note, ...], Counts]:
    """
    Read files of returned ballots, a row a ballot; without a column of status all were returned.

    Of several rows of a voter the latest counts, of the same day the one farthest along.

    Parameters
    ----------
    paths
        One file a county.
    as_of
        The day that counts as today, for the age of each file.
    ids
        Id in the files -> voter_id, as `read_ids` gives it; ids that it lacks are voters' own.

    Returns
    -------
    ballots
        `id`, unique, and `ballot`: returned, accepted, challenged or blank.
    notes
        How many ballots each file tells, and how old it is.
    counts
        What became of the rows of each file.

    Raises
    ------
    InputError
        BALLOTS: a status that is none of `STATES`, or a day that is none. What `read_listing`
        raises.
    """
    tables, notes = [], []
    for path in paths:
        table = _ballots(path).assign(file=path.name)
        named = table[table["id"] != ""]
        tables.append(table)
        notes.append(_age(path.name, named, as_of))
    read = pd.concat(tables, ignore_index=True)
    whole = read[read["id"] != ""].copy()
    if ids:
        whole["id"] = whole["id"].map(ids).fillna(whole["id"])
    whole["rank"] = whole["ballot"].map(_RANK.index)
    whole = whole.sort_values(["id", "day", "rank"], na_position="first", kind="stable")
    last = whole.drop_duplicates("id", keep="last")
    return last[["id", "ballot"]].reset_index(drop=True), tuple(notes), _counts(read, last)


def _counts(read: pd.DataFrame, last: pd.DataFrame) -> Counts:
    """What became of the rows of each file: without an id, overtaken by another, or what counts."""
    fate = last["ballot"].where(last["ballot"] != "", "not_back").reindex(read.index)
    fate = fate.fillna("overtaken").mask(read["id"] == "", "without_id")
    counts: Counts = {}
    for file, fates in fate.groupby(read["file"], sort=False):
        found = fates.value_counts().sort_index()
        counts[str(file)] = accounted(len(fates), **{str(n): one for n, one in found.items()})
    return counts


def _ballots(path: Path) -> pd.DataFrame:
    """`id`, `ballot` and `day` of each row."""
    header = read_header(path)
    position = voter_id_position(header.names)
    ids = header.names[position].replace(" ", "") if position is not None else _IDS
    table = read_listing(path, {"id": ids, **_FORMS}, ["id"])
    stateful = table["status"].ne("").any()
    squeezed = table["status"].str.upper().str.replace("[^A-Z0-9]", "", regex=True)
    states = {word: state for state, words in STATES.items() for word in words.split()} | {"": ""}
    ballot = squeezed.map(states) if stateful else pd.Series("returned", index=table.index)
    unknown = table.loc[ballot.isna(), "line"].tolist()
    if unknown:
        message = (
            f"{path.name}: {named_lines(unknown)} has a status that is not known; write returned, "
            "accepted, challenged or issued."
        )
        raise InputError("BALLOTS", message)
    day = days(table["date"])
    undated = table.loc[day.isna() & (table["date"] != ""), "line"].tolist()
    if undated:
        message = f"{path.name}: {named_lines(undated)} has no day in its column of dates"
        raise InputError("BALLOTS", f"{message}; write {DAYS_SAID}.")
    return pd.DataFrame({"id": table["id"], "ballot": ballot, "day": day})


def _age(file: str, table: pd.DataFrame, as_of: date | None) -> Note:
    """How many ballots a file tells, and how old it is."""
    counts = table["ballot"].value_counts()
    said = ", ".join(f"{counts.get(state, 0):,} {state}" for state in STATES if state)
    latest = table["day"].max()
    if pd.isna(latest):
        age = "it tells no dates"
    elif as_of is None:
        age = f"the latest of {latest.date()}"
    else:
        old = (as_of - latest.date()).days
        side = "before" if old >= 0 else "after"
        age = f"the latest of {latest.date()}, {counted(abs(old), 'day')} {side} {as_of}"
    return Note("BALLOTS", f"{file}: {said}; {age}.", int((table["ballot"] != "").sum()))
