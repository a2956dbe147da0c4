"""Street names in a form that can be compared, as the postal service abbreviates them."""

import re
import unicodedata
from functools import lru_cache
from typing import Final


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

_FRACTIONS: Final = str.maketrans({"¼": " 1/4", "½": " 1/2", "¾": " 3/4"})
_NAME_DROPS: Final = re.compile(r"['\u2019`.]")
_NOT_NAME: Final = re.compile(r"[^\w]|_")
_PADDED: Final = re.compile(r"0+([0-9]+(?:ST|ND|RD|TH))")
_CACHED: Final = 1 << 16


@lru_cache(_CACHED)
def normal_street(name: str) -> str:
    """
    Street name for comparison: ``North First Street`` and ``N. 1st St`` are both ``N 1ST ST``.

    Upper case without accents and punctuation; directions, suffixes, saints and ordinals as the
    postal service abbreviates them.
    """
    words = _NOT_NAME.sub(" ", _NAME_DROPS.sub("", folded(name))).split()
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


def folded(text: str) -> str:
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
