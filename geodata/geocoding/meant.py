"""
Which street an address means that no street of the place is written like.

A street that lacks its suffix or direction, or is misspelt, stands for another only if that one has
the number and no other street it may mean has houses in the same block: a house that the sources
lack must not become its namesake.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.geocoding.gazetteer import Gazetteer
from geodata.geocoding.names import Reading, further_readings, reading
from geodata.geocoding.ranges import holds, whole_numbers

STREET, SPELLING = "street", "spelling"
"""What had to be mended: a suffix or direction added; letters changed."""

_SHOWN: Final = 4
_HUNDRED: Final = 100


@dataclass(frozen=True)
class Meant:
    """A street that an address may mean: its number or -1, what was mended, what else it may be."""

    street: int = -1
    mended: str = ""
    candidates: tuple[str, ...] = field(default=())


def streets_meant(rows: pd.DataFrame, gazetteer: Gazetteer) -> list[Meant]:
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
    for mended, streets in ((STREET, alike), (SPELLING, misspelt.get(row.plain, []))):
        others = list(dict.fromkeys([*streets, *([own] if own >= 0 else [])]))
        hits = [street for street in streets if _has(street, row, ranges, gazetteer)]
        likely = [street for street in others if _may_have(street, row, gazetteer)]
        if len(set(hits)) == 1 and set(likely) <= set(hits):
            return Meant(hits[0], mended)
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
