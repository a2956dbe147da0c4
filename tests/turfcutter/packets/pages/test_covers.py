"""What a cover says of where to begin and how to walk."""

from dataclasses import replace

from turfcutter.packets.issues import Job
from turfcutter.packets.pages.covers import cover_of
from turfcutter.packets.turfs.slices import slice_plan


def told(turf, issue):
    cover = cover_of(turf, Job("A1", 3_000_001), issue)
    return cover["places"][-1]["value"], cover["order"]


def test_a_walk_is_begun_at_its_corner_and_told(plans, packet_issue):
    (turf,) = slice_plan(plans.block_plan(1, 1, 6), ["A1"])
    start, order = told(turf, packet_issue())
    assert start == turf.turf["start"]
    assert order.startswith("One loop")


def test_a_building_alone_is_begun_at_its_address_and_has_no_walk(plans, packet_issue):
    (turf,) = slice_plan(plans.block_plan(1, 1, 6), ["A1"])
    alone = replace(turf, doors=tuple(replace(door, stop=1) for door in turf.doors))
    assert told(alone, packet_issue()) == (turf.doors[0].address, "")
