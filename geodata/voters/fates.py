"""
What becomes of the rows of a voter file: each is kept, or taken out for one reason.

Of every row only its id, its number, a digest of its cells and whether its voter is gone are held,
in the table `ids` of an engine; the cells lie in parts (`voterparts`).
"""

import hashlib
import json
from collections.abc import Sequence

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geodata.delimited.delimited import Tally
from geodata.storage.engine import quoted, scalar
from geodata.voters.suppression import Suppression


def begin(engine: duckdb.DuckDBPyConnection) -> None:
    """Make the table `ids`."""
    columns = "voter_id VARCHAR, row BIGINT, content UHUGEINT, gone BOOLEAN"
    engine.execute(f"CREATE TABLE ids ({columns})")


def enter(
    engine: duckdb.DuckDBPyConnection, table: pa.Table, names: Sequence[str], gone: pa.ChunkedArray
) -> None:
    """Enter the rows of a voter table of the columns `names`, and `row`."""
    cells = ", ".join(quoted(name) for name in names)
    engine.register("part", table.append_column("row gone", gone))
    engine.execute(
        "INSERT INTO ids SELECT voter_id, row, md5_number(concat_ws(chr(31), "
        f'{cells})), "row gone" FROM part'
    ).fetchall()
    engine.unregister("part")


def settle(
    engine: duckdb.DuckDBPyConnection, tally: Tally, left_out: Suppression
) -> dict[str, int]:
    """
    Leave in `ids` those rows alone that stay.

    Returns
    -------
    counts
        ``rows`` of the file, and what became of them: see `geodata.voters.votertable.VoterTable`.
    """
    engine.register("hit", pa.table({"voter_id": pa.array(sorted(left_out.hit), pa.string())}))
    left_out.rows += scalar(engine, "DELETE FROM ids WHERE voter_id IN (FROM hit)")
    nameless = scalar(engine, "DELETE FROM ids WHERE voter_id = ''")
    gone = "SELECT voter_id FROM ids WHERE gone"
    status = scalar(engine, f"DELETE FROM ids WHERE voter_id IN ({gone})")
    # most ids are there once: told by eight bytes each, the others alone are looked at
    scalar(
        engine,
        "CREATE TABLE several AS SELECT voter_id, count(*) AS rows, min(row) AS first,"
        " min(content) = max(content) AS alike FROM ids WHERE hash(voter_id) IN"
        " (SELECT hash(voter_id) AS own FROM ids GROUP BY own HAVING count(*) > 1)"
        " GROUP BY voter_id HAVING count(*) > 1",
    )
    several = "DELETE FROM ids USING several WHERE ids.voter_id = several.voter_id"
    conflicting = scalar(engine, f"{several} AND NOT alike")
    repeated = scalar(engine, f"{several} AND row <> first")
    return {
        "rows": tally.rows,
        "unreadable": tally.lost + nameless,
        "repeated": repeated,
        "conflicting": conflicting,
        "suppressed": left_out.rows,
        "status": status,
        "loaded": scalar(engine, "SELECT count(*) FROM ids"),
    }


def kept_rows(engine: duckdb.DuckDBPyConnection) -> npt.NDArray[np.int64]:
    """Numbers of the rows that stay, ascending."""
    rows: npt.NDArray[np.int64] = np.sort(engine.execute("SELECT row FROM ids").fetchnumpy()["row"])
    return rows


def digest(engine: duckdb.DuckDBPyConnection, names: Sequence[str]) -> str:
    """Digest of all cells that stay: sums know no order."""
    low = "content & 18446744073709551615"
    sums = engine.execute(
        f"SELECT count(*), sum(({low})::HUGEINT), sum((content >> 64)::HUGEINT) FROM ids"
    ).fetchall()[0]
    text = json.dumps([list(names), *(str(number) for number in sums)])
    return hashlib.sha256(text.encode()).hexdigest()
