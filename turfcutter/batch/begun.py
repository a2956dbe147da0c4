"""Runs that have begun in a batch's folder: who may, and what others can see of them meanwhile."""

import csv
import io
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from geodata.errors import GeodataError, InputError, SpaceError
from geodata.storage.atomic import no_space
from geodata.storage.store import Store, is_workspace
from turfcutter.batch.book import PATIENCE
from turfcutter.batch.fetching import FETCHED
from turfcutter.batch.kept import sweep, write_whole
from turfcutter.batch.locks import locked
from turfcutter.batch.order import COUNTIES, HIDDEN, UNITS, Order

RUNNING: Final = "running.csv"
"""Names the runs that have begun and not ended; there is none while nobody is at work."""
RUNNING_CSV: Final = ("began", "command", "process", "host", "counties")
"""Columns of `RUNNING`; counties stand in one cell, between blanks."""

Line = dict[str, str]


@contextmanager
def begun(order: Order, command: str) -> Iterator[None]:
    """
    Hold the folder's counties that are wanted, and note meanwhile that a run is at work.

    A run that was killed leaves its line; whoever does one of its counties next takes it away.

    Parameters
    ----------
    order
        What is to be done.
    command
        What the note calls the run.

    Raises
    ------
    BusyError
        Another run is doing one of the counties.
    InputError
        OUTPUT, WORKSPACE.
    SpaceError
        The disk is full.
    """
    claim(order)
    with locked(order.locks, order.wanted):
        who = {"process": str(os.getpid()), "host": socket.gethostname()}
        ours = {"began": order.began, "command": command, **who}
        _note(order, [{**ours, "counties": " ".join(order.wanted)}])
        try:
            yield
        finally:
            with suppress(GeodataError):  # what went wrong before is told, not this
                _note(order, [])


def claim(order: Order) -> None:
    """
    Make the folder of a batch, or find it again; erase what killed runs left half written.

    Raises
    ------
    InputError
        OUTPUT, WORKSPACE.
    SpaceError
        The disk is full.
    """
    out, workspace = order.out, order.workspace
    if out.exists() and not (out / HIDDEN).is_dir() and (not out.is_dir() or any(out.iterdir())):
        message = f"{out} holds other files; name a folder that is empty or does not exist."
        raise InputError("OUTPUT", message)
    try:
        for folder in (out, out / HIDDEN, order.locks, out / COUNTIES):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        if no_space(fault):
            raise SpaceError("NO_SPACE", f"No space is left for {out}.") from None
        message = f"{out} cannot be written: {fault.strerror}; name a folder inside one of yours."
        raise InputError("OUTPUT", message) from None
    if is_workspace(workspace):
        Store(workspace)  # erases half entries
        for folder in [*(workspace / UNITS).glob("*"), *(workspace / FETCHED).glob("*")]:
            sweep(folder)


def _note(order: Order, ours: list[Line]) -> None:
    """Have `ours` in the note, and of other runs those whose counties we do not hold."""
    path = order.out / RUNNING
    with locked(order.locks, [".statewide"], patience=PATIENCE):
        try:
            with path.open(encoding="utf-8", newline="") as file:
                found = [*csv.DictReader(file)]
        except (OSError, ValueError, csv.Error):
            found = []
        lines = [line for line in found if _is_of_others(line, order.wanted)] + ours
        if not lines:
            path.unlink(missing_ok=True)
            return
        text = io.StringIO()
        writer = csv.DictWriter(text, RUNNING_CSV, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
        write_whole(path, text.getvalue().encode())


def _is_of_others(line: Line, wanted: Sequence[str]) -> bool:
    """Whether a line is of a run that does none of the counties that we hold."""
    named = (line.get("counties") or "").split()
    return bool(named) and {*named}.isdisjoint(wanted)
