"""
Registration status: who is no voter at the address any more.

A status is told by its one-letter code or by its words, in any case. One that begins with the word
``A`` or ``active`` is active whatever follows it; one that says nothing known is active too.
"""

import re
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

GONE: Final = ("DECEASED", "DEAD", "DIED", "MOVED", "CANCELLED", "CANCELED", "REMOVED", "PURGED")
GONE_CODES: Final = ("C", "D", "X")
INACTIVE: Final = ("INACTIVE",)
INACTIVE_CODES: Final = ("I",)

_ACTIVE: Final = re.compile(r"(A|ACTIVE)\b", re.ASCII)


def is_gone(status: str, *, inactive: bool) -> bool:
    """Whether a voter of this status is not to be visited; `inactive` ones may be."""
    text = status.strip().upper()
    codes = GONE_CODES if inactive else GONE_CODES + INACTIVE_CODES
    words = GONE if inactive else GONE + INACTIVE
    if _ACTIVE.match(text):
        return False
    return text in codes or bool(re.search(rf"\b({'|'.join(words)})\b", text, re.ASCII))


def gone_rows(table: pa.Table, *, inactive: bool) -> pa.ChunkedArray:
    """Which rows of a voter table are of such voters; none where it has no `status`."""
    if "status" not in table.column_names:
        return pa.chunked_array([pa.repeat(pa.scalar(value=False), table.num_rows)])
    different = pc.unique(table["status"]).to_pylist()
    gone = [status for status in different if is_gone(status, inactive=inactive)]
    return pc.is_in(table["status"], value_set=pa.array(gone, pa.string()))
