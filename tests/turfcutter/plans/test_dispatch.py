"""Dispatch: what is refused before any work, and turfs chosen along a street of known minutes."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geodata.crs import project, unproject
from geodata.errors import InputError
from turfcutter.doors.doors import Gathered
from turfcutter.doors.placing import Stops
from turfcutter.params import CutParams
from turfcutter.plans.dispatch import (
    _crew_notes,
    _with_crews,
    find_dispatch,
    look_around,
    pick_turfs,
)
from turfcutter.plans.turfs import Turfs
from turfcutter.sending.crews import MOST
from turfcutter.streets.frontage import find_frontage
from turfcutter.streets.network import build_network

METRES = CRS.from_epsg(32610)
ORIGIN = tuple(float(each) for each in project(-121.74, 38.55, METRES))


def main_street(town):
    """Six kilometres of Main St from the origin eastwards."""
    x, y = ORIGIN
    return town(("Main St", "residential", [(x + 500 * k, y) for k in range(13)]))


def places(*rows):
    """Staging places of (name, metres along Main St, capacity)."""
    names, along, room = zip(*rows, strict=True)
    lon, lat = unproject(ORIGIN[0] + np.array(along, float), np.full(len(along), ORIGIN[1]), METRES)
    return pd.DataFrame({"name": names, "lon": lon, "lat": lat, "capacity": room})


LIBRARY = places(("Library", 0, 4))


@pytest.mark.parametrize(
    ("cut", "table", "code", "said"),
    [
        (CutParams(turfs=5), None, "PARAMETER", "--near"),
        (CutParams(turfs=5), LIBRARY, "PARAMETER", "room for 4"),
        (CutParams(near="Librari"), LIBRARY, "PARAMETER", "did you mean 'Library'"),
        (CutParams(near="-121.74, 38.8"), None, "OFF_STREETS", "27,7"),
        (CutParams(near="38.55, -121.74"), None, "SWAPPED", "exchanged"),
    ],
)
def test_what_is_refused_before_any_work(town, cut, table, code, said):
    with pytest.raises(InputError) as caught:
        find_dispatch(cut, table, main_street(town), METRES)
    assert caught.value.code == code
    assert said in caught.value.sentence


def test_no_staging_is_asked_for(town):
    assert find_dispatch(CutParams(), None, main_street(town), METRES) is None


def job(town, cut, *, voters=(2,) * 6, stops_a_turf=4, units=5):
    """
    Six groups of four houses of five units along Main St, a group each kilometre, houses 10 m
    apart; `voters` at each door of a group.
    """
    streets = main_street(town)
    network = build_network(streets)
    x, y = ORIGIN
    count = 6 * stops_a_turf
    xy = np.array(
        [(x + 1000 * (k // stops_a_turf) + 10 * (k % stops_a_turf), y + 5) for k in range(count)]
    )
    front = find_frontage(xy, [""] * count, network, [""] * len(network.edges), 150.0)
    stop = np.repeat(np.arange(count), units)
    doors = pd.DataFrame({"stop": stop, "door_id": [f"d{k:03d}" for k in range(len(stop))]})
    doors["voters"] = np.array(voters)[stop // stops_a_turf]
    doors = doors.assign(minutes=1.7, x=xy[stop, 0], y=xy[stop, 1], zone=0, soft=0)
    found = Stops(doors, front, [""] * count, [""])
    home = np.repeat(np.arange(len(doors)), doors["voters"])
    people = pd.DataFrame({"voter_id": [f"v{k:04d}" for k in range(len(home))], "door": home})
    nobody = pd.DataFrame({"voter": [], "reason": [], "detail": []})
    gathered = Gathered(people, doors.drop(columns="stop"), nobody)
    dispatch = find_dispatch(cut, LIBRARY, streets, METRES)
    return found, gathered, network, dispatch


def six_turfs():
    """A turf of each group, but the last two units of house 2 are walked with the second turf."""
    pieces = [(4 * turf + k, 0, 5, turf) for turf in range(6) for k in range(4)]
    pieces[2] = (2, 0, 3, 0)
    pieces.insert(8, (2, 3, 2, 1))
    stop, first, doors, turf = np.array(pieces).T
    place = np.concatenate([np.arange(n) for n in np.bincount(turf)])
    kind = np.array(["walk", "walk"], object)
    region = np.repeat([0, 1], 3)
    return Turfs(stop, first, doors, turf, place, region, np.array([0, 0]), kind)


def held(stops, turfs):
    """Door ids of each turf, in the order of its pieces."""
    opens = np.unique(stops.doors["stop"].to_numpy(), return_index=True)[1]
    ids = stops.doors["door_id"].to_numpy()
    found = {}
    for stop, first, count, turf in zip(
        turfs.stop, turfs.first, turfs.doors, turfs.turf, strict=True
    ):
        begin = opens[stop] + first
        found.setdefault(int(turf), []).extend(ids[begin : begin + count].tolist())
    return found


def test_the_best_turfs_are_chosen_and_their_doors_kept(town):
    """Of equal turfs the first and the third; the second has a walk of two kilometres more."""
    cut = CutParams(turfs=2, target=20)
    stops, gathered, network, dispatch = job(town, cut)
    before = held(stops, six_turfs())
    fewer, left, turfs = pick_turfs(dispatch, stops, gathered, six_turfs(), network, cut)
    assert held(fewer, turfs) == {0: before[0], 1: before[2]}
    assert turfs.region.tolist() == [0, 0]
    assert turfs.kind.tolist() == ["walk"]
    assert (left.exceptions["reason"] == "R-not_chosen").all()
    gone = set(left.exceptions["voter"])
    assert len(gone) == len(left.exceptions) == (120 - 38) * 2
    assert (left.voters.loc[sorted(gone), "door"] == -1).all()
    stay = left.voters.drop(index=list(gone))
    assert set(left.doors["door_id"].to_numpy()[stay["door"]]) == {*before[0], *before[2]}
    assert left.exceptions["detail"].str.match(r"Its turf is not among the 2 chosen: [\d.]+ ").all()


def test_only_one_turf_of_a_shared_house(town):
    """The second turf has most voters: of the shared house its two units alone are left."""
    cut = CutParams(turfs=1, target=20)
    stops, gathered, network, dispatch = job(town, cut, voters=(1, 4, 1, 1, 1, 1))
    before = held(stops, six_turfs())
    fewer, _, turfs = pick_turfs(dispatch, stops, gathered, six_turfs(), network, cut)
    assert held(fewer, turfs) == {0: before[1]}
    assert len(fewer.frontage.edge) == len(fewer.parity) == fewer.doors["stop"].nunique() == 5
    assert turfs.first.tolist() == [0] * 5


@pytest.mark.parametrize(("far", "best"), [(3, 0), (5, 5)])
def test_many_voters_are_worth_the_drive(town, far, best):
    """
    The last turf is 5 km away, 12 minutes each way. Nearby 36 voters take 31 minutes at the doors;
    there 60 take 34 and 24 of driving: no more an hour; 100 do.
    """
    cut = CutParams(turfs=1, target=20)
    stops, gathered, network, dispatch = job(town, cut, voters=(2, 2, 2, 2, 2, far))
    before = held(stops, six_turfs())
    fewer, _, turfs = pick_turfs(dispatch, stops, gathered, six_turfs(), network, cut)
    assert held(fewer, turfs) == {0: before[best]}


def test_turfs_of_half_the_size_come_last(town):
    """With turfs of 21 or more wanted only the second is full, however long its walk."""
    cut = CutParams(turfs=1, target=22, tolerance=0.04)
    stops, gathered, network, dispatch = job(town, cut)
    before = held(stops, six_turfs())
    fewer, _, turfs = pick_turfs(dispatch, stops, gathered, six_turfs(), network, cut)
    assert held(fewer, turfs) == {0: before[1]}


def test_fewer_turfs_than_asked_for_are_no_plan(town):
    stops, gathered, network, dispatch = job(town, CutParams(turfs=4, target=20))
    with pytest.raises(InputError, match="120 eligible doors make 6 turfs, fewer than the 7"):
        pick_turfs(dispatch, stops, gathered, six_turfs(), network, CutParams(turfs=7, target=20))


def test_a_small_universe_is_left_as_it_is(town):
    cut = CutParams(turfs=2, target=20)
    stops, gathered, network, dispatch = job(town, cut)
    same, left = look_around(dispatch, stops, gathered, network, cut)
    assert same is stops
    assert left is gathered


def test_of_a_large_universe_the_surroundings_of_the_best_doors_are_kept(town):
    """27,000 doors in six towers: the nearest towers that hold 20,000."""
    cut = CutParams(turfs=2, target=1500)
    stops, gathered, network, dispatch = job(town, cut, stops_a_turf=1, units=4500)
    fewer, left = look_around(dispatch, stops, gathered, network, cut)
    assert fewer.doors["stop"].max() + 1 == len(fewer.parity) == 5
    assert fewer.doors["door_id"].tolist() == stops.doors["door_id"].tolist()[:22_500]
    assert len(left.exceptions) == 4500 * 2
    assert set(left.exceptions["reason"]) == {"R-not_chosen"}


def test_more_turfs_than_are_grouped_at_a_time(town):
    """A thousand turfs along a street, of two staging places: no crew is torn or of both."""
    network = build_network(town(("Long St", "residential", [(0, 0), (5000, 0), (10_000, 0)])))
    x = np.arange(1000) * 10.0
    table = {"staging": np.where(x < 4000, "West", "East"), "start": [f"at {one}" for one in x]}
    outlines = shapely.box(x, 0, x + 9, 9)
    turfs = gpd.GeoDataFrame(table, geometry=outlines, crs="EPSG:32610")
    found, apart = _with_crews(turfs, np.stack([x, 0 * x], axis=1), network, 6)
    assert apart == 0
    sizes = found["crew"].value_counts()
    assert sorted(sizes.index) == [*range(1, len(sizes) + 1)]
    assert sizes.max() <= 6
    # each block of turfs that were grouped together has as few crews as can be
    assert len(sizes) <= -(-1000 // 6) + 1000 // MOST + 2
    assert found.groupby("crew")["staging"].nunique().max() == 1
    assert set(found["drop_off"]) <= set(found["start"])


def test_crews_that_lie_apart_are_a_note():
    assert _crew_notes(0, 9, 6) == []
    (note,) = _crew_notes(2, 9, 6)
    assert (note.code, note.count) == ("CREWS_APART", 2)
    assert note.sentence.startswith("In 2 of 9 crews the turfs do not all adjoin;")
