"""Looking up numbers on streets: the one site that a number and a town mean, or all it may mean."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.geocoding.gazetteer import METHODS, Gazetteer
from geodata.geocoding.ranges import find_on_ranges
from geodata.geocoding.towns import place_score

_PLACE: Final = ["street", "name", "number", "zip", "city"]


def look_up(asked: pd.DataFrame, gazetteer: Gazetteer) -> pd.DataFrame:
    """
    Find the place of numbers on streets.

    Parameters
    ----------
    asked
        `street` (number of the gazetteer, -1 for none), `name` (of the street), `number`, `unit`,
        `zip`, `city` (normal forms), any distinct index.
    gazetteer
        The place's addresses.

    Returns
    -------
    found
        On the index of `asked`: `x`, `y` (metres, NaN where not found), `method` (position in
        `METHODS`, -1), `unit_known` (bool), `several` (bool: refused because it fits several
        places), `site` (position in `Gazetteer.sites`, -1).
    """
    found = pd.DataFrame(
        {
            "x": np.nan,
            "y": np.nan,
            "method": np.int64(-1),
            "unit_known": False,
            "several": False,
            "site": np.int64(-1),
        },
        index=asked.index,
    )
    for method in range(len(METHODS)):
        open_ = ((found["method"] < 0) & ~found["several"] & (asked["street"] >= 0)).to_numpy()
        if not open_.any():
            break
        rows = asked[open_]
        if METHODS[method] == "range":
            part = find_on_ranges(rows, gazetteer.ranges)
        else:
            part = _on_sites(rows, gazetteer, method)
        for name in part.columns:
            values = found[name].to_numpy(copy=True)
            values[open_] = part[name].to_numpy()
            found[name] = values
        values = found["method"].to_numpy(copy=True)
        values[open_ & np.isfinite(found["x"].to_numpy())] = method
        found["method"] = values
    return found


def _on_sites(asked: pd.DataFrame, gazetteer: Gazetteer, method: int) -> pd.DataFrame:
    """What the sites of one method know."""
    rows = asked.reset_index(drop=True)
    sites = gazetteer.sites
    known = sites[_PLACE][sites["method"] == method].rename_axis("site").reset_index()
    pairs = rows[_PLACE].rename_axis("row").reset_index()
    pairs = pairs.merge(known, on=["street", "number"], suffixes=("", "_of_site"))
    pairs["score"] = place_score(pairs, "_of_site")
    site, several = best_of(pairs, len(rows))
    _settle_by_unit(site, several, pairs, rows, gazetteer)
    there = site >= 0
    xy = np.full((len(rows), 2), np.nan)
    xy[there] = sites[["x", "y"]].to_numpy()[site[there]]
    unit = pd.DataFrame({"site": site, "unit": rows["unit"].to_numpy()})
    unit = unit.merge(gazetteer.units, on=["site", "unit"], how="left")
    unit_known = (unit["x"].notna() & (unit["unit"] != "")).to_numpy()
    xy[unit_known] = unit.loc[unit_known, ["x", "y"]].to_numpy()
    return pd.DataFrame(
        {
            "x": xy[:, 0],
            "y": xy[:, 1],
            "unit_known": unit_known,
            "several": several,
            "site": site,
        }
    )


def _settle_by_unit(
    site: npt.NDArray[np.int64],
    several: npt.NDArray[np.bool_],
    pairs: pd.DataFrame,
    rows: pd.DataFrame,
    gazetteer: Gazetteer,
) -> None:
    """Where several sites fit, take the only one that has the row's unit; fills the first two."""
    doubtful = pairs.loc[several[pairs["row"]] & (pairs["score"] > 0), ["row", "site"]]
    unit = rows["unit"].iloc[doubtful["row"]].to_numpy()
    has = doubtful.assign(unit=unit).merge(gazetteer.units[["site", "unit"]], on=["site", "unit"])
    only = has[~has["row"].duplicated(keep=False)]
    site[only["row"]] = only["site"]
    several[only["row"]] = False


def best_of(pairs: pd.DataFrame, count: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """
    Of the sites each row may mean, the one that agrees best.

    Parameters
    ----------
    pairs
        `row`, `site`, `score`; a score of 0 does not count.
    count
        Number of rows.

    Returns
    -------
    site, several
        -1 where there is none or several agree equally well, and whether it is the latter.
    """
    site = np.full(count, -1, np.int64)
    several = np.zeros(count, bool)
    pairs = pairs[pairs["score"] > 0]
    best = pairs[pairs["score"] == pairs.groupby("row")["score"].transform("max")]
    alone = ~best["row"].duplicated(keep=False)
    site[best.loc[alone, "row"]] = best.loc[alone, "site"]
    several[best.loc[~alone, "row"]] = True
    return site, several
