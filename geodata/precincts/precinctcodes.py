"""Codes of precincts, which voter file and map write differently; a crosswalk between them."""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geodata.errors import InputError
from geodata.schema import Precincts

_COUNTY_PREFIX: Final = re.compile(r"^\d{3}-")
_SPLIT_SUFFIX: Final = re.compile(r"(?<=.)[-./ ]\w{1,3}$")

Objects = NDArray[np.object_]
Longs = NDArray[np.int64]


def code_form(code: str) -> str:
    """
    A precinct code in a form for comparison: no case, blanks, dashes or padding zeros.

    >>> code_form(" 0012-3a "), code_form("123A.0"), code_form("000")
    ('123A', '123A', '0')
    """
    plain = re.sub(r"[\W_]", "", re.sub(r"\.0+$", "", code.strip())).upper()
    return plain.lstrip("0") or plain[:1]


def known_codes(codes: ArrayLike, precincts: Precincts) -> NDArray[np.bool_]:
    """Which of the voters' own precinct codes some precinct bears, shape (n_voters,)."""
    return matching_codes(np.asarray(codes, object), precincts)[0] >= 0


def matching_codes(codes: Objects, precincts: Precincts) -> tuple[Longs, Longs]:
    """
    Codes of voters and polygons as numbers that are equal where the codes mean the same.

    Voters' codes that no polygon bears are -1. A crosswalk leads from a voter's registration
    precinct to the polygon; or, where that matches more voters, the polygons are registration
    precincts and it leads from them to the voters' consolidated ones.
    """
    keys = precincts.table["precinct"].to_numpy(object)
    crosswalk = {code_form(code): merged for code, merged in precincts.crosswalk.items()}
    as_it_is = _matched(codes, keys, crosswalk)
    if not crosswalk:
        return as_it_is
    merged = np.array([crosswalk.get(code_form(_short(key)), key) for key in keys], object)
    the_other_way = _matched(codes, merged, {})
    return max(as_it_is, the_other_way, key=lambda found: int((found[0] >= 0).sum()))


def _matched(codes: Objects, keys: Objects, crosswalk: Mapping[str, str]) -> tuple[Longs, Longs]:
    """
    The same in one direction; a code that the map knows is not looked up in the crosswalk.

    Where all keys begin with a county number, as in 075-9151, voters' codes may lack it; a voter's
    code may also have a split's suffix more.
    """
    prefixed = all(_COUNTY_PREFIX.match(key) for key in keys)
    short = [_short(key) for key in keys] if prefixed else list(keys)
    shape_form, forms = pd.factorize(np.array([code_form(key) for key in short], object))
    number = {form: i for i, form in enumerate(forms) if form}

    def known(code: str) -> int:
        tried = [code_form(one) for one in (code, _short(code), _SPLIT_SUFFIX.sub("", code))]
        tried += [code_form(crosswalk[form]) for form in tried if form in crosswalk]
        return next((number[form] for form in tried if form in number), -1)

    of_voter, different = pd.factorize(pd.Series(codes, dtype="str"))
    numbers = np.array([known(code.strip()) for code in different] + [-1], np.int64)
    return numbers[of_voter], shape_form


def _short(key: str) -> str:
    """A code without the county number in front."""
    return _COUNTY_PREFIX.sub("", key)


def refuse_lost(unknown: Objects, precincts: Precincts) -> None:
    """Refuse precincts without an outline, where one of some voters' unknown codes is theirs."""
    lost = {code_form(_short(code)): code for code in precincts.lost}
    if not lost:
        return
    counts = pd.Series(unknown, dtype="str").fillna("").value_counts()
    missed = {
        lost[form]: int(count)
        for code, count in counts.items()
        if (form := code_form(_short(str(code)))) in lost and form
    }
    if missed:
        named = ", ".join(f"{code} ({count:,})" for code, count in sorted(missed.items())[:5])
        raise InputError(
            "NO_OUTLINE",
            f"Doors have the code of a precinct that has no outline on the map: {named}; get a map "
            "that has it, or take its row out of this one so that other outlines decide.",
        )
