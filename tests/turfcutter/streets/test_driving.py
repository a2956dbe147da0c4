"""Drive minutes on towns whose minutes a reader can work out."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.errors import InputError
from turfcutter.streets.driving import SPEED_KMH, build_roads, drive_minutes, metres_off_road


def minutes(streets, origin, *goals):
    roads = build_roads(streets)
    return drive_minutes(roads, np.array([origin], float), np.array(goals, float))[0].tolist()


def with_freeway(streets, *points):
    base = gpd.GeoDataFrame(
        {"kind": ["motorway"], "name": ["I-80"]},
        geometry=[shapely.LineString(points)],
        crs="EPSG:32610",
    )
    return replace(streets, base=base)


def test_a_street_at_its_speed(town):
    """500 m at 25 km/h are 72 s, whether or not there is a junction; the way back is as long."""
    streets = town(("Main St", "residential", [(0, 0), (1000, 0)]))
    assert minutes(streets, (0, 0), (500, 0), (1000, 0), (0, 0)) == [1.2, 2.4, 0]
    assert minutes(streets, (500, 0), (0, 0), (750, 0)) == [1.2, 0.6]


def test_beside_the_street_one_goes_on_foot(town):
    """50 m at 5 km/h are 36 s at either end."""
    streets = town(("Main St", "residential", [(0, 0), (1000, 0)]))
    assert minutes(streets, (0, -50), (500, 50)) == [pytest.approx(1.2 + 1.2)]
    roads = build_roads(streets)
    assert metres_off_road(roads, np.array([[0.0, -50.0], [1300, 400]])) == pytest.approx(
        [50, 500], abs=0.01
    )


def test_the_faster_street_is_taken_and_no_path(town):
    """1 km of residential street take 2.4 minutes, 1.2 km of primary road 1.6; paths none."""
    streets = town(
        ("Slow St", "residential", [(0, 0), (1000, 0)]),
        ("Fast Rd", "primary", [(0, 0), (0, 100), (1000, 100), (1000, 0)]),
        ("", "footway", [(0, 0), (500, -1), (1000, 0)]),
    )
    assert minutes(streets, (0, 0), (1000, 0)) == [pytest.approx(1200 * 0.06 / 45, abs=1e-4)]


def test_freeways_of_the_base_map_are_driven_where_they_meet_streets(town):
    """Two streets 9 km apart, joined by a slow road and by a freeway that crosses a third."""
    streets = town(
        ("West St", "residential", [(0, 0), (0, 500)]),
        ("East St", "residential", [(9000, 0), (9000, 500)]),
        ("Country Rd", "unclassified", [(0, 0), (9000, 0)]),
        ("Overpass", "residential", [(4500, 400), (4500, 600)]),
    )
    assert minutes(streets, (0, 500), (9000, 500))[0] > 18
    fast = with_freeway(streets, (0, 500), (9000, 500))
    assert minutes(fast, (0, 500), (9000, 500)) == [pytest.approx(9 / SPEED_KMH["motorway"] * 60)]


def test_the_order_of_rows_does_not_matter(town):
    ways = [
        (f"{k} St", "tertiary" if k % 3 else "service", [(0, 90 * k), (100, 97 * k), (300, 90 * k)])
        for k in range(6)
    ]
    ways.append(("Cross", "residential", [(0, 90 * k) for k in range(6)]))
    goals = np.random.default_rng(3).uniform(0, 400, (50, 2))
    found = [
        drive_minutes(build_roads(town(*ways, order=order)), goals[:5], goals)
        for order in (range, lambda n: range(n)[::-1], np.random.default_rng(0).permutation)
    ]
    assert (found[0] == found[1]).all()
    assert (found[0] == found[2]).all()
    assert np.allclose(found[0][:, :5], found[0][:, :5].T)


def test_a_part_that_no_car_can_reach_is_walked_to(town):
    """The smaller of two separate towns: the nearest street of the larger one, then on foot."""
    streets = town(
        ("Main St", "residential", [(0, 0), (500, 0), (1000, 0)]),
        ("Island", "residential", [(1000, 300), (1100, 300)]),
    )
    found = minutes(streets, (0, 0), (1000, 300))
    assert found == [pytest.approx(2.4 + 300 * 0.06 / 5)]


def test_a_town_of_paths_is_refused(town):
    with pytest.raises(InputError) as caught:
        build_roads(town(("", "footway", [(0, 0), (100, 0)])))
    assert caught.value.code == "OFF_STREETS"
