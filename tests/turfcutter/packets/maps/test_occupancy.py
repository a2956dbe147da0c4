import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from turfcutter.packets.maps.occupancy import FULL, Box, Occupancy

BOXES = st.builds(
    Box,
    st.floats(0, 100),
    st.floats(0, 100),
    st.floats(1, 40),
    st.floats(1, 6),
    st.floats(-np.pi / 2, np.pi / 2),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(BOXES, min_size=2, max_size=40))
def test_what_finds_room_overlaps_nothing_and_stays_on_the_sheet(boxes):
    sheet = Occupancy(100, 100)
    placed = []
    for box in boxes:
        cost = sheet.costs(np.array([[box.x, box.y]]), box.width, box.height, box.angle)
        if cost[0] < FULL:
            sheet.take(box)
            placed.append(shapely.Polygon(box.corners()))
    for k, shape in enumerate(placed):
        assert shapely.box(0, 0, 100, 100).contains(shape)
        assert not any(shape.intersects(other) for other in placed[:k])


def test_ink_is_what_a_label_would_cover():
    sheet = Occupancy(100, 100)
    sheet.draw(np.array([[50.0, y] for y in np.arange(10, 90, 0.4)]), 10.0)
    costs = sheet.costs(np.array([[20.0, 50.0], [50.0, 50.0], [50.5, 50.0]]), 4.0, 4.0)
    assert costs[0] == 0
    assert 0 < costs[1] < 10
    assert sheet.costs(np.array([[50.0, 200.0]]), 4.0, 4.0)[0] >= FULL
