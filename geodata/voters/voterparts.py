"""
The rows of a voter table on disk: Parquet files, the parts, in the order of the voter file.

Parts are written while the file is still being read. What a later row decides of an earlier one is
settled at the end: then the few parts that hold such rows are written anew.
"""

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROWS: Final = 122_880
"""A part has about so many rows."""


def in_parts(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same rows in tables of at least `ROWS` rows, the last one excepted."""
    held: list[pa.Table] = []
    for table in tables:
        held.append(table)
        if sum(one.num_rows for one in held) >= ROWS:
            yield pa.concat_tables(held)
            held = []
    if held:
        yield pa.concat_tables(held)


def write_part(table: pa.Table, folder: Path, number: int) -> None:
    """Write one part, readable by its owner only."""
    path = folder / f"{number:05d}.parquet"
    path.touch(mode=0o600)
    # figures of columns cost more than a third of the time, and nobody asks for them
    pq.write_table(table, path, row_group_size=2 * ROWS, compression="zstd", write_statistics=False)


def keep_rows(folder: Path, kept: npt.NDArray[np.int64]) -> None:
    """
    Take all other rows out of the parts of a folder.

    Parameters
    ----------
    folder
        Holds the parts.
    kept
        Values of `row`, ascending.
    """
    for path in sorted(folder.glob("*.parquet")):
        row = pq.read_table(path, columns=["row"])["row"].to_numpy()
        staying = np.isin(row, kept[slice(*np.searchsorted(kept, [row.min(), row.max() + 1]))])
        if not staying.all():
            table = pq.read_table(path).filter(pa.array(staying))
            write_part(table, folder, int(path.stem))


def parts_sql(folder: Path) -> str:
    """The parts of a folder as a table of DuckDB's SQL."""
    pattern = f"{glob.escape(str(folder))}/*.parquet".replace("'", "''")
    return f"read_parquet('{pattern}')"


def living(table: pa.Table, gone: pa.ChunkedArray) -> pa.Table:
    """The rows of voters who have an id and are not gone."""
    stays = pc.and_not(pc.not_equal(table["voter_id"], ""), gone)
    return table if pc.all(stays).as_py() else table.filter(stays)
