"""Units in a form that can be compared, and in the order a person would walk them."""

import re
from functools import lru_cache
from typing import Final

from geodata.addresses.streetnames import folded

ROOMS: Final = frozenset(
    {
        *("APARTMENT", "APT", "UNIT", "SUITE", "STE", "SPACE", "SPC", "SP", "LOT", "TRAILER"),
        *("TRLR", "ROOM", "RM", "NUMBER", "NUM", "NO"),
    }
)
"""Words before a unit that say nothing."""
SURE_ROOMS: Final = frozenset(["APARTMENT", "APT", "UNIT", "SUITE", "STE"])
"""Those of them that are hardly ever part of a street's name."""
PLACES: Final = {"PENTHOUSE": "PH", "PH": "PH", "FLOOR": "FL", "FLR": "FL", "FL": "FL"} | {
    "BUILDING": "BLDG",
    "BLDG": "BLDG",
}
"""Words before a unit that tell it from others of the same number."""
ALONE: Final = frozenset(["PENTHOUSE", "PH", "REAR", "FRNT", "BASEMENT", "BSMT", "UPPR", "LOWR"])
"""Units without a number."""

GLUED: Final = re.compile(r"(APT|UNIT|STE|SUITE|SPC|SP|RM|NO)\.?([0-9].*)")
_SPLIT: Final = re.compile(r"(?<=[0-9])[\s-]+(?=[A-Z]\b)|\b([A-Z]|PH|FL)[\s-]+(?=[0-9])")
_NOT_UNIT: Final = re.compile(r"[^\w-]|_")
_ZEROS: Final = re.compile(r"(?<![0-9])0+(?=[0-9])")
_DIGITS: Final = re.compile("[0-9]+")
_CACHED: Final = 1 << 16


def natural_key(text: str) -> str:
    """A text that sorts as people count: 2, 10, 10A, 11."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(12), text.strip().upper())


@lru_cache(_CACHED)
def normal_unit(text: str) -> str:
    """Unit for comparison: ``Apt. 10-A``, ``#10a`` and ``10 A`` are all ``10A``."""
    words = []
    for word in _NOT_UNIT.sub(" ", folded(text)).split():
        glued = GLUED.fullmatch(word)
        if word not in ROOMS:
            words.append(glued[2] if glued else PLACES.get(word, word))
    return _ZEROS.sub("", _SPLIT.sub(r"\1", " ".join(words))).strip("- ")
