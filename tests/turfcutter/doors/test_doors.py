"""Voters become doors, doors become stops."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geodata.geocoding import AddressSource, build_gazetteer
from geodata.geocoding.blocks import no_ranges
from geodata.schema import REASONS
from turfcutter.doors.doors import gather_doors, group_stops

METRIC = CRS(32610)
HERE = (-121.74, 38.54)
DEGREE_M = 111_000.0  # of latitude


def roll(*rows):
    """Voters of (address, unit, zip, city, lon, lat), ids as they come."""
    table = pd.DataFrame(rows, columns=["address", "unit", "zip", "city", "lon", "lat"])
    table.insert(0, "voter_id", [f"V{k:04d}" for k in range(len(rows))])
    return table.assign(precinct="1").astype(
        dict.fromkeys(["voter_id", "address", "unit", "zip", "city", "precinct"], "str")
    )


def at(address, unit="", zip_code="95616", city="Davis", where=HERE):
    return (address, unit, zip_code, city, *where)


def gathered(*rows, county=""):
    return gather_doors(roll(*rows), county, METRIC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (at("10 Oak St", "APT 3"), at("10 Oak St", "#3")),
        (at("10 Oak St", "3"), at("10 OAK STREET APT 03")),
        (at("10 North Oak St."), at("10 N OAK ST")),
        (at("10 Oak St", zip_code="95616"), at("10 Oak St", zip_code="95616-1234")),
        (at("10 Oak St", zip_code="956161234"), at("10 Oak St", zip_code=" 95616 ")),
        (at("10 Oak St", city="Davis"), at("10 Oak St", city="DAVIS")),
        (at("10 Oak St", zip_code=""), at("10 Oak St", zip_code="95616")),
        (at("10 Oak St", zip_code="", city="davis "), at("10 Oak St", zip_code="", city="Davis")),
        (at("10 Oak St"), at("10 Oak St", where=(np.nan, np.nan))),
    ],
)
def test_one_address_written_in_two_ways_is_one_door(one, other):
    found = gathered(one, other)
    assert len(found.doors) == 1
    assert found.voters["door"].tolist() == [0, 0]
    assert found.doors["voters"].tolist() == [2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (at("10 Oak St", "APT 3"), at("10 Oak St", "APT 4")),
        (at("10 Oak St", "APT 3"), at("10 Oak St")),
        (at("10 Oak St"), at("12 Oak St")),
        (at("10 Oak St"), at("10 Oak Ave")),
        (at("10 Oak St", zip_code="95616"), at("10 Oak St", zip_code="95618")),
        (at("10 N Oak St"), at("10 S Oak St")),
    ],
)
def test_two_addresses_are_two_doors(one, other):
    assert len(gathered(one, other).doors) == 2


def test_blank_zip_of_an_address_that_two_zips_have_stays_apart():
    """Nobody can tell which of the two it is."""
    rows = [at("10 Oak St", zip_code=code) for code in ("95616", "95618", "")]
    assert len(gathered(*rows).doors) == 3


def test_door_id_does_not_depend_on_rows_or_coordinates():
    rows = [at("10 Oak St", str(k)) for k in range(1, 9)]
    moved = [at(row[0], row[1], where=(-121.73, 38.55)) for row in reversed(rows)]
    one, other = gathered(*rows), gathered(*moved)
    assert one.doors["door_id"].tolist() == other.doors["door_id"].tolist()
    of_one = one.doors.set_index("unit")["door_id"]
    assert of_one.to_dict() == other.doors.set_index("unit")["door_id"].to_dict()
    # nor on who else is in the file
    assert gathered(rows[4]).doors["door_id"].iloc[0] == of_one["5"]


def test_door_id_is_short_text_and_of_its_county():
    doors = [gathered(at("10 Oak St"), county=county).doors for county in ("", "YOL", "SAC")]
    ids = [table["door_id"].iloc[0] for table in doors]
    assert len(set(ids)) == 3
    assert all(len(one) == 12 and one == one.lower() and one.isalnum() for one in ids)


def test_door_id_is_pinned():
    """Ids are stored with plans and read by others: they change with `NORMALISER` only."""
    assert gathered(at("10 Oak St", "3"), county="YOL").doors["door_id"].iloc[0] == "7cnhqcmufm5y"


def test_units_have_a_natural_order():
    rows = [at("10 Oak St", unit) for unit in ("11", "10A", "2", "", "10")]
    doors = gathered(*rows).doors.sort_values("unit_order")
    assert doors["unit"].tolist() == ["", "2", "10", "10A", "11"]


def test_voters_without_coordinates_take_their_doors_or_their_buildings():
    nowhere = (np.nan, np.nan)
    found = gathered(
        at("10 Oak St", "1", where=(-121.74, 38.54)),
        at("10 Oak St", "1", where=nowhere),
        at("10 Oak St", "2", where=nowhere),
        at("12 Oak St", where=nowhere),
    )
    assert len(found.doors) == 2
    assert found.doors[["lon", "lat"]].drop_duplicates().to_numpy().tolist() == [[-121.74, 38.54]]
    assert found.exceptions[["voter", "reason"]].to_numpy().tolist() == [[3, "R-no_geocode"]]
    assert found.voters["door"].iloc[3] == -1


def test_one_voter_with_a_wrong_geocode_does_not_move_the_door():
    """The median of a household stands where most of it does."""
    rows = [at("10 Oak St"), at("10 Oak St"), at("10 Oak St", where=(-120.0, 38.54))]
    assert gathered(*rows).doors["lon"].tolist() == [-121.74]


def test_a_door_has_the_precinct_code_of_whoever_of_its_voters_has_one():
    rows = [at("10 Oak St"), at("10 Oak St"), at("10 Oak St"), at("12 Oak St")]
    table = roll(*rows).assign(precinct=["", "2", "1", ""])
    doors = gather_doors(table, "", METRIC).doors
    assert doors.set_index("address")["code"].to_dict() == {"10 Oak St": "2", "12 Oak St": ""}


def test_voters_without_address_are_exceptions_even_with_coordinates():
    found = gathered(at(""), at("   "), at("", where=(np.nan, np.nan)), at("10 Oak St"))
    assert found.exceptions["reason"].tolist() == ["R-no_address"] * 3
    assert set(found.exceptions["reason"]) <= set(REASONS)
    assert found.voters["door"].tolist() == [-1, -1, -1, 0]


def test_no_voter_with_a_door_leaves_no_doors():
    found = gathered(at(""))
    assert len(found.doors) == 0
    assert len(found.exceptions) == 1


ADDRESSES = st.tuples(
    st.sampled_from(["1 Oak St", "1 OAK STREET", "2 Oak St", "3 Elm Ave #4", ""]),
    st.sampled_from(["", "1", "Apt 1", "#02"]),
    st.sampled_from(["95616", "95616-0001", "95618", ""]),
    st.sampled_from(["Davis", "DAVIS", "Winters"]),
    st.sampled_from([-121.74, -121.741, np.nan]),
    st.just(38.54),
)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(ADDRESSES, min_size=1, max_size=25), seed=st.integers(0, 99))
def test_every_voter_has_one_door_or_one_exception(rows, seed):
    """And the doors are the same, whatever order the rows come in."""
    rows = [(*row[:4], row[4], row[5] if np.isfinite(row[4]) else np.nan) for row in rows]
    table = roll(*rows)
    found = gather_doors(table, "YOL", METRIC)
    lost = set(found.exceptions["voter"])
    assert len(lost) == len(found.exceptions)
    assert {k for k, door in enumerate(found.voters["door"]) if door < 0} == lost
    assert found.doors["voters"].sum() + len(lost) == len(rows)
    assert found.doors["door_id"].is_unique
    assert found.doors["door_id"].is_monotonic_increasing
    assert np.isfinite(found.doors[["x", "y"]].to_numpy(float)).all()
    order = np.random.default_rng(seed).permutation(len(rows))
    mixed = gather_doors(table.iloc[order].reset_index(drop=True), "YOL", METRIC)
    same = ["door_id", "lon", "lat", "voters", "base", "unit_order"]
    pd.testing.assert_frame_equal(found.doors[same], mixed.doors[same])


# --- stops -------------------------------------------------------------------------------------


def stops_of(*rows, zone=None):
    """How many doors each stop has, largest first."""
    doors = gathered(*rows).doors
    zone = np.zeros(len(doors), int) if zone is None else np.array(zone)
    stop = group_stops(doors, zone)
    assert sorted(set(stop.tolist())) == list(range(stop.max() + 1))
    return sorted(np.bincount(stop).tolist(), reverse=True)


def north(metres, east=0.0):
    return HERE[0] + east / (DEGREE_M * 0.78), HERE[1] + metres / DEGREE_M


def test_a_tower_is_one_stop():
    """180 units at one point."""
    assert stops_of(*(at("500 B St", f"#{k}") for k in range(1, 181))) == [180]


def test_a_building_whose_entrances_are_apart_is_one_stop():
    """Units geocoded 45 m apart share a house number: one building, one stop."""
    rows = [at("500 B St", str(k), where=north(9.0 * k)) for k in range(6)]
    assert stops_of(*rows) == [6]


def test_a_complex_spread_over_300_m_is_several_stops():
    rows = [at("500 B St", f"{k}{unit}", where=north(60.0 * k)) for k in range(6) for unit in "ABC"]
    assert stops_of(*rows) == [3] * 6


def test_two_houses_at_one_point_of_one_street_are_one_stop():
    assert stops_of(at("10 Oak St"), at("12 Oak St")) == [2]


def test_houses_of_two_streets_at_one_point_are_two_stops():
    assert stops_of(at("10 Oak St"), at("10 Elm St")) == [1, 1]


def test_a_building_on_a_precinct_line_is_two_stops():
    """No stop lies in two polygons, not even where doors share a point."""
    rows = [at("10 Oak St", "1"), at("10 Oak St", "2"), at("10 Oak St", "3")]
    assert stops_of(*rows, zone=[0, 0, 1]) == [2, 1]


def test_the_spelling_of_the_city_does_not_part_a_building():
    rows = [
        at("10 Oak St", "1", city="Davis"),
        at("10 Oak St", "2", city="DAVIS", where=north(20)),
        at("10 Oak St", "3", zip_code="", where=north(40)),
    ]
    assert stops_of(*rows) == [3]


def test_the_same_number_of_two_towns_is_two_buildings():
    """Both are 10 Oak St, 200 m apart, in two ZIPs."""
    rows = [at("10 Oak St"), at("10 Oak St", zip_code="95618", where=north(200))]
    assert stops_of(*rows) == [1, 1]


@pytest.fixture(scope="module")
def place():
    """30 Oak Street twice, far apart, with other units; 40 Oak Street once."""
    rows = [("30 Oak St", "1", 0.0), ("30 Oak St", "2", 2000.0), ("40 Oak St", "", 500.0)]
    points = pd.DataFrame(
        [(address, unit, "Davis", "95616", 609_000 + x, 4_266_000.0) for address, unit, x in rows],
        columns=["address", "unit", "city", "zip", "x", "y"],
    )
    return build_gazetteer([AddressSource(points, no_ranges(METRIC))], None, METRIC)


NOWHERE = (np.nan, np.nan)


def test_voters_without_coordinates_are_placed_by_their_address(place):
    voters = roll(at("40 Oak St", where=NOWHERE), at("50 Oak St", where=NOWHERE), at("60 Oak St"))
    found = gather_doors(voters, "", METRIC, place)
    doors = found.doors.set_index("address")
    assert doors["located"].to_dict() == {"40 Oak St": "points", "60 Oak St": "file"}
    assert doors["grade"].to_dict() == {"40 Oak St": "address", "60 Oak St": ""}
    assert doors.loc["40 Oak St", "x"] == pytest.approx(609_500, abs=0.01)
    assert found.exceptions["reason"].tolist() == ["R-no_geocode"]
    assert [note.code for note in found.notes] == ["LOCATED", "ROUNDED"]


def test_an_address_at_two_places_is_not_that_of_a_neighbor(place):
    voters = roll(at("30 Oak St", "1", where=NOWHERE), at("30 Oak St", where=NOWHERE))
    found = gather_doors(voters, "", METRIC, place)
    assert found.voters["door"].tolist() == [0, -1]
    assert found.exceptions["reason"].tolist() == ["R-ambiguous_address"]
