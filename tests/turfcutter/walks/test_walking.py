"""Walks: lengths against an independent search, starts, legs, and lines that hold together."""

from dataclasses import replace
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from scipy.sparse.csgraph import dijkstra

from geodata.errors import GeodataError
from geodata.schema import Streets
from geodata.streets.streets import read_streets
from turfcutter.model import PLAN_TABLES
from turfcutter.streets.edges import NEVER
from turfcutter.streets.frontage import find_frontage
from turfcutter.streets.network import build_network
from turfcutter.walks.starts import NO_STREET
from turfcutter.walks.walking import walk_turfs


def town(*ways):
    """Streets of (name, kind, [(x, y), ...]); ways meet where they share a point."""
    spots = sorted({spot for _, _, course in ways for spot in course})
    at = {spot: k for k, spot in enumerate(spots)}
    nodes = pd.DataFrame(spots, columns=["x", "y"]).astype(float)
    nodes = nodes.assign(node=range(len(spots)), crossing=False, barrier=False)
    pairs = [
        (at[a], at[b], way) for way, (_, _, course) in enumerate(ways) for a, b in pairwise(course)
    ]
    segments = pd.DataFrame(pairs, columns=["u", "v", "way"]).astype(np.int32)
    table = pd.DataFrame(
        {"way": range(len(ways)), "kind": [w[1] for w in ways], "name": [w[0] for w in ways]}
    ).assign(footway="", service="", sidewalk="", incline="", bridge=False, tunnel=False)
    empty = gpd.GeoDataFrame({"kind": [], "name": []}, geometry=[])
    return Streets(nodes, segments, table, empty, empty, empty)


def settled(ways, doors):
    """Network of a town and the frontage of doors at (x, y), each on its nearest street."""
    network = build_network(town(*ways))
    names = list(network.edges["name"])
    xy = np.array(doors, float)
    return network, find_frontage(xy, [""] * len(xy), network, names, 150.0)


def walked(ways, doors, parity=None, turf=None, place=None, speed=1.25):
    network, frontage = settled(ways, doors)
    turf = np.zeros(len(doors), int) if turf is None else turf
    place = np.arange(len(doors)) if place is None else place
    parity = [""] * len(doors) if parity is None else parity
    return walk_turfs(turf, place, frontage, parity, network, speed)


def told(walks, turf=0):
    """Legs of a turf as one can read them."""
    legs = walks.legs[walks.legs["turf"] == turf]
    columns = ["stop", "street", "side", "turn", "walk_m"]
    return [tuple(row) for row in legs[columns].itertuples(index=False)]


def grid(columns, rows, rng, *, kinds=("residential",)):
    """Streets every 100 m, each of a kind at random."""
    ways = []
    for k in range(columns):
        course = [(100 * k, 100 * j) for j in range(rows)]
        ways.append((f"{k} Avenue", str(rng.choice(kinds)), course))
    for j in range(rows):
        course = [(100 * k, 100 * j) for k in range(columns)]
        ways.append((f"{j} Street", str(rng.choice(kinds)), course))
    return ways


def brute_hops(order, goal, frontage, network):
    """Distances between stops by scipy's Dijkstra over the whole corner graph."""
    edges = network.edges
    table = {}
    sided = (edges["crossing_dm"] > 0).to_numpy()
    found = []
    for i, j in zip(order, goal, strict=True):
        ends = []
        for k in (i, j):
            edge = frontage.edge[k]
            side = frontage.side[k] if sided[edge] else 0
            along = int(frontage.along_dm[k])
            rest = int(edges["length_dm"].iloc[edge]) - along
            ends.append(
                (
                    edge,
                    side,
                    along,
                    tuple(zip(network.corners[edge, side], (along, rest), strict=True)),
                )
            )
        (edge, side, along, start), (edge_j, side_j, along_j, end) = ends
        best = NEVER
        if edge == edge_j:
            across = int(edges["across_dm"].iloc[edge]) if side != side_j else 0
            best = min(best, abs(along - along_j) + across)
        for a, to_a in start:
            if a not in table:
                table[a] = dijkstra(network.graph, indices=a)
            best = min([best, *(to_a + table[a][b] + from_b for b, from_b in end)])
        found.append(best)
    return np.array(found)


def check(walks, turf, place, frontage, network):
    """What holds of all walks."""
    turf, place = np.asarray(turf), np.asarray(place)
    order = np.lexsort((place, turf))
    goal = np.empty_like(order)
    for name in np.unique(turf):
        mine = order[turf[order] == name]
        goal[turf[order] == name] = np.roll(mine, -1)
        assert sorted(walks.rank[mine]) == list(range(1, len(mine) + 1))
        # the loop is turned, not changed
        assert set(np.diff(walks.rank[mine])) <= {1, 1 - len(mine)}
    true = brute_hops(order, goal, frontage, network)
    walk_m = pd.Series(true / 10).groupby(turf[order]).sum()
    assert np.allclose(walks.turfs.set_index("turf")["walk_m"], walk_m)
    legs = walks.legs
    assert set(legs) - {"turf"} == set(PLAN_TABLES["legs"]) - {"turf_id"}
    assert np.allclose(legs.groupby("turf")["walk_m"].sum(), walk_m)
    assert set(legs["turn"]) <= {"start", "straight", "left", "right", "back", "cross"}
    for (name, mine), row in zip(legs.groupby("turf"), walks.turfs.itertuples(), strict=True):
        assert list(mine["leg"]) == list(range(1, len(mine) + 1))
        stops = list(dict.fromkeys(mine["stop"]))
        assert stops == [*range(1, (turf == name).sum() + 1), 0]
        ends = [(line.coords[0], line.coords[-1]) for line in mine["geometry"]]
        assert all(a[1] == b[0] for a, b in pairwise(ends))
        assert ends[0][0] == ends[-1][1] == row.geometry.coords[0] == row.geometry.coords[-1]
        assert row.geometry.coords[0] == (row.start_x, row.start_y)
        drawn = sum(line.length for line in mine["geometry"])
        assert drawn == pytest.approx(row.geometry.length)
        assert abs(drawn - row.walk_m) <= 0.15 * row.walk_m + 30


BLOCK = (
    ("First", "residential", [(0, 0), (100, 0)]),
    ("Elm", "residential", [(100, 0), (100, 100)]),
    ("Second", "residential", [(100, 100), (0, 100)]),
    ("Oak", "residential", [(0, 100), (0, 0)]),
)
"""
    (0,100) -- Second -- (100,100)
       |                     |
      Oak                   Elm
       |                     |
     (0,0) --- First --- (100,0)
"""


def test_around_a_block():
    """Doors on the inner side of First, Elm, Second and Oak; the walk never crosses a street."""
    doors = [(50, 10), (90, 50), (50, 90), (10, 50)]
    walks = walked(BLOCK, doors, ["even", "odd", "even", ""], speed=1.0)
    row = walks.turfs.iloc[0]
    assert (row["walk_m"], row["minutes"]) == (400.0, 6.67)
    assert row["start"] == "First & Oak"
    assert (row["start_x"], row["start_y"]) == (0, 0)
    assert list(walks.rank) == [1, 2, 3, 4]
    assert told(walks) == [
        (1, "First", "even", "start", 50.0),
        (2, "First", "even", "straight", 50.0),
        (2, "Elm", "odd", "left", 50.0),
        (3, "Elm", "odd", "straight", 50.0),
        (3, "Second", "even", "left", 50.0),
        (4, "Second", "even", "straight", 50.0),
        (4, "Oak", "", "left", 50.0),
        (0, "Oak", "", "straight", 50.0),
    ]
    # drawn 3 m inside
    inside = shapely.box(3, 3, 97, 97).boundary.hausdorff_distance(row["geometry"])
    assert inside == pytest.approx(3 * 2**0.5)
    assert shapely.box(0, 0, 100, 100).covers(row["geometry"])


def test_the_two_halves_of_a_street_make_no_corner():
    """One name gives way to the other at Oak, which makes the corner."""
    ways = [
        ("North Central Avenue", "residential", [(0, 0), (0, 100)]),
        ("South Central Avenue", "residential", [(0, 0), (0, -100)]),
        ("Oak Street", "residential", [(-100, 0), (0, 0)]),
    ]
    doors, sides = [(5, 50), (5, -50)], ["odd", "odd"]
    (start,) = walked(ways, doors, sides).turfs["start"]
    assert start == "North Central Avenue & Oak Street"
    (start,) = walked(ways[:2], doors, sides).turfs["start"]
    assert start in {"North Central Avenue", "South Central Avenue"}


def test_a_road_that_changes_its_name_makes_a_corner_with_the_street_that_crosses_it():
    road = [
        ("Central Avenue", "tertiary", [(0, 0), (5, -100)]),
        ("Highway 7", "tertiary", [(0, 0), (0, 100)]),
    ]
    cross = ("Ravenhill Boulevard", "residential", [(-100, 0), (0, 0), (100, 0)])
    doors = [(10.0, 50.0), (10.0, -50.0)]
    start = walked([*road, cross], doors).turfs["start"].iloc[0]
    assert start == "Central Avenue & Ravenhill Boulevard"
    # Where no other street meets it, the change of names is what one can find.
    start = walked(road, doors).turfs["start"].iloc[0]
    assert start == "Central Avenue & Highway 7"
    # A street that ends there, turning off, is a corner like any other.
    branch = ("Highway 7", "tertiary", [(0, 0), (100, 0)])
    start = walked([road[0], branch, cross], [(50.0, 10.0), (10.0, -50.0)]).turfs["start"].iloc[0]
    assert start == "Central Avenue & Highway 7"


def test_both_sides_of_a_street():
    """Up one side of Main, over it at the last door, down the other; drawn side by side."""
    ways = [
        ("Main", "residential", [(0, 0), (200, 0)]),
        ("Elm", "residential", [(0, 0), (0, 80)]),
    ]
    doors = [(100, 10), (100, -10), (50, -10), (50, 10)]
    walks = walked(ways, doors, ["odd", "even", "even", "odd"])
    # no junction is on the way; the door at 50 is nearest to Elm
    assert walks.turfs[["walk_m", "start"]].to_numpy().tolist() == [[120.0, "Main near Elm"]]
    assert list(walks.rank) == [3, 4, 1, 2]
    assert told(walks) == [
        (1, "Main", "even", "start", 0.0),
        (2, "Main", "", "cross", 10.0),
        (3, "Main", "odd", "right", 50.0),
        (4, "Main", "", "cross", 10.0),
        (0, "Main", "even", "right", 50.0),
    ]
    there, back = walks.legs["geometry"][2], walks.legs["geometry"][4]
    assert list(there.coords) == [(50, 3), (100, 3)]
    assert list(back.coords) == [(100, -3), (50, -3)]


def test_a_busy_street_is_crossed_at_its_junction():
    """Two doors face each other on Broad, which has traffic: the way over it is at Elm."""
    ways = [
        ("Broad", "primary", [(0, 0), (100, 0), (400, 0)]),
        ("Elm", "residential", [(100, 0), (100, 90)]),
    ]
    walks = walked(ways, [(150, 10), (150, -10)], ["odd", "even"])
    assert walks.turfs[["walk_m", "start"]].to_numpy().tolist() == [[240.0, "Broad & Elm"]]
    assert told(walks) == [
        (1, "Broad", "odd", "start", 50.0),
        (2, "Broad", "odd", "back", 50.0),
        (2, "Broad", "", "cross", 20.0),
        (2, "Broad", "even", "left", 50.0),
        (0, "Broad", "even", "back", 50.0),
        (0, "Broad", "", "cross", 20.0),
    ]


def test_a_step_after_a_crossing_is_no_leg():
    """Two doors that almost face each other: the street is crossed aslant."""
    ways = [("Main", "residential", [(0, 0), (200, 0)])]
    walks = walked(ways, [(100, 10), (101, -10), (150, -10)])
    assert told(walks) == [
        (1, "Main", "", "start", 0.0),
        (2, "Main", "", "cross", 11.0),
        (3, "Main", "", "left", 49.0),
        (0, "Main", "", "cross", 10.0),
        (0, "Main", "", "left", 50.0),
    ]


def test_without_a_named_junction_the_walk_starts_at_a_door():
    ways = [("Lone", "residential", [(0, 0), (200, 0)]), ("", "service", [(200, 0), (300, 0)])]
    walks = walked(ways, [(50, 10), (150, 10), (250, 10)], turf=[0, 0, 1])
    assert walks.turfs["start"].tolist() == ["Lone", NO_STREET]
    assert told(walks) == [
        (1, "Lone", "", "start", 0.0),
        (2, "Lone", "", "straight", 100.0),
        (0, "Lone", "", "back", 100.0),
    ]
    assert told(walks, 1) == [(1, "", "", "start", 0.0), (0, "", "", "straight", 0.0)]


def test_a_path_has_no_sides():
    ways = [
        ("Green Walk", "footway", [(0, 0), (100, 0)]),
        ("Elm", "residential", [(0, 0), (0, 50)]),
        ("Elm", "residential", [(0, 0), (0, -50)]),
    ]
    walks = walked(ways, [(40, 10), (80, -10)])
    assert walks.turfs["walk_m"].tolist() == [80.0]
    assert all(y == 0 for line in walks.legs["geometry"] for _, y in line.coords)


def test_stops_that_do_not_hang_together():
    ways = [
        ("Elm", "residential", [(0, 0), (100, 0)]),
        ("Oak", "residential", [(0, 500), (100, 500)]),
    ]
    with pytest.raises(GeodataError, match="No way on foot"):
        walked(ways, [(50, 10), (50, 510)])


@pytest.mark.parametrize("seed", range(3))
def test_grid_town(seed):
    """Walks in any order whatever are as long as an independent search says."""
    rng = np.random.default_rng(seed)
    kinds = ("residential", "residential", "primary", "service", "footway")
    ways = grid(7, 6, rng, kinds=kinds)
    doors = np.column_stack([rng.uniform(0, 600, 150), rng.uniform(0, 500, 150)])
    network, frontage = settled(ways, doors)
    turf, place = rng.integers(0, 9, 150), rng.permutation(150)
    parity = rng.choice(["even", "odd", ""], 150)
    walks = walk_turfs(turf, place, frontage, parity, network, 1.25)
    check(walks, turf, place, frontage, network)
    assert walks.turfs["start"].str.contains(" & ").all()

    rows = rng.permutation(150)
    again = walk_turfs(
        turf[rows], place[rows], frontage.take(rows), parity[rows], network, speed_mps=1.25
    )
    pd.testing.assert_frame_equal(again.turfs, walks.turfs)
    pd.testing.assert_frame_equal(again.legs, walks.legs)
    assert (again.rank == walks.rank[rows]).all()


def test_real_streets(shared_data):
    """San Francisco centre: doors along real streets, in an order by place."""
    crs = pyproj.CRS("EPSG:32610")
    streets = read_streets(shared_data / "sf-central" / "sf_central_20260204.osm.pbf", crs)
    network = build_network(streets)
    table = pd.read_csv(
        shared_data / "sf-central" / "eas_addresses_with_units.csv.gz", dtype=str
    ).drop_duplicates("address")[["lon", "lat", "address"]]
    to_metres = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    xy = np.column_stack(to_metres.transform(*table[["lon", "lat"]].astype(float).to_numpy().T))
    names = list(network.edges["name"])
    frontage = find_frontage(xy, [""] * len(xy), network, names, 150.0)
    component = network.edges["component"].to_numpy()[frontage.edge]
    largest = np.bincount(component).argmax()
    rows = np.flatnonzero((frontage.edge >= 0) & (component == largest))[::25]
    frontage, xy = frontage.take(rows), xy[rows]
    block = np.floor((xy - xy.min(axis=0)) / 400).astype(int)
    turf = np.unique(block, axis=0, return_inverse=True)[1].ravel()
    place = np.argsort(np.argsort(np.arctan2(*(xy - xy.mean(axis=0)).T)))
    number = pd.to_numeric(table["address"].str.extract(r"^(\d+)")[0]).to_numpy()[rows]
    parity = np.where(number % 2 == 0, "even", "odd")
    walks = walk_turfs(turf, place, frontage, parity, network, 1.25)
    check(walks, turf, place, frontage, network)


STAIRS = (
    ("Low", "residential", [(0, 0), (100, 0), (200, 0)]),
    ("High", "residential", [(0, 60), (100, 60), (200, 60)]),
    ("", "steps", [(100, 0), (100, 60)]),
    ("End", "residential", [(200, 0), (200, 60)]),
)


def test_steps_take_twice_their_metres_in_time():
    """
    Doors on the near sides of Low and High, beside 60 m of steps: 10 m, steps, 10 m, both ways.

    160 m in all; at 1 m/s the 120 m of steps count twice, 280 seconds.
    """
    walks = walked(STAIRS, [(90, 8), (110, 52)], speed=1.0)
    row = walks.turfs.iloc[0]
    assert (row["walk_m"], row["steps_m"], row["bare_m"]) == (160.0, 120.0, 0.0)
    assert row["minutes"] == round(280 / 60, 2)
    assert walks.legs["walk_m"].sum() == row["walk_m"]


def test_the_level_way_is_taken_where_it_is_quicker():
    """Beside End the steps would be 100 m off; near the steps End would be 100 m off."""
    walks = walked(STAIRS, [(170, 8), (170, 52)])
    row = walks.turfs.iloc[0]
    assert (row["walk_m"], row["steps_m"]) == (240.0, 0.0)
    assert row["minutes"] == 3.2


def test_metres_without_a_sidewalk_are_told():
    """Half of a street of 200 m has none; from its one end to the other and back."""
    streets = town(
        ("Main", "residential", [(0, 0), (100, 0)]), ("Main", "residential", [(100, 0), (200, 0)])
    )
    streets = replace(streets, ways=streets.ways.assign(sidewalk=["both", "no"]))
    network = build_network(streets)
    doors = np.array([(0, 8), (200, 8)], float)
    frontage = find_frontage(doors, ["", ""], network, list(network.edges["name"]), 150.0)
    walks = walk_turfs([0, 0], [0, 1], frontage, ["", ""], network, 1.25)
    row = walks.turfs.iloc[0]
    assert (row["walk_m"], row["bare_m"], row["steps_m"]) == (400.0, 200.0, 0.0)


def opened(ways, doors, place=None):
    network, frontage = settled(ways, doors)
    place = range(len(doors)) if place is None else place
    parity = [""] * len(doors)
    return walk_turfs([0] * len(doors), place, frontage, parity, network, 1.25, closed=False)


def test_a_walk_that_ends_anywhere_leaves_out_what_it_can():
    """
    Broad with traffic, crossed at Elm; doors 50 m beyond on either side.

    The closed walk is 240 m: from the corner 50 m to a door, back, over Broad (20 m), 50 m and
    back over Broad. What is left out are 50 m and the second crossing.
    """
    ways = [
        ("Broad", "primary", [(0, 0), (100, 0), (400, 0)]),
        ("Elm", "residential", [(100, 0), (100, 90)]),
    ]
    walks = opened(ways, [(150, 10), (150, -10)])
    row = walks.turfs.iloc[0]
    assert (row["walk_m"], row["start"], row["minutes"]) == (170.0, "Broad & Elm", 2.27)
    assert [leg[0] for leg in told(walks)] == [1, 2, 2, 2]
    line = row["geometry"]
    assert line.coords[0] == (row["start_x"], row["start_y"]) == (100.0, 0.0)
    assert line.coords[-1] == (150.0, -3.0)


def test_without_a_named_corner_it_starts_after_the_longest_hop():
    """Doors at 10, 20 and 90 m of a lone street: 80 m to walk instead of 160."""
    ways = [("Lone", "residential", [(0, 0), (100, 0)])]
    walks = opened(ways, [(20, 8), (90, 8), (10, 8)])
    row = walks.turfs.iloc[0]
    assert (row["walk_m"], row["start"]) == (80.0, "Lone")
    assert walks.rank.tolist() == [2, 3, 1]


def test_one_stop_alone_is_a_walk_that_ends_anywhere():
    walks = opened([("Lone", "residential", [(0, 0), (100, 0)])], [(20, 8)])
    assert walks.turfs["walk_m"].tolist() == [0.0]
    assert told(walks) == [(1, "Lone", "", "start", 0.0)]


def test_open_walks_of_a_grid_keep_all_stops_and_are_told_again_alike():
    rng = np.random.default_rng(3)
    ways = grid(5, 4, rng, kinds=("residential", "secondary", "service"))
    network = build_network(town(*ways))
    spots = rng.uniform(0, 300, (60, 2))
    frontage = find_frontage(spots, [""] * 60, network, list(network.edges["name"]), 150.0)
    turf, place = np.repeat([0, 1, 2], 20), np.tile(rng.permutation(20), 3)
    walks = walk_turfs(turf, place, frontage, [""] * 60, network, 1.25, closed=False)
    loops = walk_turfs(turf, place, frontage, [""] * 60, network, 1.25)
    for name in range(3):
        mine = walks.legs[walks.legs["turf"] == name]
        assert list(dict.fromkeys(mine["stop"])) == list(range(1, 21))
        line = walks.turfs["geometry"][name]
        assert mine["geometry"].iloc[0].coords[0] == line.coords[0]
        assert mine["geometry"].iloc[-1].coords[-1] == line.coords[-1]
        assert sum(leg.length for leg in mine["geometry"]) == pytest.approx(line.length)
    assert np.allclose(walks.legs.groupby("turf")["walk_m"].sum(), walks.turfs["walk_m"])
    assert np.allclose(walks.turfs["minutes"], walks.turfs["walk_m"] / 75, atol=0.006)
    assert (walks.turfs["walk_m"] < loops.turfs["walk_m"]).all()
    again = walk_turfs(turf, walks.rank, frontage, [""] * 60, network, 1.25, closed=False)
    assert again.rank.tolist() == walks.rank.tolist()
    pd.testing.assert_frame_equal(again.legs, walks.legs)
