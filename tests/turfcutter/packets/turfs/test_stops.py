"""What stops are called on maps."""

from dataclasses import replace

from turfcutter.packets.turfs.slices import slice_plan
from turfcutter.packets.turfs.stops import stops_of


def test_homes_of_a_park_are_told_by_their_units(plans):
    """A house number that several stops share tells nobody which home it is."""
    (turf,) = slice_plan(plans.block_plan(1, 1, 4, units=()), ["A1"])
    own, *homes = turf.doors
    park = [
        replace(door, address="538 Elm St", unit=unit)
        for door, unit in zip(homes, ("SPC 30", "SPC 31", ""), strict=True)
    ]
    houses = [stop.houses for stop in stops_of((own, *park))]
    assert houses == [own.address.split()[0], "SPC 30", "SPC 31", "538"]
