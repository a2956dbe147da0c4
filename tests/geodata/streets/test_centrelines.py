"""Layers of lines: centrelines of a county or the Census Bureau, roads from OpenStreetMap."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from geodata.errors import InputError
from geodata.streets.streets import read_streets

UTM = pyproj.CRS("EPSG:32610")
X, Y = 610_000.0, 4_260_000.0


def line(*places: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(X + x, Y + y) for x, y in places])


def layer(path: Path, columns: dict[str, list[object]], crs: object = UTM) -> Path:
    gpd.GeoDataFrame(columns, crs=UTM).to_crs(crs).to_file(path)
    return path


def county(**changes: object) -> dict[str, list[object]]:
    """A Street, B Street 0.6 m off its middle vertex, a freeway across B, stairs in two parts."""
    return {
        "FULLNAME": ["A Street", "B Street", "Freeway 80", None],
        "MTFCC": ["S1400", "S1200", "S1100", "S1720"],
        "geometry": [
            line((0, 0), (100, 0), (200, 0)),
            line((100, 0.6), (100, 40), (100, 80)),
            line((0, 40), (100, 40), (200, 40)),
            shapely.MultiLineString([line((200, 0), (200, 9)), line((300, 0), (300, 9))]),
        ],
        **changes,
    }


def walks(streets) -> set[tuple[str, tuple[float, ...], tuple[float, ...]]]:
    """Every segment as name and ends, in metres from the corner."""
    xy = np.round(streets.nodes[["x", "y"]].to_numpy() - (X, Y), 1) + 0.0
    names = streets.ways["name"].to_numpy()
    return {
        (names[row.way], tuple(xy[row.u].tolist()), tuple(xy[row.v].tolist()))
        for row in streets.segments.itertuples()
    }


@pytest.mark.parametrize(
    ("name", "crs"),
    [("roads.gpkg", UTM), ("roads.geojson", "EPSG:4326"), ("roads.shp", "EPSG:2226")],
)
def test_lines_become_a_network(name, crs, tmp_path):
    streets = read_streets(layer(tmp_path / name, county(), crs), UTM)
    assert walks(streets) == {
        ("A Street", (0, 0), (100, 0)),
        ("A Street", (100, 0), (200, 0)),
        ("B Street", (100, 0), (100, 40)),
        ("B Street", (100, 40), (100, 80)),
        ("", (200, 0), (200, 9)),
        ("", (300, 0), (300, 9)),
    }
    assert sorted(streets.ways["kind"]) == ["residential", "secondary", "steps", "steps"]
    assert streets.ways["way"].is_monotonic_increasing
    assert streets.nodes["node"].is_monotonic_increasing
    at_freeway = streets.nodes["barrier"].to_numpy()
    assert np.round(streets.nodes["y"][at_freeway] - Y).tolist() == [40]
    assert streets.barriers[["kind", "name"]].to_numpy().tolist() == [["motorway", "Freeway 80"]]
    assert streets.base["kind"].tolist() == ["motorway"]
    assert not streets.nodes["crossing"].any()
    assert streets.addresses.empty


def test_order_of_rows_does_not_matter(tmp_path):
    columns = county()
    back = {name: values[::-1] for name, values in columns.items()}
    one = read_streets(layer(tmp_path / "one.gpkg", columns), UTM)
    other = read_streets(layer(tmp_path / "other.gpkg", back), UTM)
    for name in ("nodes", "segments", "ways", "barriers", "base"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_ends_more_than_a_metre_apart_do_not_meet(tmp_path):
    shapes = [line((0, 0), (100, 0)), line((101.2, 0), (200, 0))]
    streets = read_streets(layer(tmp_path / "roads.gpkg", {"geometry": shapes}), UTM)
    assert len(streets.nodes) == 4


def test_lines_that_cross_without_a_vertex_do_not_meet(tmp_path):
    """A bridge and the street below it."""
    shapes = [line((0, 0), (100, 0)), line((50, -50), (50, 50))]
    streets = read_streets(layer(tmp_path / "roads.gpkg", {"geometry": shapes}), UTM)
    assert len(streets.nodes) == 4
    assert streets.ways["kind"].tolist() == ["residential", "residential"]


def test_columns_may_be_named(tmp_path):
    columns = county(**{"Label A": ["x", "y", "z", "w"], "Rank": ["Local", "trail", "Ramp", "odd"]})
    path = layer(tmp_path / "roads.gpkg", columns)
    streets = read_streets(path, UTM, name_column="Label A", class_column="Rank")
    found = set(zip(streets.ways["name"], streets.ways["kind"], strict=True))
    assert found == {("x", "residential"), ("y", "path"), ("w", "residential")}
    assert streets.barriers["kind"].tolist() == ["motorway"]


@pytest.mark.parametrize("option", ["name_column", "class_column"])
def test_column_that_is_not_there_is_named_with_the_nearest(option, tmp_path):
    path = layer(tmp_path / "roads.gpkg", county())
    with pytest.raises(InputError, match=r"no column FULNAME; did you mean FULLNAME\?") as caught:
        read_streets(path, UTM, **{option: "FULNAME"})
    assert caught.value.code == "COLUMN"


def test_classes(tmp_path):
    classes = {
        "S1400": "residential",
        "s1730": "service",
        "Minor_Arterial": "secondary",
        "footway": "footway",
        "living_street": "living_street",
        "": "residential",
        "whatever": "residential",
    }
    shapes = [line((0, 9 * at), (100, 9 * at)) for at in range(len(classes))]
    columns = {"name": list(classes), "class": list(classes), "geometry": shapes}
    streets = read_streets(layer(tmp_path / "roads.gpkg", columns), UTM)
    assert dict(zip(streets.ways["name"], streets.ways["kind"], strict=True)) == classes
    assert streets.ways["service"].tolist().count("alley") == 1


def test_roads_exported_from_openstreetmap_keep_foot_access(tmp_path):
    columns = {
        "name": ["a", "b", "c", "d"],
        "highway": ["residential", "residential", "service", "primary"],
        "access": [None, "private", None, None],
        "foot": [None, None, None, "no"],
        "service": [None, None, "driveway", None],
        "bridge": ["yes", None, None, None],
        "geometry": [line((0, 9 * at), (100, 9 * at)) for at in range(4)],
    }
    streets = read_streets(layer(tmp_path / "roads.geojson", columns, "EPSG:4326"), UTM)
    assert streets.ways[["name", "service", "bridge"]].to_numpy().tolist() in (
        [["a", "", True], ["c", "driveway", False]],
        [["c", "driveway", False], ["a", "", True]],
    )
    assert {note.code: note.count for note in streets.notes} == {
        "CLOSED_PRIVATE": 1,
        "CLOSED_FOOT": 1,
    }


def test_rows_without_a_line_are_counted(tmp_path):
    shapes = [line((0, 0), (9, 0)), None, shapely.Point(X, Y), line((5, 5), (5, 5))]
    path = layer(tmp_path / "roads.gpkg", {"geometry": shapes})
    streets = read_streets(path, UTM)
    assert [(note.code, note.count) for note in streets.notes] == [("NO_LINE", 3)]


@pytest.mark.parametrize(
    "columns",
    [
        {"geometry": [shapely.Point(X, Y)]},
        {"geometry": [shapely.box(X, Y, X + 1, Y + 1)]},
        {"class": ["freeway"], "geometry": [line((0, 0), (9, 0))]},
    ],
)
def test_layer_without_streets_is_refused(columns, tmp_path):
    with pytest.raises(InputError, match="no line that may be walked") as caught:
        read_streets(layer(tmp_path / "roads.gpkg", columns), UTM)
    assert caught.value.code == "EMPTY"


def test_layer_from_the_other_side_of_the_world_is_refused(tmp_path):
    far = gpd.GeoDataFrame(geometry=[shapely.LineString([(58.9, 0), (59, 0)])], crs="EPSG:4326")
    far.to_file(tmp_path / "far.geojson")
    with pytest.raises(InputError) as caught:
        read_streets(tmp_path / "far.geojson", pyproj.CRS("+proj=gnom +lat_0=38 +lon_0=-122"))
    assert caught.value.code == "CRS_MISMATCH"
