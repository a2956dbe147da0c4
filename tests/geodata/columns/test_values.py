"""What cells say: the same in SQL as in memory."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.columns.values import DAYS, date_sql, days
from geodata.storage.engine import open_engine

FORMS = (*DAYS.values(), "%m/%d/%Y 08:15:00", "%Y-%m-%dT08:15", "%d-%b-%Y 10.15.00 AM")


@pytest.fixture(scope="module")
def in_sql():
    """Days of cells as SQL reads them."""
    with open_engine(None) as engine:

        def read(cells):
            engine.register("cells", pd.DataFrame({"day": pd.array(cells, dtype="str")}))
            return [
                row[0] for row in engine.execute(f"SELECT {date_sql('day')} FROM cells").fetchall()
            ]

        yield read


@settings(max_examples=20)
@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(FORMS))
def test_days_are_read_as_they_are_written(in_sql, day, form):
    cells = [day.strftime(form), day.strftime(form).upper()]
    assert days(pd.Series(cells, dtype="str")).dt.date.tolist() == [day, day]
    assert in_sql(cells) == [day, day]


@settings(max_examples=30)
@given(st.text(alphabet="0123456789-/ T:abJunOCT", max_size=12))
def test_what_is_no_day_is_none(in_sql, text):
    cells = [text, "2026-02-30", "", "31/12/1990", "Nov 3, 2026"]
    found = days(pd.Series(cells, dtype="str"))
    assert found.isna()[1:].all()
    assert pd.isna(found[0]) or 1900 <= found[0].year < 2200
    assert in_sql(cells)[1:] == [None] * 4


def test_a_century_is_guessed_of_late_days_alone(in_sql):
    assert days(pd.Series(["11/3/26 08:00"], dtype="str"))[0].date() == date(2026, 11, 3)
    assert in_sql(["05/12/45"]) == [None]
