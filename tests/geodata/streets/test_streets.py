"""Streets of tiny towns whose answer is visible, of broken files, and of real places."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.crs import unproject
from geodata.errors import InputError
from geodata.schema import Streets
from geodata.streets.streets import read_streets

UTM = pyproj.CRS("EPSG:32610")
ORIGIN = (610_000.0, 4_260_000.0)


def node(id_: int, x: float, y: float, tags: str = "") -> str:
    """A node x metres east and y metres north of the corner; `~` in a value is a space."""
    lon, lat = unproject(ORIGIN[0] + x, ORIGIN[1] + y, UTM)
    return f"<node id='{id_}' lat='{lat:.9f}' lon='{lon:.9f}'>{_tags(tags)}</node>"


def way(id_: int, refs: str, tags: str) -> str:
    inside = "".join(f"<nd ref='{ref}'/>" for ref in refs.split())
    return f"<way id='{id_}'>{inside}{_tags(tags)}</way>"


def relation(id_: int, members: str, tags: str) -> str:
    inside = "".join(f"<member type='way' ref='{ref}' role=''/>" for ref in members.split())
    return f"<relation id='{id_}'>{inside}{_tags('type=multipolygon ' + tags)}</relation>"


def _tags(text: str) -> str:
    pairs = (pair.split("=") for pair in text.split())
    return "".join(f"<tag k='{key}' v='{value.replace('~', ' ')}'/>" for key, value in pairs)


def town(folder: Path, *objects: str) -> Streets:
    path = folder / "town.osm"
    path.write_text(f"<osm version='0.6'>{''.join(objects)}</osm>", encoding="utf-8")
    return read_streets(path, UTM)


def rows(table: pd.DataFrame, *columns: str) -> list[list[object]]:
    return table[list(columns)].to_numpy().tolist()


def codes(streets: Streets) -> dict[str, int]:
    return {note.code: note.count for note in streets.notes}


def components(streets: Streets) -> list[int]:
    """Sizes of the connected parts, largest first."""
    size = len(streets.nodes)
    ends = (streets.segments["u"], streets.segments["v"])
    graph = coo_array((np.ones(len(streets.segments)), ends), shape=(size, size))
    _, part = connected_components(graph, directed=False)
    return sorted(np.bincount(part).tolist(), reverse=True)


# Main Street from west to east, Side Street up from its middle, far apart a lane
CROSSROADS = [
    node(30, 0, 0),
    node(20, 100, 0),
    node(10, 200, 0),
    node(40, 100, 50),
    node(50, 300, 300),
    node(60, 310, 300),
    way(7, "30 20 10", "highway=tertiary name=Main~Street sidewalk:both=yes bridge=yes"),
    way(5, "20 40", "highway=residential name=Side~Street incline=up"),
    way(6, "50 60", "highway=service service=alley tunnel=building_passage"),
]


def test_crossroads(tmp_path):
    streets = town(tmp_path, *CROSSROADS)
    assert streets.nodes["node"].tolist() == [10, 20, 30, 40, 50, 60]
    x, y = (streets.nodes[axis] - start for axis, start in zip("xy", ORIGIN, strict=True))
    assert np.allclose(x, [200, 100, 0, 100, 300, 310], atol=0.02)
    assert np.allclose(y, [0, 0, 0, 50, 300, 300], atol=0.02)
    assert rows(streets.segments, "u", "v", "way") == [[1, 3, 0], [4, 5, 1], [2, 1, 2], [1, 0, 2]]
    assert rows(streets.ways, *streets.ways.columns) == [
        [5, "residential", "Side Street", "", "", False, False, "", "up"],
        [6, "service", "", "", "alley", False, True, "", ""],
        [7, "tertiary", "Main Street", "", "", True, False, "both", ""],
    ]
    assert components(streets) == [4, 2]
    assert streets.notes == ()


def test_types_of_columns_are_those_of_the_contract(tmp_path):
    streets = town(tmp_path, *CROSSROADS)
    assert {name: str(kind) for name, kind in streets.nodes.dtypes.items()} == {
        "node": "int64",
        "x": "float64",
        "y": "float64",
        "crossing": "bool",
        "barrier": "bool",
    }
    assert set(streets.segments.dtypes.astype(str)) == {"int32"}
    texts = ["kind", "name", "footway", "service", "sidewalk", "incline"]
    assert set(streets.ways[texts].dtypes.astype(str)) == {"str"}
    for layer in (streets.barriers, streets.base, streets.addresses):
        assert layer.crs == UTM
        assert len(layer) == 0
        assert set(layer.drop(columns="geometry").dtypes.astype(str)) == {"str"}


def test_order_of_the_file_does_not_matter(tmp_path):
    objects = [
        *CROSSROADS,
        node(1, 50, -10),
        node(2, 50, 10),
        node(3, 0, 90, "addr:housenumber=1"),
        node(4, 9, 90, "addr:housenumber=2"),
        way(8, "1 2", "railway=rail"),
        way(9, "2 1", "railway=rail"),
        way(3, "1 2 20 1", "building=yes addr:housenumber=3"),
        way(4, "1 2 30 1", "building=yes addr:housenumber=4"),
    ]
    one, other = town(tmp_path, *objects), town(tmp_path, *reversed(objects))
    for name in ("nodes", "segments", "ways", "barriers", "base", "addresses"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_streets_nobody_may_enter_are_counted(tmp_path):
    streets = town(
        tmp_path,
        *CROSSROADS,
        way(1, "10 40", "highway=residential access=private"),
        way(2, "30 40", "highway=service service=driveway access=private"),
        way(3, "30 40", "highway=primary foot=no"),
        way(4, "30 40", "highway=construction"),
    )
    assert streets.ways["way"].tolist() == [5, 6, 7]
    assert codes(streets) == {"CLOSED_PRIVATE": 2, "CLOSED_FOOT": 1}


def test_clipped_ways_end_where_nodes_are_missing(tmp_path):
    """Node 99 is not in the file: way 1 falls apart, way 2 has nothing left."""
    streets = town(
        tmp_path,
        *CROSSROADS,
        way(1, "30 40 99 10 50 98", "highway=path"),
        way(2, "99 60 98", "highway=path"),
        way(3, "60", "highway=path"),
    )
    number = streets.nodes["node"].to_numpy()
    path = streets.segments[streets.segments["way"] == 0]
    assert [[number[u], number[v]] for u, v in rows(path, "u", "v")] == [[30, 40], [10, 50]]
    assert streets.ways["way"].tolist() == [1, 5, 6, 7]
    assert codes(streets) == {"TRIMMED": 2, "DROPPED": 2}
    assert "4 points" in streets.notes[0].sentence


def test_node_named_twice_in_a_row_counts_once(tmp_path):
    streets = town(tmp_path, *CROSSROADS, way(1, "40 40 10 10", "highway=path"))
    assert len(streets.segments) == 5
    assert (streets.segments["u"] != streets.segments["v"]).all()


def test_crossings(tmp_path):
    """Zebra at 40, rail crossing at 60, and a crossing path from 30 to 10."""
    objects = [
        *CROSSROADS[:3],
        node(40, 100, 50, "highway=crossing"),
        node(50, 300, 300, "highway=traffic_signals"),
        node(60, 310, 300, "railway=level_crossing"),
        *CROSSROADS[6:],
        way(1, "30 10", "highway=footway footway=crossing"),
    ]
    streets = town(tmp_path, *objects)
    assert streets.ways["footway"].tolist() == ["crossing", "", "", ""]
    assert streets.nodes["node"][streets.nodes["crossing"]].tolist() == [10, 30, 40, 60]


def test_level_crossing_is_on_a_barrier_and_bridge_is_not(tmp_path):
    """A railway crosses Main Street at 20; another one passes over its end."""
    streets = town(
        tmp_path,
        *CROSSROADS,
        node(1, 100, -50),
        node(2, 200, -50),
        node(3, 200, 50),
        way(1, "1 20", "railway=rail name=Line~1"),
        way(2, "2 10 3", "railway=rail bridge=yes"),
        way(3, "2 30", "railway=tram"),
    )
    assert streets.nodes["node"][streets.nodes["barrier"]].tolist() == [20]
    assert rows(streets.barriers, "kind", "name") == [["rail", "Line 1"]]
    assert rows(streets.base, "kind", "name") == [["rail", "Line 1"], ["rail", ""]]


@pytest.mark.parametrize(("spans", "divides"), [([60], True), ([60, 60], True), ([60, 100], False)])
def test_freeway_on_a_long_bridge_divides_nothing(spans, divides, tmp_path):
    """The lengths of bridges that hang together count, not of each piece."""
    ends = np.cumsum([0, *spans]).tolist()
    streets = town(
        tmp_path,
        *CROSSROADS,
        *(node(100 + number, x, 20) for number, x in enumerate(ends)),
        *(
            way(100 + number, f"{100 + number} {101 + number}", "highway=motorway bridge=yes")
            for number in range(len(spans))
        ),
    )
    assert len(streets.barriers) == (len(spans) if divides else 0)
    assert len(streets.base) == len(spans)


LAKE = [
    node(101, 0, 100),
    node(102, 100, 100),
    node(103, 100, 200),
    node(104, 0, 200),
    node(111, 40, 140),
    node(112, 60, 140),
    node(113, 60, 160),
    node(114, 40, 160),
]


@pytest.mark.parametrize(
    ("tags", "kinds"),
    [
        ("highway=trunk", []),
        ("highway=trunk expressway=yes", ["trunk"]),
        ("highway=trunk motorroad=yes", ["trunk"]),
        ("railway=rail", ["rail"]),
        ("railway=rail layer=-1", []),
    ],
)
def test_what_divides_is_told_by_all_its_tags(tags, kinds, tmp_path):
    streets = town(tmp_path, *CROSSROADS, node(70, 0, 9), way(9, "70 50", tags))
    assert streets.barriers["kind"].tolist() == kinds


def test_lake_with_an_island(tmp_path):
    """The shore is two ways and no node is missing."""
    streets = town(
        tmp_path,
        *CROSSROADS,
        *LAKE,
        way(1, "101 102 103", "source=survey"),
        way(2, "103 104 101", "source=survey"),
        way(3, "111 112 113 114 111", "natural=wood"),
        relation(1, "1 2 3", "natural=water name=Blue~Lake"),
    )
    assert rows(streets.barriers, "kind", "name") == [["water", "Blue Lake"]]
    lake = streets.barriers.geometry[0]
    assert lake.area == pytest.approx(100 * 100 - 20 * 20, rel=1e-3)
    assert len(lake.interiors) == 1
    assert streets.base.geometry[0].equals(lake)


def test_pond_is_drawn_but_divides_nothing(tmp_path):
    streets = town(tmp_path, *CROSSROADS, *LAKE, way(1, "111 112 113 114 111", "natural=water"))
    assert streets.barriers.empty
    assert rows(streets.base, "kind") == [["water"]]


@pytest.mark.parametrize("missing", ["node", "way"])
def test_shore_of_a_clipped_lake_divides(missing, tmp_path):
    """Half of the lake is outside the file: its shore is a line, no area is guessed."""
    half = way(2, "103 99 101" if missing == "node" else "103 101", "source=survey")
    streets = town(
        tmp_path,
        *CROSSROADS,
        *LAKE,
        way(1, "101 102 103", "source=survey"),
        *([half] if missing == "node" else []),
        relation(1, "1 2", "natural=water"),
    )
    assert rows(streets.barriers, "kind") == [["water"]]
    assert shapely.length(streets.barriers.geometry[0]) == pytest.approx(200, rel=1e-3)
    assert streets.base.empty


def test_base_map_in_order_of_kinds(tmp_path):
    streets = town(
        tmp_path,
        *CROSSROADS,
        *LAKE,
        way(1, "101 103", "highway=motorway name=I~80"),
        way(2, "101 102 103 101", "building=yes"),
        way(3, "101 102 103 101", "leisure=park name=Park"),
        way(4, "102 104", "railway=rail"),
        way(8, "102 104", "waterway=river name=River"),
        way(9, "101 103 102 104 101", "building=yes"),  # crosses itself
    )
    assert rows(streets.base, "kind", "name") == [
        ["water", "River"],
        ["park", "Park"],
        ["building", ""],
        ["rail", ""],
        ["motorway", "I 80"],
    ]
    assert streets.base.is_valid.all()
    assert rows(streets.barriers, "kind") == [["motorway"], ["rail"], ["water"]]


def test_addresses_of_points_and_buildings(tmp_path):
    street = "addr:street=Main~Street addr:city=Davis addr:postcode=00501"
    streets = town(
        tmp_path,
        *CROSSROADS,
        *LAKE,
        node(1, 5, 5, f"addr:housenumber=12A addr:unit=4 {street}"),
        way(1, "101 102 103 104 101", "building=house addr:housenumber=14 addr:place=The~Lake"),
        relation(2, "9", "building=yes addr:housenumber=16"),
        way(9, "111 112 113 114 111", ""),
    )
    assert rows(streets.addresses, "number", "street", "unit", "city", "zip") == [
        ["12A", "Main Street", "4", "Davis", "00501"],
        ["14", "The Lake", "", "", ""],
        ["16", "", "", "", ""],
    ]
    points = shapely.get_coordinates(streets.addresses.geometry) - ORIGIN
    assert np.allclose(points, [[5, 5], [50, 150], [50, 150]], atol=0.02)


def test_edges_of_a_square_are_walkable(tmp_path):
    streets = town(
        tmp_path,
        *CROSSROADS,
        *LAKE,
        way(1, "101 102 103 104 101", ""),
        way(2, "111 112 113 114 111", "highway=pedestrian area=yes name=Plaza"),
        relation(1, "1", "highway=pedestrian name=Square"),
    )
    assert rows(streets.ways, "way", "kind", "name")[:2] == [
        [1, "pedestrian", "Square"],
        [2, "pedestrian", "Plaza"],
    ]
    assert components(streets) == [4, 4, 4, 2]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.osm", "", "EMPTY"),
        ("a.osm", "<osm version='0.6'></osm>", "EMPTY"),
        ("a.osm", f"<osm version='0.6'>{way(1, '1 2', 'highway=path')}</osm>", "EMPTY"),
        ("a.osm", "no streets", "TYPE"),
        ("a.osm.pbf", "no streets", "TYPE"),
        ("a.txt", "no streets", "TYPE"),
        (
            "a.osm",
            "<osm version='0.6'><node id='1' lat='0' lon='58.9'/><node id='2' lat='0' lon='59'/>"
            + way(1, "1 2", "highway=path")
            + "</osm>",
            "CRS_MISMATCH",
        ),
    ],
)
def test_files_that_are_no_streets_are_refused(name, content, code, tmp_path):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        read_streets(path, pyproj.CRS("+proj=gnom +lat_0=38 +lon_0=-122 +units=m"))
    assert caught.value.code == code
    assert name in caught.value.sentence


def test_file_that_is_not_there_is_refused(tmp_path):
    for path in (tmp_path / "absent.osm.pbf", tmp_path):
        with pytest.raises(InputError) as caught:
            read_streets(path, UTM)
        assert caught.value.code == "NO_FILE"


def test_san_francisco(shared_data):
    """48,356 nodes, not all 50,871 that touch a path: private and forbidden ways are left out."""
    streets = read_streets(shared_data / "sf-central" / "sf_central_20260204.osm.pbf", UTM)
    assert (len(streets.nodes), len(streets.segments)) == (48_356, 59_414)
    assert len(streets.ways) == 19_267
    assert components(streets)[:2] == [47_426, 183]
    kinds = streets.ways["kind"].value_counts()
    assert (kinds["footway"], kinds["residential"], kinds["service"]) == (11_232, 1_440, 2_681)
    assert streets.ways["footway"].value_counts()["crossing"] == 4_073
    assert streets.nodes["crossing"].sum() == 14_570
    assert streets.barriers["kind"].value_counts().to_dict() == {
        "motorway": 82,
        "rail": 66,
        "trunk": 4,
    }
    assert len(streets.addresses) == 2_017
    assert (streets.addresses["number"] != "").all()
    assert codes(streets) == {"CLOSED_PRIVATE": 568, "CLOSED_FOOT": 170}
    assert streets.nodes[["x", "y"]].to_numpy().min() > 500_000


@pytest.mark.parametrize(
    ("file", "nodes", "segments", "ways", "largest", "notes"),
    [
        (
            "davis_2019.osm.gz",
            *(9_327, 10_008, 1_492, 9_204),
            {"CLOSED_PRIVATE": 41, "TRIMMED": 19, "DROPPED": 2},
        ),
        ("davis_city_2022.osm.gz", 9_474, 10_158, 1_494, 9_349, {"CLOSED_PRIVATE": 41}),
    ],
)
def test_davis(file, nodes, segments, ways, largest, notes, shared_data):
    """All 10,457 nodes less those of the freeway and of 41 private streets of the university."""
    streets = read_streets(shared_data / "davis" / file, UTM)
    assert (len(streets.nodes), len(streets.segments), len(streets.ways)) == (nodes, segments, ways)
    assert components(streets)[0] == largest
    assert codes(streets) == notes
    assert set(streets.barriers["kind"]) == {"motorway"}


def test_fragments_of_san_jose_are_read(shared_data):
    """An import of sidewalks and crossings that share no nodes: 15,445 fragments."""
    streets = read_streets(shared_data / "san-jose" / "sanjose_sidewalks_crossings.osm.pbf", UTM)
    assert len(streets.ways) == 37_390
    assert len(components(streets)) == 15_445


def test_clipped_downtown_of_san_jose(shared_data):
    streets = read_streets(shared_data / "san-jose" / "downtown_osm_20260128.osm.xml.gz", UTM)
    assert components(streets) == [483, 70, 12]
    assert len(streets.addresses) == 149
    assert codes(streets)["TRIMMED"] == 3_751
