"""
Buildings: what kind of building a door is in, and which buildings are turfs of their own.

A *site* is the doors of one address: a house with its rear unit, a block of flats, a park of mobile
homes. Large sites are walked by themselves, because somebody has to let the canvasser in and the
way between doors is a stair or a lane; small ones are stops of the walk that passes them.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.addresses.addresses import without_numbers
from turfcutter.arrays import Longs
from turfcutter.cutting import Goal, goal_for
from turfcutter.cutting.regions import numbered
from turfcutter.streets.distances import nearest_stops
from turfcutter.streets.footing import Footing

CLASSES: Final[dict[str, str]] = {
    "house": "a house, or up to three units at one address",
    "adu": "a unit in the yard or half a house number: REAR, ADU, 12 1/2",
    "apartments": "four or more units at one address, or a unit numbered by floor",
    "dorm": "a room of a hall or hotel",
    "mobile_home": "a space in a park of mobile homes",
}
"""Class of a door's building -> what it is."""

APARTMENTS: Final = 4
"""Units at one address that make it a block of flats."""
NEIGHBOUR_DM: Final = 1500
"""Small sites no farther from each other on foot may share a turf."""

_NEIGHBOURS: Final = 16
_A_FLOOR: Final = 100
_WITHIN_FLOOR: Final = 4.0
_OFF_BAND: Final = 1e6
_ROOM: Final = r"\s*#?\s*[A-Z]?-?[0-9]{1,4}-?[A-Z]?\s*$"
_SPACE: Final = rf"(?:^|\s)(?:SPC|SPACE|SP|LOT|TRLR|TRAILER)\.?{_ROOM}"
_DORM: Final = rf"(?:^|\s)(?:ROOM|RM|HALL)\.?{_ROOM}|\bDORM(?:ITORY)?\b|\bRESIDENCE HALL\b"
_YARD: Final = r"(?:^|\s)(?:REAR|ADU|IN-?LAW|COTTAGE|GUEST ?HOUSE)\s*#?[A-Z0-9]?\s*$"
_WORDED: Final = (_SPACE, _DORM, _YARD)
_FLOORED: Final = r"^[A-Z ]*0*[1-9][0-9]{2,3}(?![0-9])"
_FLOOR: Final = r"^([A-Z ]*)0*([0-9]+)(-?[A-Z]\b)?"

Words = npt.NDArray[np.object_]


def building_classes(doors: pd.DataFrame, site: Longs) -> Words:
    """
    Class of the building of each door, one of `CLASSES`.

    Parameters
    ----------
    doors
        `address`, `unit` (as the file has them), `number` and `unit_order` (normal forms).
    site
        Number of the address each door is at, shape (n_doors,).
    """
    text = (doors["address"].astype(str) + " " + doors["unit"].astype(str)).str.upper()
    place, texts = without_numbers(text)
    space, dorm, yard = (texts.str.contains(form)[place].to_numpy() for form in _WORDED)
    half = doors["number"].astype(str).str.contains("/", regex=False)
    by_floor = doors["unit_order"].astype(str).str.contains(_FLOORED).to_numpy()
    names = np.array(list(CLASSES))
    told = np.select(
        [space, dorm, by_floor, yard | half.to_numpy()],
        [names.tolist().index(name) for name in ("mobile_home", "dorm", "apartments", "adu")],
        0,
    )
    # all doors of a large site are of the class that most of them tell
    count = np.zeros((int(site.max()) + 1, len(names)), np.int64)
    np.add.at(count, (site, told), 1)
    large = count.sum(axis=1) >= APARTMENTS
    count[:, names == "house"] = count[:, names == "adu"] = 0
    usual = np.where(count.any(axis=1), count.argmax(axis=1), names.tolist().index("apartments"))
    found: Words = names.astype(object)[np.where(large[site], usual[site], told)]
    return found


def floors(unit_order: pd.Series) -> tuple[Words, Longs]:
    """
    Wing and floor that units tell: ``B 1204`` is wing B, floor 12; ``3A`` is floor 3.

    Parameters
    ----------
    unit_order
        Natural keys of units, shape (n_doors,), see `geodata.addresses.units.natural_key`.

    Returns
    -------
    wing, floor
        Letters before the number, and the floor; 0 where the unit does not tell.
    """
    parts = unit_order.astype(str).str.extract(_FLOOR)
    number = pd.to_numeric(parts[1], errors="coerce").fillna(0).to_numpy(np.float64)
    lettered = parts[2].notna().to_numpy()
    floor = np.where(number >= _A_FLOOR, number // _A_FLOOR, np.where(lettered, number, 0))
    wing = parts[0].fillna(unit_order.astype(str)).str.strip().to_numpy(object)
    return wing, np.where(floor < _A_FLOOR, floor, 0).astype(np.int64)


def own_sites(
    stops: pd.DataFrame, footing: Footing, least: Mapping[str, int], band: tuple[int, int]
) -> Longs:
    """
    Sites that are walked by themselves.

    Parameters
    ----------
    stops
        One row a stop: `site` and `building` (number of its address, class of its building),
        `zone`, `doors` and `load`.
    footing
        Where the stops are on the network.
    least
        Class -> doors of a site that make turfs of their own; 0 is never.
    band
        Least and most load of a turf.

    Returns
    -------
    own
        Number of the group of sites a stop is cut with, -1 where it is a stop of the walk; shape
        (n_stops,). Sites too small for a turf share one with the nearest such site of their class
        on the same side of all barriers, if that is close by and both are not too much.
    """
    kind = pd.factorize(stops["building"])[0]
    alike = numbered(stops["zone"].to_numpy(np.int64), footing.cell, kind)
    part = numbered(alike, stops["site"].to_numpy(np.int64))
    needed = stops["building"].map(least).fillna(0).to_numpy()
    large = np.bincount(part, stops["doors"])[part] >= np.where(needed > 0, needed, np.inf)
    rows = np.flatnonzero(large)
    held = np.bincount(part, stops["load"]).astype(np.int64)
    group = np.arange(len(held))
    small = rows[held[part[rows]] < band[0]]
    for one, other in _close(part, alike, small, footing):
        here, there = group[one], group[other]
        if here != there and held[here] + held[there] <= band[1]:
            held[here] += held[there]
            group[group == there] = here
    own = np.full(len(stops), -1, np.int64)
    own[rows] = np.unique(group[part[rows]], return_inverse=True)[1]
    return own


def _close(part: Longs, alike: Longs, rows: Longs, footing: Footing) -> list[tuple[int, int]]:
    """Pairs of sites among some stops that are alike and near each other, the nearest first."""
    if len(rows) < 2:  # noqa: PLR2004 - a pair
        return []
    who, far = nearest_stops(footing.ends.take(rows), footing.reach, _NEIGHBOURS)
    a, b = np.repeat(rows, who.shape[1]), rows[who.ravel()]
    near = (who.ravel() >= 0) & (far.ravel() <= NEIGHBOUR_DM) & (alike[a] == alike[b])
    links = zip(
        far.ravel()[near].tolist(), part[a[near]].tolist(), part[b[near]].tolist(), strict=True
    )
    return [(one, other) for _, one, other in sorted(links)]


def by_floor(load: Longs, level: Longs, goal: Goal, entry: int = 0) -> Longs:
    """
    First door of each turf of one building that several turfs share.

    Parameters
    ----------
    load
        Load of each door in the order of units, shape (n_doors,).
    level
        Number that changes with the wing or floor, shape (n_doors,).
    goal
        What a turf should hold; turfs begin with a floor wherever the band allows it.
    entry
        Load of getting in, which the first door holds, and every turf but the first has besides.
    """
    goal = goal_for(int(load.sum()), goal)
    total = np.r_[0, np.cumsum(load)]
    breaks = np.r_[0.0, np.where(np.diff(level) != 0, 0.0, _WITHIN_FLOOR), 0.0]
    best = np.full(len(total), np.inf)
    begin = np.zeros(len(total), np.int64)
    best[0] = 0.0
    half = max((goal.high - goal.low) / 2, 1)
    for end in range(1, len(total)):
        start = np.arange(max(0, np.searchsorted(total, total[end] - 2 * goal.high)), end)
        held = total[end] - total[start] + np.where(start > 0, entry, 0)
        miss = np.maximum(held - goal.high, goal.low - held).clip(0)
        cost = best[start] + ((held - goal.target) / half) ** 2 + _OFF_BAND * miss + breaks[end]
        begin[end] = start[cost.argmin()]
        best[end] = cost.min()
    firsts, end = [], len(load)
    while end:
        end = int(begin[end])
        firsts.append(end)
    return np.array(firsts[::-1], np.int64)
