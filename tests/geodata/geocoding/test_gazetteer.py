"""Sources become sites: lists and ranges written out, places of one number told apart."""

import pandas as pd
import pytest
from geopandas import GeoDataFrame
from shapely import Point

from geodata.geocoding import build_gazetteer, load_gazetteer, save_gazetteer
from geodata.geocoding.sites import numbers_of, units_of


@pytest.mark.parametrize(
    ("text", "named", "spanned"),
    [
        ("12", ["12"], []),
        ("610;630", ["610;630", "610", "630"], []),
        ("701-709", ["701-709", "701", "709"], ["703", "705", "707"]),
        ("12-15", ["12-15", "12", "15"], ["13", "14"]),
        ("45-12", ["45-12"], []),
        ("1-9999", ["1-9999", "1", "9999"], []),
    ],
)
def test_numbers(text, named, spanned):
    found = numbers_of(text)
    assert [number for number, own in found if own] == named
    assert [number for number, own in found if not own] == spanned


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("3", ["3"]),
        ("1-4", ["1-4", "1", "2", "3", "4"]),
        ("A-C", ["A-C", "A", "B", "C"]),
        ("A B", ["A B", "A", "B"]),
        ("", []),
    ],
)
def test_units(text, units):
    assert units_of(text) == units


def test_points_of_one_address_are_one_site_unless_they_lie_apart(points, metric):
    rows = [
        ("1 Oak St", "1", "", "95616", 0, 0),
        ("1 Oak St", "2", "", "95616", 200, 0),
        ("1 Oak St", "3", "", "95616", 400, 0),
        ("1 Oak St", "4", "", "95695", 9000, 0),
    ]
    sites = build_gazetteer([points(*rows)], None, metric).sites
    assert sites[["number", "zip"]].to_numpy().tolist() == [["1", "95616"], ["1", "95695"]]
    assert (sites["x"] - 600_000).tolist() == [200, 9000]


def test_a_number_that_a_range_spans_gives_way_to_the_number_itself(points, metric):
    rows = [("1-9 Oak St", "", "", "", 0, 0), ("5 Oak St", "", "", "", 80, 0)]
    sites = build_gazetteer([points(*rows)], None, metric).sites.set_index("number")
    assert (sites["x"] - 600_000).to_dict() == {
        "1": 0, "3": 0, "5": 80, "7": 0, "9": 0, "1-9": 0,
    }  # fmt: skip


def test_lots_without_an_address_are_left_out(points, metric):
    rows = [("0 Unknown", "", "", "", 0, 0), ("Oak St", "", "", "", 0, 0)]
    assert build_gazetteer([points(*rows)], None, metric).sites.empty


def test_openstreetmap_comes_after_address_points(points, metric):
    osm = GeoDataFrame(
        pd.DataFrame(
            [("1", "Oak Street", "", "", "")],
            columns=["number", "street", "unit", "city", "zip"],
            dtype="str",
        ),
        geometry=[Point(1, 2)],
        crs=metric,
    )
    sites = build_gazetteer([points(("1 Oak St", "", "", "", 0, 0))], osm, metric).sites
    assert sites["method"].tolist() == [0, 1]


def test_the_order_of_rows_does_not_matter_and_it_can_be_kept(points, town, metric, tmp_path):
    rows = [(f"{n} Oak St", str(n % 3), "", f"9561{n % 2}", n, n) for n in range(40)]
    one = build_gazetteer([points(*rows)], None, metric)
    other = build_gazetteer([points(*rows[::-1])], None, metric)
    for name in ("streets", "sites", "units"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    save_gazetteer(town, tmp_path)
    again = load_gazetteer(tmp_path)
    for name in ("streets", "sites", "units"):
        pd.testing.assert_frame_equal(getattr(town, name), getattr(again, name))
    assert len(again.ranges) == 0
    assert again.ranges.crs == metric
