"""
Registration status: who is no voter at the address any more.

A status is told by its one-letter code or by its words, in any case. One that begins with the word
``A`` or ``active`` is active whatever follows it; one that says nothing known is active too.
"""

from collections.abc import Collection
from typing import Final

GONE: Final = ("DECEASED", "DEAD", "DIED", "MOVED", "CANCELLED", "CANCELED", "REMOVED", "PURGED")
GONE_CODES: Final = ("C", "D", "X")
INACTIVE: Final = ("INACTIVE",)
INACTIVE_CODES: Final = ("I",)


def gone_sql(columns: Collection[str], *, inactive: bool) -> str:
    """SQL that is true of voters who are not to be visited; `inactive` ones may be."""
    if "status" not in columns:
        return "FALSE"
    words = "|".join(GONE if inactive else GONE + INACTIVE)
    codes = "|".join(GONE_CODES if inactive else GONE_CODES + INACTIVE_CODES)
    cell = "upper(trim(status))"
    return (
        rf"NOT regexp_matches({cell}, '^(A|ACTIVE)\b') AND"
        rf" (regexp_full_match({cell}, '{codes}') OR regexp_matches({cell}, '\b({words})\b'))"
    )
