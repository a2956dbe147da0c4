"""
Degrade addresses the way voter files have them, by a seed.

Each address is written anew, independently of the program's own tables:

* suffixes and directions long or short, with a point or without; a direction behind the street
  moves to the front in one of ten; ordinals as words or figures; Saint, Santa, San abbreviated;
* upper case in 6 of 10, lower case in 1 or 2, the rest as they are;
* the suffix is missing in 3 %;
* one typing error in the letters of the street in 2 %: a letter left out, doubled, changed, or two
  exchanged. House numbers get none: a wrong number is another house, which nobody can tell;
* units as ``APT 4``, ``#4``, ``Unit 4`` or in their own column; of a list or range of units one;
* of several house numbers (``610;630``) one; ZIP+4 in one of ten, no ZIP in 2 %.
"""

import re

import numpy as np
import pandas as pd

MISSING_SUFFIX, TYPO, NO_ZIP = 0.03, 0.02, 0.02

SUFFIX = {
    "STREET": ["St", "Street", "St.", "Str"],
    "AVENUE": ["Ave", "Avenue", "Ave.", "Av"],
    "DRIVE": ["Dr", "Drive", "Dr."],
    "COURT": ["Ct", "Court", "Ct."],
    "ROAD": ["Rd", "Road", "Rd."],
    "LANE": ["Ln", "Lane", "Ln."],
    "WAY": ["Way", "Wy"],
    "PLACE": ["Pl", "Place", "Pl."],
    "CIRCLE": ["Cir", "Circle"],
    "BOULEVARD": ["Blvd", "Boulevard", "Blvd."],
    "TERRACE": ["Ter", "Terrace", "Terr"],
    "PARKWAY": ["Pkwy", "Parkway"],
    "EXPRESSWAY": ["Expy", "Expressway"],
    "PLAZA": ["Plz", "Plaza"],
    "COMMON": ["Cmn", "Common"],
    "ALLEY": ["Aly", "Alley"],
    "SQUARE": ["Sq", "Square"],
    "HIGHWAY": ["Hwy", "Highway"],
    "LOOP": ["Loop"],
    "ROW": ["Row"],
}
SHORT = {"ST": "STREET", "AVE": "AVENUE", "DR": "DRIVE", "CT": "COURT", "RD": "ROAD"} | {
    "LN": "LANE", "PL": "PLACE", "CIR": "CIRCLE", "BLVD": "BOULEVARD", "TER": "TERRACE",
    "PKWY": "PARKWAY", "EXPY": "EXPRESSWAY", "PLZ": "PLAZA", "ALY": "ALLEY", "SQ": "SQUARE",
    "HWY": "HIGHWAY", "AV": "AVENUE",
}  # fmt: skip
DIRECTION = {
    "NORTH": ["N", "North", "N."],
    "SOUTH": ["S", "South", "So"],
    "EAST": ["E", "East", "E."],
    "WEST": ["W", "West", "W."],
}
DIRECTION["SOUTH"] = ["S", "South", "S."]
FIRST = {"SAINT": ["St", "St.", "Saint"], "SANTA": ["Santa", "Santa", "Sta"], "SAN": ["San"]}
ORDINAL = {1: "First", 2: "Second", 3: "Third", 4: "Fourth", 5: "Fifth", 6: "Sixth"} | {
    7: "Seventh", 8: "Eighth", 9: "Ninth", 10: "Tenth", 11: "Eleventh", 12: "Twelfth",
    13: "Thirteenth", 14: "Fourteenth", 15: "Fifteenth", 16: "Sixteenth",
}  # fmt: skip
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def degrade(truth: pd.DataFrame, seed: int) -> pd.DataFrame:
    """
    Voters' addresses from true ones.

    Parameters
    ----------
    truth
        `number`, `street`, `unit`, `city`, `zip` (text).

    Returns
    -------
    DataFrame
        `address`, `unit`, `city`, `zip`, on the same index.
    """
    rng = np.random.default_rng([seed, 20_261_103])
    cells = (truth[name].tolist() for name in ("number", "street", "unit", "city", "zip"))
    rows = [_one(*one, rng) for one in zip(*cells, strict=True)]
    return pd.DataFrame(
        rows, columns=["address", "unit", "city", "zip"], index=truth.index, dtype="str"
    )


def _one(number, street, unit, city, code, rng):
    number = str(rng.choice(re.split("[;,]", number)))
    text = _street(street, rng)
    if rng.random() < TYPO:
        text = _mistyped(text, rng)
    unit = str(rng.choice(_units(unit))) if unit else ""
    style = rng.integers(5)
    if unit and style < 3:
        text, unit = f"{text} {('APT ', '#', 'Unit ')[style]}{unit}", ""
    elif unit and style == 3:
        unit = f"APT {unit}"
    case = rng.random()
    address = f"{number} {text}"
    address = address.upper() if case < 0.6 else address.lower() if case < 0.75 else address
    if code and rng.random() < 0.1:
        code = f"{code}-{rng.integers(1000, 9999)}"
    if rng.random() < NO_ZIP:
        code = ""
    return address, unit, city.upper(), code


def _street(street, rng):
    words = street.split()
    last = len(words) - 1
    behind = words[-1].upper() in DIRECTION and last > 1
    if behind:
        last -= 1
        if rng.random() < 0.1:
            words = [words[-1], *words[:-1]]
            last += 1
    kind = SHORT.get(words[last].upper(), words[last].upper())
    if last and kind in SUFFIX:
        if rng.random() < MISSING_SUFFIX:
            words[last] = ""
        else:
            words[last] = str(rng.choice(SUFFIX[kind]))
    for at, word in enumerate(words):
        known = word.upper()
        if known in DIRECTION and (at == 0 or at == len(words) - 1) and len(words) > 2:
            words[at] = str(rng.choice(DIRECTION[known]))
        elif known in FIRST and at < last:
            words[at] = str(rng.choice(FIRST[known]))
        elif (digits := re.fullmatch(r"0?(\d+)(?:ST|ND|RD|TH)", known)) and rng.random() < 0.3:
            words[at] = ORDINAL.get(int(digits[1]), word)
    return " ".join(filter(None, words))


def _mistyped(text, rng):
    places = [at for at, letter in enumerate(text) if letter.isalpha()]
    at = int(rng.choice(places))
    kind = rng.integers(4)
    if kind == 0 and len(places) > 3:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + LETTERS[rng.integers(26)] + text[at + 1 :]


def _units(text):
    """One unit of a list or range."""
    found = []
    for part in re.split("[;,]", text):
        ends = re.fullmatch(r"(\d+)-(\d+)", part)
        found += map(str, range(int(ends[1]), int(ends[2]) + 1)) if ends else [part]
    return found or [text]
