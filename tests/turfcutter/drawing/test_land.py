"""Land around doors: cells within a radius, as all discs together hold them."""

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from turfcutter.drawing.land import _spread, land_around

WIDTH = 40


@given(
    st.sets(st.integers(5 * WIDTH, 30 * WIDTH), min_size=1, max_size=60),
    st.sampled_from([1, 1.5, 2.2, 5.83, 6]),
)
def test_cells_within_a_radius(cells, radius):
    reach = range(-int(radius), int(radius) + 1)
    steps = [r * WIDTH + c for r in reach for c in reach if r * r + c * c <= radius * radius]
    found = _spread(np.array(sorted(cells), np.int64), WIDTH, radius)
    assert found.tolist() == sorted({cell + step for cell in cells for step in steps})


def test_land_of_two_near_houses_is_one_piece_and_far_ones_are_two():
    near, far = (land_around(np.array([[0.0, 0], [x, 0]]), 45.0) for x in (120, 400))
    assert shapely.get_num_geometries(near) == 1
    assert shapely.get_num_geometries(far) == 2
    for spot in ([0, 0], [400, 0]):
        assert 25 < shapely.distance(shapely.Point(spot), shapely.boundary(far)) < 70
