"""The walking model: sides, corners, crossings, barriers; towns are drawn in the docstrings."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from scipy.sparse.csgraph import connected_components, dijkstra

from geodata.streets.streets import read_streets
from turfcutter.streets.edges import CROSSING_DM, NEVER
from turfcutter.streets.network import build_network

LEFT, RIGHT = 0, 1
FROM, TO = 0, 1


def edge_of(network, name, x, y):
    """Number of the edge of a street that passes a point."""
    spot = shapely.Point(x, y)
    named = np.flatnonzero((network.edges["name"] == name).to_numpy())
    return min(named, key=lambda edge: network.lines[edge].distance(spot))


def corner_at(network, edge, beside, at):
    """The corner of an edge on the side where `beside` lies, at the end nearest to `at`."""
    line = network.lines[edge]
    near = line.project(shapely.Point(beside))
    a, b = line.interpolate(max(near - 1, 0)), line.interpolate(near + 1)
    turn = (b.x - a.x) * (beside[1] - a.y) - (b.y - a.y) * (beside[0] - a.x)
    ends = [shapely.Point(c).distance(shapely.Point(at)) for c in (line.coords[0], line.coords[-1])]
    return network.corners[edge, LEFT if turn > 0 else RIGHT, int(np.argmin(ends))]


def walk(network, a, b):
    """Decimetres between two corners."""
    return dijkstra(network.graph, indices=a)[b]


CROSS = (
    ("Main St", "residential", [(-100, 0), (0, 0), (100, 0)]),
    ("Oak Ave", "residential", [(0, -100), (0, 0), (0, 100)]),
)


def test_crossroads_has_four_corners_and_four_ends(town):
    """
         |
      1  |  0        four corners at the middle; each of the
    -----+-----      four dead ends is one corner, as one walks
      2  |  3        round it: 8 corners, 4 edges
         |
    """
    network = build_network(town(*CROSS))
    assert len(network.edges) == 4
    assert len(network.corner_xy) == 8
    middle = np.flatnonzero((network.corner_xy == 0).all(axis=1))
    assert len(middle) == 4
    assert network.edges["length_dm"].tolist() == [1000] * 4


def test_crossing_to_the_next_corner_costs_one_street_and_diagonally_two(town):
    network = build_network(town(*CROSS))
    east = edge_of(network, "Main St", 50, 0)
    west = edge_of(network, "Main St", -50, 0)
    northeast = corner_at(network, east, (50, 9), (0, 0))
    southeast = corner_at(network, east, (50, -9), (0, 0))
    northwest = corner_at(network, west, (-50, 9), (0, 0))
    southwest = corner_at(network, west, (-50, -9), (0, 0))
    cost = CROSSING_DM["residential"]
    assert walk(network, northeast, southeast) == cost
    assert walk(network, northeast, northwest) == cost
    assert walk(network, northeast, southwest) == 2 * cost


def test_faces_of_neighbouring_streets_share_the_corner_between_them(town):
    """Round the corner from Main St, north side east, into Oak Ave, east side north: no step."""
    network = build_network(town(*CROSS))
    main = edge_of(network, "Main St", 50, 0)
    oak = edge_of(network, "Oak Ave", 0, 50)
    assert corner_at(network, main, (50, 9), (0, 0)) == corner_at(network, oak, (9, 50), (0, 0))


def test_both_sides_of_a_cul_de_sac_share_its_end(town):
    """Down one side, round the end and back: 2 x 100 m and no crossing."""
    network = build_network(
        town(("Court", "residential", [(0, 0), (0, 100)]), ("Main St", "primary", CROSS[0][2]))
    )
    court = edge_of(network, "Court", 0, 50)
    assert corner_at(network, court, (9, 50), (0, 100)) == corner_at(
        network, court, (-9, 50), (0, 100)
    )
    mouth = [corner_at(network, court, (x, 50), (0, 0)) for x in (9, -9)]
    assert walk(network, *mouth) == CROSSING_DM["residential"]


def test_busy_street_is_crossed_at_its_cost_where_the_data_end(town):
    """A highway cut off by the extract's edge is not walked round for nothing."""
    network = build_network(town(("Highway", "trunk", [(0, 0), (500, 0)])))
    assert len(network.corner_xy) == 4
    for end in ((0, 0), (500, 0)):
        pair = [corner_at(network, 0, (250, y), end) for y in (9, -9)]
        assert walk(network, *pair) == CROSSING_DM["trunk"]


def test_busy_street_is_crossed_at_junctions_and_mapped_crossings_only(town):
    """
    |                       |    a quiet street at either end, x mapped crossing,
    +====x=====~============+    ~ the name of the busy street changes, no place to cross
    """
    course = [(0, 0), (300, 0), (600, 0)]
    after = [(600, 0), (900, 0), (1200, 0)]
    side = [((0, 0), (0, 100)), ((1200, 0), (1200, 100))]
    ways = (
        ("El Camino", "primary", course),
        ("El Real", "primary", after),
        *((f"{n} St", "residential", list(spots)) for n, spots in enumerate(side)),
    )
    plain = build_network(town(*ways))
    mapped = build_network(town(*ways, crossings=[(300.0, 0.0)]))
    assert set(plain.edges.loc[plain.edges["kind"] == "primary", "across_dm"]) == {NEVER}
    quiet, busy = CROSSING_DM["residential"], CROSSING_DM["primary"]
    for network, length in ((plain, 2 * 6000 + quiet), (mapped, 2 * 3000 + busy)):
        last = edge_of(network, "El Camino", 599, 0)
        pair = [corner_at(network, last, (599, y), (600, 0)) for y in (9, -9)]
        assert pair[0] != pair[1]
        assert walk(network, *pair) == length


def test_quiet_street_may_be_crossed_anywhere(town):
    network = build_network(town(*CROSS))
    assert set(network.edges["across_dm"]) == {CROSSING_DM["residential"]}


def test_path_has_no_sides(town):
    """
    -----+-----   street      Both sides of the path are one corner at either end,
         :        path        so that walking along it costs its length once.
    """
    ways = (("Main St", "residential", CROSS[0][2]), ("", "footway", [(0, 0), (0, -100)]))
    network = build_network(town(*ways))
    path = edge_of(network, "", 0, -50)
    assert (network.corners[path, LEFT] == network.corners[path, RIGHT]).all()
    # south side of Main St, west and east of the path: the same corner
    south = [
        corner_at(network, edge_of(network, "Main St", x, 0), (x, -9), (0, 0)) for x in (-50, 50)
    ]
    assert south[0] == south[1]
    assert south[0] in network.corners[path, LEFT]
    assert network.edges["across_dm"].iloc[path] == 0


def test_barrier_cuts_a_street_and_parts_cells_but_not_components(town):
    """
    -----#-----     # a railway crosses the street between two nodes
    """
    rail = shapely.LineString([(40, -500), (40, 500)])
    network = build_network(town(("Main St", "residential", [(0, 0), (100, 0)]), barriers=[rail]))
    assert sorted(network.edges["length_dm"]) == [400, 600]
    assert network.edges["cell"].nunique() == 2
    assert network.edges["component"].nunique() == 1


def test_barrier_area_cuts_at_both_banks(town):
    """A footbridge over a river that is mapped as an area: bank, water, bank."""
    river = shapely.box(40, -500, 60, 500)
    network = build_network(town(("Ferry", "footway", [(0, 0), (100, 0)]), barriers=[river]))
    assert sorted(network.edges["length_dm"]) == [200, 400, 400]
    assert network.edges["cell"].nunique() == 3


def test_level_crossing_parts_cells_at_its_node(town):
    ways = (("Main St", "residential", [(0, 0), (50, 0), (100, 0)]),)
    assert len(build_network(town(*ways)).edges) == 1
    network = build_network(town(*ways, gates=[(50.0, 0.0)]))
    assert network.edges["length_dm"].tolist() == [500, 500]
    assert network.edges["cell"].nunique() == 2
    assert network.edges["component"].nunique() == 1


def test_barrier_with_a_way_round_it_parts_no_cell(town):
    """
    +--#--+
    |     |      the railway ends before the northern street: one walks round it
    +-----+
    """
    ring = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    rail = shapely.LineString([(50, -50), (50, 50)])
    network = build_network(town(("Ring", "residential", ring), barriers=[rail]))
    assert network.edges["cell"].nunique() == 1


def test_ring_without_junction_is_one_edge(town):
    ring = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    network = build_network(town(("Ring", "residential", ring)))
    assert network.edges["length_dm"].tolist() == [4000]
    assert network.lines[0].is_ring
    inner, outer = network.corners[0, LEFT], network.corners[0, RIGHT]
    assert inner[FROM] == inner[TO]
    assert outer[FROM] == outer[TO]
    assert inner[FROM] != outer[FROM]


def test_streets_apart_are_components_apart(town):
    far = [(5000, 0), (5100, 0)]
    network = build_network(town(*CROSS, ("Island St", "residential", far)))
    assert network.edges["component"].nunique() == 2


def test_edges_end_where_name_or_kind_changes(town):
    network = build_network(
        town(
            ("A St", "residential", [(0, 0), (50, 0), (100, 0)]),
            ("B St", "residential", [(100, 0), (200, 0)]),
            ("B St", "tertiary", [(200, 0), (300, 0)]),
        )
    )
    assert sorted(network.edges["length_dm"]) == [1000, 1000, 1000]


def tricky(town, order):
    """A town with all there is: a grid, a ring, twin streets, a cul-de-sac, rail and river."""
    grid = [
        (f"{k} Ave", ("residential", "primary", "footway")[k % 3], [(90 * k, y) for y in LINES])
        for k in range(4)
    ] + [(f"{y} St", "residential", [(90 * k, y) for k in range(4)]) for y in LINES]
    return town(
        *grid,
        ("Ring", "residential", [(500, 0), (600, 0), (600, 70), (500, 0)]),
        ("Loop", "service", [(270, 200), (330, 210), (330, 190), (270, 200)]),
        ("Twin", "residential", [(0, 200), (90, 200)]),
        ("Court", "residential", [(0, 0), (-40, -40), (-80, -30)]),
        crossings=[(90.0, 100.0), (-40.0, -40.0)],
        gates=[(180.0, 100.0)],
        barriers=[shapely.LineString([(-100, 150), (400, 151)]), shapely.box(100, -50, 120, 40)],
        order=order,
    )


LINES = (0, 100, 200)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_result_does_not_depend_on_the_order_of_the_file(town, seed):
    """Other node numbers, other rows, other way numbers: the same network to the last bit."""
    rng = np.random.default_rng(seed)
    plain = build_network(tricky(town, range))
    mixed = build_network(tricky(town, lambda count: rng.permutation(count).tolist()))
    columns = [name for name in plain.edges if name != "way"]
    assert plain.edges[columns].equals(mixed.edges[columns])
    assert shapely.equals_exact(plain.lines, mixed.lines).all()
    assert (plain.corners == mixed.corners).all()
    assert (plain.corner_xy == mixed.corner_xy).all()
    assert (plain.graph != mixed.graph).nnz == 0
    assert (plain.graph.indices == mixed.graph.indices).all()


def check(network):
    """What holds of every network."""
    edges, graph = network.edges, network.graph
    assert (graph != graph.T).nnz == 0
    assert (graph.data > 0).all()
    assert graph.diagonal().sum() == 0
    assert np.unique(network.corners).tolist() == list(range(len(network.corner_xy)))
    length = shapely.length(network.lines) * 10
    assert np.abs(edges["length_dm"] - np.maximum(length, 1)).max() <= 0.5001
    assert (edges["cost_dm"] >= edges["length_dm"]).all()
    assert (edges["cost_dm"] > edges["length_dm"])[edges["kind"] == "steps"].all()
    assert edges["bare"].between(0, 1).all()
    # each corner stands where its edge ends
    ends = shapely.get_point(network.lines, 0), shapely.get_point(network.lines, -1)
    for end, points in enumerate(ends):
        for side in (LEFT, RIGHT):
            assert np.array_equal(
                network.corner_xy[network.corners[:, side, end]], shapely.get_coordinates(points)
            )
    # a cell never reaches beyond its component
    assert (edges.groupby("cell")["component"].nunique() == 1).all()


def test_steps_and_slopes_cost_time_but_no_metres(town):
    """
    0 ==Hill St level== 100 ==Hill St 10 %== 400 ---steps--- 450

    Hill St is one edge; three quarters of it are walked at 1 / 1.2095 of the speed.
    """
    streets = town(
        ("Hill St", "residential", [(0, 0), (100, 0)]),
        ("Hill St", "residential", [(100, 0), (400, 0)]),
        ("", "steps", [(400, 0), (450, 0)]),
    )
    ways = streets.ways.assign(incline=["", "10%", "up"], sidewalk=["both", "no", ""])
    edges = build_network(replace(streets, ways=ways)).edges
    hill = edges[edges["kind"] == "residential"]
    assert hill["length_dm"].tolist() == [4000]
    assert hill["cost_dm"].tolist() == [round(1000 + 3000 * (np.exp(0.35) + 1) / 2)]
    assert hill["bare"].tolist() == [0.75]
    steps = edges[edges["kind"] == "steps"]
    assert (steps["length_dm"].tolist(), steps["cost_dm"].tolist()) == ([500], [1000])


def test_a_hill_is_the_same_in_whatever_order_its_ways_come(town):
    """Two ways between the same points, one steep: order of rows decides nothing."""

    def cost(order):
        twins = [("Hill St", "residential", [(0, 0), (100, 0)])] * 2
        streets = town(*twins, order=order)
        incline = ["", "20%"]
        ways = streets.ways.assign(incline=[incline[k] for k in order(2)])
        return build_network(replace(streets, ways=ways)).edges["cost_dm"].tolist()

    assert cost(range) == cost(lambda n: list(range(n))[::-1])


def test_invariants_of_a_tricky_town(town):
    check(build_network(tricky(town, range)))


def test_steps_of_a_real_city(shared_data):
    """San Francisco's centre has 7.5 km of steps and two blocks of known incline."""
    path = next((shared_data / "sf-central").glob("*.osm.pbf"))
    edges = build_network(read_streets(path, CRS(32610))).edges
    steps = edges["kind"] == "steps"
    assert edges.loc[steps, "length_dm"].sum() == pytest.approx(75_000, rel=0.01)
    assert edges.loc[steps, "cost_dm"].sum() == 2 * edges.loc[steps, "length_dm"].sum()
    steep = edges[~steps & (edges["cost_dm"] > edges["length_dm"])]
    assert set(steep["kind"]) == {"residential"}
    assert steep["length_dm"].sum() == pytest.approx(1134, abs=400)
    assert 0.003 < edges["bare"] @ edges["length_dm"] / edges["length_dm"].sum() < 0.006


@pytest.mark.parametrize("file", ["davis/davis_2019.osm.gz", "sf-central/*.osm.pbf"])
def test_invariants_of_real_towns(shared_data, file):
    path = next(shared_data.glob(file))
    network = build_network(read_streets(path, CRS(32610)))
    check(network)
    # all of a component's corners reach each other, but inside rings of busy streets
    label = connected_components(network.graph, directed=False)[1]
    parts = network.edges["component"].nunique()
    assert parts <= label.max() + 1 <= parts * 1.05 + 5
