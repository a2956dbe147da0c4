"""The bar for geocoding, on real addresses written the way voter files have them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import geocode

BAR = [("san-francisco", 1), pytest.param("san-jose", 1, marks=pytest.mark.slow)]


@pytest.mark.parametrize(("place", "seed"), BAR)
def test_present_addresses_are_found_and_absent_ones_are_not(shared_data, place, seed):
    """A fifth of the source is gone and 2 % of the voters' addresses are invented."""
    assert shared_data == geocode.DATA
    figures, _ = geocode.measure(place, seed)
    assert figures["matched"] >= 0.985
    assert figures["right"] >= 0.999
    assert figures["absent matched"] <= 0.001
    assert figures["absent"] > 0.2 * figures["present"] * 0.75


@pytest.mark.slow
def test_sides_are_right(shared_data):
    """By points and by ranges, in San Francisco and in a generated county, its farms too."""
    truth = geocode.truth_of("san-francisco")
    worlds = [
        *geocode.san_francisco(shared_data, truth, 1, geocode.CRS_M),
        *geocode.generated(0, 1, geocode.CRS_M),
    ]
    assert len(worlds) == 4
    for title, figures in worlds:
        assert figures["side right"] >= 0.99, title
        assert figures["asked"] > 50, title
