"""Notes: what a reader repaired, set aside or found odd, kept beside the table it returns."""

from dataclasses import dataclass


def counted(number: int, one: str, many: str = "") -> str:
    """
    A number and its words, which are others for one; by default many have an s more.

    >>> counted(1, "row"), counted(2000, "row"), counted(1, "voter has", "voters have")
    ('1 row', '2,000 rows', '1 voter has')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


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
