"""
Addresses in a form that can be compared, and units in the order a person would walk them.

Nothing here is for print: voters see their address as the file has it.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray

NORMALISER: Final = 2
"""Version of these rules; part of every door's id."""


def _words(text: str) -> list[str]:
    return text.split()


_DIRECTIONS: Final = {"NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W"} | {
    f"{along}{gap}{across}": along[0] + across[0]
    for along in ("NORTH", "SOUTH")
    for across in ("EAST", "WEST")
    for gap in ("", " ")
}
_SUFFIXES: Final[dict[str, str]] = dict(
    re.findall(
        "([A-Z]+):([A-Z]+)",
        "ALLEY:ALY AV:AVE AVEN:AVE AVENUE:AVE BEND:BND BL:BLVD BOUL:BLVD BOULEVARD:BLVD "
        "BRIDGE:BRG CENTER:CTR CENTRE:CTR CIRC:CIR CIRCLE:CIR COMMON:CMN COMMONS:CMNS COURT:CT "
        "COVE:CV CREEK:CRK CRESCENT:CRES CROSSING:XING DRIVE:DR DRV:DR ESTATE:EST ESTATES:ESTS "
        "EXPRESSWAY:EXPY FIELD:FLD FREEWAY:FWY GARDEN:GDN GARDENS:GDNS GATEWAY:GTWY GLEN:GLN "
        "GREEN:GRN GROVE:GRV HARBOR:HBR HAVEN:HVN HEIGHTS:HTS HIGHWAY:HWY HILL:HL HILLS:HLS "
        "ISLAND:IS JUNCTION:JCT KNOLL:KNL LAKE:LK LANDING:LNDG LANE:LN MANOR:MNR "
        "MEADOW:MDW MEADOWS:MDWS MILL:ML MOUNTAIN:MTN ORCHARD:ORCH PARKWAY:PKWY PKY:PKWY "
        "PASSAGE:PSGE PLACE:PL PLAZA:PLZ POINT:PT RANCH:RNCH RIDGE:RDG ROAD:RD ROUTE:RTE "
        "SPRING:SPG SPRINGS:SPGS SQUARE:SQ STATION:STA STR:ST STREET:ST SUMMIT:SMT TERR:TER "
        "TERRACE:TER TRACE:TRCE TRAIL:TRL TURNPIKE:TPKE VALLEY:VLY VIEW:VW VILLAGE:VLG VISTA:VIS "
        "WY:WAY",
    )
)
_FRONT: Final = {"SAINT": "ST", "MOUNT": "MT", "FORT": "FT", "AVENUE": "AVE", "AV": "AVE"} | {
    "AVENIDA": "AVE"
}
"""Words abbreviated in front of others; a saint and a street never stand in the same place."""
_SPANISH: Final = {
    "AVDA": "AVENIDA",
    "CAM": "CAMINO",
    "CMNO": "CAMINO",
    "CMT": "CAMINITO",
    "CLL": "CALLE",
    "PSO": "PASEO",
    "SN": "SAN",
    "SNTA": "SANTA",
    "STA": "SANTA",
    "STO": "SANTO",
}
"""Abbreviated words of Spanish names, written out wherever they are not the last word."""
_SUFFIX_FORMS: Final = frozenset(_SUFFIXES) | frozenset(_SUFFIXES.values())
_WHOLE_SUFFIXES: Final = frozenset(_words("LOOP MALL OVAL PASS PATH PIKE ROW RUN WALK WALKWAY"))
"""Suffixes that nobody abbreviates."""
SUFFIXES: Final = _SUFFIX_FORMS | _WHOLE_SUFFIXES
"""Every word and abbreviation that the end of a street's name may be."""
DIRECTIONS: Final = frozenset(_DIRECTIONS.values())
_LONG_SUFFIXES: Final = {
    short: max(sorted(w for w in _SUFFIXES if _SUFFIXES[w] == short), key=len)
    for short in _SUFFIXES.values()
}
_NUMBERED: Final = (
    (
        re.compile(
            r"(?:(?:(?:CALIFORNIA|CA|STATE|ST|US|U S|INTERSTATE) )?(?:HIGHWAY|HWY|ROUTE|RTE|RT)"
            r"|SR|CA|US|U S|INTERSTATE|I) ([0-9]+)"
        ),
        r"HWY \1",
    ),
    (re.compile(r"(?:(?:COUNTY|CO) (?:ROAD|RD)|CR) ([0-9]+[A-Z]?)"), r"COUNTY RD \1"),
)
"""Numbered roads, of the state and of counties, and the one form of each."""

_ONES: Final = _words("FIRST SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH")
_TEENS: Final = _words(
    "TENTH ELEVENTH TWELFTH THIRTEENTH FOURTEENTH FIFTEENTH SIXTEENTH SEVENTEENTH EIGHTEENTH "
    "NINETEENTH"
)
_TENS: Final = _words("TWENT THIRT FORT FIFT SIXT SEVENT EIGHT NINET")
_ORDINALS: Final = (
    {word: f"{n}{('ST', 'ND', 'RD', 'TH')[min(n, 4) - 1]}" for n, word in enumerate(_ONES, 1)}
    | {word: f"{n}TH" for n, word in enumerate(_TEENS, 10)}
    | {f"{stem}IETH": f"{n}0TH" for n, stem in enumerate(_TENS, 2)}
    | {
        f"{stem}Y {word}": f"{n}{m}{('ST', 'ND', 'RD', 'TH')[min(m, 4) - 1]}"
        for n, stem in enumerate(_TENS, 2)
        for m, word in enumerate(_ONES, 1)
    }
)

_ROOMS: Final = frozenset(
    _words("APARTMENT APT UNIT SUITE STE SPACE SPC SP LOT TRAILER TRLR ROOM RM NUMBER NUM NO")
)
"""Words before a unit that say nothing."""
_SURE_ROOMS: Final = frozenset(_words("APARTMENT APT UNIT SUITE STE"))
"""Those of them that are hardly ever part of a street's name."""
_PLACES: Final = {"PENTHOUSE": "PH", "PH": "PH", "FLOOR": "FL", "FLR": "FL", "FL": "FL"} | {
    "BUILDING": "BLDG",
    "BLDG": "BLDG",
}
"""Words before a unit that tell it from others of the same number."""
_ALONE: Final = frozenset(_words("PENTHOUSE PH REAR FRNT BASEMENT BSMT UPPR LOWR"))
"""Units without a number."""
_BEFORE_BARE: Final = frozenset(_words("ST AVE BLVD DR LN CT CIR PL WAY TER PLZ SQ"))
"""Suffixes after which a number is a unit; roads and highways are numbered themselves."""

_NUMBER: Final = re.compile(
    r"\s*0*([0-9]+(?:\s?[-;&]\s?[0-9]+(?![0-9/]))*)(?:-?([A-Z])(?![A-Z0-9/]))?(?:[\s-]+([1-9]/[0-9]+))?"
    r"(?=[\s,]|$)[\s,]*"
)
"""House number, range or several; letter; fraction."""
_FRACTIONS: Final = str.maketrans({"¼": " 1/4", "½": " 1/2", "¾": " 3/4"})
_GLUED: Final = re.compile(r"(APT|UNIT|STE|SUITE|SPC|SP|RM|NO)\.?([0-9].*)")
_SHORT: Final = re.compile(r"[A-Z]?-?[0-9]{1,4}-?[A-Z]?|[A-Z]")
_SPLIT: Final = re.compile(r"(?<=[0-9])[\s-]+(?=[A-Z]\b)|\b([A-Z]|PH|FL)[\s-]+(?=[0-9])")
_NAME_DROPS: Final = re.compile(r"['\u2019`.]")
_NOT_NAME: Final = re.compile(r"[^\w]|_")
_NOT_UNIT: Final = re.compile(r"[^\w-]|_")
_ZEROS: Final = re.compile(r"(?<![0-9])0+(?=[0-9])")
_PADDED: Final = re.compile(r"0+([0-9]+(?:ST|ND|RD|TH))")
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
    split = [_taken_apart(_folded(text)) for text in addresses]
    number = [number for number, _, _ in split]
    street = [street for _, street, _ in split]
    inside = [inside for _, _, inside in split]
    beside = [normal_unit(text) for text in units]
    both = [_merged(inside[place], beside[room]) for place, room in zip(places, rooms, strict=True)]
    columns = {
        "base": _spread([f"{a} {b}".strip() for a, b in zip(number, street, strict=True)], places),
        "number": _spread(number, places),
        "street": _spread(street, places),
        "unit": both,
        "unit_order": [natural_key(text) for text in both],
        "parity": _spread([_parity(text) for text in number], places),
    }
    return pd.DataFrame(columns, index=address.index, dtype="str")


def natural_key(text: str) -> str:
    """A text that sorts as people count: 2, 10, 10A, 11."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(12), text.strip().upper())


@lru_cache(_CACHED)
def normal_street(name: str) -> str:
    """
    Street name for comparison: ``North First Street`` and ``N. 1st St`` are both ``N 1ST ST``.

    Upper case without accents and punctuation; directions, suffixes, saints and ordinals as the
    postal service abbreviates them.
    """
    words = _NOT_NAME.sub(" ", _NAME_DROPS.sub("", _folded(name))).split()
    while len(words) > 1 and words[0] == "THE":
        words = words[1:]
    words = _ordinals([*(_SPANISH.get(word, word) for word in words[:-1]), *words[-1:]])
    ahead, words, behind = _directions(words)
    words = _numbered(words)
    if len(words) > 1:
        words[0] = _FRONT.get(words[0], words[0])
        last = -2 if words[-1].isdigit() else -1  # County Road 98
        words[last] = _SUFFIXES.get(words[last], words[last])
    return " ".join([*ahead, *words, *behind])


def long_suffix(word: str) -> str:
    """A word that may be a suffix, in its one long form: CREEK for CREEK and CRK."""
    short = _SUFFIXES.get(word, word)
    return _LONG_SUFFIXES.get(short, short)


def short_suffix(word: str) -> str:
    """A word that may be a suffix, as the postal service abbreviates it."""
    return _SUFFIXES.get(word, word)


@lru_cache(_CACHED)
def normal_unit(text: str) -> str:
    """Unit for comparison: ``Apt. 10-A``, ``#10a`` and ``10 A`` are all ``10A``."""
    words = []
    for word in _NOT_UNIT.sub(" ", _folded(text)).split():
        glued = _GLUED.fullmatch(word)
        if word not in _ROOMS:
            words.append(glued[2] if glued else _PLACES.get(word, word))
    return _ZEROS.sub("", _SPLIT.sub(r"\1", " ".join(words))).strip("- ")


def _folded(text: str) -> str:
    """Upper case, accents dropped."""
    if text.isascii():
        return text.upper()
    plain = unicodedata.normalize("NFKD", text.translate(_FRACTIONS)).upper()
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _ordinals(words: list[str]) -> list[str]:
    """Ordinals as digits: FIRST, 01ST and TWENTY FIRST as 1ST and 21ST."""
    found: list[str] = []
    for word in words:
        pair = f"{found[-1]} {word}" if found else word
        if pair in _ORDINALS and found:
            found[-1] = _ORDINALS[pair]
        else:
            found.append(_ORDINALS.get(word, _PADDED.sub(r"\1", word)))
    return found


def _numbered(words: list[str]) -> list[str]:
    """A numbered road in its one form, anything else as it is."""
    if words and words[-1][:1].isdigit():
        text = " ".join(words)
        for pattern, form in _NUMBERED:
            if pattern.fullmatch(text):
                return pattern.sub(form, text).split()
    return words


def _directions(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Direction before the name, the name, direction after its suffix."""
    ahead: list[str] = []
    behind: list[str] = []
    # "Main Street North", "Rio Robles East"; but "Avenue E" is called E
    if words[2:] and (words[-1] in _DIRECTIONS or words[-1] in DIRECTIONS):
        behind, words = [_DIRECTIONS.get(words[-1], words[-1])], words[:-1]
    for length in (2, 1):
        front, name = " ".join(words[:length]), words[length:]
        # "North St" is a street called North, not the north of a street without a name
        known = front in _DIRECTIONS or front in DIRECTIONS
        if known and name and not (len(name) == 1 and name[0] in _SUFFIX_FORMS):
            return [_DIRECTIONS.get(front, front)], name, behind
    return ahead, words, behind


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
    if word.startswith("#") or _GLUED.fullmatch(word):
        return True
    if word in _SURE_ROOMS and left:
        return True
    if word in _ROOMS or word in _PLACES:
        return bool(_SHORT.fullmatch(follower)) or (word in _ALONE and not left)
    if left:
        return False
    before = words[at - 1]
    if word in _ALONE and at > 1:
        return True
    bare = before.endswith(",") or (at > 1 and _suffix(before) in _BEFORE_BARE)
    return bare and bool(_SHORT.fullmatch(word)) and any(map(str.isdigit, word))


def _suffix(word: str) -> str:
    """Abbreviation of a street suffix."""
    plain = word.strip(".,")
    return _SUFFIXES.get(plain, plain)


def _merged(inside: str, beside: str) -> str:
    """One unit from that in the address and that in its own column, which mostly agree."""
    if not inside or inside == beside:
        return beside
    return f"{inside} {beside}".strip()


def _spread(values: list[str], codes: npt.NDArray[np.intp]) -> ExtensionArray:
    """Values of distinct texts, on all rows."""
    return pd.array(values, dtype="str").take(codes)


def _parity(number: str) -> str:
    """Side of the street that a house number tells; of a range, its first number."""
    digits = _DIGITS.match(number)
    if not digits:
        return ""
    return "odd" if int(digits[0][-1]) % 2 else "even"
