"""
Other readings of whole addresses: numbers that are units or ranges, parts in another order.

A table of variants has `row` (position of the address), `sure` (bool: only with its unit) and the
columns of `ASKED`; the first variant of a row that fits is meant.
"""

import re
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import usaddress

from geodata.addresses.addresses import split_addresses
from geodata.addresses.streetnames import DIRECTIONS
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.names import further_readings, reading
from geodata.geocoding.towns import five_figures, normal_city

ASKED: Final = ["number", "street", "unit", "zip", "city"]
"""What an address is looked up by."""

_ENDS: Final = re.compile("([0-9]+)(?:[-;&,][0-9]+)*[-;&,]([0-9]+)")
_LETTERED: Final = re.compile("([0-9]+)([A-Z])")
_LETTER_FIRST: Final = re.compile("([A-Z]) (.+)")
_STREET_LABELS: Final = frozenset(
    {
        *("StreetNamePreModifier", "StreetNamePreDirectional", "StreetNamePreType", "StreetName"),
        *("StreetNamePostType", "StreetNamePostDirectional", "StreetNamePostModifier"),
    }
)
_NUMBER_LABELS: Final = frozenset({"AddressNumber", "AddressNumberSuffix"})
_UNIT_LABELS: Final = frozenset({"OccupancyIdentifier", "SubaddressIdentifier"})


def number_variants(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with their numbers read otherwise: an end of a range, a letter that is the unit."""
    found: list[tuple[Any, ...]] = []
    cells = (rows[name].tolist() for name in ASKED)
    for at, number, street, unit, code, city in zip(rows.index, *cells, strict=True):
        if ends := _ENDS.fullmatch(number):
            found += [(at, False, end, street, unit, code, city) for end in ends.groups()]
        if (lettered := _LETTERED.fullmatch(number)) and not unit:
            found.append((at, True, lettered[1], street, lettered[2], code, city))
        if number.isdigit() and len(unit) == 1 and unit.isalpha():
            found.append((at, False, number + unit, street, "", code, city))
        first = _LETTER_FIRST.fullmatch(street)
        if number.isdigit() and first and first[1] not in DIRECTIONS:
            found.append((at, False, number + first[1], first[2], unit, code, city))
            found.append((at, True, number, first[2], first[1], code, city))
    return _variant_table(found)


def _variant_table(found: list[tuple[Any, ...]]) -> pd.DataFrame:
    table = pd.DataFrame(found, columns=["row", "sure", *ASKED])
    return table.astype({**dict.fromkeys(ASKED, "str"), "row": "int64", "sure": "bool"})


def is_strange(rows: pd.DataFrame, gazetteer: Gazetteer) -> npt.NDArray[np.bool_]:
    """Rows without a number, or on a street that the place does not have under any reading."""
    known = gazetteer.names.by_core
    strange = {
        street: not any(one.core in known for one in (reading(street), *further_readings(street)))
        for street in rows["street"].unique().tolist()
    }
    flags: npt.NDArray[np.bool_] = (
        rows["street"].map(strange).astype("bool") | (rows["number"] == "")
    ).to_numpy()
    return flags


def reparsed(texts: pd.DataFrame) -> pd.DataFrame:
    """Rows taken apart by usaddress: units in front, towns behind the street, further words."""
    kept = texts[texts["address"].str.contains("[0-9]", regex=True)]
    pieces = [_tagged(text) for text in kept["address"]]
    said = pd.DataFrame(pieces, columns=["address", "unit", "city", "zip"], index=kept.index)
    said = said.astype("str")
    unit = said["unit"].where(said["unit"] != "", kept["unit"])
    parts = split_addresses(said["address"], unit)
    city = normal_city(kept["city"].where(kept["city"].str.strip() != "", said["city"]))
    code = five_figures(kept["zip"].where(kept["zip"].str.strip() != "", said["zip"]))
    table = parts[["number", "street", "unit"]].assign(zip=code, city=city, sure=False)
    table = table[(table["number"] != "") & (table["street"] != "")]
    return table.rename_axis("row").reset_index()


def _tagged(text: str) -> tuple[str, str, str, str]:
    """Number and street, unit, city, ZIP of an address as usaddress reads it."""
    kinds: dict[str, list[str]] = {}
    for word, label in usaddress.parse(text):
        kind = (
            "address"
            if label in _STREET_LABELS | _NUMBER_LABELS
            else "unit"
            if label in _UNIT_LABELS
            else label
        )
        kinds.setdefault(kind, []).append(word.strip(" ,;()"))
    return (
        " ".join(kinds.get("address", [])),
        " ".join(kinds.get("unit", [])),
        " ".join(kinds.get("PlaceName", [])),
        " ".join(kinds.get("ZipCode", [])),
    )
