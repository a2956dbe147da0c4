"""
Sites: what the points of a place's sources are on the ground.

A *site* is one address: a number of a street, with all its units, within `SITE_M`. The same number
and street farther apart are several sites, told by ZIP or city or not at all.
"""

import re
from typing import Final

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

SITE_M: Final = 250.0
"""Points of one address are not farther apart."""

_BEYOND_M: Final = 4 * SITE_M
_MOST_NUMBERS: Final = 50
_MOST_UNITS: Final = 200
_RANGE: Final = re.compile("([0-9]+)-([0-9]+)")
_LETTERS: Final = re.compile("([A-Z])-([A-Z])")
_APART: Final = re.compile("[;&,]")


def sites_of(points: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Sites and their units.

    Parameters
    ----------
    points
        `street` (number), `name`, `number`, `unit`, `zip`, `city` (text), `x`, `y` (metres),
        `method`; a number may be a list or range, and so may a unit.

    Returns
    -------
    sites, units
        As in `geodata.geocoding.gazetteer.Gazetteer`.
    """
    points = _numbered(points)
    by = ["street", "number", "method"]
    points = points.sort_values([*by, "zip", "city", "unit", "x", "y"], kind="stable")
    points = points.drop_duplicates([*by, "zip", "city", "unit", "x", "y"]).reset_index(drop=True)
    group = points.groupby(by, sort=True).ngroup().to_numpy()
    cluster = _clusters(points[["x", "y"]].to_numpy(), group)
    points["site"] = _ranked(group, cluster)
    xy = points.groupby("site")[["x", "y"]].transform("median")
    far = np.hypot(*(points[["x", "y"]].to_numpy() - xy.to_numpy()).T)
    middle = points.iloc[np.lexsort((np.arange(len(points)), far, points["site"].to_numpy()))]
    sites = middle.drop_duplicates("site")[["street", "number", "x", "y", "method", "site"]]
    sites = sites.set_index("site").sort_index()
    for name in ("name", "zip", "city"):
        sites[name] = _usual(points, name).reindex(sites.index, fill_value="").astype("str")
    names = ["street", "name", "number", "zip", "city", "x", "y", "method"]
    return sites[names].reset_index(drop=True), _units(points)


def _numbered(points: pd.DataFrame) -> pd.DataFrame:
    """A row for each number of a point: lists and ranges of numbers are written out."""
    codes, texts = pd.factorize(points["number"])
    written = [numbers_of(text) for text in texts]
    size = np.array([len(one) for one in written], np.int64)
    row = np.repeat(np.arange(len(points)), size[codes])
    table = points.iloc[row].reset_index(drop=True)
    pairs = [pair for code in codes.tolist() for pair in written[code]]
    table["number"] = pd.array([number for number, _ in pairs], dtype="str")
    table["own"] = np.array([own for _, own in pairs], bool)
    # a number that a range merely spans gives way to the same number given by itself
    given = table.groupby(["method", "street", "number"])["own"].transform("max")
    return table[table["own"] | ~given].reset_index(drop=True)


def numbers_of(text: str) -> list[tuple[str, bool]]:
    """House numbers that a list or range holds, and whether each is named rather than spanned."""
    found = {text: True}
    for part in _APART.split(text):
        found[part] = True
        if ends := _RANGE.fullmatch(part):
            low, high = int(ends[1]), int(ends[2])
            found |= {ends[1]: True, ends[2]: True} if low < high else {}
            step = 2 if (high - low) % 2 == 0 else 1
            if 0 < high - low <= _MOST_NUMBERS * step:
                found |= {
                    str(n): False for n in range(low + step, high, step) if str(n) not in found
                }
    return list(found.items())


def units_of(text: str) -> list[str]:
    """Units that a list or range holds: ``1-4`` is 1, 2, 3, 4; ``A;B`` is A, B."""
    found = [text]
    for part in re.split("[;&,/ ]", text):
        numbers, letters = _RANGE.fullmatch(part), _LETTERS.fullmatch(part)
        found.append(part)
        if numbers:
            low, high = int(numbers[1]), int(numbers[2])
            found += map(str, range(low, min(high, low + _MOST_UNITS) + 1))
        elif letters:
            found += map(chr, range(ord(letters[1]), ord(letters[2]) + 1))
    return list(dict.fromkeys(one for one in found if one))


def _clusters(xy: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Number of the cluster of points within a group, groups in order; a group is mostly one."""
    cluster = np.zeros(len(xy), np.int64)
    frame = pd.DataFrame(xy, columns=["x", "y"]).groupby(group)
    wide = ((frame.max() - frame.min()).max(axis=1) > SITE_M).to_numpy()
    rows = np.flatnonzero(wide[group])
    if len(rows):
        # groups lie one above the other, each beyond the others' reach
        layered = np.column_stack([xy[rows], group[rows] * _BEYOND_M])
        pairs = cKDTree(layered).query_pairs(SITE_M, output_type="ndarray")
        size = (len(rows), len(rows))
        graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=size)
        cluster[rows] = connected_components(graph, directed=False)[1]
    return cluster


def _ranked(group: np.ndarray, cluster: np.ndarray) -> np.ndarray:
    """Pairs of group and cluster as running numbers, by group first."""
    most = int(cluster.max(initial=0)) + 1
    number: np.ndarray = np.unique(group.astype(np.int64) * most + cluster, return_inverse=True)[1]
    return number


def _usual(points: pd.DataFrame, name: str) -> "pd.Series[str]":
    """The value most points of a site have; of equals the first in order of text."""
    given = points[points[name] != ""]
    count = given.groupby(["site", name], as_index=False).size()
    count = count.sort_values(["site", "size", name], ascending=[True, False, True])
    usual: pd.Series[str] = count.drop_duplicates("site").set_index("site")[name]
    return usual


def _units(points: pd.DataFrame) -> pd.DataFrame:
    """Units of sites, lists and ranges written out; a unit named by itself wins."""
    table = points.loc[points["unit"] != "", ["site", "unit", "x", "y"]]
    codes, texts = pd.factorize(table["unit"])
    written = [units_of(text) for text in texts]
    size = np.array([len(one) for one in written], np.int64)
    units = table.iloc[np.repeat(np.arange(len(table)), size[codes])].reset_index(drop=True)
    whole = np.asarray(units["unit"], object)
    texts_out = [one for code in codes.tolist() for one in written[code]]
    units["unit"] = pd.array(texts_out, dtype="str")
    units["part"] = whole != np.array(texts_out, object)
    units = units.sort_values(["site", "unit", "part", "x", "y"], kind="stable")
    units = units.drop_duplicates(["site", "unit"])
    return units[["site", "unit", "x", "y"]].reset_index(drop=True)
