import numpy as np
import pytest
import shapely

from turfcutter.packets.maps.names import place_name
from turfcutter.packets.maps.occupancy import Occupancy
from turfcutter.packets.press.metrics import text_mm


def ways(name):
    return [name.boxes[0].angle] if not name.spread else [np.radians(s[2]) for s in name.spread]


@pytest.mark.parametrize("degrees", range(0, 360, 15))
def test_names_lie_on_their_street_and_are_never_upside_down(degrees):
    turn = np.radians(degrees)
    ends = np.array([[50, 50]]) + 40 * np.array([[-1], [1]]) * [np.cos(turn), np.sin(turn)]
    name = place_name("Elm Street", shapely.LineString(ends), 8.0, Occupancy(100, 100))
    box = name.boxes[0]
    assert -np.pi / 2 - 0.01 <= box.angle <= np.pi / 2 + 0.01
    assert abs(np.sin(box.angle - turn)) < 1e-6
    assert shapely.LineString(ends).distance(shapely.Point(box.x, box.y)) < 0.01


def test_a_street_that_runs_straight_up_is_read_upwards():
    for line in ([(50, 10), (50, 90)], [(50, 90), (50, 10)]):
        name = place_name("Elm Street", shapely.LineString(line), 8.0, Occupancy(100, 100))
        assert name.boxes[0].angle == pytest.approx(-np.pi / 2)


def test_a_bending_street_gets_its_name_letter_by_letter():
    turn = np.linspace(0.1, np.pi - 0.1, 40)
    arc = shapely.LineString(np.column_stack([50 - 18 * np.cos(turn), 60 - 18 * np.sin(turn)]))
    for line in (arc, arc.reverse()):
        name = place_name("Crescent Boulevard", line, 8.0, Occupancy(100, 100))
        assert len(name.spread) == len("Crescent Boulevard")
        across = [s[0] for s in name.spread]
        assert across == sorted(across)
        for box in name.boxes:
            assert line.distance(shapely.Point(box.x, box.y)) < 0.5


@pytest.mark.parametrize("begin", range(24))
@pytest.mark.parametrize("way", [1, -1])
def test_beside_a_ring_the_name_stays_at_it(begin, way):
    """Inside a ring its side is shorter than the ring: no letter runs on beyond its end."""
    angle = way * np.linspace(0, 2 * np.pi, 40) + begin * np.pi / 12
    line = shapely.LineString(np.column_stack([50 + 6 * np.cos(angle), 50 + 15 * np.sin(angle)]))
    sheet = Occupancy(100, 100)
    while name := place_name("Sweetmont Circle", line, 8.0, sheet, beside_mm=2.6):
        assert all(line.distance(shapely.Point(box.x, box.y)) < 4 for box in name.boxes)


def test_beside_a_narrow_street_the_name_keeps_its_distance():
    line = shapely.LineString([(10, 50), (90, 50)])
    box = place_name("Elm Street", line, 8.0, Occupancy(100, 100), beside_mm=3.0).boxes[0]
    assert abs(box.y - 50) == pytest.approx(3.0)


def test_two_names_on_one_line_do_not_collide_and_the_third_has_no_room():
    sheet, line = Occupancy(60, 100), shapely.LineString([(2, 50), (58, 50)])
    found = [place_name("Elmwood Street", line, 8.0, sheet) for _ in range(3)]
    assert found[0]
    assert found[2] is None
    boxes = [shapely.Polygon(name.boxes[0].corners()) for name in found if name]
    assert all(not a.intersects(b) for a in boxes for b in boxes if a is not b)


def test_a_street_too_short_for_its_name_has_none():
    line = shapely.LineString([(50, 50), (50 + 0.5 * text_mm("Elm Street", 8.0), 50)])
    assert place_name("Elm Street", line, 8.0, Occupancy(100, 100)) is None
