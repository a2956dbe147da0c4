"""
What a cell says: a text, a number or a day; as SQL, and for columns in memory.

Every day is read by the same `DAYS`, whoever reads it. A year of two figures is read in lists of
late days alone: of a voter born in 45 it would tell the wrong century.
"""

from typing import Final

import pandas as pd

from geodata.storage.engine import quoted

DAYS: Final = {
    "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}": "%Y-%m-%d",
    "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}": "%m/%d/%Y",
    "[0-9]{1,2}-[0-9]{1,2}-[0-9]{4}": "%m-%d-%Y",
    "[0-9]{1,2}-[A-Za-z]{3}-[0-9]{4}": "%d-%b-%Y",
    "[0-9]{8}": "%Y%m%d",
}
"""Shape of a day -> how it is read; the month comes before the day, as in the United States."""
DAYS_SAID: Final = "YYYY-MM-DD, MM/DD/YYYY or YYYYMMDD"
"""What messages ask for."""

_LATE: Final = {"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}": "%m/%d/%y"}
_TIME: Final = "([T ].*)?$"
_YEARS: Final = range(1900, 2200)
_BLANKS: Final = " \t\r\n"


def days(cells: "pd.Series[str]") -> "pd.Series[pd.Timestamp]":
    """Days of a list as in `DAYS`, or MM/DD/YY; a time of day after them ignored, else NaT."""
    forms = DAYS | _LATE
    text = cells.str.extract(f"^({'|'.join(forms)}){_TIME}", expand=False)[0]
    found = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[s]")
    for shape, form in forms.items():
        alike = text.where(text.str.fullmatch(shape))
        read = pd.to_datetime(alike, format=form, errors="coerce").astype("datetime64[s]")
        found = found.fillna(read.where(read.dt.year.isin(_YEARS)))
    return found


def text_sql(expression: str) -> str:
    """SQL of a text for comparison: no surrounding blanks, lower case."""
    return f"lower(trim({expression}, '{_BLANKS}'))"


def number_sql(column: str) -> str:
    """SQL of a cell as a number; NULL for everything that is not plainly one."""
    cell = f"trim({quoted(column)}, '{_BLANKS}')"
    plain = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)"
    return f"CASE WHEN regexp_full_match({cell}, '{plain}') THEN TRY_CAST({cell} AS DOUBLE) END"


def date_sql(column: str) -> str:
    """SQL of a cell as a day, as in `DAYS`, a time of day after it ignored; NULL otherwise."""
    found = f"^({'|'.join(DAYS)}){_TIME}"
    day = f"regexp_extract(trim({quoted(column)}, '{_BLANKS}'), '{found}', 1)"
    cases = " ".join(
        f"WHEN regexp_full_match({day}, '{shape}') THEN try_strptime({day}, '{form}')"
        for shape, form in DAYS.items()
    )
    return f"CAST(CASE {cases} END AS DATE)"
