"""In which precinct each door lies."""

import functools

import numpy as np
import pandas as pd
import pytest
import shapely
from towns import METRES, TOWN, names, precincts

from geodata.crs import project
from geodata.errors import InputError
from geodata.precincts.placement import HOW, place
from geodata.precincts.precincts import read_precincts

SF_2012 = "sf-central/SF_DOE_Precincts_20120702_EPSG2227.zip"
SF_2016 = "sf-central/075-san-francisco_2016_wgs84.zip"
SF_2019 = "sf-central/SF_DOE_precincts_2019.geojson.gz"

read_once = functools.cache(read_precincts)


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
    assert "1 of 19 doors (5.3%)" in caught.value.sentence
    assert "one of D4 in A1" in caught.value.sentence


def test_a_few_voters_prove_no_wrong_vintage():
    town = precincts(TOWN)
    few = place([50.0, 50.0], [50.0] * 2, ["D4", "A1"], town, few=True)
    assert (few.compared, few.disagree) == (2, 1)
    assert list(place([430_000.0], [50.0], [""], town, few=True).how) == ["outside"]


def test_all_voters_elsewhere_is_an_error_with_the_distance():
    with pytest.raises(InputError) as caught:
        place([430_000.0] * 3, [50.0] * 3, [""] * 3, precincts(TOWN))
    assert caught.value.code == "OUTSIDE"
    assert "the middle of 3 doors" in caught.value.sentence
    assert "430 km" in caught.value.sentence


def test_nobody_or_nobody_with_coordinates_is_no_error():
    assert len(place([], [], [], precincts(TOWN)).precinct) == 0
    assert list(place([np.nan], [1.0], ["A1"], precincts(TOWN)).how) == ["outside"]


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
    with pytest.raises(InputError, match=r"475 of 7,284 doors \(6\.5%\)") as caught:
        place(*addresses, of_2012, read_once(shared_data / SF_2019))
    assert caught.value.code == "VINTAGE"
