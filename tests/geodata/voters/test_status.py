"""Which registration statuses end at the door."""

import pyarrow as pa
import pytest

from geodata.voters.status import gone_rows, is_gone


@pytest.mark.parametrize(
    "status", ["D", " c ", "Deceased", "MOVED OUT OF COUNTY", "x", "Cancelled - duplicate"]
)
def test_gone_whatever_is_asked(status):
    assert is_gone(status, inactive=False)
    assert is_gone(status, inactive=True)


@pytest.mark.parametrize("status", ["I", "Inactive", "inactive: returned mail"])
def test_inactive_voters_may_stay(status):
    assert is_gone(status, inactive=False)
    assert not is_gone(status, inactive=True)


@pytest.mark.parametrize(
    "status", ["", "A", "Active", "A - moved in county", "P", "PENDING", "REMOVEDTE", "CD"]
)
def test_everybody_else_stays(status):
    assert not is_gone(status, inactive=False)


def test_rows_of_a_table():
    table = pa.table({"voter_id": ["1", "2", "3"], "status": ["A", "d", "I"]})
    assert gone_rows(table, inactive=False).to_pylist() == [False, True, True]
    assert gone_rows(table, inactive=True).to_pylist() == [False, True, False]
    assert gone_rows(table.drop(["status"]), inactive=False).to_pylist() == [False] * 3
