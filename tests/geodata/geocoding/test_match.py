"""Addresses of all spellings find their place, and no other; what may be two places is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.geocoding import build_gazetteer
from geodata.geocoding.match import GRADES, match_addresses

EAST, NORTH = 600_000.0, 4_130_000.0


def voters(*rows):
    """Voters of (address, unit, zip, city); the last two may be missing."""
    full = [(*row, *("", "95616", "Davis")[len(row) - 1 :]) for row in rows]
    return pd.DataFrame(full, columns=["address", "unit", "zip", "city"], dtype="str")


def found(town, *row):
    """Metres east and north, and the grade, or the candidates."""
    one = match_addresses(voters(row), town).iloc[0]
    if one["method"] < 0:
        return one["candidates"]
    return round(one["x"] - EAST, 2), round(one["y"] - NORTH, 2), GRADES[one["grade"]]


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (("105 Oak Street",), (1050, 20, "address")),
        (("105 OAK ST.",), (1050, 20, "address")),
        (("0105 oak str", "", "95616-1234"), (1050, 20, "address")),
        (("105 Oak St", "", "", ""), (1050, 20, "address")),
        (("105 Oak Ave", "", "95618"), (1050, 5000, "address")),
        (("105 Oak", "", "95618"), (1050, 5000, "street")),
        (("105 Oka St",), (1050, 20, "spelling")),
        (("105 Oak Strete",), (1050, 20, "street")),
        (("500 Main St", "2"), (5001, 0, "unit")),
        (("500 Main St #2",), (5001, 0, "unit")),
        (("500 Main St", "77"), (5000, 0, "address")),
        (("610 North First Street",), (6100, 0, "address")),
        (("630 N 1ST ST",), (6100, 0, "address")),
        (("610-630 N 1st St",), (6100, 0, "address")),
        (("705 N 1st",), (7050, 0, "street")),
        (("703 N 1st St",), (7030, 0, "address")),
        (("709 Nroth 1st St",), (7050, 0, "street")),
        (("709 N Frist St",), (7050, 0, "street")),
        (("12 1/2 S. First St",), (120, 300, "address")),
        (("12½ S 1st St",), (120, 300, "address")),
        (("32A Haight Street",), (320, 400, "address")),
        (("32 A Haight Street",), (320, 400, "address")),
        (("32 Haight St", "A"), (320, 400, "address")),
        (("40A Haight St",), (400, 400, "unit")),
        (("7 El Camino",), (70, 500, "street")),
        (("7 EL CAM REAL",), (70, 500, "address")),
        (("9 Sta. Clara St",), (90, 600, "address")),
        (("11 CALLE DE LAS FLORES",), (110, 700, "address")),
        (("11 Calle De Las Floers",), (110, 700, "spelling")),
        (("98 CR 32A", "", "95618"), (980, 8000, "address")),
        (("15 DeAnza Boulevard",), (150, 900, "address")),
        (("1711 E Branham Ln", "3"), (1711, 900, "unit")),
        (("5 Hillview Ave",), (50, 1500, "address")),
        (("5 Hill View",), (50, 1500, "street")),
        (("800 Pine St", "2"), (1800, 2000, "unit")),
        (("900 Pine St", "", "95695", "Woodland"), (9900, 20000, "address")),
        (("900 Pine St", "", "95616", ""), (900, 2000, "address")),
        (("APT 2, 500 MAIN ST",), (5001, 0, "unit")),
        (("500 Main St, Davis, CA 95616", "", "", ""), (5000, 0, "address")),
        (("REAR 145 Oak St",), (1450, 20, "address")),
    ],
)
def test_spellings_that_are_found(town, row, place):
    assert found(town, *row) == place


@pytest.mark.parametrize(
    ("row", "candidates"),
    [
        (("210 Elm",), "210 ELM CT, 210 ELM ST"),
        (("105 Oak", "", ""), "105 OAK AVE, 105 OAK ST"),
        (("145 Oak", "", ""), "145 OAK ST, 145 OAK AVE"),
        (("210 Elm Dr",), "210 ELM CT, 210 ELM ST"),
        (("800 Pine St",), "several places at 800 PINE ST"),
        (("900 Pine St", "", "", ""), "900 PINE ST 95616, 900 PINE ST 95695"),
    ],
)
def test_what_may_be_several_places_is_refused_with_them(town, row, candidates):
    assert found(town, *row) == candidates


@pytest.mark.parametrize(
    "row",
    [
        ("151 Oak St",),
        ("705 S 1st St",),
        ("105 Birch St",),
        ("12 S 1st St",),
        ("32 Haight St",),
        ("12 1/2 Oak St",),
        ("105 Oak St", "", "90210", "Beverly Hills"),
        ("105 Oak St", "", "", "Woodland"),
        ("Oak St",),
        ("",),
        ("105",),
        ("PO BOX 105",),
        ("Corner of Oak & Elm",),
    ],
)
def test_what_the_place_does_not_have_is_not_found(town, row):
    assert found(town, *row) == ""


def test_a_street_without_the_house_does_not_lend_its_namesakes(town):
    """118 Oak Avenue exists, 119 too; a missing 120 Oak Avenue is not 120 Oak Street."""
    assert found(town, "120 Oak Ave", "", "95618") == ""
    assert found(town, "120 Oak", "", "95618") == ""


def test_a_street_unknown_here_is_not_mended_where_two_are_near(points, metric):
    rows = [("10 Marlin St", "", "", "", 0, 0), ("12 Martin St", "", "", "", 500, 0)]
    gazetteer = build_gazetteer([points(*rows)], None, metric)
    one = match_addresses(voters(("10 Marvin St", "", "", "")), gazetteer).iloc[0]
    assert (one["method"], one["candidates"]) == (-1, "10 MARLIN ST, 10 MARTIN ST")


def test_the_order_of_voters_and_of_the_source_does_not_matter(town):
    rows = voters(("105 Oak",), ("500 Main St", "2"), ("105 Oak St",), ("800 Pine St",))
    straight = match_addresses(rows, town)
    backwards = match_addresses(rows[::-1], town).loc[rows.index]
    pd.testing.assert_frame_equal(straight, backwards)


def test_nothing_is_found_where_nothing_is_known(points, metric):
    empty = build_gazetteer([points()], None, metric)
    matched = match_addresses(voters(("105 Oak St",), ("",)), empty)
    assert (matched["method"] == -1).all()
    assert matched["x"].isna().all()
    assert len(match_addresses(voters(), empty)) == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_any_text_is_matched_to_a_known_point_or_refused(town, texts):
    matched = match_addresses(voters(*((text,) for text in texts)), town)
    there = (matched["method"] >= 0).to_numpy()
    assert np.isfinite(matched.loc[there, ["x", "y"]]).all(axis=None)
    assert matched.loc[~there, ["x", "y"]].isna().all(axis=None)
    assert set(matched.loc[there, "x"]) <= {*town.sites["x"], *town.units["x"]}
