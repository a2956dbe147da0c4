"""Street order: the same doors, each street at a time, on walks hardly longer."""

from itertools import groupby

import pandas as pd
import pytest

from turfcutter.packets.issues import Job
from turfcutter.packets.pages.contents import packet_contents
from turfcutter.packets.printing import Printing, print_packets
from turfcutter.packets.turfs.slices import slice_plan
from turfcutter.packets.turfs.streetorder import LONGER, by_street, whole_streets
from turfcutter.paramfile import params_of


@pytest.fixture(scope="module")
def ordered(county_plan):
    """The county by street, the turfs that are, and the plan it was."""
    turf_ids = county_plan.turfs["turf_id"].tolist()
    cut = params_of(county_plan.about["params"]).cut
    return *by_street(county_plan, turf_ids, cut), county_plan


def streets_of(plan, turf_id):
    return plan.doors.loc[plan.doors["turf_id"] == turf_id, "street"].tolist()


@pytest.mark.parametrize(
    ("streets", "whole"),
    [
        (["A", "A", "B"], True),
        (["A", "B", "A"], True),  # begins and ends on A
        (["A", "B", "A", "B"], False),
        (["A", "B", "C", "B"], False),
        (["A", "", "A", "B", ""], True),
        ([], True),
    ],
)
def test_streets_are_whole_where_each_comes_once(streets, whole):
    assert whole_streets(streets) == whole


def test_turfs_by_street_have_each_street_once_and_are_hardly_longer(ordered):
    plan, grouped, before = ordered
    lengths = pd.DataFrame({"new": plan.turfs["walk_m"], "old": before.turfs["walk_m"]})
    lengths = lengths.set_index(plan.turfs["turf_id"])
    changed = {
        turf_id
        for turf_id in lengths.index
        if streets_of(plan, turf_id) != streets_of(before, turf_id)
    }
    assert changed
    assert changed <= grouped
    assert all(whole_streets(streets_of(plan, turf_id)) for turf_id in grouped)
    assert (lengths["new"] <= LONGER * lengths["old"]).all()
    loops = [turf_id for turf_id in lengths.index if turf_id not in grouped]
    assert not any(whole_streets(streets_of(plan, turf_id)) for turf_id in loops)


def test_nothing_is_lost_and_every_figure_is_that_of_the_new_walk(ordered):
    plan, _, before = ordered
    for name in ("doors", "voters"):
        key = name[:-1] + "_id"
        old, new = getattr(before, name), getattr(plan, name)
        assert sorted(new[key]) == sorted(old[key])
        assert list(new.columns) == list(old.columns)
        assert new.dtypes.equals(old.dtypes)
    assert plan.turfs.dtypes.equals(before.turfs.dtypes)
    assert plan.turfs["turf_id"].tolist() == before.turfs["turf_id"].tolist()
    assert plan.turfs.geometry.equals(before.turfs.geometry)
    numbers = plan.doors.groupby("turf_id")["order"].apply(list)
    assert all(order == list(range(1, len(order) + 1)) for order in numbers)
    legs = plan.legs.groupby("turf_id")["walk_m"].sum()
    walks = plan.walks.set_index("turf_id")["walk_m"]
    turfs = plan.turfs.set_index("turf_id")["walk_m"]
    assert (legs - turfs).abs().max() < 1e-6
    assert walks.to_dict() == turfs.to_dict()


def test_turfs_not_asked_for_stay_as_they_are(county_plan, ordered):
    cut = params_of(county_plan.about["params"]).cut
    assert by_street(county_plan, [], cut)[0] is county_plan
    one = sorted(ordered[1])[:1]
    plan, grouped = by_street(county_plan, one, cut)
    assert grouped == set(one)
    others = ~plan.doors["turf_id"].isin(one)
    assert plan.doors[others].equals(county_plan.doors[others])
    mine = plan.doors["turf_id"].isin(one)
    assert plan.doors[mine].equals(ordered[0].doors[mine])


def test_list_map_and_cover_tell_the_same_order(ordered, packet_issue):
    plan, grouped, _ = ordered
    turf_ids = plan.turfs["turf_id"].tolist()
    for turf in slice_plan(plan, turf_ids, grouped):
        turf_id = turf.turf["turf_id"]
        made = packet_contents(turf, Job(turf_id, 1_000_001), packet_issue())
        stops = [line.stop for line in made.lines]
        assert [stop for stop, _ in groupby(stops)] == list(range(1, turf.turf["stops"] + 1))
        assert [leg["stop"] for leg in turf.legs if leg["stop"]] == sorted(
            leg["stop"] for leg in turf.legs if leg["stop"]
        )
        assert {stop for drawn in made.maps for stop in drawn.stops} == {*stops}
        said = "each street at a time" in made.data["cover"]["order"]
        assert said == (turf_id in grouped)


def test_on_demand_paper_keeps_the_plan_s_order(county_plan, ordered, packet_issue, tmp_path):
    """For a program that shows the plan's numbers: doors.csv of the paper is that of the plan."""
    changed = [
        turf_id
        for turf_id in county_plan.turfs["turf_id"]
        if streets_of(county_plan, turf_id) != streets_of(ordered[0], turf_id)
    ]
    printing = Printing(packet_issue(), (changed[0],), as_planned=True)
    print_packets(county_plan, printing, tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "doors.csv", dtype=str, keep_default_na=False)
    own = county_plan.doors[county_plan.doors["turf_id"] == changed[0]]
    assert table["door_id"].tolist() == own["door_id"].tolist()
    assert table["stop"].tolist() == own["stop"].astype(str).tolist()
