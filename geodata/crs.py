"""
Coordinate systems: which one a job works in, which one an unlabelled file may be in.

Only this module knows EPSG codes. Degrees are WGS 84, always in the order lon, lat.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geodata.errors import InputError

WGS84: Final = CRS.from_epsg(4326)

# What a Californian file without a label is most likely in: NAD83 State Plane zones 1 to 6 in US
# feet, the same in metres, UTM zones 10 and 11 (NAD83, WGS 84), the state's Albers, web Mercator,
# and the zones of NAD27 in feet.
_STATE_PLANE_FEET: Final = {zone: 2224 + zone for zone in range(1, 7)}
CANDIDATES: Final = (
    *_STATE_PLANE_FEET.values(),
    *range(26941, 26947),
    26910,
    26911,
    32610,
    32611,
    3310,
    3857,
    *range(26741, 26747),
    26799,
)
CALIFORNIA: Final = CRS.from_epsg(3310)
"""Metres anywhere in California, where no layer tells a nearer system."""
_CALIFORNIA: Final = (-124.6, 32.4, -114.0, 42.1)

_MOST_LON: Final = 180.0
_MOST_LAT: Final = 90.0
_UTM_LAT: Final = (-80.0, 84.0)

# A county near the edge of its zone is fine; half a continent away is not.
_SLACK_DEG: Final = 5.0

Bounds = Sequence[float]
"""West, south, east, north, in the units of their coordinate system."""


def metric_crs(lon: float, lat: float) -> CRS:
    """
    UTM zone (WGS 84, metres) of a place, normally the centre of the data.

    Parameters
    ----------
    lon, lat
        Degrees.

    Raises
    ------
    InputError
        COORD_RANGE for a place that is not on the part of Earth that UTM covers.
    """
    if not (abs(lon) <= _MOST_LON and _UTM_LAT[0] <= lat <= _UTM_LAT[1]):
        raise InputError("COORD_RANGE", f"No street map covers longitude {lon}, latitude {lat}.")
    zone = min(int((lon + _MOST_LON) // 6) + 1, 60)
    return CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)


def project(
    lon: ArrayLike, lat: ArrayLike, crs: CRS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Degrees to `crs`: ``x, y`` of the same shape; infinite where no position exists."""
    x, y = _transformer(crs).transform(np.asarray(lon, float), np.asarray(lat, float))
    return np.asarray(x), np.asarray(y)


def unproject(
    x: ArrayLike, y: ArrayLike, crs: CRS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coordinates in `crs` to degrees: ``lon, lat`` of the same shape."""
    lon, lat = _transformer(crs).transform(
        np.asarray(x, float), np.asarray(y, float), direction="INVERSE"
    )
    return np.asarray(lon), np.asarray(lat)


@lru_cache(maxsize=32)
def _transformer(crs: CRS) -> Transformer:
    return Transformer.from_crs(WGS84, crs, always_xy=True)


def parse_crs(text: str) -> CRS:
    """
    A coordinate system the user named: ``EPSG:2227``, ``2227``, WKT or a PROJ string.

    Raises
    ------
    InputError
        PARAMETER if it names none.
    """
    try:
        return CRS.from_user_input(int(text) if text.strip().isdecimal() else text)
    except (CRSError, ValueError):
        message = f"{text!r} names no coordinate system; write it like EPSG:2227."
        raise InputError("PARAMETER", message) from None


def horizontal(crs: CRS) -> CRS:
    """The part of a coordinate system that places things on the map; heights are dropped."""
    return crs.sub_crs_list[0] if crs.is_compound else crs.to_2d()


def short_name(crs: CRS) -> str:
    """Name for messages and plans: the code where there is one, else the name."""
    code: Any = crs.to_authority()
    return ":".join(code) if code else crs.name


def guesses(bounds: Bounds) -> tuple[str, ...]:
    """Coordinate systems, e.g. ``EPSG:2227``, in which unlabelled data would lie in California."""
    if _degrees(bounds):
        return (short_name(WGS84),)
    return tuple(f"EPSG:{code}" for code in CANDIDATES if _fits(bounds, CRS.from_epsg(code)))


def no_degrees(lon: ArrayLike, lat: ArrayLike, what: str) -> NDArray[np.bool_]:
    """
    Which coordinates are no degrees, shape (n,); missing ones (NaN) are none of these.

    Raises
    ------
    InputError
        COORD_RANGE where they are more than half of all, naming `what` and the first of them.
    """
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    bad: NDArray[np.bool_] = (np.abs(lon) > _MOST_LON) | (np.abs(lat) > _MOST_LAT)
    if 2 * bad.sum() > np.sum(~np.isnan(lon + lat)):
        first = int(np.argmax(bad))
        raise InputError(
            "COORD_RANGE",
            f"{what}: {int(bad.sum()):,} of {bad.size:,} coordinates are no degrees, the first is "
            f"longitude {lon[first]:g}, latitude {lat[first]:g}; give WGS 84 degrees.",
        )
    return bad


def check_bounds(bounds: Bounds, crs: CRS, what: str, advice: Callable[[], str]) -> None:
    """
    Check that data can be in the coordinate system it claims.

    Parameters
    ----------
    bounds, crs
        Of the data, and what it claims.
    what
        What messages call it.
    advice
        Asked for the end of a sentence that says what to do.

    Raises
    ------
    InputError
        SWAPPED for degrees in the order lat, lon; COORD_RANGE for feet or metres labelled as
        degrees, degrees labelled as feet or metres, or a place far from where `crs` is used.
    """
    west, south, east, north = bounds
    shown = f"its coordinates run from {west:.10g}, {south:.10g} to {east:.10g}, {north:.10g}"
    name = short_name(crs)
    if crs.is_geographic:
        if _degrees(bounds):
            return
        if _degrees((south, west, north, east)):
            fault = "latitude and longitude are exchanged; write longitude first, or use --swap."
            raise InputError("SWAPPED", f"{what}: {shown}: {fault}")
        message = f"{what} says it is in degrees ({name}), but {shown}; {advice()}"
        raise InputError("COORD_RANGE", message)
    if _degrees(bounds):
        message = f"{what} says it is in {name}, but {shown}, which are degrees; "
        raise InputError("COORD_RANGE", message + advice())
    if not _near_area_of_use(bounds, crs):
        message = f"{what} says it is in {name}, but {shown}, far outside where that is used; "
        raise InputError("COORD_RANGE", message + advice())


def advice_for(bounds: Bounds) -> str:
    """What to do about a layer whose coordinate system is missing or wrong; ends a sentence."""
    found = guesses(bounds)
    if not found:
        return "ask its maker which coordinate system it is in and give that, e.g. --crs EPSG:2227."
    if _degrees(bounds):
        return f"the coordinates look like degrees: give --crs {found[0]}."
    zones = [f"EPSG:{code} (zone {zone})" for zone, code in _STATE_PLANE_FEET.items()]
    feet = [zone for zone in zones if zone.split()[0] in found]
    if feet:
        like = "feet of the California State Plane: find the county's zone and give"
        return f"the coordinates look like {like} --crs {', '.join(feet)}."
    return f"the coordinates look like metres: give --crs {' or '.join(found)}."


def _degrees(bounds: Bounds) -> bool:
    west, south, east, north = bounds
    lons = -_MOST_LON <= west <= east <= _MOST_LON
    return lons and -_MOST_LAT <= south <= north <= _MOST_LAT


def _fits(bounds: Bounds, crs: CRS) -> bool:
    """Whether all four corners lie in California and where `crs` is used."""
    west, south, east, north = bounds
    lon, lat = unproject([west, east, west, east], [south, south, north, north], crs)
    used = crs.area_of_use
    boxes = [_CALIFORNIA]
    if used is not None:
        boxes.append((used.west - 0.5, used.south - 0.5, used.east + 0.5, used.north + 0.5))
    return all(
        bool(np.all((w <= lon) & (lon <= e) & (s <= lat) & (lat <= n))) for w, s, e, n in boxes
    )


def _near_area_of_use(bounds: Bounds, crs: CRS) -> bool:
    west, south, east, north = bounds
    lon, lat = unproject((west + east) / 2, (south + north) / 2, crs)
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return False
    used = crs.area_of_use
    if used is None or used.west > used.east:
        return True
    return bool(
        used.west - _SLACK_DEG <= lon <= used.east + _SLACK_DEG
        and used.south - _SLACK_DEG <= lat <= used.north + _SLACK_DEG
    )
