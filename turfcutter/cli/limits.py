"""When too many rows are set aside: exit code 3, the same for looking and for cutting."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import click

from geodata.notes import counted

TOO_MANY_SET_ASIDE = 3


@dataclass(frozen=True)
class Limit:
    """How many rows may be set aside: so many, or with `share` so much of all rows (0-1)."""

    amount: float
    share: bool = False

    def exceeded(self, set_aside: int, rows: int) -> bool:
        """Whether `set_aside` of `rows` is too much."""
        return set_aside > self.amount * (rows if self.share else 1)


def limit_of(text: str) -> Limit:
    """A whole number such as 20, or a percentage such as 2%."""
    if re.fullmatch(r"\d+", text):
        return Limit(int(text))
    if re.fullmatch(r"\d+(\.\d+)?%", text):
        return Limit(float(text[:-1]) / 100, share=True)
    raise click.BadParameter(f"{text!r} is neither a whole number nor a percentage such as 2%.")


limit_option = click.option(
    "--max-set-aside",
    "limit",
    type=limit_of,
    metavar="NUMBER|%",
    help="Exit with 3 when more rows than this are unreadable, conflicting or in no turf; by "
    "itself when 0.5 % are unreadable, or 2 % of the voters live outside all precincts.",
)


def too_many(counts: Mapping[str, int], limit: Limit | None) -> str:
    """
    One sentence where too many rows are set aside, else nothing.

    Parameters
    ----------
    counts
        ``rows`` and what became of them, with a count for each reason.
    limit
        What --max-set-aside says; it takes the place of the usual limits.
    """
    from turfcutter.plans.limits import beyond_limits, said, set_aside

    if limit:
        rows = set_aside(counts)
        if not limit.exceeded(rows, counts["rows"]):
            return ""
        many = counted(rows, "row was", "rows were")
        return f"{many} set aside, more than --max-set-aside allows."
    beyond = beyond_limits(counts)
    return f"More rows than usual are set aside: {said(beyond)}." if beyond else ""
