"""What jobs are called: in English where they are kept, in the reader's language on pages."""

import re
from typing import Final

from web.words import language, say

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
_BLANK: Final = re.compile(r"\\{(\w+)\\}")


def title_of(what: str, **values: object) -> str:
    """The title under which a job is kept."""
    return TITLES[what].format(**values)


def said(title: str) -> str:
    """
    A kept title in the language of this request.

    Names of plans and turfs in it stay as they are.
    """
    if language() == "en":
        return title
    for sentence in TITLES.values():
        found = re.fullmatch(_BLANK.sub(r"(?P<\1>.+?)", re.escape(sentence)), title)
        if found:
            return say(sentence, **found.groupdict())
    return title
