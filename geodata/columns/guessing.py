"""Guesses which column is which, by the words of its name and the kind of its values."""

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from geodata.columns.layouts import PLAIN, squeeze
from geodata.schema import VOTER_COLUMNS

_CLOSE: Final = 0.75
_WORD: Final = re.compile("[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_LONG: Final[dict[str, str]] = {
    short: word
    for word, spellings in {
        "name": "nm nam",
        "first": "frst fst given fname",
        "last": "lst surname lname family",
        "number": "no num nbr nr numb",
        "house": "hse hs home",
        "street": "st str strt",
        "direction": "dir dirn directional",
        "type": "typ",
        "before": "pre prefix",
        "behind": "post posttype",
        "fraction": "frac half",
        "address": "addr adress addrs",
        "apartment": "apt unit ste suite space spc",
        "zip": "zipcode zip5 postcode postal",
        "city": "cty town",
        "precinct": "prec pct prcnct precnct",
        "party": "prty pty",
        "birth": "born dob birthdate birthday brth",
        "gender": "sex gndr",
        "language": "lang lng",
        "phone": "telephone tel ph phn cell mobile",
        "status": "stat sts",
        "latitude": "lat latitud",
        "longitude": "lon long longitud",
        "residence": "res resid residential situs",
        "voter": "vtr registrant reg",
        "code": "cd",
        "date": "dt dte",
    }.items()
    for short in spellings.split()
}
_NEUTRAL: Final = frozenset(
    {"residence", "voter", "code", "id", "name", "number", "date", "house", "the", "current"}
)
"""Words that a name may have besides those that tell what it is."""
_AGAINST: Final = frozenset(
    {"mail", "mailing", "old", "previous", "prev", "prior", "spouse", "work", "alternate", "other"}
)
"""Words of columns that are about somebody or somewhere else."""
_TYPED: Final = re.compile("^(?:str|sz|txt|int|dt|[sldit])(?=[A-Z])")
"""Kinds of values that some systems put before the name."""
_NAMES: Final[dict[str, str]] = {
    "voter_id": "voter+id voter+number",
    "first_name": "first",
    "last_name": "last",
    "birth_date": "birth",
    "age": "age",
    "gender": "gender",
    "party": "party",
    "language": "language",
    "phone": "phone",
    "status": "status",
    "unit": "apartment",
    "city": "city",
    "zip": "zip",
    "lat": "latitude",
    "lon": "longitude",
    "precinct": "precinct",
}
_PARTS: Final = (
    "house+number street+number address+number house",
    "fraction",
    "before+direction before+street before direction",
    "street+name street",
    "street+type type",
    "behind+direction behind",
)
"""Parts of an address in order; house number and street are needed."""
_KINDS: Final[dict[str, frozenset[str]]] = {
    "birth_date": frozenset({"date", "number", "blank"}),
    "age": frozenset({"number", "blank"}),
    "lat": frozenset({"number", "blank"}),
    "lon": frozenset({"number", "blank"}),
    "zip": frozenset({"number", "text", "blank"}),
    **dict.fromkeys(("first_name", "last_name", "city"), frozenset({"text", "code", "blank"})),
}
"""What the values of a column may be; any where nothing is said."""


def guess_columns(kinds: Mapping[str, str], wanted: Collection[str]) -> dict[str, str]:
    """
    Guess which column of a file is which standard one.

    Parameters
    ----------
    kinds
        Column of the file that is not told yet -> kind of its values, as in
        `geodata.voters.drafting.Described`.
    wanted
        Standard columns to look for.

    Returns
    -------
    guessed
        Standard column -> column of the file, or several joined by ``+``; each is used once.
    """
    free = {name: None for name in kinds if not words_of(name) & _AGAINST}
    found: dict[str, str] = {}
    if "address" in wanted and (parts := _address(list(free))):
        found["address"] = " + ".join(parts)
        free = {name: None for name in free if name not in parts}
    for standard in [name for name in VOTER_COLUMNS if name in wanted and name not in found]:
        fits = [name for name in free if _fits(standard, kinds[name])]
        guess = _by_words(_NAMES.get(standard, ""), fits) or _by_letters(standard, fits)
        if guess:
            found[standard] = guess
            del free[guess]
    return {name: found[name] for name in VOTER_COLUMNS if name in found}


def words_of(name: str) -> frozenset[str]:
    """The words of a column's name, written out: ``szPrecNo`` is precinct, number."""
    words = (word.lower() for word in _WORD.findall(_TYPED.sub("", name)))
    return frozenset(_LONG.get(word, word) for word in words)


def _fits(standard: str, kind: str) -> bool:
    return standard not in _KINDS or kind in _KINDS[standard]


def _address(names: Sequence[str]) -> list[str]:
    """The columns that together make an address, in order; none without number and street."""
    found = []
    for place, spellings in enumerate(_PARTS):
        others = [name for name in names if name not in found]
        part = _by_words(spellings, others, frozenset({"address", "street"}))
        if not part and place in (0, 3):
            return []
        found += [part] if part else []
    return found


def _by_words(spellings: str, names: Sequence[str], more: frozenset[str] = frozenset()) -> str:
    """The name that has all words of a spelling and the fewest others; blank where none does."""
    for spelling in spellings.split():
        needed = set(spelling.split("+"))
        likely = [
            (len(words - needed), place)
            for place, name in enumerate(names)
            if needed <= (words := words_of(name)) <= needed | _NEUTRAL | more
        ]
        if likely:
            return names[min(likely)[1]]
    return ""


def _by_letters(standard: str, names: Sequence[str]) -> str:
    """The name nearest to one of the usual ones."""
    forms = {squeeze(name): name for name in names}
    for usual in (standard, *PLAIN[standard].split()):
        close = get_close_matches(squeeze(usual), forms, 1, _CLOSE)
        if close:
            return forms[close[0]]
    return ""
