"""Block sides run from corner to corner, whatever the map cuts streets into."""

import shapely

from turfcutter.streets.blocks import block_sides
from turfcutter.streets.frontage import find_frontage
from turfcutter.streets.network import build_network

MAIN = ("Main St", "residential", [(0, 0), (100, 0), (200, 0), (300, 0), (300, 200)])
SIDE = ("Side St", "residential", [(100, 0), (100, 90)])
DRIVE = ("", "service", [(200, 0), (200, 40)])
PATH = ("", "footway", [(250, 0), (250, 40)])


def sides(network, spots):
    front = find_frontage(
        shapely.get_coordinates(shapely.points(spots)),
        [""] * len(spots),
        network,
        list(network.edges["name"]),
        150.0,
    )
    return block_sides(network)[front.edge, front.side].tolist()


def test_another_street_ends_a_block_and_a_driveway_does_not(town):
    network = build_network(town(MAIN, SIDE, DRIVE))
    west, east, beyond, around, south = sides(
        network, [(50, 9), (150, 9), (250, 9), (291, 90), (150, -9)]
    )
    assert east == beyond == around
    assert len({west, east, south}) == 3


def test_a_path_and_a_crossing_end_no_block(town):
    network = build_network(
        town((*MAIN[:2], [(0, 0), (250, 0), (400, 0)]), PATH, crossings=[(250, 0)])
    )
    west, east = sides(network, [(50, 9), (350, 9)])
    assert west == east


def test_a_block_goes_on_where_its_pieces_are_drawn_towards_each_other(town):
    """Left of the one piece is right of the other."""
    pieces = [
        ("A St", "residential", [(0, 0), (100, 0)]),
        ("B St", "tertiary", [(200, 0), (100, 0)]),
    ]
    network = build_network(town(*pieces))
    north, north_too, south, south_too = sides(network, [(50, 9), (150, 9), (50, -9), (150, -9)])
    assert north == north_too
    assert south == south_too
    assert north != south


def test_sides_of_a_driveway_are_in_no_block(town):
    network = build_network(town(MAIN, DRIVE))
    numbers = block_sides(network)
    drive = network.edges["kind"].to_numpy() == "service"
    assert numbers.shape == (len(network.edges), 2)
    assert not set(numbers[drive].ravel()) & set(numbers[~drive].ravel())
