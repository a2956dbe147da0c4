"""
The folder of a printing: held by one process, with a journal of the lists that are finished.

Each list is finished, file by file, before it is noted; a run that was killed goes on after the
last one noted.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from geodata.errors import BusyError, InputError, SpaceError
from geodata.storage.atomic import no_space
from turfcutter.packets.lists.manifests import CLOSED, MANIFESTS, closed, path_of

JOURNAL: Final = ".journal"
FOLDERS: Final = ("packets", "lists", MANIFESTS, "gpx")

Record = dict[str, Any]
"""
A line of the journal, of one list: `name`, `serial`, `files` (path -> SHA-256), `doors`, `voters`,
and its `row` on the sign-out sheet.
"""


def begun(out: Path) -> tuple[int, str] | None:
    """Serial and time of issue of the printing that a folder holds; None where it holds none."""
    try:
        with (out / JOURNAL).open("rb") as file:
            head = json.loads(file.readline())
        return int(head["serial"]), str(head["issued"])
    except (OSError, ValueError, KeyError):
        return None


@contextlib.contextmanager
def claimed(
    out: Path, head: Record, numbers: Sequence[str], *, force: bool
) -> Iterator[dict[str, Record]]:
    """
    Hold a folder for a printing; yields the records of lists that are done and whole, by name.

    Parameters
    ----------
    head
        What tells this printing from others: `key`, `serial`, `issued`.
    numbers
        Of its lists.
    force
        Whether another printing may be replaced; manifests that are not closed stay.

    Raises
    ------
    InputError
        OUTPUT: the folder holds something else, or a number was given to another list.
    BusyError
        Somebody else is printing there.
    SpaceError
        The disk is full.
    """
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(out, os.O_RDONLY)
    except OSError as fault:
        if no_space(fault):
            raise SpaceError("NO_SPACE", f"No space is left for {out}.") from None
        raise InputError("OUTPUT", f"{out} cannot be used: {fault.strerror}.") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BusyError("BUSY", f"Somebody else is printing into {out}; wait for it.") from None
        yield _begin(out, head, numbers, force=force)
    finally:
        os.close(descriptor)


def note(out: Path, record: Record) -> None:
    """A list is finished."""
    with (out / JOURNAL).open("ab") as file:
        file.write(json.dumps(record, sort_keys=True).encode() + b"\n")


def write(path: Path, content: bytes) -> None:
    """A file that only its owner may read, whole or not at all."""
    temporary = path.with_name(_partial(path.name))
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=0o600)
    temporary.write_bytes(content)
    temporary.replace(path)


def _partial(name: str) -> str:
    """Name of a file that is being written."""
    return f".{name}.partial"


def digest(content: bytes) -> str:
    """SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def _begin(out: Path, head: Record, numbers: Sequence[str], *, force: bool) -> dict[str, Record]:
    journal = out / JOURNAL
    entries = {entry.name for entry in out.iterdir()} - {_partial(JOURNAL)}
    lines = journal.read_bytes().splitlines() if JOURNAL in entries else []
    if entries and not lines:
        message = f"{out} holds other files; name a folder that is empty or does not exist."
        raise InputError("OUTPUT", message)
    first = json.dumps(head, sort_keys=True).encode()
    same = bool(lines) and lines[0] == first
    if not same:
        _make_room(out, entries, numbers, force=force)
        write(journal, first + b"\n")
    for name in FOLDERS:
        (out / name).mkdir(mode=0o700, exist_ok=True)
    return _whole(out, lines[1:]) if same else {}


def _make_room(out: Path, entries: set[str], numbers: Sequence[str], *, force: bool) -> None:
    """Remove another printing; its journal goes last, so that the folder is ever known as one."""
    if entries and not force:
        message = f"{out} holds another printing; add --force to replace it, or name another."
        raise InputError("OUTPUT", message)
    for number in numbers:
        if path_of(out, number).exists() or number in closed(out):
            message = f"List {number} is of another printing in {out}; give another --serial."
            raise InputError("OUTPUT", message)
    for name in sorted(entries - {JOURNAL, MANIFESTS, CLOSED}):
        shutil.rmtree(out / name) if (out / name).is_dir() else (out / name).unlink()


def _whole(out: Path, lines: Sequence[bytes]) -> dict[str, Record]:
    """Records of which every file is as it was written; a torn last line counts for nothing."""
    records, gone = {}, {f"{MANIFESTS}/{number}.csv" for number in closed(out)}
    for line in lines:
        with contextlib.suppress(ValueError):
            record: Record = json.loads(line)
            files = {name: each for name, each in record["files"].items() if name not in gone}
            with contextlib.suppress(FileNotFoundError):
                if all(digest((out / name).read_bytes()) == each for name, each in files.items()):
                    records[record["name"]] = record
    return records
