import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given
from hypothesis import strategies as st

from turfcutter.render.packing import ALPHABET, packed, points, shapes, words

DIGITS = ALPHABET.tobytes().decode()


def unpacked(text: str) -> list[int]:
    """The reader of the page, in Python."""
    values, value, shift = [], 0, 0
    for sign in text:
        digit = DIGITS.index(sign)
        value |= (digit & 31) << shift
        shift += 5
        if digit < 32:
            values.append(value >> 1 if value % 2 == 0 else -(value >> 1) - 1)
            value = shift = 0
    return values


@given(st.lists(st.integers(-(2**29) + 1, 2**29 - 1)))
def test_numbers_come_back(values):
    text = packed(values)
    assert unpacked(text) == values
    assert set(text) <= set(DIGITS)


def test_small_numbers_take_one_character():
    assert packed([0, -1, 1, 15, -16]) == "ABCef"
    assert packed([16]) == "gB"


@given(st.lists(st.one_of(st.text(), st.none())))
def test_texts_come_back(texts):
    column = words(pd.Series(texts, dtype=object))
    assert [column["words"][at] for at in unpacked(column["at"])] == [text or "" for text in texts]


def test_points_are_differences_of_millionths():
    text = points([-121.5, -121.499999], [38.5, 38.500002])
    assert unpacked(text) == [-121_500_000, 38_500_000, 1, 2]


def test_shapes_keep_paths_of_lines_and_rings_of_areas():
    place = np.array([609_000.0, 4_267_000.0])
    square = shapely.box(*place, *(place + 100))
    hole = shapely.box(*(place + 20), *(place + 40))
    far = shapely.box(*(place + 300), *(place + 400))
    areas = gpd.GeoSeries(
        [square.difference(hole), shapely.MultiPolygon([square, far]), shapely.Polygon()],
        crs="EPSG:32610",
    )
    found = {name: unpacked(text) for name, text in shapes(areas, 0.4).items()}
    assert found["paths"] == [2, 2, 0]
    assert found["points"] == [5, 5, 5, 5]
    degrees = np.cumsum(np.reshape(found["xy"], (-1, 2)), axis=0) / 1e6
    true = shapely.get_coordinates(areas.to_crs("EPSG:4326").array)
    assert np.abs(np.sort(degrees, axis=0) - np.sort(true, axis=0)).max() <= 0.51e-6

    bent = shapely.LineString([place, place + np.array([50, 0.1]), place + np.array([100, 0])])
    lines = shapes(gpd.GeoSeries([bent, shapely.LineString()], crs="EPSG:32610"), 0.4)
    assert (unpacked(lines["paths"]), unpacked(lines["points"])) == ([1, 0], [2])


def test_nothing_is_packed_as_nothing():
    assert shapes(gpd.GeoSeries([], crs="EPSG:32610"), 0.4) == {"paths": "", "points": "", "xy": ""}
    assert words(pd.Series([], dtype=object)) == {"words": [], "at": ""}
