import functools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely import box

from geodata.boundaries import check_boundaries
from geodata.crs import project
from geodata.errors import InputError
from geodata.layers import read_layer
from geodata.placement import HOW, place
from geodata.precinctcodes import code_form
from geodata.precincts import read_polygons, read_precincts
from geodata.schema import Precincts

METRES = CRS.from_epsg(32610)
SF_2012 = "sf-central/SF_DOE_Precincts_20120702_EPSG2227.zip"
SF_2016 = "sf-central/075-san-francisco_2016_wgs84.zip"
SF_2019 = "sf-central/SF_DOE_precincts_2019.geojson.gz"

read_once = functools.cache(read_precincts)

# Two squares side by side, a third half over the second, a gap of 20 m, and a last one:
# A1 0..100, B2 100..200, C3 150..250, D4 270..370
TOWN = {"A1": box(0, 0, 100, 100), "B2": box(100, 0, 200, 100)}
TOWN |= {"C3": box(150, 0, 250, 100), "D4": box(270, 0, 370, 100)}


def precincts(shapes):
    keys = sorted(shapes)
    geometry = [shapes[key] for key in keys]
    return Precincts(gpd.GeoDataFrame({"precinct": keys}, geometry=geometry, crs=METRES))


def names(result, layer):
    keys = [*layer.table["precinct"], ""]
    return [keys[position] for position in result.precinct]


@pytest.mark.parametrize(
    ("x", "code", "precinct", "how"),
    [
        (50, "", "A1", "inside"),
        (50, "D4", "A1", "inside"),
        (0, "", "A1", "inside"),  # an outer edge
        (100, "", "A1", "overlap"),  # a shared edge: the lowest key
        (100, "B2", "B2", "overlap"),  # or the voter's own
        (100, "D4", "A1", "overlap"),
        (175, "", "B2", "overlap"),
        (175, "c-3", "C3", "overlap"),
        (255, "C3", "C3", "gap"),
        (255, "D4", "D4", "gap"),  # the farther one, for its code
        (255, "A1", "", "gap"),  # its own is too far
        (255, "", "", "gap"),
        (375, "D4", "D4", "gap"),
        (400, "D4", "", "outside"),
        (np.nan, "A1", "", "outside"),
    ],
)
def test_the_polygon_decides_and_the_code_only_where_it_cannot(x, code, precinct, how):
    """A hundred further voters agree with the map, so that one who does not stops nothing."""
    town = precincts(TOWN)
    result = place([x] + [50.0] * 100, [50.0] * 101, [code] + ["A1"] * 100, town)
    assert names(result, town) == [precinct] + ["A1"] * 100
    assert list(result.how) == [how] + ["inside"] * 100
    assert result.precinct.dtype == np.int32


def test_voters_of_one_door_may_differ():
    """On the edge of two polygons each is placed by the own code."""
    town = precincts(TOWN)
    result = place([100.0] * 4, [50.0] * 4, ["B2", "A1", "", "b2"], town)
    assert names(result, town) == ["B2", "A1", "A1", "B2"]
    assert (result.compared, result.disagree, result.unknown) == (3, 0, 0)


def test_the_width_of_a_gap_can_be_chosen():
    town = precincts(TOWN)
    for gap_m, how in ((4.0, "outside"), (6.0, "gap")):
        result = place([255.0, 50.0], [50.0, 50.0], ["C3", ""], town, gap_m=gap_m)
        assert result.how[0] == how


def test_up_to_one_in_twenty_may_disagree():
    town = precincts(TOWN)
    codes = ["A1"] * 19 + ["D4"] + ["unheard of"] * 50 + [""] * 50
    result = place([50.0] * 120, [50.0] * 120, codes, town)
    assert (result.compared, result.disagree, result.unknown) == (20, 1, 50)
    with pytest.raises(InputError) as caught:
        place([50.0] * 119, [50.0] * 119, codes[1:], town)
    assert caught.value.code == "VINTAGE"
    assert "1 of 19 voters (5.3%)" in caught.value.sentence
    assert "one of D4 in A1" in caught.value.sentence


def test_all_voters_elsewhere_is_an_error_with_the_distance():
    with pytest.raises(InputError) as caught:
        place([430_000.0] * 3, [50.0] * 3, [""] * 3, precincts(TOWN))
    assert caught.value.code == "OUTSIDE"
    assert "All 3 voters" in caught.value.sentence
    assert "430 km" in caught.value.sentence


def test_nobody_or_nobody_with_coordinates_is_no_error():
    assert len(place([], [], [], precincts(TOWN)).precinct) == 0
    assert list(place([np.nan], [1.0], ["A1"], precincts(TOWN)).how) == ["outside"]


@pytest.mark.parametrize(
    ("printed", "own"),
    [
        ("0012", "12"),
        ("12-3A", "0123a"),
        ("5KT-1", "5kt 1"),
        ("9151", "9151.0"),
        ("075-9151", "9151"),  # the county's number before every key
        ("075-9151", "075-9151"),
        ("9151", "075-9151"),
        ("ALHA101", "ALHA101-B"),  # the voter's file knows splits of the precinct
    ],
)
def test_codes_written_differently_are_the_same(printed, own):
    """The voter stands on the edge of two polygons: only the code can choose the second."""
    lower = "000-0" if printed.startswith("075-") else "0"
    town = precincts({lower: TOWN["A1"], printed: TOWN["B2"]})
    result = place([100.0], [50.0], [own], town)
    assert names(result, town) == [printed]


def test_different_codes_stay_different():
    town = precincts({"5KT-1": TOWN["A1"], "5KT-2": TOWN["B2"]})
    result = place([100.0] * 2, [50.0] * 2, ["5KT-2", "5KT-1"], town)
    assert names(result, town) == ["5KT-2", "5KT-1"]


@given(st.text(st.sampled_from("0123456789ABab- ."), max_size=12))
def test_the_form_for_comparison_is_final_and_ignores_padding(code):
    form = code_form(code)
    assert code_form(form) == form
    assert code_form(f" {code} ") == form
    if form:
        assert code_form(f"00{code}") == form
    assert form == form.upper()


def test_the_order_of_voters_does_not_matter():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-20, 400, 2000).round(), rng.uniform(0, 100, 2000).round()
    codes = rng.choice(["A1", "B2", "C3", "D4", ""], 2000)
    town = precincts(TOWN)
    # those inside have no code, lest the random ones disagree
    codes[~(((x > 250) & (x < 270)) | (x > 370))] = ""
    result = place(x, y, codes, town)
    assert set(result.how) == {"inside", "overlap", "gap", "outside"}
    order = rng.permutation(2000)
    again = place(x[order], y[order], codes[order], town)
    np.testing.assert_array_equal(again.precinct, result.precinct[order])
    np.testing.assert_array_equal(again.how.codes, result.how.codes[order])


def test_placing_agrees_with_a_plain_search(shared_data):
    """Random points over Davis's county, against every polygon's own answer."""
    layer = read_precincts(shared_data / "davis/113-yolo_precincts_2016_wgs84.zip")
    west, south, east, north = layer.table.total_bounds
    rng = np.random.default_rng(0)
    x, y = rng.uniform(west, east, 3000), rng.uniform(south, north, 3000)
    result = place(x, y, [""] * 3000, layer)
    held = np.array([shapely.intersects_xy(shape, x, y) for shape in layer.table.geometry])
    expected = np.where(held.any(axis=0), held.argmax(axis=0), -1)
    np.testing.assert_array_equal(result.precinct, expected)
    assert (result.how.codes == HOW.index("overlap")).sum() == (held.sum(axis=0) > 1).sum()
    assert 1000 < (expected >= 0).sum() < 3000


@pytest.fixture(scope="module")
def addresses(shared_data):
    """7,284 address rows of San Francisco: coordinates in metres."""
    frame = pd.read_csv(shared_data / "sf-central/eas_addresses_with_units.csv.gz")
    return project(frame["lon"], frame["lat"], METRES)


def own_codes(layer, points):
    found = place(*points, [""] * len(points[0]), layer)
    assert (found.how == "inside").all()
    return layer.table["precinct"].to_numpy(object)[found.precinct]


@pytest.mark.parametrize(("name", "count"), [(SF_2012, 26), (SF_2016, 26), (SF_2019, 28)])
def test_every_address_lies_in_a_precinct(shared_data, addresses, name, count):
    layer = read_once(shared_data / name)
    assert layer.table.crs == METRES
    codes = own_codes(layer, addresses)
    assert len(set(codes)) == count
    again = place(*addresses, codes, layer)
    assert (again.compared, again.disagree, again.unknown) == (7284, 0, 0)


def test_codes_of_another_year_stop_the_run(shared_data, addresses):
    """Real vintages: from 2012 to 2016 next to nothing moved, by 2019 enough had."""
    of_2012 = own_codes(read_once(shared_data / SF_2012), addresses)
    same = place(*addresses, of_2012, read_once(shared_data / SF_2016))
    assert (same.compared, same.disagree, same.unknown) == (7215, 0, 69)
    with pytest.raises(InputError, match=r"475 of 7,284 voters \(6\.5%\)") as caught:
        place(*addresses, of_2012, read_once(shared_data / SF_2019))
    assert caught.value.code == "VINTAGE"


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
    table = read_polygons(shared_data / SF_2019, "SupDist", METRES)
    assert table["key"].tolist() == sorted(str(i) for i in range(1, 12))
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
