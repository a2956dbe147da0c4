"""
Matching addresses: as they stand, with what may be missing or misspelt, taken apart otherwise.

An address is matched only where exactly one place fits. A street that lacks its suffix or
direction, or is misspelt, stands for another only if that one has the number and no other street it
may mean has houses in the same block: a house that the sources lack must not become its namesake.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import usaddress

from geodata.addresses.addresses import split_addresses
from geodata.addresses.streetnames import DIRECTIONS
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.lookup import look_up
from geodata.geocoding.names import Reading, further_readings, reading
from geodata.geocoding.ranges import holds, whole_numbers
from geodata.geocoding.towns import five_figures, normal_city

GRADES: Final = ("unit", "address", "street", "spelling")
"""How well an address is matched: its unit too; its number and street; its street after adding a
suffix or direction; its street after mending the spelling."""

_UNIT, _ADDRESS, _STREET, _SPELLING = range(4)
_SHOWN: Final = 4
_HUNDRED: Final = 100
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

ASKED: Final = ["number", "street", "unit", "zip", "city"]


@dataclass(frozen=True)
class Meant:
    """A street that an address may mean: its number or -1, how sure, and what else it may be."""

    street: int = -1
    grade: int = -1
    candidates: tuple[str, ...] = field(default=())


def match_addresses(
    voters: pd.DataFrame, gazetteer: Gazetteer, parts: pd.DataFrame | None = None
) -> pd.DataFrame:
    """
    Find the places of addresses.

    Parameters
    ----------
    voters
        `address`, `unit`, `city`, `zip` as a voter file has them; any index. Rows of the same
        address are matched once.
    gazetteer
        The place's addresses.
    parts
        The addresses as `split_addresses` takes them apart, where that is done already.

    Returns
    -------
    matched
        On the index of `voters`: `x`, `y` (metres, NaN where not matched), `method` (position in
        `METHODS`, -1 for none), `grade` (position in `GRADES`, -1), `candidates` (text: the places
        an address fits equally well; blank where it is matched or fits none).
    """
    texts = voters[["address", "unit", "city", "zip"]].fillna("").astype("str")
    if parts is None:
        parts = split_addresses(texts["address"], texts["unit"])
    asked = parts[["number", "street", "unit"]].assign(
        zip=five_figures(texts["zip"]), city=normal_city(texts["city"])
    )
    code = asked.groupby(ASKED, sort=False).ngroup().to_numpy()
    first = np.unique(code, return_index=True)[1]
    rows = asked.iloc[first].reset_index(drop=True)
    found = _matched(rows, gazetteer)
    _again(found, _number_variants(rows[_unmatched(found)]), gazetteer)
    strange = _unmatched(found) & _strange(rows, gazetteer)
    _again(found, _reparsed(texts.iloc[first].reset_index(drop=True)[strange]), gazetteer)
    return found.iloc[code].set_axis(voters.index)


def _unmatched(found: pd.DataFrame) -> npt.NDArray[np.bool_]:
    flags: npt.NDArray[np.bool_] = ((found["method"] < 0) & (found["candidates"] == "")).to_numpy()
    return flags


def _matched(rows: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """Places of rows of `ASKED`, on their index."""
    names = gazetteer.names
    own = {street: names.number.get(reading(street), -1) for street in rows["street"].unique()}
    asked = rows.assign(street=rows["street"].map(own).astype("int64"), name=rows["street"])
    found = look_up(asked, gazetteer)
    found["grade"] = np.where(
        found["method"] < 0, -1, np.where(found["unit_known"], _UNIT, _ADDRESS)
    )
    found["candidates"] = ""
    found["candidates"] = found["candidates"].astype("str")
    if found["several"].any():
        several = found["several"].to_numpy()
        found.loc[several, "candidates"] = _several(asked[several], gazetteer)
    open_ = _unmatched(found) & (rows["number"] != "").to_numpy()
    if open_.any():
        _with_meant(found, rows[open_], gazetteer)
    return found[["x", "y", "method", "grade", "candidates", "unit_known"]]


def _with_meant(found: pd.DataFrame, rows: pd.DataFrame, gazetteer: Gazetteer) -> None:
    """Look up rows on the streets that they may mean; fills `found`."""
    meant = _meant(rows, gazetteer)
    found.loc[rows.index, "candidates"] = [", ".join(one.candidates) for one in meant]
    street = np.array([one.street for one in meant], np.int64)
    second = look_up(rows.assign(street=street, name=rows["street"]), gazetteer)
    there = (second["method"] >= 0).to_numpy()
    at = second.index[there]
    columns = ["x", "y", "method", "unit_known"]
    found.loc[at, columns] = second.loc[at, columns]
    found.loc[at, "grade"] = np.array([one.grade for one in meant], np.int64)[there]


def _several(asked: pd.DataFrame, gazetteer: Gazetteer) -> list[str]:
    """The places that numbers on known streets fit equally well."""
    sites = gazetteer.sites
    at = pd.MultiIndex.from_frame(sites[["street", "number"]])
    wanted = pd.MultiIndex.from_frame(asked[["street", "number"]].drop_duplicates())
    near = sites[at.isin(wanted)]
    towns: dict[tuple[int, str], set[str]] = {}
    for street, number, code, city in zip(
        near["street"], near["number"], near["zip"], near["city"], strict=True
    ):
        towns.setdefault((street, number), set()).add(code or city)
    texts = []
    for street, number in zip(asked["street"], asked["number"], strict=True):
        label = f"{number} {gazetteer.streets['name'].iloc[street]}"
        known = sorted(filter(None, towns.get((street, number), ())))
        places = [f"{label} {town}" for town in known[:_SHOWN]]
        texts.append(", ".join(places if len(places) > 1 else [f"several places at {label}"]))
    return texts


def _meant(rows: pd.DataFrame, gazetteer: Gazetteer) -> list[Meant]:
    """The street that each row may mean other than its own, in order of the rows."""
    names = gazetteer.names
    plain = [reading(street) for street in rows["street"]]
    unknown = {one for one in plain if one.core not in names.by_core}
    misspelt = names.misspelt(sorted(unknown))
    ranges = _ranges_by_street(gazetteer)
    whole = whole_numbers(rows["number"]).tolist()
    cells = zip(rows["number"], rows["street"], rows["zip"], whole, plain, strict=True)
    return [
        _street_meant(_Row(number, street, zip_, n, one), misspelt, ranges, gazetteer)
        for number, street, zip_, n, one in cells
    ]


@dataclass(frozen=True)
class _Row:
    """One address: number, normal street, ZIP, whole number, plain reading of the street."""

    number: str
    street: str
    zip: str
    whole: int
    plain: Reading


Ranges = dict[int, npt.NDArray[np.int64]]


def _street_meant(
    row: _Row, misspelt: dict[Reading, list[int]], ranges: Ranges, gazetteer: Gazetteer
) -> Meant:
    names = gazetteer.names
    own = names.number.get(row.plain, -1)
    alike = [street for street in names.alike(row.plain) if street != own]
    if own >= 0:
        alike = [street for street in alike if row.plain.covers(names.readings[street])]
    else:
        alike += [street for one in further_readings(row.street) for street in names.alike(one)]
    for grade, streets in ((_STREET, alike), (_SPELLING, misspelt.get(row.plain, []))):
        others = list(dict.fromkeys([*streets, *([own] if own >= 0 else [])]))
        hits = [street for street in streets if _has(street, row, ranges, gazetteer)]
        likely = [street for street in others if _may_have(street, row, gazetteer)]
        if len(set(hits)) == 1 and set(likely) <= set(hits):
            return Meant(hits[0], grade)
        if hits:
            return Meant(candidates=_labels(row, [*hits, *likely], gazetteer))
    other = [street for street in names.by_core.get(row.plain.core, []) if street != own]
    hits = [street for street in other if own < 0 and _has(street, row, ranges, gazetteer)]
    return Meant(candidates=_labels(row, hits, gazetteer))


def _labels(row: _Row, streets: Iterable[int], gazetteer: Gazetteer) -> tuple[str, ...]:
    """Places for a person to choose from."""
    names = gazetteer.streets["name"]
    return tuple(f"{row.number} {names.iloc[street]}" for street in dict.fromkeys(streets))[:_SHOWN]


def _has(street: int, row: _Row, ranges: Ranges, gazetteer: Gazetteer) -> bool:
    """Whether a street has the number, in a town that does not speak against it."""
    if not _may_have(street, row, gazetteer):
        return False
    if (street, row.number) in gazetteer.numbers:
        return True
    ends = ranges.get(street)
    return ends is not None and bool(holds(row.whole, ends[:, 0], ends[:, 1]).any())


def _may_have(street: int, row: _Row, gazetteer: Gazetteer) -> bool:
    """Whether a street has houses in the block of the number, in the row's ZIP if that is known."""
    zips = gazetteer.blocks.get((street, row.whole // _HUNDRED))
    if zips is None:
        return False
    return not row.zip or row.zip in zips or "" in zips


def _ranges_by_street(gazetteer: Gazetteer) -> Ranges:
    table = gazetteer.ranges
    if table.empty:
        return {}
    ends = table[["low", "high"]].to_numpy(np.int64)
    groups = table.groupby("street").indices
    return {int(street): ends[rows] for street, rows in groups.items()}


def _again(found: pd.DataFrame, variants: pd.DataFrame, gazetteer: Gazetteer) -> None:
    """
    Match variants of rows and keep the first that is found, in order; fills `found`.

    `variants` has `row` (position), `sure` (bool: only with its unit) and the columns of `ASKED`.
    """
    if variants.empty:
        return
    variants = variants.reset_index(drop=True)
    second = _matched(variants[ASKED], gazetteer).assign(row=variants["row"])
    good = (second["method"] >= 0) & (second["unit_known"] | ~variants["sure"])
    best = second[good].drop_duplicates("row").set_index("row")
    found.loc[best.index, list(best.columns)] = best
    doubt = second[(second["candidates"] != "") & ~second["row"].isin(best.index)]
    doubt = doubt.drop_duplicates("row").set_index("row")
    found.loc[doubt.index, "candidates"] = doubt["candidates"]


def _number_variants(rows: pd.DataFrame) -> pd.DataFrame:
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


def _strange(rows: pd.DataFrame, gazetteer: Gazetteer) -> npt.NDArray[np.bool_]:
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


def _reparsed(texts: pd.DataFrame) -> pd.DataFrame:
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
