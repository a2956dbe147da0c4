"""What is cut on its own; towns are drawn in the docstrings."""

from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from turfcutter.cutting import regions
from turfcutter.cutting.regions import find_regions
from turfcutter.streets.footing import find_footing
from turfcutter.streets.frontage import find_frontage
from turfcutter.streets.network import build_network


def regions_of(streets, stops, *, zone=None, doors=None, least=5):
    """Region of each stop (x, y) of a town; one zone and one door a stop unless given."""
    network = build_network(streets)
    xy = np.array(stops, float)
    front = find_frontage(xy, [""] * len(xy), network, [""] * len(network.edges), 150.0)
    assert (front.edge >= 0).all()
    zone = np.zeros(len(xy), np.int64) if zone is None else np.array(zone)
    doors = np.ones(len(xy), np.int64) if doors is None else np.array(doors)
    return find_regions(zone, doors, find_footing(front, network, 1), least).tolist()


def row(count, y=5.0, start=5.0, step=20.0):
    return [(start + step * k, y) for k in range(count)]


MAIN = ("Main St", "residential", [(0, 0), (1000, 0)])


def test_a_street_is_one_region(town):
    assert regions_of(town(MAIN), row(30)) == [0] * 30


def test_zones_are_never_mixed_and_come_in_order(town):
    """Ten doors of zone 7, then ten of zone 3, on one street; too small or not."""
    for least in (1, 50):
        found = regions_of(town(MAIN), row(20), zone=[7] * 10 + [3] * 10, least=least)
        assert found == [1] * 10 + [0] * 10


def rail(x):
    return shapely.LineString([(x, -2000), (x, 2000)])


def test_cells_are_not_mixed_where_both_hold_a_turf(town):
    """
    o o o o o | o o o o o       a railway between ten doors and ten, crossed on a road
    ----------#----------
    """
    streets = town(MAIN, barriers=[rail(195)])
    assert regions_of(streets, row(20), least=5) == [0] * 10 + [1] * 10


def test_the_larger_region_comes_first(town):
    streets = town(MAIN, barriers=[rail(195)])
    assert regions_of(streets, row(30), least=5) == [1] * 10 + [0] * 20


def test_a_small_cell_joins_the_one_over_a_crossing_nearby(town):
    """Four doors beyond the railway, five make a turf: they join those on this side."""
    streets = town(MAIN, barriers=[rail(315)])
    assert regions_of(streets, row(20), least=5) == [0] * 20


def test_a_small_cell_far_from_the_crossing_stays_alone(town):
    """
    o o o ... |                     o o    the nearest door beyond the railway is 320 m away
    ----------#-----------------------
    """
    stops = [*row(10), (520, 5), (540, 5)]
    streets = town(MAIN, barriers=[rail(195)])
    assert regions_of(streets, stops, least=5) == [0] * 10 + [1, 1]


def test_a_small_cell_never_joins_another_zone(town):
    streets = town(MAIN, barriers=[rail(315)])
    assert regions_of(streets, row(20), zone=[0] * 16 + [1] * 4, least=5) == [0] * 16 + [1] * 4


def test_a_small_cell_joins_the_nearest_of_two(town):
    """
    o o o o o|  o |      o o o o o     the door in the middle is 30 m from the left, 70 m
    ---------#----#---------------     from the right
    """
    stops = [*row(5), (115, 5), *row(5, start=185)]
    streets = town(MAIN, barriers=[rail(90), rail(140)])
    assert regions_of(streets, stops, least=5) == [0] * 6 + [1] * 5


def test_settlements_apart_are_regions_of_their_own(town):
    """
    o o o o o ------- 900 m of road ------- o o o o o      but not over 700 m
    """
    road = ("Farm Rd", "residential", [(0, 0), (3000, 0)])
    for gap, expected in ((900, [0] * 5 + [1] * 5), (700, [0] * 10)):
        assert regions_of(town(road), [*row(5), *row(5, start=85 + gap)], least=1) == expected


def test_settlements_apart_over_corners(town):
    """The same, round a bend with junctions on the way."""
    ways = (
        ("Farm Rd", "residential", [(0, 0), (400, 0), (800, 0)]),
        ("Hill Rd", "residential", [(800, 0), (800, 600)]),
        ("Lane", "residential", [(400, 0), (400, -100)]),
    )
    stops = [*row(5), *[(805, 300 + 20 * k) for k in range(5)]]
    assert regions_of(town(*ways), stops, least=1) == [0] * 5 + [1] * 5
    # a house half way holds them together
    assert regions_of(town(*ways), [*stops, (500, 5)], least=1) == [0] * 11


def test_islands_are_regions_of_their_own(town):
    """Two streets that no way joins, side by side."""
    streets = town(MAIN, ("Twin St", "residential", [(0, 60), (1000, 60)]))
    assert regions_of(streets, [*row(10), *row(10, y=65)], least=50) == [0] * 10 + [1] * 10


def test_too_many_doors_are_divided_across_the_longer_side(town):
    """50 towers of 1,000 doors along one street: regions of at most 20,000, each in one piece."""
    found = regions_of(town(MAIN), row(50), doors=[1000] * 50)
    assert np.bincount(found, [1000] * 50).max() <= 20_000
    assert np.bincount(found, [1000] * 50).min() >= 10_000
    assert sum(a != b for a, b in pairwise(found)) == max(found)


def test_one_tower_of_too_many_doors_ends_the_dividing(town):
    found = regions_of(town(MAIN), row(3), doors=[5, 30_000, 5])
    assert np.bincount(found, [5, 30_000, 5]).max() <= 30_005


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_regions_of_a_random_town(town, seed):
    """
    A grid, two railways, random doors and zones: no region mixes zones, holds too many doors, or
    depends on the order of the stops but for the numbering of equally large ones.
    """
    rng = np.random.default_rng(seed)
    ways = [(f"{k} Ave", "residential", [(90 * k, 90 * j) for j in range(4)]) for k in range(6)]
    ways += [(f"{j} St", "residential", [(90 * k, 90 * j) for k in range(6)]) for j in range(4)]
    streets = town(*ways, barriers=[rail(135), rail(300)])
    stops = rng.uniform((0, 0), (450, 270), (40, 2))
    zone, doors = rng.integers(0, 3, 40), rng.integers(1, 9, 40)
    found = np.array(regions_of(streets, stops, zone=zone, doors=doors, least=10))
    assert sorted(set(found)) == list(range(found.max() + 1))
    assert all(len(set(zone[found == number])) == 1 for number in set(found))
    first = [zone[found == number][0] for number in range(found.max() + 1)]
    assert first == sorted(first)
    order = rng.permutation(40)
    mixed = np.array(
        regions_of(streets, stops[order], zone=zone[order], doors=doors[order], least=10)
    )
    assert len(set(zip(found[order], mixed, strict=True))) == found.max() + 1 == mixed.max() + 1
    size = np.bincount(found, doors), np.bincount(mixed, doors[order])
    assert np.array_equal(*size)


def test_divided_regions_keep_their_limit(town, monkeypatch):
    """The limit of 20,000 doors, at a size that a test can hold."""
    monkeypatch.setattr(regions, "MOST_DOORS", 12)
    found = regions_of(town(MAIN), row(40), least=1)
    assert len(set(found)) == 4
    assert np.bincount(found).max() <= 12
