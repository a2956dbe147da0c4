"""Precincts and other polygon layers: a county's file becomes one polygon a code."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from geodata.counties import check_place, county_named
from geodata.crs import metric_crs, short_name
from geodata.layers.boundaries import check_boundaries
from geodata.layers.keycolumns import detected_column, named_column
from geodata.layers.layers import read_layer
from geodata.layers.polygons import tidy
from geodata.notes import Fates, Note
from geodata.schema import Precincts


def read_precincts(
    path: Path,
    *,
    column: str = "",
    crs: str = "",
    county: str = "",
    accept_repairs: bool = False,
    restore_shx: bool = False,
    swap: bool = False,
    crosswalk: Mapping[str, str] | None = None,
) -> Precincts:
    """
    Read precinct polygons into one metric coordinate system chosen from their place.

    Parameters
    ----------
    path
        Anything `geodata.layers.layers.read_layer` reads.
    column
        Column with the code the county prints; detected by its name and values if not given.
    crs
        Coordinate system such as ``EPSG:2227`` where the file names none or a wrong one.
    county
        County whose precincts these are, where it is known: they must lie in its outline.
    accept_repairs
        Whether a repair may change the area of a precinct by more than 0.1 %.
    restore_shx
        Whether a shapefile's missing .shx part may be made anew.
    swap
        Whether latitude and longitude are exchanged where they stand the wrong way round.
    crosswalk
        Code of a registration precinct -> code of its consolidated one, see `read_crosswalk`.

    Raises
    ------
    InputError
        COLUMN if the column is absent or cannot be told; everything `read_layer` raises; EMPTY;
        REPAIRS if a repair changes too much; MISPLACED if the coordinate system puts them into the
        wrong place; PARAMETER if there is no such county.
    """
    wanted = county_named(county)
    remarks = list[Note]()
    layer = read_layer(
        path, crs=crs, county=wanted, restore_shx=restore_shx, swap=swap, notes=remarks
    )
    lies_in = check_place(np.asarray(layer.geometry.array, object), layer.crs, wanted, path.name)
    found = named_column(layer, column, path.name) if column else detected_column(layer, path.name)
    west, south, east, north = layer.to_crs("OGC:CRS84").total_bounds
    metres = metric_crs((west + east) / 2, (south + north) / 2)
    tidied = tidy(layer, found, "precinct", metres, path.name, accept_repairs=accept_repairs)
    notes, boundaries = check_boundaries(tidied.table)
    faults = pd.concat([tidied.faults, boundaries], ignore_index=True)
    return Precincts(
        tidied.table,
        (*remarks, *tidied.notes, *notes),
        rows=len(layer),
        lost=tidied.lost,
        faults=faults.fillna({"precinct": ""}),
        column=found,
        source_crs=short_name(layer.crs),
        county=lies_in,
        crosswalk=crosswalk or {},
    )


def read_polygons(
    path: Path, column: str, crs_metric: CRS, *, crs: str = ""
) -> tuple[gpd.GeoDataFrame, Fates]:
    """
    Read another polygon layer, such as districts, with one polygon a key.

    Parameters
    ----------
    path
        Anything `geodata.layers.layers.read_layer` reads.
    column
        Column whose values, as text, become `key`.
    crs_metric
        Coordinate system of the result, that of the precincts (metres).
    crs
        Coordinate system of the file where it names none or a wrong one.

    Returns
    -------
    table, fates
        `key` (text, unique), `geometry` (valid Polygon or MultiPolygon) and the other columns of
        the file, sorted by `key` (`geodata.layers.boundaries.check_boundaries` tells overlaps and
        gaps); what became of the file's rows.

    Raises
    ------
    InputError
        COLUMN if the file has no such column; everything `read_layer` raises; EMPTY.
    """
    layer = read_layer(path, crs=crs)
    tidied = tidy(layer, named_column(layer, column, path.name), "key", crs_metric, path.name)
    return tidied.table, tidied.fates
