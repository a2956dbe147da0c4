"""DuckDB, the engine for tables too big for memory: offline, bounded, without traces."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
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
        fit into `memory`; it is gone at the end. None where nothing may be written; then it is
        for questions only, as in `one_thread`.
    memory
        How much DuckDB may hold, as DuckDB writes it.
    """
    threads = pa.cpu_count()  # as many as Arrow has: a process of one thread says so once
    with ExitStack() as held:
        if spill is None:
            engine = held.enter_context(_kept(memory, threads).cursor())
        else:
            inside = tempfile.TemporaryDirectory(dir=spill, prefix=".spill-")
            folder = held.enter_context(inside)
            engine = held.enter_context(_connected(folder, memory, threads))
        _quiet(engine)
        yield engine


@contextmanager
def one_thread() -> Iterator[duckdb.DuckDBPyConnection]:
    """
    Yield a DuckDB that takes rows one after the other, in their order, and never spills.

    All of a process are of one database that stays open: opening takes longer than most tables do.
    What is registered with one, the others do not see; nobody makes tables in it.
    """
    with _kept("800MB", 1).cursor() as engine:
        _quiet(engine)
        yield engine


@cache
def _kept(memory: str, threads: int) -> duckdb.DuckDBPyConnection:
    return _connected("", memory, threads)


def _connected(folder: str, memory: str, threads: int) -> duckdb.DuckDBPyConnection:
    """An in-memory database without extensions; an empty `folder` where none may be written."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_persistent_secrets": False,
        "memory_limit": memory,
        "threads": threads,
        "temp_directory": folder,
    }
    return duckdb.connect(":memory:", config=config)


def _quiet(engine: duckdb.DuckDBPyConnection) -> None:
    """No progress bar: it is drawn amid our own output."""
    engine.execute("SET enable_progress_bar = false")


def quoted(column: str) -> str:
    """A column name as SQL."""
    return '"' + column.replace('"', '""') + '"'


def scalar(engine: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one number a statement returns; DuckDB wants every result fetched."""
    rows = engine.execute(query).fetchall()
    return int(rows[0][0]) if rows else 0
