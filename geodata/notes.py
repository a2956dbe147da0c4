"""Notes: what a reader repaired, set aside or found odd, kept beside the table it returns."""

from dataclasses import dataclass


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
