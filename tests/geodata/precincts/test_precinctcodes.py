"""Codes of precincts, written differently by voter file and map."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from towns import TOWN, names, precincts

from geodata.precincts.placement import place
from geodata.precincts.precinctcodes import code_form


@pytest.mark.parametrize(
    ("printed", "own"),
    [
        ("0012", "12"),
        ("12-3A", "0123a"),
        ("5KT-1", "5kt 1"),
        ("9151", "9151.0"),
        ("075-9151", "9151"),  # the county's number before every key
        ("075-9151", "075-9151"),
        ("9151", "075-9151"),
        ("ALHA101", "ALHA101-B"),  # the voter's file knows splits of the precinct
    ],
)
def test_codes_written_differently_are_the_same(printed, own):
    """The voter stands on the edge of two polygons: only the code can choose the second."""
    lower = "000-0" if printed.startswith("075-") else "0"
    town = precincts({lower: TOWN["A1"], printed: TOWN["B2"]})
    result = place([100.0], [50.0], [own], town)
    assert names(result, town) == [printed]


def test_different_codes_stay_different():
    town = precincts({"5KT-1": TOWN["A1"], "5KT-2": TOWN["B2"]})
    result = place([100.0] * 2, [50.0] * 2, ["5KT-2", "5KT-1"], town)
    assert names(result, town) == ["5KT-2", "5KT-1"]


@given(st.text(st.sampled_from("0123456789ABab- ."), max_size=12))
def test_the_form_for_comparison_is_final_and_ignores_padding(code):
    form = code_form(code)
    assert code_form(form) == form
    assert code_form(f" {code} ") == form
    if form:
        assert code_form(f"00{code}") == form
    assert form == form.upper()
