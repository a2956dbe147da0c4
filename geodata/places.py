"""Staging places: where canvassers meet, from a list or from a layer of points."""

import math
import re
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geodata.columns.columns import nearest
from geodata.columns.layouts import squeeze
from geodata.delimited.listing import read_listing
from geodata.errors import InputError
from geodata.layers.layers import read_layer
from geodata.layers.polygons import printed
from geodata.notes import Fates, accounted

NO_LIMIT: Final = 2**31 - 1
"""Capacity of a place whose capacity is not given."""

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("name", "staging", "place", "location", "site", "title", "label"),
    "lon": ("lon", "lng", "long", "longitude"),
    "lat": ("lat", "latitude"),
    "capacity": ("capacity", "turfs", "people", "volunteers", "canvassers", "room", "seats"),
}
"""Column of a table of places -> names by which a file's column is recognised."""

_LISTS: Final = (".csv", ".tsv", ".txt")
_WHOLE: Final = re.compile(r"\d{1,9}(\.0+)?")
_MOST_LAT, _MOST_LON = 90, 180


def read_places(path: Path) -> tuple[pd.DataFrame, Fates]:
    """
    Read staging places.

    Parameters
    ----------
    path
        Delimited text (`.csv`, `.tsv`, `.txt`, also `.gz`) with a longitude and a latitude; any
        other file is a layer as for `geodata.layers.layers.read_layer`, of which a line or an area
        stands for a point on it.

    Returns
    -------
    places
        `name` (text, unique), `lon`, `lat` (degrees, WGS 84), `capacity` (int64: how many turfs
        are handed out there; `NO_LIMIT` where the file does not say), sorted by `name`.
    fates
        What became of the rows.

    Raises
    ------
    InputError
        COLUMN, EMPTY, PARAMETER for a value that cannot be, SWAPPED, COORD_RANGE, TYPE; whatever
        the readers of text and layers raise.
    """
    texts = path.name.lower().removesuffix(".gz").endswith(_LISTS)
    table, rows = _listed(path) if texts else _layered(path)
    if not len(table):
        raise InputError("EMPTY", f"{path.name} names no staging place; write one a line.")
    name, doubled = table["name"], table["name"].duplicated()
    if (name == "").any():
        raise InputError("PARAMETER", f"{path.name}: a staging place has no name; give it one.")
    if doubled.any():
        message = f"{path.name} has two staging places called {name[doubled].iloc[0]!r}"
        raise InputError("PARAMETER", f"{message}; give each a name of its own.")
    for own, lon, lat in table[["name", "lon", "lat"]].to_numpy(object).tolist():
        _check_degrees(lon, lat, f"{path.name}: {own}")
    told = accounted(rows, blank=rows - len(table), used=len(table))
    return table.sort_values("name", ignore_index=True), told


def place_of(text: str) -> tuple[float, float] | None:
    """
    Longitude and latitude of ``lon,lat``; None for a text that is not two numbers.

    Raises
    ------
    InputError
        SWAPPED or COORD_RANGE for numbers that are no place.

    >>> place_of("-121.74, 38.54"), place_of("Main Library")
    ((-121.74, 38.54), None)
    """
    parts = [_number(part) for part in text.split(",")]
    if len(parts) != len(("lon", "lat")) or not all(math.isfinite(part) for part in parts):
        return None
    lon, lat = parts
    _check_degrees(lon, lat, f"The place {text}")
    return lon, lat


def _check_degrees(lon: float, lat: float, what: str) -> None:
    if abs(lat) <= _MOST_LAT and abs(lon) <= _MOST_LON:
        return
    if abs(lat) <= _MOST_LON and abs(lon) <= _MOST_LAT:
        message = f"{what} has longitude and latitude exchanged; write the longitude as lon."
        raise InputError("SWAPPED", message)
    message = f"{what} is at no place on Earth; write its longitude and latitude in degrees."
    raise InputError("COORD_RANGE", message)


def _listed(path: Path) -> tuple[pd.DataFrame, int]:
    """Places of a delimited text, and how many rows it has."""
    forms = {name: " ".join(names) for name, names in COLUMNS.items()}
    listed = read_listing(path, forms, ["name", "lon", "lat"])
    table = listed[(listed[[*COLUMNS]] != "").any(axis=1)].drop(columns="line")
    for name in ("lon", "lat"):
        table[name] = _degrees(table[name], table["name"], path.name)
    return _capacities(table, path.name), len(listed)


def _layered(path: Path) -> tuple[pd.DataFrame, int]:
    """Places of a layer, and how many features it has."""
    layer = read_layer(path)
    names = [str(name) for name in layer.columns if name != "geometry"]
    label, room = (_column(names, name, path.name) for name in ("name", "capacity"))
    table = pd.DataFrame({"name": printed(layer[names[label or 0]])})
    if room is not None:
        table["capacity"] = printed(layer[names[room]])
    spots = shapely.point_on_surface(layer.geometry.to_crs("OGC:CRS84").to_numpy())
    for row in np.flatnonzero(shapely.is_missing(spots) | shapely.is_empty(spots)).tolist():
        message = f"{path.name}: {table['name'].iloc[row]!r} lies nowhere; draw it or remove it."
        raise InputError("PARAMETER", message)
    table["lon"], table["lat"] = shapely.get_x(spots), shapely.get_y(spots)
    return _capacities(table, path.name), len(layer)


def _column(names: list[str], wanted: str, file: str) -> int | None:
    """Position of a layer's column by the names it goes by; None where there is no capacity."""
    places = {squeeze(name): place for place, name in reversed(list(enumerate(names)))}
    for name in COLUMNS[wanted]:
        if name in places:
            return places[name]
    if wanted == "capacity":
        return None
    hint = nearest(wanted, names) if names else "it has no columns."
    message = f"{file} has no column {wanted!r}; a list of staging places needs it; {hint}"
    raise InputError("COLUMN", message)


def _degrees(texts: "pd.Series[str]", names: "pd.Series[str]", file: str) -> list[float]:
    values = [_number(text) for text in texts]
    for value, text, name in zip(values, texts, names, strict=True):
        if not math.isfinite(value):
            message = (
                f"{file}: {name!r} has {text!r} for a coordinate; write degrees, like -121.74."
            )
            raise InputError("PARAMETER", message)
    return values


def _capacities(table: pd.DataFrame, file: str) -> pd.DataFrame:
    """The table with whole numbers as `capacity`."""
    texts = table["capacity"].tolist() if "capacity" in table else [""] * len(table)
    for text, name in zip(texts, table["name"], strict=True):
        if text and not _WHOLE.fullmatch(text):
            message = f"{file}: {name!r} has the capacity {text!r}; write a whole number of turfs."
            raise InputError("PARAMETER", message)
    room = [int(float(text)) if text else NO_LIMIT for text in texts]
    table = table.assign(capacity=np.array(room, np.int64))
    return table[["name", "lon", "lat", "capacity"]]


def _number(text: str) -> float:
    """A number, NaN for what is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
