"""How long a plan is searched."""

import pytest

from turfcutter.cutting.rounds import MOST_PATIENT, PATIENT_STOPS, patience_of


@pytest.mark.parametrize(
    ("stops", "patience"),
    [(1, 4), (2_000, 4), (2_001, 2), (4_000, 2), (4_001, 1), (900_000, 1)],
)
def test_small_plans_are_searched_longer_and_never_longer_than_great_ones(stops, patience):
    assert patience_of(stops) == patience
    assert patience <= MOST_PATIENT
    assert patience == 1 or patience * stops <= PATIENT_STOPS
