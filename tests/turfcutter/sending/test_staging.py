"""Staging places: who sets out from where, against an exact solver and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from scipy.optimize import linear_sum_assignment

from geodata.errors import InputError
from geodata.places import NO_LIMIT
from turfcutter.sending.staging import Staging, check_on_streets, find_staging, set_out, share_out
from turfcutter.streets.driving import build_roads

METRES = CRS.from_epsg(32610)
PLACES = pd.DataFrame(
    {
        "name": ["Arroyo Park", "Main Library", "main library"],
        "lon": [-121.77, -121.74, -121.70],
        "lat": [38.56, 38.55, 38.54],
        "capacity": [NO_LIMIT, 40, 12],
    }
)


def least_sum(cost, room):
    """The least sum there is, by the Hungarian method over single seats."""
    seat = np.repeat(np.arange(len(room)), np.minimum(room, len(cost)))
    rows, columns = linear_sum_assignment(cost[:, seat])
    return int(cost[rows, seat[columns]].sum())


@st.composite
def tasks(draw):
    things, places = draw(st.integers(1, 40)), draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    cost = rng.integers(-50, draw(st.sampled_from([-48, 0, 10**9])), (things, places))
    room = rng.integers(0, things + 1, places)
    room[rng.integers(places)] += max(0, things - room.sum())
    return cost, room


@given(tasks())
@settings(max_examples=300, deadline=None)
def test_nothing_is_over_its_room_and_no_sharing_costs_less(task):
    cost, room = task
    place = share_out(cost, room)
    assert (np.bincount(place, minlength=len(room)) <= room).all()
    assert int(cost[np.arange(len(cost)), place].sum()) == least_sum(cost, room)


def test_equals_go_to_the_first():
    assert share_out(np.zeros((4, 3), np.int64), np.array([9, 9, 9])).tolist() == [0, 0, 0, 0]


def test_near_names_one_place_or_a_point():
    named = find_staging(PLACES, "Main Library", METRES)
    assert (named.names, named.room.tolist()) == (["Main Library"], [40])
    assert find_staging(PLACES, " arroyo park ", METRES).names == ["Arroyo Park"]
    point = find_staging(None, "-121.74, 38.55", METRES)
    assert (point.names, point.room.tolist()) == (["-121.74,38.55"], [NO_LIMIT])
    assert np.array_equal(point.xy, named.xy)
    assert len(find_staging(PLACES, "", METRES).names) == 3
    assert find_staging(None, "", METRES) is None


@pytest.mark.parametrize(
    ("places", "near", "said"),
    [
        (PLACES, "School", "there are Arroyo Park, Main Library"),
        (PLACES, "Aroyo Park", "did you mean 'Arroyo Park'"),
        (PLACES, "MAIN LIBRARY", "MAIN LIBRARY"),
        (None, "Main Library", "--staging"),
    ],
)
def test_a_place_that_nothing_names_for_sure_is_refused(places, near, said):
    with pytest.raises(InputError) as caught:
        find_staging(places, near, METRES)
    assert caught.value.code == "PARAMETER"
    assert said in caught.value.sentence


def test_turfs_set_out_from_the_nearest_place_with_room(town):
    """
    Along a street, 25 km/h: 100 m take 0.24 minutes. Two places, five turfs:

        A . 1 . 2 . 3 . 4 . 5 . B    100 m each; A has room for two, B for nine
    """
    roads = build_roads(town(("Main St", "residential", [(0, 0), (1200, 0)])))
    places = Staging(["A", "B"], np.array([[0.0, 0], [1200, 0]]), np.array([2, 9]))
    starts = np.array([[200.0 * k, 0] for k in range(1, 6)])
    place, minutes = set_out(places, roads, starts)
    assert place.tolist() == [0, 0, 1, 1, 1]
    assert minutes == pytest.approx([0.48, 0.96, 1.44, 0.96, 0.48])
    with pytest.raises(InputError, match="room for 3 turfs, but 5 were cut"):
        set_out(Staging(["A", "B"], places.xy, np.array([2, 1])), roads, starts)


def test_a_place_off_all_streets_is_refused(town):
    roads = build_roads(town(("Main St", "residential", [(0, 0), (1200, 0)])))
    check_on_streets(Staging(["A"], np.array([[600.0, 990]]), np.array([1])), roads)
    with pytest.raises(InputError, match="'A' lies 1,010 m from all streets"):
        check_on_streets(Staging(["A"], np.array([[600.0, 1010]]), np.array([1])), roads)
