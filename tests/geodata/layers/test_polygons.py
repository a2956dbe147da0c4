import random

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geodata.errors import InputError
from geodata.layers.boundaries import check_boundaries
from geodata.layers.polygons import printed, tidy

METRES = CRS.from_epsg(32610)
X, Y = 550_000, 4_180_000  # San Francisco


def layer(rows):
    """A layer of ``(code, shape)`` in metres, shapes given relative to San Francisco."""
    shapes = [s and shapely.transform(s, lambda xy: xy + (X, Y)) for _, s in rows]  # noqa: RUF005
    frame = pd.DataFrame({"code": [code for code, _ in rows], "size": range(len(rows))})
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=METRES)


def tidied(rows, column="code"):
    table, notes, *_ = tidy(layer(rows), column, "key", METRES, "p.shp")
    return table, {note.code: note.count for note in notes}


def test_codes_are_text_as_printed():
    assert printed(pd.Series([9151.0, 7.0, np.nan])).tolist() == ["9151", "7", ""]
    assert printed(pd.Series([9151, 12])).tolist() == ["9151", "12"]
    assert printed(pd.Series([" 0012 ", None, "9.0"])).tolist() == ["0012", "", "9.0"]
    assert printed(pd.Series([1.5])).tolist() == ["1.5"]
    assert printed(pd.Series([10**15, 1], dtype="float")).tolist() == [str(10**15), "1"]


def test_a_clean_layer_is_sorted_and_otherwise_unchanged():
    table, notes = tidied([("b", box(1, 0, 2, 1)), ("a", box(0, 0, 1, 1))])
    assert list(table.columns) == ["key", "geometry", "size"]
    assert table["key"].tolist() == ["a", "b"]
    assert table["size"].tolist() == [1, 0]
    assert table.index.tolist() == [0, 1]
    assert notes == {}


def test_what_cannot_be_used_is_dropped_and_counted():
    table, notes = tidied(
        [
            ("a", box(0, 0, 9, 9)),
            ("null", None),
            ("empty", Polygon()),
            (None, box(20, 0, 29, 9)),
            ("", box(30, 0, 39, 9)),
            ("line", LineString([(0, 0), (1, 1)])),
            ("point", Point(0, 0)),
        ]
    )
    assert table["key"].tolist() == ["a"]
    assert notes == {"NULL_GEOMETRY": 2, "NO_KEY": 2, "NO_AREA": 2}


def test_every_row_has_one_fate():
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    rows = [("a", box(0, 0, 9, 9)), ("a", box(9, 0, 18, 9)), ("b", bow_tie), ("b", bow_tie)]
    rows += [("c", box(20, 0, 29, 9)), ("null", None), ("", box(0, 0, 9, 9)), ("", None)]
    rows += [("line", LineString([(0, 0), (1, 1)]))]
    assert tidy(layer(rows), "code", "key", METRES, "p.shp").fates == {
        "rows": 9,
        "without_outline": 2,
        "without_code": 1,
        "without_area": 1,
        "joined": 2,
        "repaired": 1,
        "used": 2,
    }


def test_bow_ties_become_two_triangles():
    table, notes = tidied([("a", Polygon([(0, 0), (10, 10), (10, 0), (0, 10)]))])
    assert table.geometry.is_valid.all()
    assert table.area.sum() == pytest.approx(50)
    assert notes == {"REPAIRED": 1, "AREA_CHANGED": 1}


def test_overlapping_parts_of_one_precinct_keep_what_they_share():
    """The commoner way of repair would cut a hole where the parts overlap."""
    table, _ = tidied([("a", MultiPolygon([box(0, 0, 2, 2), box(1, 1, 3, 3)]))])
    assert table.area.sum() == pytest.approx(7)


def test_repair_keeps_polygon_parts_only():
    spike = Polygon([(0, 0), (4, 0), (4, 4), (8, 4), (4, 4), (0, 4)])
    table, _ = tidied([("a", spike), ("b", shapely.GeometryCollection([box(9, 0, 10, 1), spike]))])
    assert set(table.geom_type) <= {"Polygon", "MultiPolygon"}
    assert table.geometry.is_valid.all()
    assert table.area.tolist() == pytest.approx([16, 17])


def test_rows_of_one_code_are_joined():
    rows = [("a", box(0, 0, 1, 1)), ("b", box(5, 5, 6, 6)), ("a", box(1, 0, 2, 1))]
    table, notes = tidied(rows)
    assert table["key"].tolist() == ["a", "b"]
    assert table.area.tolist() == pytest.approx([2, 1])
    assert notes == {"REPEATED_KEY": 1}


def test_the_order_of_rows_does_not_matter():
    rng = np.random.default_rng(1)
    corners = rng.uniform(0, 100, (40, 2)).round(3)
    rows = [(str(i % 12), box(x, y, x + 7, y + 7)) for i, (x, y) in enumerate(corners)]
    rows += [("twin", box(0, 0, 1, 1)), ("twin", box(0, 0, 1, 1))]
    frame = layer(rows)
    expected, notes, *_ = tidy(frame, "code", "key", METRES, "p.shp")
    for seed in range(5):
        order = random.Random(seed).sample(range(len(rows)), len(rows))  # noqa: S311 - a shuffle
        table, again, *_ = tidy(frame.iloc[order], "code", "key", METRES, "p.shp")
        pd.testing.assert_frame_equal(
            pd.DataFrame(table.to_wkb()), pd.DataFrame(expected.to_wkb()), check_exact=True
        )
        assert again == notes


def test_nothing_left_is_an_error():
    with pytest.raises(InputError, match="EMPTY"):
        tidied([("a", None), (None, box(0, 0, 1, 1))])


def test_a_place_that_cannot_be_projected_is_an_error():
    frame = gpd.GeoDataFrame({"code": ["a"]}, geometry=[box(0, 89, 180, 91)], crs=4326)
    with pytest.raises(InputError, match="COORD_RANGE"):
        tidy(frame, "code", "key", METRES, "p.shp")


def test_overlaps_and_gaps_above_a_square_metre_are_reported():
    """
    Three strips: the first two overlap by 2 m², the last two leave a slit closed at both ends.

    A fourth overlaps by a tenth of a square metre, which is rounding.
    """
    ring = box(20, 0, 40, 10).difference(box(22, 2, 25, 5))
    table = layer(
        [
            ("a", box(0, 0, 10, 10)),
            ("b", box(9.8, 0, 20, 10)),
            ("c", ring),
            ("d", box(39.99, 0, 50, 10)),
        ]
    )
    notes = {note.code: note for note in check_boundaries(table, "districts").notes}
    assert notes["OVERLAPS"].sentence == "1 overlap between districts, 2 m² together."
    assert notes["GAPS"].sentence == "1 gap between districts, 9 m² together."
    assert check_boundaries(table.iloc[:1]).notes == ()
