"""A small place: a few streets whose addresses a reader can see at once."""

from collections.abc import Callable

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geodata.geocoding import AddressSource, Gazetteer, build_gazetteer
from geodata.geocoding.blocks import no_ranges
from geodata.geocoding.source import no_points

METRIC = CRS(32610)
EAST, NORTH = 600_000.0, 4_130_000.0


@pytest.fixture(scope="session")
def metric() -> CRS:
    return METRIC


@pytest.fixture(scope="session")
def points() -> Callable[..., AddressSource]:
    """A source of (address, unit, city, zip, metres east, metres north)."""

    def make(*rows: tuple[str, str, str, str, float, float]) -> AddressSource:
        table = pd.DataFrame(rows, columns=["address", "unit", "city", "zip", "x", "y"])
        if table.empty:
            return AddressSource(no_points(), no_ranges(METRIC))
        table["x"], table["y"] = table["x"] + EAST, table["y"] + NORTH
        return AddressSource(table, no_ranges(METRIC))

    return make


@pytest.fixture(scope="session")
def ranges() -> Callable[..., AddressSource]:
    """A source of (street, low, high, side, city, zip, line in metres east and north)."""

    def make(*rows: tuple[object, ...]) -> AddressSource:
        names = ["street", "low", "high", "side", "city", "zip", "line"]
        table = pd.DataFrame(rows, columns=names)
        lines = [
            shapely.LineString([(EAST + x, NORTH + y) for x, y in one]) for one in table["line"]
        ]
        frame = gpd.GeoDataFrame(table.drop(columns="line"), geometry=lines, crs=METRIC)
        return AddressSource(no_points(), frame)

    return make


@pytest.fixture(scope="session")
def town(points) -> Gazetteer:
    """
    Numbers 100 to 148 on both sides of Oak Street, 100 to 118 on Oak Avenue in the next ZIP.

    Besides: 200 to 220 Elm Street and Elm Court in one ZIP, apartments at 500 Main Street, a list
    and a range, a half number, a letter, Spanish and numbered streets.
    """
    rows = [
        (f"{n} Oak Street", "", "Davis", "95616", 10.0 * n, 20.0 * (n % 2)) for n in range(100, 150)
    ]
    rows += [(f"{n} Oak Ave", "", "Davis", "95618", 10.0 * n, 5000.0) for n in range(100, 120)]
    for kind, north in (("St", 1000.0), ("Ct", 1200.0)):
        rows += [
            (f"{n} Elm {kind}", "", "Davis", "95616", 10.0 * n, north) for n in range(200, 222, 2)
        ]
    rows += [("500 Main St", unit, "Davis", "95616", 5000.0 + k, 0) for k, unit in enumerate("12")]
    rows += [
        ("610;630 N. 1st St", "", "Davis", "95616", 6100, 0),
        ("701-709 N. 1st St", "", "Davis", "95616", 7050, 0),
        ("703 N. 1st St", "", "Davis", "95616", 7030, 0),
        ("12 1/2 S 1st St", "", "Davis", "95616", 120, 300),
        ("32A Haight St", "", "Davis", "95616", 320, 400),
        ("40 Haight St", "A", "Davis", "95616", 400, 400),
        ("7 El Camino Real", "", "Davis", "95616", 70, 500),
        ("9 Santa Clara Street", "", "Davis", "95616", 90, 600),
        ("11 Calle de las Flores", "", "Davis", "95616", 110, 700),
        ("98 County Road 32A", "", "Davis", "95618", 980, 8000),
        ("15 De Anza Blvd", "", "Davis", "95616", 150, 900),
        ("1711 Branham Lane East", "1-4", "Davis", "95616", 1711, 900),
        ("5 Hill View Ave", "", "Davis", "95616", 50, 1500),
        ("800 Pine St", "1", "Davis", "95616", 800, 2000),
        ("800 Pine St", "2", "Davis", "95616", 1800, 2000),
        ("900 Pine St", "", "Davis", "95616", 900, 2000),
        ("900 Pine St", "", "Woodland", "95695", 9900, 20000),
    ]
    return build_gazetteer([points(*rows)], None, METRIC)
