"""DuckDB, the engine for tables too big for memory: offline, bounded, without traces."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa


@contextmanager
def open_engine(
    spill: Path | None, *, memory: str = "800MB"
) -> Iterator[duckdb.DuckDBPyConnection]:
    """
    Yield an in-memory DuckDB that loads no extensions and never touches the network.

    Parameters
    ----------
    spill
        Folder within which a temporary folder, readable by its owner only, takes what does not
        fit into `memory`; it is gone at the end. None where nothing may be written.
    memory
        How much DuckDB may hold, as DuckDB writes it.
    """
    with ExitStack() as held:
        folder = ""
        if spill is not None:
            folder = held.enter_context(tempfile.TemporaryDirectory(dir=spill, prefix=".spill-"))
        config: dict[str, str | bool | int | float | list[str]] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_persistent_secrets": False,
            "memory_limit": memory,
            "threads": pa.cpu_count(),  # as many as Arrow has: a process of one thread says so once
            "temp_directory": folder,
        }
        engine = held.enter_context(duckdb.connect(":memory:", config=config))
        engine.execute("SET enable_progress_bar = false")  # it is drawn amid our own output
        yield engine


def quoted(column: str) -> str:
    """A column name as SQL."""
    return '"' + column.replace('"', '""') + '"'


def scalar(engine: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one number a statement returns; DuckDB wants every result fetched."""
    rows = engine.execute(query).fetchall()
    return int(rows[0][0]) if rows else 0
