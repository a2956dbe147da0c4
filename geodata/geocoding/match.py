"""
Matching addresses: as they stand, with what may be missing or misspelt, taken apart otherwise.

An address is matched only where exactly one place fits.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.addresses.addresses import split_addresses
from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.lookup import look_up
from geodata.geocoding.meant import SPELLING, STREET, streets_meant
from geodata.geocoding.names import reading
from geodata.geocoding.towns import five_figures, normal_city
from geodata.geocoding.variants import ASKED, is_strange, number_variants, reparsed

GRADES: Final = ("unit", "address", STREET, SPELLING)
"""How well an address is matched: its unit too; its number and street; its street after adding a
suffix or direction; its street after mending the spelling."""

_UNIT, _ADDRESS = range(2)
_SHOWN: Final = 4


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
    _again(found, number_variants(rows[_unmatched(found)]), gazetteer)
    strange = _unmatched(found) & is_strange(rows, gazetteer)
    _again(found, reparsed(texts.iloc[first].reset_index(drop=True)[strange]), gazetteer)
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
    meant = streets_meant(rows, gazetteer)
    found.loc[rows.index, "candidates"] = [", ".join(one.candidates) for one in meant]
    street = np.array([one.street for one in meant], np.int64)
    second = look_up(rows.assign(street=street, name=rows["street"]), gazetteer)
    there = (second["method"] >= 0).to_numpy()
    at = second.index[there]
    columns = ["x", "y", "method", "unit_known"]
    found.loc[at, columns] = second.loc[at, columns]
    mended = [one.mended for one, is_there in zip(meant, there, strict=True) if is_there]
    found.loc[at, "grade"] = np.array([GRADES.index(one) for one in mended], np.int64)


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


def _again(found: pd.DataFrame, variants: pd.DataFrame, gazetteer: Gazetteer) -> None:
    """
    Match variants of rows and keep the first that is found, in order; fills `found`.

    `variants` is as in `geodata.geocoding.variants`.
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
