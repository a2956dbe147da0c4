"""Discs of stops on a sheet."""

import numpy as np
import pytest

from turfcutter.packets.maps.background import ROUTE_INK
from turfcutter.packets.maps.occupancy import Box, Occupancy
from turfcutter.packets.maps.stopmarks import place_marks
from turfcutter.packets.turfs.stops import Stop

FOOT = 50.0, 50.0


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_a_disc_that_is_pushed_away_stays_on_its_door_s_side_of_the_walk(side):
    """The door's own place is taken; the free places nearest to it are beyond the walk."""
    sheet, place = Occupancy(100.0, 100.0), np.array([[50.0, 50.0 + side]])
    sheet.take(Box(50.0, 50.0 + 2.5 * side, 30.0, 4.6))
    (mark,), left = place_marks([Stop(1, "", 0.0, 0.0)], place, {1: FOOT}, sheet)
    assert not left
    assert (mark.disc.y - FOOT[1]) * side > 0
    (near,), _ = place_marks([Stop(1, "", 0.0, 0.0)], place, {}, sheet)
    assert (near.disc.y - FOOT[1]) * side < 0


def test_a_long_number_does_not_hide_the_walk():
    """Both have room a few millimetres on."""
    sheet, at = Occupancy(100.0, 100.0), np.array([[46.0, 50.0]])
    walk = np.stack([np.full(400, 52.0), np.linspace(0.0, 100.0, 400)], axis=1)
    for beside in (0.0, 0.6):
        sheet.draw(walk + np.array([beside, 0.0]), ROUTE_INK)
    sheet.take(Box(30.0, 50.0, 24.0, 0.8))
    (mark,), _ = place_marks(
        [Stop(1, "1200\N{EN DASH}1298", 0.0, 0.0)], at, {1: (52.0, 50.0)}, sheet
    )
    assert not any(box.x - box.width / 2 < 52.0 < box.x + box.width / 2 for box in mark.boxes)
