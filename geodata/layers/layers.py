"""
Vector layers: any common file in, one table with geometry and a coordinate system out.

What kind of file it is, and what reads it, `formats` knows.
"""

import errno
import re
import sqlite3
import tempfile
import warnings
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

from geodata import counties
from geodata.crs import advice_for, check_bounds, horizontal, parse_crs
from geodata.errors import InputError, SpaceError
from geodata.layers.formats import READ_HERE, Source, read_format
from geodata.notes import Note

# What the libraries below raise for damaged files; found by damaging files (see the tests).
_UNREADABLE: Final = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    pa.ArrowException,
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    CRSError,
    shapely.errors.ShapelyError,
    sqlite3.Error,
)


def read_layer(
    path: Path,
    *,
    crs: str = "",
    county: str = "",
    restore_shx: bool = False,
    swap: bool = False,
    notes: list[Note] | None = None,
) -> gpd.GeoDataFrame:
    """
    Read the one vector layer of a file.

    Parameters
    ----------
    path
        Shapefile (plain: the .shp; or zipped), GeoPackage, GeoJSON, gzipped GeoJSON, KML, KMZ or
        GeoParquet.
    crs
        Coordinate system such as ``EPSG:2227``; believed more than the file itself.
    county
        County the layer is of, as `geodata.counties` names it, where that is known.
    restore_shx
        Whether a shapefile's missing .shx part may be made anew.
    swap
        Whether latitude and longitude are exchanged where they stand the wrong way round.
    notes
        List to which remarks on the reading are added.

    Returns
    -------
    layer
        Columns of the file and `geometry` (two-dimensional, may be null), in file order, with a
        horizontal coordinate system.

    Raises
    ------
    InputError
        NO_FILE, TYPE, ARCHIVE, AMBIGUOUS_LAYER, NO_SHX, NO_ATTRIBUTES, TRUNCATED, ENCODING, EMPTY,
        NO_CRS, COORD_RANGE or SWAPPED; PARAMETER if `crs` is none.
    """
    wanted = parse_crs(crs) if crs else None
    remarks = [] if notes is None else notes
    frame = _whole(path, restore_shx=restore_shx, notes=remarks)
    try:
        return _located(frame, wanted, county, path.name)
    except InputError as fault:
        if not swap or fault.code != "SWAPPED":
            raise
    flipped = shapely.transform(frame.geometry.to_numpy(), np.fliplr)
    remarks.append(Note("EXCHANGED", f"Latitude and longitude of {path.name} were exchanged."))
    return _located(frame.set_geometry(flipped, crs=frame.crs), wanted, county, path.name)


def raw_shapes(path: Path) -> npt.NDArray[np.object_]:
    """
    The geometry of a layer as its numbers stand, whatever it says of its coordinate system.

    Raises
    ------
    InputError
        As `read_layer`, but for what concerns the coordinate system.
    """
    return np.asarray(_whole(path, restore_shx=True, notes=[]).geometry.array, object)


def _whole(path: Path, *, restore_shx: bool, notes: list[Note]) -> gpd.GeoDataFrame:
    """The one layer of a file, its coordinate system not looked at."""
    if path.is_dir():
        message = f"{path.name} is a folder; name the file in it, e.g. its .shp."
        raise InputError("NO_FILE", message)
    try:
        # what GDAL warns of (rings not closed, odd shapes) is repaired or reported by callers
        with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            frame = read_format(path, Source(path.name, Path(scratch), restore_shx, notes))
        return _plain(frame, path.name)
    except InputError:
        raise
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        message = f"{path} does not exist or may not be read; check the name."
        raise InputError("NO_FILE", message) from None
    except _UNREADABLE as fault:
        if isinstance(fault, OSError) and fault.errno == errno.ENOSPC:
            raise SpaceError("NO_SPACE", f"No space is left to unpack {path.name}.") from None
        message = f"{path.name} is damaged or of no kind that is read here"
        raise InputError("TYPE", f"{message} ({_reason(fault)}); give a {READ_HERE}.") from None


def _reason(fault: Exception) -> str:
    """First line of a library's message, printable and without the folder the file lies in."""
    line = next(iter(str(fault).splitlines()), "") or type(fault).__name__
    line = re.sub(r"(GeoJSON:|GPKG:)?/\S*/", "", line)
    return "".join(c if c.isprintable() else "?" for c in line[:120]).strip(" .")


def _plain(frame: pd.DataFrame, name: str) -> gpd.GeoDataFrame:
    """One flat geometry column called `geometry`, a plain index, no heights."""
    if not isinstance(frame, gpd.GeoDataFrame) or frame.active_geometry_name is None:
        raise InputError("EMPTY", f"{name} holds no geometry; give a layer of polygons or lines.")
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    if not (~(shapely.is_missing(shapes) | shapely.is_empty(shapes))).any():
        raise InputError("EMPTY", f"{name} holds no features; give another file.")
    columns = frame.drop(columns=list(frame.columns[frame.dtypes == "geometry"]))
    columns = columns.reset_index(drop=True).drop(columns="geometry", errors="ignore")
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=frame.crs)


def _located(
    frame: gpd.GeoDataFrame, wanted: CRS | None, county: str, name: str
) -> gpd.GeoDataFrame:
    """The layer with a coordinate system that its coordinates can be in."""
    bounds = tuple(float(value) for value in frame.total_bounds)
    if not np.isfinite(bounds).all():
        message = f"{name} has coordinates that are no numbers; repair or export it anew."
        raise InputError("COORD_RANGE", message)

    def advice() -> str:
        shapes = np.asarray(frame.geometry.array, object)
        return counties.advice(counties.fits(shapes, county)) or advice_for(bounds)

    if wanted is None and frame.crs is None:
        message = f"{name} does not say which coordinate system it uses"
        raise InputError("NO_CRS", f"{message}; {advice()}")
    crs = horizontal(frame.crs if wanted is None else wanted)
    try:
        check_bounds(bounds, crs, name, advice)
    except ProjError:
        message = f"{name} is in a coordinate system that no place on Earth is known in"
        raise InputError("NO_CRS", f"{message}; {advice()}") from None
    return frame.set_crs(crs, allow_override=True)
