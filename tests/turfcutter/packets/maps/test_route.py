"""The line of a walk on a map."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from turfcutter.packets.maps.frames import Frame
from turfcutter.packets.maps.route import route_line
from turfcutter.packets.turfs.slices import slice_plan


@pytest.fixture(scope="module")
def drawn(plans):
    """Draws a walk of some points in metres, at half a millimetre a metre."""
    (turf,) = slice_plan(plans.block_plan(1, 1, 2), ["A1"])
    frame = Frame(200.0, 200.0, 0.5, 0.0, np.array([50.0, 0.0]))

    def line(points):
        walk = replace(turf, walk=shapely.LineString(points))
        (found,) = route_line(walk, frame)
        return (shapely.get_coordinates(found) - 100.0) / [0.5, -0.5] + [50.0, 0.0]

    return line


def test_a_side_street_is_passed_without_a_spike(drawn):
    """Walks go to a lane's other corner, back to a hand's breadth from where they were, and on."""
    walk = [(0, 0), (40, 0), (43, 4), (40.1, 0.1), (80, 0)]
    walk += [(77, 3), (83, 3), (80, 0.03), (100, 0)]
    assert np.abs(drawn(walk)[:, 1]).max() < 0.2


def test_a_way_to_a_door_and_back_is_drawn(drawn):
    walk = [(0, 0), (40, 0), (40, 40), (40, 0.1), (80, 0)]
    assert drawn(walk)[:, 1].max() == pytest.approx(40)


def test_a_small_loop_around_a_corner_is_cut_off(drawn):
    walk = [(0, 0), (44, 0), (44, 4), (40, 4), (40, -40), (80, -40)]
    assert drawn(walk)[:, 1].max() < 0.2
    large = [(0, 0), (80, 0), (80, 40), (40, 40), (40, -40), (80, -40)]
    assert drawn(large)[:, 1].max() == pytest.approx(40)
