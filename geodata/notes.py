"""What a reader tells beside the table it returns: remarks, and what became of every row."""

from dataclasses import dataclass
from typing import Any

Fates = dict[str, int]
"""What became of a file's rows: ``rows`` is the sum of the others."""
Counts = dict[str, Fates]
"""Name of a file -> what became of its rows."""


def counted(number: int, one: str, many: str = "") -> str:
    """
    A number and its words, which are others for one; by default many have an s more.

    >>> counted(1, "row"), counted(2000, "row"), counted(1, "voter has", "voters have")
    ('1 row', '2,000 rows', '1 voter has')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def accounted(rows: int, **found: int) -> Fates:
    """
    The fates of a file's rows, those of none left out.

    >>> accounted(3, repeated=1, unreadable=0, used=2)
    {'rows': 3, 'repeated': 1, 'used': 2}
    """
    return {"rows": rows} | {name: int(number) for name, number in found.items() if number}


def together(*told: Counts) -> Counts:
    """
    The counts of several readers; files of one name are counted together.

    >>> together({"a": accounted(2, used=2)}, {"a": accounted(1, used=1)})
    {'a': {'rows': 3, 'used': 3}}
    """
    whole: Counts = {}
    for counts in told:
        for file, found in counts.items():
            one = whole.setdefault(file, {})
            for name, number in found.items():
                one[name] = one.get(name, 0) + number
    return whole


@dataclass(frozen=True)
class Note:
    """
    One remark about an input.

    Parameters
    ----------
    code
        Short code word in capitals, e.g. ``REPAIRED``.
    sentence
        What was found and what was done; ends with a full stop.
    count
        How many rows or features it concerns.
    where
        Where in the file, for whoever mends it; never part of a result, which does not depend on
        the order of rows.
    """

    code: str
    sentence: str
    count: int = 1
    where: str = ""

    def told(self) -> dict[str, Any]:
        """The note as results have it, ready for JSON."""
        return {"code": self.code, "sentence": self.sentence, "count": self.count}
