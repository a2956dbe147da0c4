"""Flags of doors: what canvassers noted of an address, kept apart from any voter file."""

from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from geodata.columns.values import DAYS_SAID, days
from geodata.delimited.delimited import named_lines
from geodata.delimited.listing import read_listing
from geodata.errors import InputError
from geodata.notes import Fates, accounted

FLAGS: Final[dict[str, str]] = {
    "dog": "DOG DOGS BADDOG BEWAREOFDOG",
    "gate": "GATE GATED",
    "locked": "LOCKED LOCKEDBUILDING NOACCESS",
    "no soliciting": "NOSOLICITING NOSOLICITORS NOSOLICITATION",
    "do not knock": "DONOTKNOCK NOKNOCK DNK DONOTCONTACT",
    "unsafe": "UNSAFE DANGER DANGEROUS HOSTILE",
}
"""The flags there are -> how lists write them, by letters."""

_FORMS: Final = {
    "address": "address StreetAddress Address1",
    "unit": "unit Apt AptNo Apartment UnitNumber Space",
    "city": "city Town",
    "zip": "zip ZipCode Zip5",
    "flag": "flag Flags DoorFlag Result",
    "date": "date Noted DateNoted",
    "expires": "expires Expiry ExpiryDate Until",
}


def read_flags(path: Path, as_of: date | None) -> tuple[pd.DataFrame, Fates]:
    """
    Read flags of doors; any other column is never read.

    Parameters
    ----------
    path
        Delimited text: `address`, `flag`, and where known `unit`, `city`, `zip`, `date`, `expires`.
        A cell of flags may hold several, separated by ``;`` or ``/``.
    as_of
        The day that counts as today: flags that expired before it are left out, and those noted
        later. Without it all hold.

    Returns
    -------
    flags
        `address`, `unit`, `city`, `zip`, `flag` (of `FLAGS`).
    fates
        What became of the rows.

    Raises
    ------
    InputError
        FLAGS: a flag that is none of `FLAGS`, or a day that is none. What `read_listing` raises.
    """
    table = read_listing(path, _FORMS, ["address", "flag"])
    for name in ("date", "expires"):
        day = days(table[name])
        bad = table.loc[day.isna() & (table[name] != ""), "line"].tolist()
        if bad:
            message = f"{path.name}: {named_lines(bad)} has no day under {name}"
            raise InputError("FLAGS", f"{message}; write {DAYS_SAID}.")
        table[name] = day
    rows = len(table)
    if as_of is not None:
        today = pd.Timestamp(as_of)
        table = table[~(table["expires"] < today) & ~(table["date"] > today)]
    hold = len(table)
    table = table.assign(flag=table["flag"].str.split("[;/]", regex=True)).explode("flag")
    squeezed = table["flag"].str.upper().str.replace("[^A-Z]", "", regex=True)
    known = {word: flag for flag, words in FLAGS.items() for word in words.split()}
    flag = squeezed.map(known)
    unknown = table.loc[flag.isna() & (table["flag"].str.strip() != ""), "line"].tolist()
    if unknown:
        message = (
            f"{path.name}: {named_lines(unknown)} has a flag that is not known; doors are flagged "
            f"{', '.join(FLAGS)}, and nothing is written about people."
        )
        raise InputError("FLAGS", message)
    kept = table.assign(flag=flag)[flag.notna()]
    flagged = int(kept["line"].nunique())
    fates = accounted(rows, not_today=rows - hold, without_flag=hold - flagged, flagged=flagged)
    columns = ["address", "unit", "city", "zip", "flag"]
    return kept[columns].reset_index(drop=True), fates
