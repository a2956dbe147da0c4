"""The overview on a cover."""

from dataclasses import replace

import shapely

from turfcutter.packets.maps.overview import overview_map
from turfcutter.packets.turfs.slices import slice_plan
from turfcutter.texts import catalogue

EN = catalogue("en")


def test_a_building_alone_is_marked_and_so_is_the_way_there(plans):
    """Its turf's outline, a part of the site, may hold neither the door nor the start."""
    (turf,) = slice_plan(plans.block_plan(1, 1, 6), ["A1"])
    stop = turf.doors[0]
    aside = shapely.box(stop.x + 300, stop.y, stop.x + 330, stop.y + 30)
    alone = replace(turf, doors=tuple(replace(door, stop=1) for door in turf.doors), outline=aside)
    drawing, _ = overview_map(alone, 100.0, 92.0, EN)
    assert EN["start"] in drawing
    assert "<circle" in drawing.split(EN["start"])[0]
    assert ">1</tspan>" in drawing
    whole, _ = overview_map(turf, 100.0, 92.0, EN)
    assert ">1</tspan>" not in whole
