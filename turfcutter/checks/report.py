"""
What `turfcutter check` found: a part for each input, codes that match nothing, places of problems.

The counts of a part add up: its first is all that was read. Nothing here names a voter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import geopandas as gpd
import pandas as pd

from geodata.errors import InputError
from geodata.notes import Counts, Note
from geodata.schema import REASONS
from turfcutter.plans.limits import beyond_limits

REJECTED, SET_ASIDE = 2, 3
"""Exit codes."""

_MEANINGS: Final = {
    "conflicting": "same id, different voters",
    "status": "deceased, moved, cancelled or inactive",
    "outside": "not in the chosen universe",
    "voted": "at doors where everybody has voted",
    **REASONS,
}
"""What counts are whose names do not say it."""


def told(count: str) -> str:
    """The name of a count as people read it; codes stay as README has them."""
    if count in _MEANINGS:
        return f"{count}: {_MEANINGS[count]}"
    return count.replace("_", " ")


@dataclass(frozen=True)
class Part:
    """
    What was found in one input.

    Parameters
    ----------
    name
        ``precincts``, ``streets``, ``addresses``, ``voters``, or ``beside`` for a file that only
        adds to these.
    file
        Name of the file.
    facts
        What it is, in words: label -> value.
    counts
        What was read, and what became of it: the first is the sum of the others.
    notes
        What was repaired, set aside or odd.
    refused
        Why it cannot be used; None where it can.
    """

    name: str
    file: str
    facts: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    refused: InputError | None = None


@dataclass(frozen=True)
class Report:
    """
    Everything `turfcutter check` found.

    Parameters
    ----------
    parts
        One for each input that was named, in the order precincts, streets, addresses,
        voters, then one for each file beside them.
    codes
        Precinct codes of the voter file that no precinct bears: `code`, `voters`.
    problems
        Where something is wrong: `kind` (a code word), `says`, `geometry`; degrees.
    outlines
        The precincts, or the streets' extent, to draw beneath; degrees.
    """

    parts: tuple[Part, ...]
    codes: pd.DataFrame
    problems: gpd.GeoDataFrame
    outlines: gpd.GeoSeries

    @property
    def refused(self) -> bool:
        """Whether any input is rejected."""
        return any(part.refused for part in self.parts)

    @property
    def counts(self) -> Mapping[str, int]:
        """What became of the rows of the voter file; none without one."""
        found = (part.counts for part in self.parts if part.name == "voters")
        return next(found, {"rows": 0})

    @property
    def exit_code(self) -> int:
        """0; 2 where an input is rejected; 3 where more rows than usual are set aside."""
        if self.refused:
            return REJECTED
        return SET_ASIDE if self.beyond_limits else 0

    def with_beside(self, counts: Counts) -> "Report":
        """The same report, with a part for each file of which only its rows are told."""
        more = [
            Part("beside", file, counts={"rows": fates["rows"], **fates})
            for file, fates in counts.items()
        ]
        return replace(self, parts=(*self.parts, *more))

    def advised(self, advice: Callable[[InputError], str]) -> "Report":
        """The same report, with a sentence more at the rejections that `advice` has one for."""
        more = {part.name: advice(part.refused) for part in self.parts if part.refused}
        parts = [
            replace(
                part, refused=InputError(part.refused.code, f"{part.refused.sentence} {sentence}")
            )
            if part.refused and (sentence := more[part.name])
            else part
            for part in self.parts
        ]
        return replace(self, parts=tuple(parts))

    @property
    def beyond_limits(self) -> dict[str, float]:
        """The counts beyond `turfcutter.plans.limits.LIMITS` -> their share."""
        return beyond_limits(self.counts)
