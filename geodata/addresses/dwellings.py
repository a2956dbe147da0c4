"""
Addresses that are no door: post boxes, shelters, addresses for mail, places that are described.

People are registered there rightly, and sometimes live there; but nobody can knock. Words count
only where no street's name can be meant: 100 Shelter Creek Lane and 5 Mission St are doors.
"""

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.addresses.addresses import without_numbers

LONGEST: Final = 200
"""So many letters of an address are looked at."""

_POST_BOX: Final = (
    r"^\W*(?:P\W*O\W*\s*(?:BOX|DRAWER)\b|POST\s*OFFICE\s*BOX\b|BOX\s+\d|GENERAL\s+DELIVERY\b)"
)
_HOMES: Final = r"(?:SHELTER|RESCUE MISSION|SALVATION ARMY|NAVIGATION CENTER|HOMELESS SERVICES)"
_SERVICES: Final = (
    r"(?:PMB\b|C/O\b|CARE OF\b|MAIL DROP\b|MAIL ?BOXES\b|UPS STORE\b|CITY HALL\b|COURT ?HOUSE\b"
    r"|(?:COUNTY|CITY) JAIL\b|REGISTRAR OF VOTERS\b|COUNTY CLERK\b|ELECTIONS OFFICE\b)"
)
_WAYS: Final = r"(?:ST|STREET|AVE?|AVENUE|BLVD|RD|ROAD|DR|LN|WAY|HWY|CT|PL)"
_DESCRIBED: Final = (
    r"^\W*(?:0\s+)?(?:(?:N|S|E|W|NE|NW|SE|SW)\W+)?"
    r"(?:CORNER|INTERSECTION|CROSS STREETS?|NEAR|UNDER|BEHIND"
    r"|BETWEEN|BESIDE|ACROSS|NEXT TO|OFF OF|HOMELESS|TRANSIENT|LAST SEEN|PARK BENCH|RIVERBED)\b"
    r"|\bCORNER OF\b|\bINTERSECTION OF\b|\bUNDERPASS\b|\bENCAMPMENT\b"
    rf"|^(?!\d+[A-Z]?\s)\W*\w[\w .]*\s*(?:&|@|\bAND\b|\bAT\b)\s*\w[\w .]*(?:[,#].*)?$"
    rf"|^(?!\d+[A-Z]?\s)[\w .]*\b{_WAYS}\s*/\s*\w[\w .]*(?:[,#].*)?$"
)
_KINDS: Final[dict[str, tuple[str, str]]] = {
    "R-po_box": (_POST_BOX, "The address is a post-office box."),
    "R-shelter": (
        rf"^(?!\d)[^\d]*\b{_HOMES}\b|[,(#;-]\s*(?:[A-Z']+\s+){{0,4}}{_HOMES}\b",
        "The address is a shelter, where canvassers need leave to come.",
    ),
    "R-service_address": (
        rf"^(?!\d)[^\d]*\b{_SERVICES}|[,(#;-]\s*{_SERVICES}|\bPMB\s*#?\s*\d",
        "The address is one for mail, or an office, where nobody lives.",
    ),
    "R-described_place": (
        _DESCRIBED,
        "The address describes a place, such as a corner of two streets, and has no door.",
    ),
}
"""Reason -> how such addresses are told (upper case), what is said of them; the first wins."""


def dwelling_faults(
    voters: pd.DataFrame,
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """
    Why addresses are no doors.

    Parameters
    ----------
    voters
        `address` and `unit`, text.

    Returns
    -------
    reason, detail
        One of `geodata.schema.REASONS` and one sentence, shape (n_voters,); blank for doors.
    """
    text = voters["address"].fillna("").astype("str").str.strip().str.upper()
    unit = voters["unit"].fillna("").astype("str").str.strip().str.upper()
    whole = text.where(unit == "", text + ", " + unit)
    place, plain = without_numbers(whole.str.slice(0, LONGEST))
    hits = [plain.str.contains(re.compile(form)).to_numpy(bool) for form, _ in _KINDS.values()]
    reason = np.select(hits, [*_KINDS], "").astype(object)
    detail = np.select(hits, [said for _, said in _KINDS.values()], "").astype(object)
    return reason[place], detail[place]
