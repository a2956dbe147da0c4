"""Staging places: lists and layers with every name and value they come with."""

import geopandas as gpd
import pytest
import shapely

from geodata.errors import InputError
from geodata.places import NO_LIMIT, place_of, read_places

LIST = "name,lon,lat,capacity\nMain Library,-121.74,38.55,40\nArroyo Park,-121.77,38.56,\n"


def listed(tmp_path, text, name="staging.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_places(path)[0]


def refused(call, code):
    with pytest.raises(InputError) as caught:
        call()
    assert caught.value.code == code
    return caught.value.sentence


def test_list(tmp_path):
    places = listed(tmp_path, LIST)
    assert list(places.columns) == ["name", "lon", "lat", "capacity"]
    assert places.to_numpy().tolist() == [
        ["Arroyo Park", -121.77, 38.56, NO_LIMIT],
        ["Main Library", -121.74, 38.55, 40],
    ]


def test_order_of_rows_and_names_of_columns_do_not_matter(tmp_path):
    other = "Site|Latitude|LONG|People\n Arroyo Park |38.56|-121.77|\n|||\n"
    other += "Main Library|38.55|-121.74|40.0\n"
    assert listed(tmp_path, LIST).equals(listed(tmp_path, other, "other.txt"))


@pytest.mark.parametrize("suffix", ["geojson", "gpkg"])
def test_layer(tmp_path, suffix):
    """A park drawn as an area stands for a point on it; feet of California become degrees."""
    shapes = [shapely.Point(-121.74, 38.55), shapely.box(-121.78, 38.55, -121.76, 38.57)]
    table = gpd.GeoDataFrame(
        {"NAME": ["Main Library", "Arroyo Park"], "CAPACITY": [40.0, None]},
        geometry=shapes,
        crs="OGC:CRS84",
    )
    path = tmp_path / f"staging.{suffix}"
    table.to_crs("EPSG:2226" if suffix == "gpkg" else "OGC:CRS84").to_file(path)
    places, fates = read_places(path)
    assert fates == {"rows": 2, "used": 2}
    assert places["name"].tolist() == ["Arroyo Park", "Main Library"]
    assert places["capacity"].tolist() == [NO_LIMIT, 40]
    assert places[["lon", "lat"]].to_numpy().ravel() == pytest.approx(
        [-121.77, 38.56, -121.74, 38.55], abs=1e-4
    )


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("place,lon\nA,-121\n", "COLUMN", "as lat"),
        ("name,lon,lat\n", "EMPTY", "staging.csv"),
        ("name,lon,lat\nA,-121,38\nA,-122,38\n", "PARAMETER", "two staging places called 'A'"),
        ("name,lon,lat\n,-121,38\n", "PARAMETER", "no name"),
        ("name,lon,lat\nA,,38\n", "PARAMETER", "'A' has '' for a coordinate"),
        ("name,lon,lat\nA,nan,38\n", "PARAMETER", "'nan'"),
        ("name,lon,lat\nA,38,-121\n", "SWAPPED", "A has longitude and latitude exchanged"),
        ("name,lon,lat\nA,6045000,1960000\n", "COORD_RANGE", "A is at no place on Earth"),
        ("name,lon,lat,capacity\nA,-121,38,ten\n", "PARAMETER", "capacity 'ten'"),
        ("name,lon,lat,capacity\nA,-121,38,-1\n", "PARAMETER", "capacity '-1'"),
        ("name,lon,lat\nA,-121,38,7\n", "HEADER", "line 2"),
    ],
)
def test_what_is_refused(tmp_path, text, code, said):
    assert said in refused(lambda: listed(tmp_path, text), code)


def test_a_layer_without_names_or_with_a_place_nowhere_is_refused(tmp_path):
    spots = [shapely.Point(-121.74, 38.55), None]
    unnamed = gpd.GeoDataFrame({"id": [1, 2]}, geometry=spots, crs="OGC:CRS84")
    unnamed.to_file(tmp_path / "unnamed.geojson")
    assert "'name'" in refused(lambda: read_places(tmp_path / "unnamed.geojson"), "COLUMN")
    unnamed.rename(columns={"id": "name"}).to_file(tmp_path / "nowhere.geojson")
    assert "'2'" in refused(lambda: read_places(tmp_path / "nowhere.geojson"), "PARAMETER")


def test_place_of_two_numbers():
    assert place_of(" -122.4169,37.7791") == (-122.4169, 37.7791)
    assert place_of("Main Library") is place_of("Main St, 12") is place_of("1,2,3") is None
    refused(lambda: place_of("37.7791,-122.4169"), "SWAPPED")
    refused(lambda: place_of("600000,4000000"), "COORD_RANGE")
