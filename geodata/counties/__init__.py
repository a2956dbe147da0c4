"""
In which county a layer lies, and in which coordinate systems it would lie in one.

The outlines are those of California's counties, good to some 300 m; `derive` made them.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod

from geodata.crs import CANDIDATES, WGS84, short_name, unproject
from geodata.errors import InputError

HELD: Final = 0.8
"""A layer lies in a county when this share of it does."""
WHOLE: Final = (0.6, 1.5)
"""A layer is of a whole county when its area is this much of the county's; water counts or not."""
EXACT: Final = 0.95
ASTRAY: Final = 0.5
"""A coordinate system that puts less than this share of a layer into its county is wrong."""

_OUTLINES: Final = Path(__file__).with_name("california.json")
_FARTHEST: Final = 1e9  # no coordinate system of a place counts so far
_GEOD: Final = Geod(ellps="WGS84")

Shapes = NDArray[np.object_]
Floats = NDArray[np.float64]


class Fit(NamedTuple):
    """
    Where a layer would lie in one coordinate system.

    Parameters
    ----------
    crs
        Its short name, e.g. ``EPSG:2227``.
    county
        The county that holds most of the layer; empty where none holds any.
    held
        Share of the layer in that county, 0-1.
    covers
        Area of the layer as share of the county's; 0 for lines.
    """

    crs: str
    county: str
    held: float
    covers: float

    @property
    def certain(self) -> bool:
        """Whether the layer would be that whole county and nothing else."""
        return self.held >= HELD and WHOLE[0] <= self.covers <= WHOLE[1]

    @property
    def exact(self) -> bool:
        """Whether it would be that county to a few per cent, which hardly happens by chance."""
        return self.held >= EXACT and abs(self.covers - 1) <= 2 * (1 - EXACT)


@lru_cache(maxsize=1)
def outlines() -> dict[str, shapely.Geometry]:
    """Name of a county -> its outline, degrees."""
    counties = json.loads(_OUTLINES.read_text(encoding="utf-8"))
    return {
        # coarse outlines touch themselves here and there
        name: shapely.make_valid(
            shapely.MultiPolygon([(part[0], part[1:]) for part in parts]), method="structure"
        )
        for name, parts in counties.items()
    }


def county_named(text: str) -> str:
    """
    The county a user means: case and the word County do not matter; empty for no text.

    Raises
    ------
    InputError
        PARAMETER: there is no such county.
    """
    wanted = text.casefold().removesuffix("county").strip()
    for name in outlines() if wanted else ():
        if name.casefold() == wanted:
            return name
    if wanted:
        message = f"{text!r} is no county of California; write it like 'Santa Clara'."
        raise InputError("PARAMETER", message)
    return ""


def fit(shapes: Shapes, crs: CRS, county: str = "") -> Fit:
    """
    Where a layer lies in a coordinate system.

    Parameters
    ----------
    shapes
        Its polygons or lines, some perhaps missing; coordinates as they stand.
    crs
        The coordinate system to try.
    county
        Only this county counts; empty for whichever holds most.
    """
    return _Layer(shapes).fit(crs, county)


def fits(shapes: Shapes, county: str = "") -> list[Fit]:
    """
    The coordinate systems that put a layer into one county, the likeliest first.

    Where one of them makes the layer a whole county, the others are left out. Of systems that
    agree to a few metres, such as the UTM zones of NAD83 and WGS 84, only the first is told.
    """
    layer = _Layer(shapes)
    found = [one for crs in _candidates() if (one := layer.fit(crs, county)).held >= HELD]
    certain = [one for one in found if one.certain]
    ranked = sorted(
        certain or found, key=lambda one: (-round(one.held, 2), abs(1 - round(one.covers, 2)))
    )
    alike = {(one.county, round(one.held, 2), round(one.covers, 2)): one for one in ranked[::-1]}
    return [one for one in ranked if one in alike.values()]


def check_place(shapes: Shapes, crs: CRS, county: str, what: str) -> str:
    """
    Check that a layer lies where its coordinate system says, as far as outlines can tell.

    Returns
    -------
    county
        The county the layer lies in; empty where there is no such.

    Raises
    ------
    InputError
        MISPLACED: it does not lie in the county it is of, or makes no whole county though another
        coordinate system makes it exactly one.
    """
    here = fit(shapes, crs, county)
    lies_in = here.county if here.held >= HELD else ""
    if here.certain or (county and lies_in):
        return lies_in
    better = [one for one in fits(shapes, county) if one.exact or county]
    if better or (county and here.held < ASTRAY):
        place = f"{here.county} County" if here.county else "any county"
        message = (
            f"{what} says it is in {short_name(crs)}, but {here.held:.0%} of it would lie in "
            f"{place}; {advice(better) or 'check the county and give --crs.'}"
        )
        raise InputError("MISPLACED", message)
    return lies_in


def advice(found: Sequence[Fit]) -> str:
    """What to do about a coordinate system that is missing or wrong; ends a sentence, or empty."""
    if not found:
        return ""
    told = [
        f"in {one.crs} {one.held:.0%} of it would lie in {one.county} County"
        + (f" and fill {min(one.covers, 1):.0%} of that" if one.certain else "")
        for one in found[:4]
    ]
    return f"{', '.join(told)}: give --crs {' or '.join(one.crs for one in found[:4])}."


class _Layer:
    """Middles and sizes of a layer's shapes, in the layer's own units."""

    def __init__(self, shapes: Shapes) -> None:
        there = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
        self.bounds = shapely.total_bounds(there)
        with np.errstate(all="ignore"):  # coordinates may be anything
            middles = shapely.centroid(there)
            self.areas, lengths = shapely.area(there), shapely.length(there)
        self.x, self.y = shapely.get_x(middles), shapely.get_y(middles)
        self.weights: Floats = (
            self.areas if self.areas.sum() > 0 else lengths + (lengths.sum() == 0)
        )

    def fit(self, crs: CRS, county: str) -> Fit:
        """Where it would lie in a coordinate system."""
        name = short_name(crs)
        lon, lat = unproject(self.x, self.y, crs)
        names = [county] if county else list(outlines())
        shapes = np.array([outlines()[one] for one in names], object)
        points = shapely.points(lon, lat)
        inside, which = shapely.STRtree(shapes).query(points, predicate="within")
        if not len(inside) or np.abs(self.bounds).max() > _FARTHEST:
            return Fit(name, county, 0.0, 0.0)
        held = np.bincount(which, self.weights[inside], len(names)) / self.weights.sum()
        best = int(held.argmax())
        area_m2 = abs(_GEOD.geometry_area_perimeter(shapes[best])[0])
        covers = float(self.areas.sum()) * self._unit_m2(crs) / area_m2
        return Fit(name, names[best], float(held[best]), float(covers))

    def _unit_m2(self, crs: CRS) -> float:
        """Area of one square unit in the middle of the layer."""
        west, south, east, north = self.bounds
        x, y = (west + east) / 2, (south + north) / 2
        half = max(east - west, north - south, 1e-9) / 2000
        lon, lat = unproject(
            [x - half, x + half, x + half, x - half], [y - half, y - half, y + half, y + half], crs
        )
        if not np.isfinite([*lon, *lat]).all():
            return 0.0
        area_m2 = abs(float(_GEOD.polygon_area_perimeter(lon, lat)[0]))
        return area_m2 / float(2 * half) ** 2


@lru_cache(maxsize=1)
def _candidates() -> tuple[CRS, ...]:
    return (WGS84, *(CRS.from_epsg(code) for code in CANDIDATES))
