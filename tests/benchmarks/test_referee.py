"""The referee judged itself: towns so small that the right answer can be seen."""

import ast
import itertools
import math
from collections import Counter
from pathlib import Path

import footnet
import numpy as np
import osmfile
import places
import pytest
import referee
import shapely

HERE = Path(__file__).parent
METRES = 111_195.08


def town(streets, doors, *, crossings=(), barriers=(), names=None):
    """
    A net from `(kind, [(x, y), …])` and doors at `(x, y)`, all in metres.

    Streets meet where they share a point. `kind` may be ``kind name``.
    """
    numbers: dict[tuple[float, float], int] = {}
    osm = osmfile.Osm(barriers=[shapely.LineString(line) for line in barriers])
    seen: set[tuple[int, int]] = set()
    for street, points in streets:
        kind, _, name = street.partition(" ")
        refs = [numbers.setdefault(point, len(numbers)) for point in points]
        osmfile._add_way(osm, {"highway": kind, "name": name}, refs, seen)
    osm.xy = {number: point for point, number in numbers.items()}
    osm.crossings |= {numbers[point] for point in crossings}
    lon, lat = np.array(doors, dtype=float).T / METRES
    return footnet.build(osm, lon, lat, np.array(names or [""] * len(doors)))


def metres(net, a, b):
    return referee.distances(net, np.array([a, b]))[0, 1]


def test_a_quiet_street_is_crossed_anywhere_for_ten_metres():
    net = town([("residential", [(0, 0), (200, 0)])], [(20, 9), (40, 9), (20, -9), (90, -15)])
    assert metres(net, 0, 1) == pytest.approx(20, abs=0.05)
    assert metres(net, 0, 2) == pytest.approx(10, abs=0.05)
    assert metres(net, 1, 2) == pytest.approx(30, abs=0.05)
    assert metres(net, 1, 3) == pytest.approx(60, abs=0.05)


def test_a_main_street_is_crossed_at_junctions_only():
    streets = [("secondary", [(0, 0), (100, 0), (200, 0)]), ("residential", [(100, 0), (100, 90)])]
    net = town(streets, [(60, 9), (60, -9), (160, 9)])
    assert metres(net, 0, 1) == pytest.approx(40 + 12 + 40, abs=0.05)
    assert metres(net, 0, 2) == pytest.approx(40 + 10 + 60, abs=0.05)  # over the side street
    assert metres(net, 1, 2) == pytest.approx(40 + 12 + 60, abs=0.05)


def test_a_main_street_is_crossed_at_a_mapped_crossing():
    street = [("primary", [(0, 0), (50, 0), (200, 0)])]
    doors = [(70, 9), (70, -9)]
    assert metres(town(street, doors), 0, 1) == referee.UNREACHABLE_M
    assert metres(town(street, doors, crossings=[(50, 0)]), 0, 1) == pytest.approx(52, abs=0.05)


def test_a_driveway_is_no_place_to_cross_a_main_street():
    streets = [("primary", [(0, 0), (50, 0), (200, 0)]), ("service", [(50, 0), (50, 30)])]
    assert metres(town(streets, [(70, 9), (70, -9)]), 0, 1) == referee.UNREACHABLE_M


RING = [("residential", [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])]
SPOKES = [
    ("residential", [(x, y), (x + 80 * (1 if x else -1), y + 80 * (1 if y else -1))])
    for x in (0, 100)
    for y in (0, 100)
]


def test_round_the_block_without_crossing_and_outside_with_four():
    inner = [(50, 9), (91, 50), (50, 91), (9, 50)]
    outer = [(50, -9), (109, 50), (50, 109), (-9, 50)]
    net = town(RING + SPOKES, inner + outer)
    turf = np.arange(4)
    assert referee.walk(net, turf)[0] == pytest.approx(400, abs=0.1)
    assert referee.walk(net, turf + 4)[0] == pytest.approx(440, abs=0.1)


def test_a_path_is_a_short_cut():
    streets = [
        ("residential", [(0, 0), (0, 300), (100, 300), (100, 0)]),
        ("footway", [(0, 0), (100, 0)]),
    ]
    net = town(streets, [(9, 20), (91, 20)])
    assert metres(net, 0, 1) == pytest.approx(20 + 100 + 20, abs=0.1)
    without = town(streets[:1], [(9, 20), (91, 20)])
    assert metres(without, 0, 1) == pytest.approx(280 + 100 + 280, abs=0.1)


def test_doors_of_one_building_are_no_walk_apart():
    net = town(RING, [(50, 9), (50, 9), (50, 9)])
    assert referee.walk(net, np.arange(3))[0] == 0


def test_a_door_stands_on_the_street_it_names():
    streets = [
        ("residential Elm Street", [(0, 0), (100, 0), (200, 0)]),
        ("residential 8th Street", [(100, 0), (100, 100)]),
        ("service", [(100, 40), (140, 40)]),
    ]
    doors = [(120, 25)] * 4
    net = town(streets, doors, names=["ELM", "08TH", "8th Street", "Oak"])
    assert net.node[1] == net.node[2] == net.node[3] != net.node[0]  # 20 m from 8th, 25 from Elm


def test_the_tour_is_the_shortest_of_all():
    random = np.random.default_rng(7)
    points = random.uniform(0, 800, (8, 2))
    gaps = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    shortest = min(
        referee.length(gaps, np.array((0, *rest))) for rest in itertools.permutations(range(1, 8))
    )
    assert referee.length(gaps, referee.best_tour(gaps)) == pytest.approx(shortest, abs=0.5)


@pytest.mark.parametrize("radius", [300.0, 9_000.0])
def test_the_tour_of_a_circle_is_the_circle(radius):
    angles = np.random.default_rng(1).permutation(60) * math.tau / 60
    points = radius * np.column_stack([np.cos(angles), np.sin(angles)])
    gaps = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    around = 60 * 2 * radius * math.sin(math.pi / 60)
    assert referee.length(gaps, referee.best_tour(gaps)) == pytest.approx(around, rel=1e-3)


LONG = [("residential", [(0, 0), (1000, 0)])]
ROW = [(50 + 20 * k, 9) for k in range(40)]


def test_own_order_is_compared_with_the_best():
    net = town(LONG, ROW)
    there = np.arange(40)
    figures = referee.judge_on(net, np.zeros(40), there)
    assert figures["walk_m"] == pytest.approx(2 * 39 * 20 / 40, abs=0.1)
    assert figures["own_ratio"] == pytest.approx(1, abs=1e-3)
    out_and_back = np.where(there % 2, 80 - there, there)
    figures = referee.judge_on(net, np.zeros(40), out_and_back)
    assert figures["own_ratio"] == pytest.approx(1, abs=1e-3)
    shuffled = np.argsort([(k * 17) % 40 for k in range(40)])
    assert referee.judge_on(net, np.zeros(40), shuffled)["own_ratio"] > 5


def test_misplaced_counts_doors_among_strangers():
    net = town(LONG, ROW)
    halves = np.arange(40) // 20
    assert referee.misplaced(net, halves) == 0
    halves[5] = 1  # one door, all four neighbours of turf 0; its neighbours keep three
    assert referee.misplaced(net, halves) == 1 / 40
    assert referee.misplaced(net, np.arange(40)) == 1


def test_neighbours_are_measured_on_foot():
    net = freeway(1500)
    pairs, metres_apart = referee.door_graph(net)
    found = {tuple(pair): gap for pair, gap in zip(pairs.tolist(), metres_apart, strict=True)}
    assert found[0, 1] == pytest.approx(20, abs=0.05)
    assert found[1, 3] == referee.NEIGHBOUR_M  # 2,980 m round by the underpass


def test_split_block_sides():
    streets = [
        ("residential", [(0, 0), (100, 0), (200, 0), (300, 0), (300, 200)]),  # bends at (300, 0)
        ("residential", [(100, 0), (100, 90)]),
        ("service", [(200, 0), (200, 40)]),  # a driveway parts nothing
    ]
    left_west, left_east, right_east = (50, 9), (150, 9), (150, -9)
    around_the_bend, beyond_the_bend = (250, 9), (291, 90)
    doors = [left_west, left_east, right_east, around_the_bend, beyond_the_bend, (40, 9)]
    net = town(streets, doors)
    assert net.side[1] == net.side[3] == net.side[4]
    assert Counter(net.side.tolist()).most_common() == [
        (net.side[1], 3),
        (net.side[0], 2),
        (net.side[2], 1),
    ]
    assert referee.split_sides(net, np.array([0, 1, 2, 1, 1, 0])) == 0
    assert referee.split_sides(net, np.array([0, 1, 2, 1, 2, 0])) == 1 / 2


def freeway(underpass_x):
    """Two streets north and south of a freeway, joined at one place."""
    x = underpass_x
    streets = [
        ("residential", [(0, 50), (x, 50), (2000, 50)]),
        ("residential", [(0, -50), (x, -50), (2000, -50)]),
        ("tertiary", [(x, 50), (x, -50)]),
    ]
    doors = [(40, 60), (60, 60), (40, -60), (60, -60)]
    return town(streets, doors, barriers=[[(-500, 0), (2500, 0)]])


def test_a_turf_on_both_sides_of_a_freeway():
    across, along = np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1])
    assert referee.barrier_turfs(freeway(1500), across) == [0, 1]
    assert referee.barrier_turfs(freeway(1500), along) == []
    assert referee.barrier_turfs(freeway(120), across) == []


def test_missing_labels_are_counted_not_judged():
    net = town(LONG, ROW)
    labels = np.array(["a"] * 20 + ["b"] * 18 + [None, ""], dtype=object)
    figures = referee.judge_on(net, labels, target=20)
    assert (figures["turfs"], figures["unassigned"], figures["in_band"]) == (2, 2, 1.0)
    assert (figures["doors_min"], figures["doors_max"]) == (18, 20)


def test_names_of_turfs_do_not_matter():
    net = town(LONG, ROW)
    first = referee.judge_on(net, np.arange(40) % 3)
    second = referee.judge_on(net, np.array(["z", "m", "a"])[np.arange(40) % 3])
    assert repr(first) == repr(second)


OSM = """<osm version="0.6">
<node id="1" lat="38.0" lon="-121.0"/><node id="2" lat="38.001" lon="-121.0"/>
<node id="3" lat="38.002" lon="-121.0"><tag k="highway" v="crossing"/></node>
<node id="4" lat="38.0" lon="-121.002"/>
<way id="10"><nd ref="1"/><nd ref="2"/><nd ref="99"/><nd ref="3"/>
  <tag k="highway" v="residential"/><tag k="name" v="A Street"/></way>
<way id="11"><nd ref="2"/><nd ref="1"/><tag k="highway" v="footway"/></way>
<way id="12"><nd ref="1"/><nd ref="4"/><tag k="highway" v="motorway"/></way>
<way id="13"><nd ref="2"/><nd ref="4"/><tag k="highway" v="trunk"/><tag k="foot" v="no"/></way>
<way id="14"><nd ref="2"/><nd ref="4"/><tag k="highway" v="path"/><tag k="access" v="no"/></way>
<way id="15"><nd ref="3"/><nd ref="4"/></way>
<way id="16"><nd ref="3"/><nd ref="4"/><tag k="railway" v="rail"/><tag k="tunnel" v="yes"/></way>
<way id="17"><nd ref="4"/><nd ref="2"/><tag k="footway" v="crossing"/>
  <tag k="highway" v="footway"/></way>
<relation id="20"><member type="way" ref="15" role="outer"/><tag k="natural" v="water"/></relation>
</osm>"""


def test_what_is_read_from_osm(tmp_path):
    path = tmp_path / "town.osm"
    path.write_text(OSM)
    osm = osmfile.read_osm(path)
    assert [(e.u, e.v, e.kind) for e in osm.edges] == [
        (1, 2, "residential"),
        (2, 3, "residential"),  # node 99 is missing: trimmed
        (4, 2, "footway"),
    ]
    assert osm.crossings == {2, 3, 4}
    assert len(osm.barriers) == 3  # freeway, trunk without foot, rim of the lake; not the tunnel
    assert math.dist(osm.xy[1], osm.xy[2]) == pytest.approx(111.2, abs=0.1)


def test_davis_doors_are_invented_the_same_way_every_time(shared_data):  # noqa: ARG001
    place = places.davis_doors(2_000)
    again = places.davis_doors.__wrapped__(2_000)
    assert place.doors.equals(again.doors)
    assert len(place.doors) == 2_000
    assert not place.doors["address"].duplicated().any()


def test_san_francisco_has_the_addresses_of_the_city(shared_data):  # noqa: ARG001
    assert len(places.sf_doors().doors) == 4_737
    assert len(places.sf_addresses().doors) == 2_512


@pytest.mark.parametrize("module", ["osmfile", "footnet", "referee", "places", "peers", "run"])
def test_the_referee_shares_no_code_with_the_cutter(module):
    tree = ast.parse((HERE / f"{module}.py").read_text())
    imported = {
        name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {name for name in imported if name.split(".")[0] in {"turfcutter", "geodata", "web"}}
