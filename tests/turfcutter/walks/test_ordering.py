"""Orders of walks that end anywhere, against all orders there are."""

from itertools import pairwise, permutations

import numpy as np
import pytest

from turfcutter.cutting import Cut
from turfcutter.streets.distances import distance_table
from turfcutter.streets.footing import find_footing
from turfcutter.streets.frontage import find_frontage
from turfcutter.streets.network import build_network
from turfcutter.walks.ordering import open_places, path_places
from turfcutter.walks.starts import named_junctions
from turfcutter.walks.walking import open_metres

GRID = [(f"{k} Ave", "residential", [(100 * k, 100 * j) for j in range(4)]) for k in range(4)] + [
    (f"{j} St", "residential", [(100 * k, 100 * j) for k in range(4)]) for j in range(4)
]


def settled(town, ways, doors):
    network = build_network(town(*ways))
    xy = np.array(doors, float)
    front = find_frontage(xy, [""] * len(xy), network, list(network.edges["name"]), 150.0)
    return find_footing(front, network, 1)


def length(order, table):
    return sum(table[a, b] for a, b in pairwise(order))


def placed(footing, turf, place, corners=((0.0, 0.0),), workers=1):
    count = len(turf)
    spots = np.array(corners, float).reshape(-1, 2)
    one = np.ones(count, np.int64)
    cut = Cut(np.arange(count), 0 * one, one, np.asarray(turf), np.asarray(place))
    return path_places(cut, footing, spots, 0, workers)


@pytest.mark.parametrize("seed", range(6))
def test_no_order_of_seven_stops_is_shorter(town, seed):
    rng = np.random.default_rng(seed)
    footing = settled(town, GRID, rng.uniform(0, 300, (7, 2)))
    table = distance_table(footing.ends, footing.reach)
    order = np.argsort(placed(footing, [0] * 7, rng.permutation(7)))
    best = min(length(each, table) for each in permutations(range(7)))
    assert length(order, table) == best


def test_a_path_along_a_street_begins_at_the_end_with_a_corner(town):
    """Five doors of a street, the only named corner beyond the last one."""
    footing = settled(
        town, [("Lone", "residential", [(0, 0), (500, 0)])], [(100 * k + 50, 8) for k in range(5)]
    )
    place = [0, 2, 4, 3, 1]  # there on odd doors, back on even ones
    assert placed(footing, [0] * 5, place, [(500.0, 0.0)]).tolist() == [4, 3, 2, 1, 0]
    assert placed(footing, [0] * 5, place, [(0.0, 0.0)]).tolist() == [0, 1, 2, 3, 4]
    assert placed(footing, [0] * 5, place, []).tolist() in ([0, 1, 2, 3, 4], [4, 3, 2, 1, 0])


def test_turfs_keep_their_stops_and_threads_change_nothing(town):
    rng = np.random.default_rng(1)
    footing = settled(town, GRID, rng.uniform(0, 300, (90, 2)))
    turf = rng.integers(0, 4, 90)
    one, two = (placed(footing, turf, rng.permutation(90) * 0, workers=n) for n in (1, 2))
    assert one.tolist() == two.tolist()
    for number in range(4):
        mine = one[turf == number]
        assert sorted(mine) == list(range(len(mine)))


def test_one_and_two_stops(town):
    footing = settled(town, GRID, [(10, 5), (210, 5), (220, 5)])
    assert placed(footing, [0, 1, 1], [0, 0, 1], [(300.0, 0.0)]).tolist() == [0, 1, 0]


def test_the_closed_walk_cut_open_is_kept_where_the_way_from_a_corner_makes_a_path_longer(town):
    """Whatever is chosen, no walk is longer than that of either order."""
    for seed in range(4):
        rng = np.random.default_rng(seed)
        network = build_network(town(*GRID))
        xy, turf = rng.uniform(0, 300, (40, 2)), rng.integers(0, 4, 40)
        front = find_frontage(xy, [""] * 40, network, list(network.edges["name"]), 150.0)
        footing, one = find_footing(front, network, 1), np.ones(40, np.int64)
        cut = Cut(np.arange(40), 0 * one, one, turf, np.arange(40))
        corners = named_junctions(network)[["x", "y"]].to_numpy()
        chosen = open_places(cut, footing, front, network, 0, 1)
        path = path_places(cut, footing, corners, 0, 1)
        metres = [open_metres(turf, p, front, network) for p in (chosen, path, cut.place)]
        assert (metres[0] == np.minimum(metres[1], metres[2])).all()
        for number in range(4):
            mine = chosen[turf == number]
            assert len(np.unique(mine)) == len(mine)
