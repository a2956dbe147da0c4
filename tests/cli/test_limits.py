"""When set-aside rows are too many."""

import click
import pytest

from geodata.schema import REASONS
from turfcutter.cli.limits import Limit, limit_of, too_many
from turfcutter.plans.limits import LIMITS, beyond_limits


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("0", Limit(0)),
        ("250", Limit(250)),
        ("2%", Limit(0.02, share=True)),
        ("0.5%", Limit(0.005, share=True)),
    ],
)
def test_limit(text, limit):
    assert limit_of(text) == limit


@pytest.mark.parametrize("text", ["", "-1", "2.5", "%", "x%", "-2%", "nan", "1e3"])
def test_no_limit(text):
    with pytest.raises(click.BadParameter):
        limit_of(text)


def test_limit_exceeded():
    assert not limit_of("10").exceeded(10, rows=20)
    assert limit_of("10").exceeded(11, rows=1_000_000)
    assert not limit_of("2%").exceeded(20, rows=1000)
    assert limit_of("2%").exceeded(21, rows=1000)
    assert limit_of("0").exceeded(1, rows=1)


def test_the_usual_limits():
    """A share is counted of all rows, and of the eligible voters where it is a reason's."""
    counts = {"rows": 1000, "unreadable": 5, "outside": 795, "R-out_of_county": 3, "in_turfs": 197}
    assert set(LIMITS) <= {*counts, *REASONS}
    assert beyond_limits(counts) == {}
    assert beyond_limits(counts | {"unreadable": 6}) == {"unreadable": 0.006}
    assert beyond_limits(counts | {"R-out_of_county": 6}) == {"R-out_of_county": 0.03}
    assert beyond_limits({"rows": 0}) == {}


def test_a_limit_takes_the_place_of_the_usual_ones():
    counts = {"rows": 100, "conflicting": 2, "R-out_of_county": 5, "R-not_chosen": 50}
    assert too_many(counts, None) == (
        "More rows than usual are set aside: 5.1% R-out_of_county (more than 2.0%)."
    )
    assert too_many(counts, Limit(7)) == ""
    assert too_many(counts, Limit(6)) == "7 rows were set aside, more than --max-set-aside allows."
