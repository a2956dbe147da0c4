"""GeoPackages: the same layers give the same bytes, anywhere and any day."""

import errno
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from geodata.storage.atomic import has_room
from geodata.storage.engine import quoted
from geodata.storage.tables import PRIVATE

# GeoPackages carry the time of their last change; a fixed one keeps their bytes the same.
CHANGED: Final = "2000-01-01T00:00:00.000Z"
ROOM_BYTES: Final = 64 << 20
"""Where less is left, a GeoPackage that cannot be written is one for which there is no space."""


def write_geopackage(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """
    Write tables as layers of one GeoPackage, readable by its owner only.

    Parameters
    ----------
    path
        File to write; replaced if there.
    layers
        Layer name -> table with a CRS, in the order in which they shall appear. Polygons and
        lines are written as their multi kind where a layer mixes both.

    Raises
    ------
    OSError
        ENOSPC: the disk is full, for which GDAL has many words or none.
    """
    path.unlink(missing_ok=True)
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": CHANGED})
    try:
        for name, table in layers.items():
            pyogrio.write_dataframe(
                table, path, layer=name, driver="GPKG", geometry_type=_kind(table)
            )
            path.chmod(PRIVATE)
        _check_whole(path, layers)
    except (RuntimeError, sqlite3.Error) as fault:  # pyogrio's errors are of the former
        needed = max(ROOM_BYTES, 2 * path.stat().st_size if path.exists() else 0)
        path.unlink(missing_ok=True)
        if not has_room(path.parent, needed):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from fault
        raise
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _kind(table: gpd.GeoDataFrame) -> str | None:
    """Geometry kind of a layer; named for an empty one, where it cannot be read off."""
    return "Unknown" if table.empty else None


def _check_whole(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Look whether all is there: GDAL is silent about what fails as it closes a file."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as package:
        for name, table in layers.items():
            shapes = np.asarray(table.geometry.array)
            placed = int((~(shapely.is_missing(shapes) | shapely.is_empty(shapes))).sum())
            told = "SELECT count(*), count(min_x) FROM gpkg_contents WHERE table_name = ?"
            found = (
                *package.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone(),
                *package.execute(
                    f"SELECT count(*) FROM {quoted(f'rtree_{name}_geom_rowid')}"
                ).fetchone(),
                *package.execute(told, (name,)).fetchone(),
            )
            if found != (len(table), placed, 1, int(placed > 0)):
                message = f"{path.name}: the layer {name} is not as it was written"
                raise sqlite3.DatabaseError(message)
