import functools

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geodata.errors import InputError
from geodata.layers.boundaries import check_boundaries
from geodata.layers.layers import read_layer
from geodata.precincts.placement import place
from geodata.precincts.precincts import read_polygons, read_precincts

METRES = CRS.from_epsg(32610)
SF_2012 = "sf-central/SF_DOE_Precincts_20120702_EPSG2227.zip"
SF_2016 = "sf-central/075-san-francisco_2016_wgs84.zip"
SF_2019 = "sf-central/SF_DOE_precincts_2019.geojson.gz"

read_once = functools.cache(read_precincts)


@pytest.mark.parametrize(
    ("name", "options", "count", "first", "notes"),
    [
        ("contra-costa_EPSG2227", {}, 711, "ALHA101", "REPAIRED REPEATED_KEY OVERLAPS GAPS"),
        (
            "humboldt_NAD27ft_null-geom",
            {},
            306,
            "1CS-1",
            "NULL_GEOMETRY NO_KEY REPAIRED REPEATED_KEY OVERLAPS GAPS",
        ),
        ("kern_compoundCRS", {}, 642, "0011155", "REPAIRED OVERLAPS GAPS"),
        ("modoc_UTM10", {}, 21, "Adin", "OVERLAPS GAPS"),
        ("nevada_EPSG3857", {}, 82, "CP01", ""),
        ("plumas_invalid_null", {}, 188, "10100", "NULL_GEOMETRY REPAIRED REPEATED_KEY"),
        (
            "santa-clara_NO-PRJ_ftUS085",
            {"crs": "EPSG:2227", "column": "vpct"},
            1078,
            "1000",
            "NULL_GEOMETRY REPAIRED REPEATED_KEY OVERLAPS GAPS",
        ),
    ],
)
def test_registrars_files_are_read_and_their_faults_told(
    shared_data, name, options, count, first, notes
):
    layer = read_precincts(shared_data / f"ca-precincts/messy/{name}.zip", **options)
    table = layer.table
    assert len(table) == count
    assert table["precinct"].iloc[0] == first
    assert [note.code for note in layer.notes] == notes.split()
    assert table["precinct"].is_unique
    assert table["precinct"].is_monotonic_increasing
    assert table.geometry.is_valid.all()
    assert set(table.geom_type) <= {"Polygon", "MultiPolygon"}
    assert table.crs.axis_info[0].unit_name == "metre"
    assert list(table.columns[:2]) == ["precinct", "geometry"]


def test_one_place_in_three_files_lies_in_the_same_place(shared_data):
    """State Plane feet, degrees in a shapefile and in GeoJSON: precinct 9151 of San Francisco."""
    shapes = []
    for name, key in ((SF_2012, "9151"), (SF_2016, "075-9151"), (SF_2019, "9151")):
        table = read_once(shared_data / name).table.set_index("precinct")
        shapes.append(table.geometry[key])
    for shape in shapes[1:]:
        assert shape.symmetric_difference(shapes[0]).area < 0.01 * shapes[0].area


def test_other_columns_follow_the_geometry(shared_data):
    table = read_once(shared_data / SF_2012).table
    assert "SupDist" in table
    assert "PREC_2012" not in table
    assert list(table.columns[:2]) == ["precinct", "geometry"]


def test_the_order_of_features_does_not_matter(tmp_path, shared_data):
    frame = read_layer(shared_data / "ca-precincts/messy/plumas_invalid_null.zip")
    results = []
    for seed in (1, 2):
        path = tmp_path / f"{seed}.parquet"
        frame.sample(frac=1, random_state=seed).to_parquet(path)
        results.append(read_precincts(path, column="Precincts"))
    one, other = (pd.DataFrame(result.table.to_wkb()) for result in results)
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert results[0].notes == results[1].notes


def test_a_wrong_column_gets_the_nearest_guess(shared_data):
    with pytest.raises(InputError, match="did you mean PREC_2012"):
        read_precincts(shared_data / SF_2012, column="PRECINCT2012")


def test_districts_are_dissolved_by_their_key(shared_data):
    table, fates = read_polygons(shared_data / SF_2019, "SupDist", METRES)
    assert table["key"].tolist() == sorted(str(i) for i in range(1, 12))
    district = read_layer(shared_data / SF_2019)["SupDist"]
    rows, coded = len(district), int(district.notna().sum())
    expected = {"rows": rows, "without_code": rows - coded, "joined": coded - 11, "used": 11}
    assert fates == expected
    assert rows > coded
    assert table.crs == METRES
    assert table.geometry.is_valid.all()
    # dissolved districts share borders only: no overlap worth speaking of
    assert all(
        note.code in {"OVERLAPS", "GAPS"} for note in check_boundaries(table, "districts").notes
    )
    precinct_area = read_once(shared_data / SF_2019).table.area.sum()
    assert table.area.sum() == pytest.approx(precinct_area, rel=0.05)


@pytest.mark.slow
def test_a_whole_state_is_read_and_searched(shared_data):
    layer = read_precincts(shared_data / "ca-precincts/ca_precincts_2016_52counties.parquet")
    assert len(layer.table) == 11_716
    points = shapely.point_on_surface(layer.table.geometry.to_numpy())
    x, y = shapely.get_x(points), shapely.get_y(points)
    result = place(np.tile(x, 20), np.tile(y, 20), np.tile(layer.table["precinct"], 20), layer)
    assert (result.precinct >= 0).all()
    assert "GAPS_UNCHECKED" in {note.code for note in layer.notes}
