"""Places on a line where labels may lie."""

import numpy as np
import pytest
import shapely

from turfcutter.packets.maps.courses import bent_label, course_of, straight_label
from turfcutter.packets.maps.occupancy import FULL, Box, Occupancy

CORNER = shapely.LineString([(10, 50), (50, 50), (50, 90)])


def test_a_course_knows_how_far_along_each_point_is_and_goes_straight_on() -> None:
    course = course_of(CORNER)
    assert course.length == pytest.approx(80.0)
    assert course.run[1:-1].tolist() == [0.0, 40.0, 80.0]
    assert course.xy[1:-1].tolist() == [[10, 50], [50, 50], [50, 90]]
    assert course.xy[0].tolist() == [-490, 50]
    assert course.xy[-1].tolist() == [50, 590]


def test_a_straight_label_lies_where_no_ink_is() -> None:
    sheet = Occupancy(100, 100)
    line = shapely.LineString([(10, 50), (90, 50)])
    (x, y, angle, cost), bends = straight_label(course_of(line), 20.0, 3.0, 0.0, sheet.ink)
    assert (x, y, angle) == pytest.approx((50.0, 50.0, 0.0), abs=2.1)
    assert cost < 1
    assert not len(bends)
    sheet.take(Box(50, 50, 50, 6))
    (x, *_, cost), _ = straight_label(course_of(line), 20.0, 3.0, 0.0, sheet.ink)
    assert cost == FULL
    (_, y, *_, cost), _ = straight_label(course_of(line), 20.0, 3.0, 8.0, sheet.ink)
    assert abs(y - 50) == pytest.approx(8.0)
    assert cost < 1


def test_a_label_over_a_corner_would_have_to_bend() -> None:
    sheet = Occupancy(100, 100)
    (x, y, *_), bends = straight_label(course_of(CORNER), 20.0, 3.0, 0.0, sheet.ink)
    assert y == pytest.approx(50.0) or x == pytest.approx(50.0)
    assert len(bends)
    assert (bends < 40).all()
    assert (bends + 20.0 > 40).all()


def test_letters_follow_an_arc_and_no_corner() -> None:
    sheet, widths = Occupancy(100, 100), np.full(8, 2.0)
    turn = np.linspace(np.pi, 2 * np.pi, 60)
    arc = shapely.LineString(np.stack([50 + 30 * np.cos(turn), 60 + 30 * np.sin(turn)], axis=1))
    letters, cost = bent_label(course_of(arc), 39.0, widths, 3.0, sheet.ink)
    assert cost < 1
    assert np.hypot(letters[:, 0] - 50, letters[:, 1] - 60) == pytest.approx(30.0, abs=0.1)
    assert (np.diff(letters[:, 0]) > 0).all()
    backwards, _ = bent_label(course_of(arc.reverse()), 39.0, widths, 3.0, sheet.ink)
    assert (np.diff(backwards[:, 0]) > 0).all()
    assert bent_label(course_of(CORNER), 32.0, widths, 3.0, sheet.ink)[1] == FULL
