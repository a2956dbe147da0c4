"""Doors without a place become exceptions with a reason; the others have precinct and stop."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geodata.crs import unproject
from geodata.errors import InputError
from geodata.schema import REASONS, Precincts
from turfcutter.doors.doors import gather_doors
from turfcutter.doors.placing import find_zones, leave_far, place_doors, place_stops
from turfcutter.inputs import Inputs
from turfcutter.params import CutParams
from turfcutter.streets.footing import find_footing
from turfcutter.streets.network import build_network

METRIC = CRS(32610)
AT = (609_000.0, 4_267_000.0)
"""South-west corner of the towns of this file, in Davis; drawings count metres from it."""


def roll(*doors):
    """Voters of (x, y, address, precinct code), one a door."""
    xy = np.array([door[:2] for door in doors], float) + AT
    lon, lat = unproject(xy[:, 0], xy[:, 1], METRIC)
    return pd.DataFrame(
        {
            "voter_id": [f"V{k:04d}" for k in range(len(doors))],
            "address": [door[2] for door in doors],
            "precinct": [door[3] for door in doors],
            "lon": lon,
            "lat": lat,
        }
    ).assign(unit="", city="Davis", zip="95616")


def precincts(**shapes):
    table = gpd.GeoDataFrame(
        {"precinct": list(shapes)},
        geometry=[shapely.transform(shape, lambda xy: xy + AT) for shape in shapes.values()],
        crs=METRIC,
    )
    return Precincts(table)


def moved(ways):
    return [(name, kind, [(x + AT[0], y + AT[1]) for x, y in spots]) for name, kind, spots in ways]


def houses(count, street, y, x=0.0, step=10.0):
    return [(x + step * k, y, f"{10 + 2 * k} {street}", "P1") for k in range(count)]


WIDE = shapely.box(-5000, -5000, 20_000, 20_000)
MAIN = ("Main St", "residential", [(0, 0), (2000, 0)])


def placed(town, doors, ways, cut=None, layer=None):
    """Stops, and the exceptions as voter -> (reason, detail)."""
    layer = precincts(P1=WIDE) if layer is None else layer
    cut = CutParams() if cut is None else cut
    streets = town(*moved(ways))
    found, _ = place_doors(gather_doors(roll(*doors), "", METRIC), layer)
    inputs = Inputs(layer, streets, None, {}, {})
    stops, kept = place_stops(found, cut, inputs, build_network(streets))
    table = kept.exceptions.set_index("voter")
    assert set(table["reason"]) <= set(REASONS)
    assert table.index.is_unique
    return stops, kept, {k: (row.reason, row.detail) for k, row in table.iterrows()}


def test_a_door_too_far_from_its_street_is_set_aside_with_the_metres(town):
    doors = [*houses(5, "Main St", 20), (500, 1234, "1 Farm Rd", "P1")]
    stops, kept, lost = placed(town, doors, [MAIN])
    assert lost == {5: ("R-off_network", "The nearest street is 1234 m away.")}
    assert len(stops.doors) == len(kept.doors) == 5
    assert kept.voters["door"].iloc[5] == -1


def test_streets_that_do_not_cover_the_doors_are_refused(town):
    doors = [*houses(2, "Main St", 20), *houses(3, "Far St", 9000)]
    with pytest.raises(InputError, match="3 doors lie farther than 150 m") as caught:
        placed(town, doors, [MAIN])
    assert caught.value.code == "OFF_STREETS"


ISLAND = ("Island St", "residential", [(5000, 3000), (7000, 3000)])


@pytest.mark.parametrize(("count", "stays"), [(24, False), (25, True)])
def test_an_island_holds_turfs_from_half_a_target_on(town, count, stays):
    """
    ----------- Main St: 60 doors          ------ Island St: 24 or 25, target 50
    """
    doors = [*houses(60, "Main St", 20), *houses(count, "Island St", 3020, 5000)]
    _, kept, lost = placed(town, doors, [MAIN, ISLAND])
    assert len(kept.doors) == 60 + count * stays
    assert {reason for reason, _ in lost.values()} == (set() if stays else {"R-unreachable"})


def test_an_island_is_measured_in_minutes_where_turfs_are(town):
    """At 1.7 + 0.5 minutes a door, half of 120 minutes is 27.3 doors."""
    cut = CutParams(by="minutes")
    for count, kept_doors in ((27, 60), (28, 88)):
        doors = [*houses(60, "Main St", 20), *houses(count, "Island St", 3020, 5000)]
        assert len(placed(town, doors, [MAIN, ISLAND], cut)[1].doors) == kept_doors


def test_the_largest_part_of_a_small_town_stays(town):
    """Three doors in all: fewer than half a turf, yet there is nothing larger."""
    assert len(placed(town, houses(3, "Main St", 20), [MAIN])[1].doors) == 3


def test_doors_in_a_gap_or_outside_the_precincts_are_set_aside(town):
    """
    +----+ +----+
    | P1 |g| P2 |      o      a gap of 20 m between the precincts; o is far outside
    +----+ +----+
    """
    layer = precincts(P1=shapely.box(0, -100, 490, 100), P2=shapely.box(510, -100, 1000, 100))
    doors = [
        (100, 20, "10 Main St", "P1"),
        (900, 20, "90 Main St", "P2"),
        (500, 20, "50 Main St", "P9"),
        (1800, 20, "180 Main St", "P2"),
        (505, 20, "51 Main St", "P2"),
    ]
    _, kept, lost = placed(town, doors, [MAIN], layer=layer)
    assert {k: reason for k, (reason, _) in lost.items()} == {
        2: "R-precinct_gap",
        3: "R-out_of_county",
    }
    # in the gap, but its own code tells
    assert sorted(kept.doors["precinct"]) == [0, 1, 1]


def test_doors_of_one_point_that_belong_to_two_precincts_are_two_stops(town):
    """Where polygons overlap, each voter's own code decides: no stop lies in both."""
    layer = precincts(P1=shapely.box(0, -100, 600, 100), P2=shapely.box(400, -100, 1000, 100))
    doors = [(500, 20, "50 Main St", "P1"), (500, 20, "52 Main St", "P2")]
    stops, _, lost = placed(town, doors, [MAIN], layer=layer)
    assert not lost
    assert sorted(stops.doors["precinct"]) == [0, 1]
    assert len(stops.frontage.edge) == 2


def test_stops_hold_their_doors_together_and_units_in_order(town):
    doors = houses(4, "Main St", 20)
    rows = roll(*doors, *[(35, 20, "100 Main St", "P1")] * 4)
    rows["unit"] = [""] * 4 + ["11", "2", "10A", "10"]
    layer, streets = precincts(P1=WIDE), town(*moved([MAIN]))
    found, _ = place_doors(gather_doors(rows, "", METRIC), layer)
    inputs = Inputs(layer, streets, None, {}, {})
    stops, kept = place_stops(found, CutParams(), inputs, build_network(streets))
    table = stops.doors
    assert table["stop"].is_monotonic_increasing
    assert table["stop"].nunique() == len(stops.frontage.edge) == len(stops.parity) == 5
    tower = table[table["base"] == "100 MAIN ST"]
    assert tower["unit"].tolist() == ["2", "10", "10A", "11"]
    assert set(tower["door_id"]) <= set(kept.doors["door_id"])
    assert set(tower["building"]) == {"apartments"}
    # 1.7 minutes a door and 0.1 to find it; the way in (1) and the path from the street are walked
    # once: 2 x 20 m at 1.25 m/s; 10A is on a floor of its own (0.5)
    first = round(1.8 + 1.5 + 40 / 1.25 / 60, 4)
    assert tower["minutes"].round(4).tolist() == [first, 1.8, 2.3, 2.3]


def test_no_door_at_all_is_an_error():
    rows = roll((0, 0, "", "P1"))
    with pytest.raises(InputError, match="No eligible voter") as caught:
        place_doors(gather_doors(rows, "", METRIC), precincts(P1=WIDE))
    assert caught.value.code == "NO_VOTERS"


def test_lines_of_another_layer_part_the_doors(town):
    """
    +------+------+
    | EAST | WEST |     zones of a layer that `within` names, across one precinct
    +------+------+
    """
    layer, streets = precincts(P1=WIDE), town(*moved([MAIN]))
    zones = precincts(EAST=shapely.box(0, -99, 500, 99), WEST=shapely.box(500, -99, 1000, 99))
    lines = {"zones.gpkg.name": zones.table.rename(columns={"precinct": "key"})}
    doors = [(100, 20, "10 Main St", "P1"), (900, 20, "90 Main St", "P1")]
    found, _ = place_doors(gather_doors(roll(*doors), "", METRIC), layer)
    inputs = Inputs(layer, streets, None, lines, {})
    cut = CutParams(within=("zones.gpkg.name",))
    stops, _ = place_stops(found, cut, inputs, build_network(streets))
    assert stops.doors.set_index("address")["zone"].to_dict() == {
        "10 Main St": 0,
        "90 Main St": 1,
    }
    assert set(stops.doors["soft"]) == {0}
    assert stops.codes == ["EAST", "WEST"]


def test_several_lines_part_the_doors_together():
    """
    +----+----+----+
    | a  | a  | b  |  A     precincts of a, a, b wards; the third door lies in no ward
    +----+----+----+
    """
    layer = precincts(P1=shapely.box(0, -99, 500, 99), P2=shapely.box(500, -99, 1000, 99))
    wards = precincts(A=shapely.box(0, -99, 700, 99), B=shapely.box(700, -99, 900, 99))
    inputs = Inputs(
        layer, None, None, {"w.gpkg.W": wards.table.rename(columns={"precinct": "key"})}, {}
    )
    spots = np.array([950, 100, 600, 800, 300], float)
    doors = pd.DataFrame({"x": spots + AT[0], "y": 20.0 + AT[1], "precinct": [1, 0, 1, 1, 0]})
    zone, codes = find_zones(doors, ("precinct", "w.gpkg.W"), inputs)
    assert zone.tolist() == [1, 0, 2, 3, 0]
    assert codes == ["P1", "P2", "P2", "P2"]
    zone, codes = find_zones(doors, ("w.gpkg.W",), inputs)
    assert zone.tolist() == [0, 1, 1, 2, 1]
    assert codes == ["", "A", "B"]
    assert find_zones(doors, ("none",), inputs)[1] == [""]


def far_doors(town, cut):
    """Ten houses and one 600 m down the road; what is left, set aside and to be driven to."""
    layer, streets = precincts(P1=WIDE), town(*moved([MAIN]))
    doors = [*houses(10, "Main St", 20), (700, 20, "900 Main St", "P1")]
    found, _ = place_doors(gather_doors(roll(*doors), "", METRIC), layer)
    network = build_network(streets)
    stops, kept = place_stops(found, cut, Inputs(layer, streets, None, {}, {}), network)
    footing = find_footing(stops.frontage, network, 1)
    return leave_far(stops, kept, footing, cut)


def test_doors_too_far_to_walk_are_set_aside(town):
    """610 m there and 610 m back at 75 m a minute."""
    stops, kept, footing = far_doors(town, CutParams())
    assert len(stops.doors) == len(kept.doors) == len(footing.cell) == len(stops.parity) == 10
    assert stops.doors["stop"].tolist() == list(range(10))
    assert not stops.doors["drive"].any()
    (gone,) = kept.exceptions.to_dict("records")
    assert (gone["voter"], gone["reason"]) == (10, "R-too_far_to_walk")
    assert gone["detail"] == "The way there and back on foot takes 16 minutes a door."
    assert (kept.voters["door"] >= 0).sum() == 10


def test_doors_too_far_to_walk_are_driven_to(town):
    stops, kept, _ = far_doors(town, CutParams(drive=True))
    assert not len(kept.exceptions)
    assert stops.doors.loc[stops.doors["drive"], "address"].tolist() == ["900 Main St"]


def test_nothing_is_far_enough(town):
    stops, kept, _ = far_doors(town, CutParams(detour_minutes=17))
    assert len(stops.doors) == 11
    assert not len(kept.exceptions)
    assert not stops.doors["drive"].any()
