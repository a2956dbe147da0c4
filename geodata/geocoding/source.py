"""Files that say where addresses are: points of a city or county, centrelines with ranges."""

import gzip
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyproj
import shapely

from geodata.columns.coordinates import ZERO
from geodata.columns.layouts import PLAIN, squeeze
from geodata.crs import no_degrees, project
from geodata.delimited.delimited import Tally, read_header, read_tables
from geodata.errors import InputError
from geodata.geocoding.blocks import no_ranges, ranges_of
from geodata.geocoding.parts import FULL_STREET, PARTS, TOWN, column_text, first_of, joined
from geodata.layers.layers import read_layer
from geodata.notes import Fates, accounted

POINT: Final = ("address", "unit", "city", "zip")
"""Text columns of a table of address points."""
_TEXT_OR_LAYER: Final = 4096
_LAYERS: Final = (b"PK\x03\x04", b"\x00\x00\x27\x0a", b"SQLite format 3\x00", b"PAR1")


@dataclass(frozen=True)
class AddressSource:
    """
    What one file says of where addresses are.

    Parameters
    ----------
    points
        `POINT` (text) and `x`, `y` (metres, in the job's CRS).
    ranges
        `street` (text), `low`, `high` (house numbers at the line's start and end, int), `side`
        (``left`` or ``right`` of the line), `city`, `zip` (text), `geometry` (LineString).
    file
        Name of the file; blank where its rows are counted elsewhere.
    fates
        ``rows`` of the file, and why some are in neither table.
    """

    points: pd.DataFrame
    ranges: gpd.GeoDataFrame
    file: str = ""
    fates: Fates = field(default_factory=dict)


def read_source(path: Path, crs: pyproj.CRS) -> AddressSource:
    """
    Read a file of addresses.

    Parameters
    ----------
    path
        Delimited text with an address (or number and street) and longitude and latitude; a vector
        layer of address points or of outlines with addresses; or a layer of centrelines with
        address ranges.
    crs
        Projected CRS of the job, metres.

    Raises
    ------
    InputError
        What `read_header` and `read_layer` raise; COLUMN where addresses or coordinates are not
        found, EMPTY where no row can be used, COORD_RANGE for coordinates that are no degrees.
    """
    if not _is_layer(path):
        listed, told = _listed(path)
        points = _located(listed, path.name, crs)
        told = told | {"without_place": len(listed) - len(points)}
        return AddressSource(points, no_ranges(crs), path.name, told)
    layer = read_layer(path)
    if shapely.get_dimensions(np.asarray(layer.geometry.array)).max() != 1:
        points = _points_of(layer, crs, path.name)
        told = accounted(len(layer), without_address_or_place=len(layer) - len(points))
        return AddressSource(points, no_ranges(crs), path.name, told)
    ranges = ranges_of(layer, crs)
    if not len(ranges):
        message = (
            f"{path.name} is a layer of lines without address ranges; give one with columns such "
            "as LFROMADD, LTOADD, RFROMADD and RTOADD, or a file of address points."
        )
        raise InputError("COLUMN", message)
    told = accounted(len(layer), without_range=len(layer) - ranges.index.nunique())
    return AddressSource(no_points(), ranges, path.name, told)


def street_ranges(path: Path, crs: pyproj.CRS) -> AddressSource:
    """Address ranges of a layer of streets, where it has any; raises what `read_layer` does."""
    return AddressSource(no_points(), ranges_of(read_layer(path), crs))


def read_points(path: Path) -> pd.DataFrame:
    """
    Addresses of a delimited text file, as it has them.

    Returns
    -------
    points
        `POINT` (text, blanks around removed) and `lon`, `lat` (degrees or NaN), in file order;
        rows without an address are left out.

    Raises
    ------
    InputError
        What `read_header` raises; COLUMN, COORD_RANGE or EMPTY.
    """
    return _listed(path)[0]


def _listed(path: Path) -> tuple[pd.DataFrame, Fates]:
    """What `read_points` returns, and how many rows it left out."""
    header, tally = read_header(path), Tally()
    places = _places(header.names, path.name)
    tables = list(read_tables(path, header, set(places.values()), tally))
    if not tables:
        raise InputError("EMPTY", f"{path.name} holds no address; give another file.")
    table = pa.concat_tables(tables).to_pandas()
    text = {name: table[str(place)].str.strip() for name, place in places.items()}
    points = _texts(text, table.index)
    for name in ("lon", "lat"):
        cells = text.get(name, pd.Series("", index=table.index, dtype="str"))
        points[name] = pd.to_numeric(cells, errors="coerce").astype("float64")
    points.loc[no_degrees(points["lon"], points["lat"], path.name), ["lon", "lat"]] = np.nan
    given = points[points["address"] != ""]
    if given.empty:
        raise InputError("EMPTY", f"{path.name} holds no address; give another file.")
    unreadable, without = tally.lost, len(points) - len(given)
    told = accounted(tally.rows, unreadable=unreadable, without_address=without)
    return given.reset_index(drop=True), told


def no_points() -> pd.DataFrame:
    """A table of no address points."""
    texts = pd.DataFrame({name: [] for name in POINT}, dtype="str")
    return texts.assign(x=np.empty(0), y=np.empty(0))


def _is_layer(path: Path) -> bool:
    """Whether a file is a vector layer rather than text, by its first bytes."""
    try:
        with path.open("rb") as file:
            head = file.read(_TEXT_OR_LAYER)
        if head.startswith(b"\x1f\x8b"):
            with gzip.open(path) as packed:
                head = packed.read(_TEXT_OR_LAYER)
    except (OSError, EOFError, zlib.error):
        return False  # the reader of text says what is wrong
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(_LAYERS) or plain.startswith(b"{")


def _located(points: pd.DataFrame, file: str, crs: pyproj.CRS) -> pd.DataFrame:
    """Points in metres; those without coordinates are left out."""
    lon, lat = points["lon"].to_numpy(), points["lat"].to_numpy()
    given = np.isfinite(lon) & np.isfinite(lat) & (np.maximum(np.abs(lon), np.abs(lat)) > ZERO)
    if not given.any():
        message = f"{file} has no longitude and latitude for any address; name them lon and lat."
        raise InputError("COLUMN", message)
    x, y = project(lon[given], lat[given], crs)
    table = points.loc[given, list(POINT)].assign(x=x, y=y)
    usable: pd.DataFrame = table[np.isfinite(x) & np.isfinite(y)]
    return usable.reset_index(drop=True)


def _points_of(layer: gpd.GeoDataFrame, crs: pyproj.CRS, file: str) -> pd.DataFrame:
    """Address points of a layer; outlines count as a point within them."""
    columns = [str(name) for name in layer.columns if name != "geometry"]
    places = _places(tuple(columns), file)
    text = {name: column_text(layer, squeeze(columns[place])) for name, place in places.items()}
    shapes = shapely.point_on_surface(layer.geometry.to_crs(crs).array)
    x, y = shapely.get_x(shapes), shapely.get_y(shapes)
    table = _texts(text, layer.index).assign(x=x, y=y)
    usable = (table["address"] != "").to_numpy() & np.isfinite(x) & np.isfinite(y)
    if not usable.any():
        raise InputError("EMPTY", f"{file} holds no address with a place; give another file.")
    kept: pd.DataFrame = table[usable]
    return kept.reset_index(drop=True)


def _places(header: Sequence[str], file: str) -> dict[str, int]:
    """What a file's columns are -> their positions: the address or its parts, town, coordinates."""
    position = {squeeze(name): place for place, name in reversed(list(enumerate(header)))}
    known = {"address": PLAIN["address"], **PARTS, **TOWN, "lon": PLAIN["lon"], "lat": PLAIN["lat"]}
    found = {
        name: position[column]
        for name, names in known.items()
        if (column := first_of(names, position))
    }
    if "address" in found:
        return {name: place for name, place in found.items() if name not in PARTS}
    if not {"number", "street"} <= found.keys():
        message = (
            f"{file} has no column that is recognised as address (it has {', '.join(header)}); "
            "call one column address, or two of them number and street."
        )
        raise InputError("COLUMN", message)
    if squeeze(header[found["street"]]) in FULL_STREET:
        found = {key: at for key, at in found.items() if key not in ("ahead", "suffix", "behind")}
    return found


def _texts(text: Mapping[str, "pd.Series[str]"], index: pd.Index) -> pd.DataFrame:
    """`POINT` from a file's columns; addresses without number or street are blank."""
    blank = pd.Series("", index=index, dtype="str")
    points = pd.DataFrame({name: text.get(name, blank) for name in POINT})
    if "address" not in text:
        # "32 A" is 32A; the street may begin with a letter of its own
        number = text["number"].str.replace(r"^(\d+)\s+([A-Za-z])$", r"\1\2", regex=True)
        whole = (number != "") & (text["street"] != "")
        number = number + text.get("letter", blank)
        rest = [text[name] for name in list(PARTS)[2:] if name in text]
        points["address"] = joined([number, *rest]).where(whole, "")
    return points
