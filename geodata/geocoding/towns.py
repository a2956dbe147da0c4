"""Cities and ZIPs of addresses: whether two may name the same town."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

_DISTRICT: Final = 3


def normal_city(city: "pd.Series[str]") -> "pd.Series[str]":
    """Cities for comparison: letters in upper case."""
    codes, texts = pd.factorize(city.fillna("").astype("str"))
    plain = pd.Series(texts, dtype="str").str.upper().str.replace("[^A-Z]", "", regex=True)
    return pd.Series(plain.to_numpy(object)[codes], index=city.index, dtype="str")


def five_figures(zips: "pd.Series[str]") -> "pd.Series[str]":
    """The first five figures of ZIPs."""
    return zips.fillna("").astype("str").str.strip().str[:5]


def town_score(
    zips: "pd.Series[str]",
    cities: "pd.Series[str]",
    site_zips: "pd.Series[str]",
    site_cities: "pd.Series[str]",
) -> npt.NDArray[np.int64]:
    """
    How well towns agree: 3 the ZIP, 2 the city, 1 nothing speaks against it, 0 not at all.

    Another ZIP of the same city may be a slip or a border; where no city is known, one of the same
    postal district.
    """
    zip_known = ((zips != "") & (site_zips != "")).to_numpy()
    city_known = ((cities != "") & (site_cities != "")).to_numpy()
    same_zip = (zips == site_zips).to_numpy() & zip_known
    same_city = (cities == site_cities).to_numpy() & city_known
    district = (zips.str[:_DISTRICT] == site_zips.str[:_DISTRICT]).to_numpy()
    other_zip = zip_known & ~same_zip & ~district
    elsewhere = np.where(city_known, ~same_city, other_zip)
    score: npt.NDArray[np.int64] = np.select([same_zip, same_city, ~elsewhere], [3, 2, 1], 0)
    return score


def place_score(pairs: pd.DataFrame, known: str) -> npt.NDArray[np.int64]:
    """
    How well places agree with what addresses say: their towns, then the spelling of the street.

    Streets count as one where only blanks tell them apart. Where a town has both of them, Rain Mont
    and Rainmont, the one that is written as the address has it is meant.

    Parameters
    ----------
    pairs
        `zip`, `city`, `name` of addresses, and the same of places with `known` behind.

    Returns
    -------
    score
        Shape (n_pairs,), 0 where the towns do not agree at all.
    """
    town = town_score(pairs["zip"], pairs["city"], pairs[f"zip{known}"], pairs[f"city{known}"])
    same = (pairs["name"] == pairs[f"name{known}"]).to_numpy()
    return np.where(town > 0, 2 * town + same, 0)
