"""
Addresses in a form that can be compared, and units in the order a person would walk them.

Nothing here is for print: voters see their address as the file has it.
"""

import re
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

from geodata.addresses.streetnames import folded, normal_street, short_suffix
from geodata.addresses.units import (
    ALONE,
    GLUED,
    PLACES,
    ROOMS,
    SURE_ROOMS,
    natural_key,
    normal_unit,
)

NORMALISER: Final = 2
"""Version of these rules; part of every door's id."""

_BEFORE_BARE: Final = frozenset(
    ["ST", "AVE", "BLVD", "DR", "LN", "CT", "CIR", "PL", "WAY", "TER", "PLZ", "SQ"]
)
"""Suffixes after which a number is a unit; roads and highways are numbered themselves."""

_NUMBER: Final = re.compile(
    r"\s*0*([0-9]+(?:\s?[-;&]\s?[0-9]+(?![0-9/]))*)(?:-?([A-Z])(?![A-Z0-9/]))?(?:[\s-]+([1-9]/[0-9]+))?"
    r"(?=[\s,]|$)[\s,]*"
)
"""House number, range or several; letter; fraction."""
_SHORT: Final = re.compile(r"[A-Z]?-?[0-9]{1,4}-?[A-Z]?|[A-Z]")
_DIGITS: Final = re.compile("[0-9]+")
_CACHED: Final = 1 << 16


def split_addresses(address: pd.Series, unit: pd.Series) -> pd.DataFrame:
    """
    Take addresses apart for comparison.

    Parameters
    ----------
    address
        House number and street as the voter file has them; may end in the unit. Shape (n,).
    unit
        Unit as the file has it, or blank; on the same index.

    Returns
    -------
    parts
        Shape (n, 6), text, on the same index: `base` (number and street), `number` (``32A``,
        ``45 1/2``, ``12-14``), `street` (as `normal_street`), `unit` (without the words ``APT``,
        ``#``, ``SPC`` …), `unit_order` (sorts as text in natural order, blank first) and `parity`
        (``even``, ``odd`` or blank).
    """
    places, addresses = pd.factorize(address.fillna("").astype(str))
    rooms, units = pd.factorize(unit.fillna("").astype(str))
    split = [_taken_apart(folded(text)) for text in addresses.tolist()]
    number = [number for number, _, _ in split]
    street = [street for _, street, _ in split]
    beside = [normal_unit(text) for text in units.tolist()]
    inside, within = pd.factorize(np.array([unit for _, _, unit in split], object))
    pairs, distinct = pd.factorize(inside[places] * len(units) + rooms)
    both = [
        _merged(within[pair // len(units)], beside[pair % len(units)]) for pair in distinct.tolist()
    ]
    columns = {
        "base": _spread([f"{a} {b}".strip() for a, b in zip(number, street, strict=True)], places),
        "number": _spread(number, places),
        "street": _spread(street, places),
        "unit": _spread(both, pairs),
        "unit_order": _spread([natural_key(text) for text in both], pairs),
        "parity": _spread([_parity(text) for text in number], places),
    }
    return pd.DataFrame(columns, index=address.index, dtype="str")


def without_numbers(address: "pd.Series[str]") -> tuple[npt.NDArray[np.intp], "pd.Series[str]"]:
    """
    Addresses with every plain house number as 1, for what does not depend on the number.

    Returns
    -------
    place, distinct
        Position of each row's text among the distinct ones, shape (n,), and those: a few for
        each street.
    """
    place, distinct = pd.factorize(address.str.replace("^[1-9][0-9]* ", "1 ", regex=True))
    return place, pd.Series(distinct, dtype="str")


def _taken_apart(text: str) -> tuple[str, str, str]:
    """Number, street and unit of an address in upper case."""
    match = _NUMBER.match(text)
    if not match:
        return ("", *_street_and_unit(text))
    number, letter, fraction = match.groups()
    number = number.replace(" ", "")
    if letter:
        number += letter
    if fraction:
        number = f"{number} {fraction}"
    return (number, *_street_and_unit(text[match.end() :]))


@lru_cache(_CACHED)
def _street_and_unit(text: str) -> tuple[str, str]:
    """Street and unit of what follows the house number."""
    words = text.replace("#", " #").replace("# ", "#").split()
    at = next((at for at in range(1, len(words)) if _starts_unit(words, at)), len(words))
    return normal_street(" ".join(words[:at])), normal_unit(" ".join(words[at:]))


def _starts_unit(words: list[str], at: int) -> bool:
    """Whether the unit of an address begins with this word; the first is always the street's."""
    word, left = words[at].strip(".,:"), len(words) - at - 1
    follower = words[at + 1].strip("#.,:") if left else ""
    if word.startswith("#") or GLUED.fullmatch(word):
        return True
    if word in SURE_ROOMS and left:
        return True
    if word in ROOMS or word in PLACES:
        return bool(_SHORT.fullmatch(follower)) or (word in ALONE and not left)
    if left:
        return False
    before = words[at - 1]
    if word in ALONE and at > 1:
        return True
    bare = before.endswith(",") or (at > 1 and short_suffix(before.strip(".,")) in _BEFORE_BARE)
    return bare and bool(_SHORT.fullmatch(word)) and any(map(str.isdigit, word))


def _merged(inside: str, beside: str) -> str:
    """One unit from that in the address and that in its own column, which mostly agree."""
    if not inside or inside == beside:
        return beside
    return f"{inside} {beside}".strip()


def _spread(values: list[str], codes: npt.NDArray[np.intp]) -> ExtensionArray:
    """Values of distinct texts, on all rows."""
    return pd.array(values, dtype="str").take(codes)


@lru_cache(_CACHED)
def _parity(number: str) -> str:
    """Side of the street that a house number tells; of a range, its first number."""
    digits = _DIGITS.match(number)
    if not digits:
        return ""
    return "odd" if int(digits[0][-1]) % 2 else "even"
