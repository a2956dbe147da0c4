"""Where doors meet their street; towns are drawn in the docstrings."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from turfcutter.streets.frontage import find_frontage
from turfcutter.streets.network import build_network

SNAP_M = 150.0


@pytest.fixture(scope="module")
def front(town):
    """Place (x, y, street) points in a town; returns the frontage and the names of the edges."""

    def placed(ways, *doors, snap_m=SNAP_M):
        network = build_network(town(*ways))
        names = network.edges["name"].str.upper().tolist()
        xy = np.array([door[:2] for door in doors], float)
        found = find_frontage(xy, [door[2] for door in doors], network, names, snap_m)
        return found, [names[edge] if edge >= 0 else None for edge in found.edge]

    return placed


CORNER = (
    ("Main St", "residential", [(0, 0), (200, 0)]),
    ("Oak Ave", "residential", [(200, 0), (200, 200)]),
)


def test_the_street_of_the_address_is_preferred_to_a_nearer_one(front):
    """
             | Oak Ave
          a  |          a is 10 m from Oak Ave, 60 m from Main St
    ---------+ Main St
    """
    _, streets = front(CORNER, (190, 60, "MAIN ST"), (190, 60, "OAK AVE"), (190, 60, "ELM ST"))
    assert streets == ["MAIN ST", "OAK AVE", "OAK AVE"]


def test_the_street_of_the_address_counts_up_to_the_snapping_distance(front):
    found, streets = front(CORNER, (190, 149, "MAIN ST"), (190, 151, "MAIN ST"))
    assert streets == ["MAIN ST", "OAK AVE"]
    assert found.setback_m.tolist() == [149.0, 10.0]


def test_no_name_in_the_address_matches_no_name_on_the_map(front):
    """An address without a street does not prefer streets without a name."""
    ways = (("Main St", "residential", [(0, 0), (200, 0)]), ("", "residential", [(0, 90), (9, 90)]))
    _, streets = front(ways, (5, 30, ""))
    assert streets == ["MAIN ST"]


def test_beyond_reach_there_is_no_edge_but_the_metres_are_told(front):
    found, _ = front(CORNER, (100, -150, ""), (100, -150.2, ""), (100, -1234, "MAIN ST"))
    assert (found.edge >= 0).tolist() == [True, False, False]
    assert found.setback_m.tolist() == [150.0, 150.2, 1234.0]


def test_sides_and_place_along_the_street(front):
    """
        a
    u---------v     the line runs east: a stands on its left, 30 m along; b on its right
           b
    """
    ways = (("Main St", "residential", [(0, 0), (100, 0)]),)
    found, _ = front(ways, (30, 8, ""), (70, -12, ""))
    assert found.side.tolist() == [0, 1]
    assert found.along_dm.tolist() == [300, 700]
    assert found.setback_m.tolist() == [8.0, 12.0]


def test_side_is_judged_where_the_bent_street_comes_nearest(front):
    """
    +-----+     a stands inside the bend: right of a line that runs north, then east,
    |  a        though left of the straight line between its ends
    |
    """
    ways = (("Bend", "residential", [(0, 0), (0, 100), (60, 100)]),)
    found, _ = front(ways, (5, 90, ""), (-5, 95, ""))
    assert found.side.tolist() == [1, 0]


def test_ends_of_the_street_are_its_limits(front):
    ways = (("Main St", "residential", [(0, 0), (100, 0)]),)
    found, _ = front(ways, (-40, 5, ""), (140, 5, ""))
    assert found.along_dm.tolist() == [0, 1000]
    assert found.setback_m.tolist() == [40.3, 40.3]


def test_a_tie_goes_to_the_lowest_edge(front):
    """A door amid two streets stands on the first of them, in whatever order doors are asked."""
    ways = (
        ("South St", "residential", [(0, 0), (100, 0)]),
        ("North St", "residential", [(0, 40), (100, 40)]),
    )
    found, _ = front(ways, (50, 20, ""), (50, 21, ""), (50, 20, ""))
    assert found.edge.tolist() == [0, 1, 0]


@pytest.mark.parametrize("kind", ["steps", "motorway", "motorway_link", "footway", "path"])
def test_doors_do_not_stand_on_ways_without_frontage(front, kind):
    ways = (
        ("Main St", "residential", [(0, 0), (100, 0)]),
        ("", kind, [(0, 0), (0, 50), (100, 50)]),
    )
    _, streets = front(ways, (50, 45, ""))
    assert streets == ["MAIN ST"]


def test_doors_stand_on_a_path_with_a_name(front):
    ways = (
        ("Main St", "residential", [(0, 0), (100, 0)]),
        ("Garden Walk", "footway", [(0, 0), (0, 50), (100, 50)]),
    )
    _, streets = front(ways, (50, 45, "MAIN ST"), (50, 45, ""))
    assert streets == ["MAIN ST", "GARDEN WALK"]


@pytest.mark.parametrize("first", [0, 1], ids=["bridge first", "bridge last"])
def test_doors_stand_on_the_street_behind_its_bridge(town, first):
    """
    ----+====---------------+----   a bridge that begins at a corner: the street goes on behind
        |          a                it, and a stands there, though the edge has a bridge
    """
    course = [(0, 0), (30, 0), (300, 0)][:: 1 - 2 * first]
    parts = [("Main St", "residential", course[:2]), ("Main St", "residential", course[1:])]
    corner = course[0 if first == 0 else -1]
    oak = ("Oak Ave", "residential", [corner, (0, -60), (300, -60)])
    streets = town(*parts, oak, ("First St", "residential", [(-90, 0), corner]))
    streets.ways["bridge"] = [first == 0, first == 1, False, False]
    network = build_network(streets)
    names = network.edges["name"].str.upper().tolist()
    found = find_frontage(np.array([[150.0, -20]]), ["MAIN ST"], network, names, SNAP_M)
    assert names[found.edge[0]] == "MAIN ST"


def test_doors_do_not_stand_on_a_bridge(town):
    streets = town(
        ("High St", "residential", [(0, 0), (300, 0), (320, 0)]),
        ("Low St", "residential", [(150, -90), (150, 90)]),
    )
    streets.ways["bridge"] = [True, False]
    network = build_network(streets)
    found = find_frontage(np.array([[130.0, 5]]), [""], network, ["HIGH ST", "LOW ST"], SNAP_M)
    assert network.edges["name"][found.edge[0]] == "Low St"


def test_doors_stand_on_paths_where_there_is_nothing_else(front):
    found, _ = front((("", "footway", [(0, 0), (100, 0)]),), (50, 5, ""))
    assert found.edge.tolist() == [0]


def test_a_house_beside_a_driveway_stands_on_the_street(front):
    """
    -----+------------  Main St         a: 5 m from the driveway, 20 m from the street
         : a                            b: 5 m from it, 44 m from the street
         : b                            c: 5 m from it, 46 m from the street
         : c
    """
    ways = (
        ("Main St", "residential", [(0, 0), (50, 0), (200, 0)]),
        ("", "service", [(50, 0), (50, -200)]),
    )
    _, streets = front(ways, (55, -20, "ELM ST"), (55, -44, "ELM ST"), (55, -46, "ELM ST"))
    assert streets == ["MAIN ST", "MAIN ST", ""]


def test_a_service_way_with_a_name_is_a_street(front):
    ways = (
        ("Main St", "residential", [(0, 0), (50, 0), (200, 0)]),
        ("Rose Alley", "service", [(50, 0), (50, -200)]),
    )
    _, streets = front(ways, (55, -20, ""))
    assert streets == ["ROSE ALLEY"]


def test_a_service_way_alone_in_reach_takes_the_door(front):
    """140 m from a service way and 160 m from a street: better there than nowhere."""
    ways = (
        ("Main St", "residential", [(0, 0), (100, 0)]),
        ("", "service", [(0, 300), (100, 300)]),
    )
    found, _ = front(ways, (50, 160, ""))
    assert found.setback_m.tolist() == [140.0]


@settings(max_examples=30, deadline=None)
@given(
    doors=st.lists(
        st.tuples(st.integers(-300, 500), st.integers(-300, 500), st.sampled_from(["", "OAK AVE"])),
        min_size=1,
        max_size=12,
    )
)
def test_place_on_the_street_is_the_nearest_point_of_it(town, doors):
    """Against shapely, door by door: no other street that may be chosen is nearer."""
    network = build_network(town(*CORNER))
    names = network.edges["name"].str.upper().tolist()
    xy = np.array([door[:2] for door in doors], float)
    found = find_frontage(xy, [door[2] for door in doors], network, names, SNAP_M)
    for k, (x, y, street) in enumerate(doors):
        away = shapely.distance(network.lines, shapely.Point(x, y))
        wanted = np.array([name == street for name in names]) & (away <= SNAP_M)
        allowed = wanted if wanted.any() else np.ones(len(names), bool)
        least = away[allowed].min()
        assert found.setback_m[k] == pytest.approx(least, abs=0.051)
        assert (found.edge[k] >= 0) == (least <= SNAP_M)
        if found.edge[k] >= 0:
            assert allowed[found.edge[k]]
            foot = network.lines[found.edge[k]].interpolate(found.along_dm[k] / 10)
            assert foot.distance(shapely.Point(x, y)) == pytest.approx(least, abs=0.11)
