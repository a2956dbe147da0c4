"""What jobs are called: in English where they are kept, in the reader's language on pages."""

from typing import Final

from web.words import reworded

TITLES: Final = {
    "turf": "Print: Turf {turf} of {plan}",
    "turfs": "Print: {count} turfs of {plan}",
    "plan": "Print: {plan}",
    "cut": "Cut: {plan}",
    "check": "Check: {plan}",
    "score": "What {plan} costs",
    "split": "Split {plan}",
}
"""What is done -> the title of the job, and what stands in it."""


def title_of(what: str, **values: object) -> str:
    """The title under which a job is kept."""
    return TITLES[what].format(**values)


def said(title: str) -> str:
    """
    A kept title in the language of this request.

    Names of plans and turfs in it stay as they are.
    """
    return reworded(title, TITLES.values())
