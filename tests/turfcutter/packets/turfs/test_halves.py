"""Half a turf is a turf of its own: its doors, its part of the walk, its place to begin."""

import numpy as np
import pytest
import shapely

from turfcutter.packets.issues import Job
from turfcutter.packets.pages.covers import cover_of
from turfcutter.packets.pages.walklist import make_list
from turfcutter.packets.turfs.halves import half_of
from turfcutter.packets.turfs.slices import slice_plan
from turfcutter.texts import catalogue


@pytest.fixture(scope="module")
def turfs(county_plan):
    """All turfs of the county."""
    return list(slice_plan(county_plan, county_plan.turfs["turf_id"].tolist()))


def test_two_halves_share_doors_minutes_and_walk(turfs):
    count = 0
    for turf in turfs:
        one, two = (half_of(turf, half) for half in (1, 2))
        assert half_of(turf, 0) is turf
        assert one.doors + two.doors == turf.doors
        assert one.doors
        assert two.doors
        for name in ("minutes_low", "minutes_high"):
            assert one.turf[name] + two.turf[name] == pytest.approx(turf.turf[name])
        if {door.stop for door in one.doors} & {door.stop for door in two.doors}:
            continue
        count += 1
        # Whoever has the second half is not led to its first stop: that way is left out.
        assert one.turf["walk_m"] + two.turf["walk_m"] <= turf.turf["walk_m"] + 0.1
        for half in (one, two):
            assert half.turf["walk_m"] == pytest.approx(sum(leg["walk_m"] for leg in half.legs))
            assert {leg["stop"] for leg in half.legs} <= {0, *(door.stop for door in half.doors)}
        begin, whole = (np.array(each.walk.coords[-1]) for each in (two, turf))
        assert np.hypot(*(begin - whole)) < 1.0
    assert count


def test_the_second_half_begins_at_its_first_stop(turfs, packet_issue):
    turf = max(turfs, key=lambda each: each.turf["stops"])
    half = half_of(turf, 2)
    first = half.doors[0]
    foot = next(
        shapely.get_coordinates(line)[-1]
        for leg, line in reversed([*zip(turf.legs, turf.leg_lines, strict=True)])
        if leg["stop"] == first.stop
    )
    assert half.walk.coords[0] == pytest.approx(foot)
    cover = cover_of(half, Job(turf.turf["turf_id"], 3_000_001, 2), packet_issue())
    assert cover["places"][-1]["value"] == first.address
    assert f"stops {first.stop} to {turf.turf['stops']};" in cover["order"]
    entries = make_list(half, 3_000_001, catalogue("en"), names=True).entries
    assert [entry["kind"] for entry in entries][:2] in (["street", "door"], ["street", "grid"])


def test_one_building_is_parted_between_its_doors(plans):
    units = tuple(str(n) for n in range(1, 12))
    (turf,) = slice_plan(plans.block_plan(1, 1, 13, units=units), ["A1"])
    building = type(turf)(**{**vars(turf), "doors": turf.doors[2:]})
    one, two = (half_of(building, half) for half in (1, 2))
    assert (len(one.doors), len(two.doors)) == (6, 5)
    assert one.walk is two.walk is building.walk
