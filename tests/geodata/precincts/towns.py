"""Small layers of precincts whose answers are visible."""

import geopandas as gpd
from pyproj import CRS
from shapely import box

from geodata.schema import Precincts

METRES = CRS.from_epsg(32610)

# Two squares side by side, a third half over the second, a gap of 20 m, and a last one:
# A1 0..100, B2 100..200, C3 150..250, D4 270..370
TOWN = {"A1": box(0, 0, 100, 100), "B2": box(100, 0, 200, 100)}
TOWN |= {"C3": box(150, 0, 250, 100), "D4": box(270, 0, 370, 100)}


def precincts(shapes):
    """A layer of polygons by their codes."""
    keys = sorted(shapes)
    geometry = [shapes[key] for key in keys]
    return Precincts(gpd.GeoDataFrame({"precinct": keys}, geometry=geometry, crs=METRES))


def names(result, layer):
    """Codes of the precincts that were found; blank for none."""
    keys = [*layer.table["precinct"], ""]
    return [keys[position] for position in result.precinct]
