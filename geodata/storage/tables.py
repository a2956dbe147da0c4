"""
CSV and Parquet files of tables: the same table gives the same bytes, anywhere and any day.

CSV text is safe against spreadsheet formulas: a cell that a spreadsheet would compute gets a
leading apostrophe, which `read_csv_text` takes off again.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from geodata.storage.engine import one_thread, quoted

PRIVATE: Final = 0o600
"""Mode of every file written here: most hold voters, so only their owner may read them."""

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\0")
"""A cell that begins so, after any apostrophes, is computed by some spreadsheet. Apostrophes are
looked through because a cell that came as ``'=x`` could not be told from an escaped ``=x``."""


def write_csv(
    table: pd.DataFrame, path: Path, *, decimals: Mapping[str, int] | None = None
) -> None:
    """
    Write a table as CSV: UTF-8, LF, a header line, quotes only where needed.

    Missing values become empty cells; the index is not written.

    Parameters
    ----------
    table
        Columns of text, numbers or truth values, with unique text names.
    path
        File to write; replaced if there.
    decimals
        Number column -> digits after the point; others are written as short as is exact.
    """
    digits = decimals or {}
    _private(path)
    # several threads would write batches of rows in any order; rows come in walking order
    with one_thread() as engine:
        engine.register("source", pa.Table.from_pandas(table, preserve_index=False))
        cells = ", ".join(
            f"{_cell(name, str(kind), digits.get(name))} AS {quoted(safe_text(name))}"
            for name, kind, *_ in engine.execute("DESCRIBE source").fetchall()
        )
        target = str(path).replace("'", "''")
        engine.execute(
            f"COPY (SELECT {cells} FROM source) TO '{target}'"
            " (FORMAT csv, HEADER true, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '',"
            " USE_TMP_FILE false)"
        )


def _cell(name: str, kind: str, digits: int | None) -> str:
    """SQL that writes one column."""
    column = quoted(name)
    if kind in ("DOUBLE", "FLOAT"):
        # adding zero turns -0.0 into 0.0
        text = (
            f"CAST({column} AS VARCHAR)"
            if digits is None
            else f"format('{{:.{digits}f}}', round({column}, {digits}) + 0)"
        )
        return f"CASE WHEN isfinite({column}) THEN {text} END"
    if kind == "VARCHAR":
        starts = ", ".join(f"chr({ord(letter)})" for letter in FORMULA)
        return (
            f"CASE WHEN left(ltrim({column}, chr(39)), 1) IN ({starts}) THEN chr(39) || {column}"
            f" ELSE nullif({column}, '') END"
        )
    return column


def safe_text(text: str) -> str:
    """Text for a cell, with a leading apostrophe where a spreadsheet would compute it."""
    return f"'{text}" if _computed(text) else text


def read_csv_text(path: Path) -> pd.DataFrame:
    """
    Read a CSV file of `write_csv`, every cell as the text it had before it was made safe.

    Returns
    -------
    table
        All columns text; empty cells are empty text.
    """
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    table = pa_csv.read_csv(
        path,
        parse_options=pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
    ).to_pandas()
    return pd.DataFrame({_original(str(name)): _originals(table[name]) for name in table})


def _originals(column: pd.Series) -> pd.Series:
    """Cells as they were before `_cell` made them safe; few ever begin with an apostrophe."""
    marked = column.str.startswith("'")
    return column.mask(marked, column[marked].map(_original)) if marked.any() else column


def _original(text: str) -> str:
    return text[1:] if text.startswith("'") and _computed(text) else text


def _computed(text: str) -> bool:
    return text.lstrip("'").startswith(FORMULA)


def write_parquet(table: pd.DataFrame, path: Path, group: int | None = None) -> None:
    """
    Write a table as Parquet, or as GeoParquet where it is a GeoDataFrame.

    The index and what pandas notes about itself are not written.

    Parameters
    ----------
    table
        Any table; columns of text keep every character.
    path
        File to write; replaced if there.
    group
        Rows of a group, for tables that are sorted by what is looked for: readers leave out groups
        that cannot have it.
    """
    _private(path)
    if isinstance(table, gpd.GeoDataFrame):
        plain = table.copy(deep=False)
        plain.attrs = {}
        plain.to_parquet(path, index=False, compression="zstd", schema_version="1.1.0")
    else:
        content = pa.Table.from_pandas(table, preserve_index=False)
        content = content.replace_schema_metadata(None)
        pq.write_table(content, path, compression="zstd", row_group_size=group)


def _private(path: Path) -> None:
    """Make an empty file that only its owner may read, before anything is in it."""
    path.unlink(missing_ok=True)
    path.touch(mode=PRIVATE)
