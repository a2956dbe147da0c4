"""GeoPackages: the same layers give the same bytes, anywhere and any day."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import pyogrio

from geodata.storage.tables import PRIVATE

# GeoPackages carry the time of their last change; a fixed one keeps their bytes the same.
CHANGED: Final = "2000-01-01T00:00:00.000Z"


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
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _kind(table: gpd.GeoDataFrame) -> str | None:
    """Geometry kind of a layer; named for an empty one, where it cannot be read off."""
    return "Unknown" if table.empty else None
