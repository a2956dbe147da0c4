"""The voter file's coordinates against the place of the address: the better one, with a note."""

import numpy as np
import pandas as pd
import pytest

from geodata.crs import project, unproject
from geodata.geocoding import counts_of, locate
from geodata.schema import REASONS

EAST, NORTH = 600_000.0, 4_130_000.0


def roll(metric, *rows):
    """Voters of (address, metres east, metres north) of zip 95616; None where not given."""
    table = pd.DataFrame([row[0] for row in rows], columns=["address"], dtype="str")
    x = np.array([np.nan if row[1] is None else EAST + row[1] for row in rows], float)
    y = np.array([np.nan if row[1] is None else NORTH + row[2] for row in rows], float)
    table["lon"], table["lat"] = unproject(x, y, metric)
    given = np.isfinite(x)
    table.loc[~given, ["lon", "lat"]] = np.nan
    return table.assign(unit="", city="Davis", zip="95616")


def located(metric, gazetteer, *rows, bounds=None):
    """Of each voter: metres east (None for nowhere), located, grade, reason; and the notes."""
    found = locate(roll(metric, *rows), gazetteer, metric, bounds)
    table = found.table
    x, _ = project(table["lon"], table["lat"], metric)
    places = [None if not np.isfinite(one) else round(one - EAST) for one in x]
    said = table[["located", "grade", "reason"]].to_numpy().tolist()
    return [(place, *words) for place, words in zip(places, said, strict=True)], {
        note.code: note.count for note in found.notes
    }


def test_addresses_place_those_without_coordinates(metric, town):
    rows, notes = located(metric, town, ("105 Oak St", None), ("105 Oka St", None))
    assert rows == [(1050, "points", "address", ""), (1050, "points", "spelling", "")]
    assert notes == {"LOCATED": 2}


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("105 Birch St", "R-no_geocode"),
        ("210 Elm", "R-ambiguous_address"),
        ("PO BOX 12", "R-po_box"),
        ("P.O. Box 12", "R-po_box"),
        ("Post Office Box 12", "R-po_box"),
        ("General Delivery", "R-po_box"),
        ("", "R-no_geocode"),
    ],
)
def test_those_nobody_can_place_have_a_reason(metric, town, address, reason):
    rows, _ = located(metric, town, (address, None))
    assert rows == [(None, "", "", reason)]
    assert reason in REASONS


def test_a_post_office_box_is_no_home_wherever_it_lies(metric, town):
    rows, _ = located(metric, town, ("PO BOX 12", 5, 5), ("12 Box Canyon Rd", 5, 5))
    assert rows == [(None, "", "", "R-po_box"), (5, "file", "", "")]


@pytest.mark.parametrize(
    ("off", "place", "notes"),
    [(0, "file", {}), (499, "file", {}), (501, "points", {"MOVED": 1})],
)
def test_a_point_far_from_its_address_gives_way_to_it(metric, town, off, place, notes):
    rows, found = located(metric, town, ("105 Oak St", 1050 + off, 20))
    assert rows[0][1] == place
    assert rows[0][0] == 1050 + (off if place == "file" else 0)
    assert found == notes


def test_a_weak_match_moves_only_what_lies_outside_the_county(metric, town):
    bounds = (EAST, NORTH, EAST + 9000, NORTH + 9000)
    rows, notes = located(
        metric, town, ("105 Oka St", 3000, 20), ("105 Oka St", 90_000, 20), bounds=bounds
    )
    assert rows == [(3000, "file", "", ""), (1050, "points", "spelling", "")]
    assert notes == {"MOVED": 2}


def test_many_addresses_at_one_point_are_at_the_middle_of_something(metric, town):
    """26 addresses at one point: those the source knows are placed, the others set aside."""
    crowd = [(f"{n} Oak St", 3000.3, 3000.3) for n in range(100, 120)]
    strange = [(f"{n} Birch St", 3000.3, 3000.3) for n in range(6)]
    rows, notes = located(metric, town, *crowd, *strange)
    assert [row[1:] for row in rows] == [("points", "address", "")] * 20 + [
        ("", "", "R-coarse_geocode")
    ] * 6
    assert notes == {"COARSE": 26}
    rows, notes = located(metric, None, *crowd, *strange[:5])
    assert {row[1:] for row in rows} == {("file", "", "")}
    assert not notes


def test_units_of_one_address_may_share_their_point(metric):
    voters = roll(metric, *[("500 Main St", 7, 7)] * 180)
    voters["unit"] = [str(n) for n in range(180)]
    assert (locate(voters, None, metric, None).table["located"] == "file").all()


def test_rounded_coordinates_give_way_to_the_address(metric, town):
    voters = roll(metric, ("105 Oak St", 1050, 20), ("105 Birch St", 1050, 20))
    voters[["lon", "lat"]] = voters[["lon", "lat"]].round(3)
    found = locate(voters, town, metric, None)
    assert found.table["located"].tolist() == ["points", "file"]
    assert [(note.code, note.count) for note in found.notes] == [("ROUNDED", 2)]


def test_counts_by_source_and_grade(metric, town):
    table = locate(
        roll(metric, ("105 Oak St", 1050, 20), ("105 Oka St", None), ("9 Birch St", None)),
        town,
        metric,
        None,
    ).table
    assert counts_of(table) == {"file": 1, "points spelling": 1}


def test_without_a_source_the_file_decides(metric):
    rows, notes = located(metric, None, ("105 Oak St", 1, 2), ("105 Oak St", None))
    assert rows == [(1, "file", "", ""), (None, "", "", "R-no_geocode")]
    assert not notes
