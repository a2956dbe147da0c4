"""How many rows may be set aside before somebody should look, whether one looks or cuts."""

from collections.abc import Mapping
from typing import Final

from geodata.schema import NOT_CHOSEN, REASONS
from turfcutter.model import Plan

LIMITS: Final[dict[str, float]] = {"unreadable": 0.005, "R-out_of_county": 0.02}
"""Shares above which a file is odd: of the rows read, a reason's of the eligible voters."""

_NOT_ELIGIBLE: Final = (
    *("unreadable", "repeated", "conflicting", "suppressed", "status"),
    *("outside", "voted"),
)
_ODD: Final = ("unreadable", "conflicting")


def counts_of(plan: Plan) -> dict[str, int]:
    """Counts of a plan's rows, those of exceptions by reason."""
    reasons = plan.exceptions["reason"].value_counts()
    return {**plan.about["counts"], **{str(name): int(n) for name, n in reasons.items()}}


def beyond_limits(counts: Mapping[str, int]) -> dict[str, float]:
    """
    The counts that are beyond `LIMITS` -> their share.

    Parameters
    ----------
    counts
        ``rows`` and what became of them, with a count for each reason.
    """
    rows = counts.get("rows", 0)
    eligible = rows - sum(counts.get(name, 0) for name in _NOT_ELIGIBLE)
    of = {name: eligible if name in REASONS else rows for name in LIMITS}
    shares = {name: counts.get(name, 0) / max(of[name], 1) for name in LIMITS}
    return {name: share for name, share in shares.items() if share > LIMITS[name]}


def set_aside(counts: Mapping[str, int]) -> int:
    """Rows that somebody should look at: unreadable, conflicting, or eligible but in no turf."""
    reasons = [name for name in REASONS if name != NOT_CHOSEN]
    return sum(counts.get(name, 0) for name in (*_ODD, *reasons))


def said(beyond: Mapping[str, float]) -> str:
    """What is beyond the limits, for a sentence."""
    return ", ".join(
        f"{share:.1%} {name} (more than {LIMITS[name]:.1%})" for name, share in beyond.items()
    )
