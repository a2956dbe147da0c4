import numpy as np
import pytest
from pyproj import CRS

from geodata import crs
from geodata.errors import InputError

SANTA_CLARA_FEET = (6066810.5, 1785480.75, 6354967.5, 2001769.25)
SANTA_CLARA_DEGREES = (-122.2, 36.9, -121.2, 37.5)
MODOC_UTM_10 = (627860.8, 4560333.2, 751638.9, 4653568.4)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (-122.42, 37.77, 32610),
        (-119.0, 35.4, 32611),
        (-120.0, 36.0, 32611),  # a zone includes its western edge
        (151.2, -33.9, 32756),
        (-180.0, 10.0, 32601),
        (180.0, 10.0, 32660),
    ],
)
def test_metric_crs_is_the_utm_zone_of_the_place(lon, lat, code):
    assert crs.metric_crs(lon, lat).to_epsg() == code


@pytest.mark.parametrize(("lon", "lat"), [(0, 90), (0, -81), (181, 0), (np.nan, 37)])
def test_metric_crs_refuses_what_is_no_place_on_a_street_map(lon, lat):
    with pytest.raises(InputError, match="COORD_RANGE"):
        crs.metric_crs(lon, lat)


def test_projecting_takes_longitude_first_and_gives_metres():
    """On its central meridian a UTM zone has x = 500 km; a degree of latitude is about 111 km."""
    x, y = crs.project([-123.0, -123.0], [0.0, 1.0], CRS.from_epsg(32610))
    np.testing.assert_allclose(x, 500_000, atol=1e-6)
    np.testing.assert_allclose(y, [0, 110_574 * 0.9996], atol=10)


def test_unprojecting_undoes_projecting():
    rng = np.random.default_rng(0)
    lon, lat = rng.uniform(-124, -114, 1000), rng.uniform(32, 42, 1000)
    for code in (32610, 32611, 2227):
        system = CRS.from_epsg(code)
        back = crs.unproject(*crs.project(lon, lat, system), system)
        np.testing.assert_allclose(back, [lon, lat], atol=1e-7)


def test_impossible_positions_become_infinite_not_wrong():
    x, y = crs.project([np.nan, 1e9], [37.0, 37.0], CRS.from_epsg(32610))
    assert not np.isfinite(x).any()
    assert not np.isfinite(y).any()


@pytest.mark.parametrize("text", ["EPSG:2227", "epsg:2227", "2227", " 2227 "])
def test_a_named_system_is_understood(text):
    assert crs.parse_crs(text).to_epsg() == 2227


@pytest.mark.parametrize("text", ["banana", "EPSG:1", "EPSG:", "0", "²", "\0", "\udcff"])
def test_an_unknown_system_is_refused(text):
    with pytest.raises(InputError, match="PARAMETER") as caught:
        crs.parse_crs(text)
    assert "EPSG:2227" in caught.value.sentence


def test_heights_are_dropped_from_a_system():
    assert crs.horizontal(CRS.from_user_input("EPSG:2229+5703")).to_epsg() == 2229
    assert crs.horizontal(CRS.from_epsg(4979)).to_epsg() == 4326
    assert crs.horizontal(CRS.from_epsg(2227)).to_epsg() == 2227


def test_short_name_prefers_the_code():
    assert crs.short_name(CRS.from_epsg(2227)) == "EPSG:2227"
    assert crs.short_name(CRS.from_proj4("+proj=tmerc +lat_0=1 +lon_0=2")) == "unknown"


def test_guesses_lie_in_california():
    feet = crs.guesses(SANTA_CLARA_FEET)
    assert "EPSG:2227" in feet
    assert set(feet) <= {f"EPSG:{code}" for code in range(2225, 2231)}
    assert "EPSG:26910" in crs.guesses(MODOC_UTM_10)
    assert crs.guesses(SANTA_CLARA_DEGREES) == ("EPSG:4326",)
    assert crs.guesses((5e7, 5e7, 5.1e7, 5.1e7)) == ()


def test_advice_names_what_the_coordinates_look_like():
    assert "feet" in crs.advice_for(SANTA_CLARA_FEET)
    assert "--crs EPSG:2225 (zone 1)" in crs.advice_for(SANTA_CLARA_FEET)
    assert "--crs EPSG:4326" in crs.advice_for(SANTA_CLARA_DEGREES)
    assert "metres" in crs.advice_for(MODOC_UTM_10)
    assert "ask its maker" in crs.advice_for((5e7, 5e7, 5.1e7, 5.1e7))


@pytest.mark.parametrize(
    ("bounds", "code", "word"),
    [
        (SANTA_CLARA_FEET, 4326, "COORD_RANGE"),
        (SANTA_CLARA_DEGREES, 2227, "COORD_RANGE"),
        (MODOC_UTM_10, 2227, "COORD_RANGE"),
        ((1e12, 1e12, 1.1e12, 1.1e12), 2227, "COORD_RANGE"),
        ((36.9, -122.2, 37.5, -121.2), 4326, "SWAPPED"),
    ],
)
def test_coordinates_that_cannot_be_in_their_system_are_refused(bounds, code, word):
    with pytest.raises(InputError) as caught:
        crs.check_bounds(bounds, CRS.from_epsg(code), "p.shp", str)
    assert caught.value.code == word
    assert caught.value.sentence.startswith("p.shp")


@pytest.mark.parametrize(
    ("bounds", "code"),
    [(SANTA_CLARA_FEET, 2227), (SANTA_CLARA_DEGREES, 4326), (MODOC_UTM_10, 26910)],
)
def test_coordinates_that_fit_pass(bounds, code):
    crs.check_bounds(bounds, CRS.from_epsg(code), "p.shp", str)


def test_degrees_are_checked_and_missing_ones_pass():
    assert not crs.no_degrees([-122.4, np.nan], [37.7, np.nan], "a.csv").any()
    assert crs.no_degrees([-122.4, 6e6], [37.7, 2e6], "a.csv").tolist() == [False, True]
    with pytest.raises(InputError, match="COORD_RANGE") as caught:
        crs.no_degrees([-122.4, 6e6, 6e6, np.nan], [37.7, 2e6, 2e6, 1], "a.csv")
    assert "2 of 4" in caught.value.sentence
