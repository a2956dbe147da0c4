import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turfcutter.packets.maps.frames import CLOSEST, fit

POINTS = st.lists(
    st.tuples(st.floats(-5000, 5000), st.floats(-5000, 5000)), min_size=1, max_size=30
)


@settings(deadline=None)
@given(POINTS)
def test_all_points_lie_inside_the_margin(points):
    frame = fit(np.array(points), 190, 220, 9)
    sheet = frame.sheet(np.array(points))
    assert (sheet >= 9 - 1e-6).all()
    assert (sheet <= np.array([190 - 9, 220 - 9]) + 1e-6).all()
    assert frame.scale <= CLOSEST
    assert abs(frame.turn) <= np.pi / 2 + 1e-9


def test_a_long_street_to_the_east_is_turned_to_fill_an_upright_sheet():
    frame = fit(np.array([[0.0, 0.0], [2000.0, 10.0]]), 190, 250, 9)
    assert abs(abs(frame.turn) - np.pi / 2) < 0.02
    assert frame.scale == pytest.approx((250 - 18) / 2000, rel=0.01)


def test_north_stays_up_where_turning_gains_little():
    frame = fit(np.array([[0, 0], [400, 0], [400, 420], [0, 420.0]]), 190, 220, 9)
    assert frame.turn == 0
    assert frame.north == 0


def test_a_single_place_is_drawn_at_the_closest_scale():
    frame = fit(np.array([[5.0, 5.0]]), 190, 220, 9)
    assert frame.scale == CLOSEST
    assert frame.sheet(np.array([[5.0, 5.0]])).tolist() == [[95, 110]]


def test_no_closer_than_asked_for():
    points = np.array([[0.0, 0.0], [50.0, 70.0]])
    assert fit(points, 190, 220, 9, 0.9).scale == 0.9
    assert 0.9 < fit(points, 190, 220, 9).scale <= CLOSEST
