"""
Locks on counties: one batch at a time works on one, on this machine or another.

A lock is a file that its holder keeps locked with the system, which forgets it when the process
dies, however it dies. Not every network file system tells other machines of such locks: so the
file also names host and process and carries a heartbeat, a number that grows. A file of another
host is held as long as its number grows, or was changed lately by the clock of the file system.
"""

import contextlib
import fcntl
import json
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from geodata.errors import BusyError, InputError, SpaceError
from geodata.storage.atomic import no_space

BEAT_SECONDS: Final = 5.0
"""How often a holder shows that it lives."""
DEAD_SECONDS: Final = 60.0
"""A heartbeat that has not changed for so long is of a dead holder."""
LISTEN_SECONDS: Final = 1.0
"""How long a doubtful heartbeat is listened to; less than the two seconds a verdict may take."""
MOST_BYTES: Final = 4096
"""No lock says more."""


@contextlib.contextmanager
def locked(folder: Path, names: Sequence[str], patience: int = 0) -> Iterator[None]:
    """
    Hold the locks of some counties; all or none.

    Parameters
    ----------
    folder
        Where the files of locks are.
    names
        Counties.
    patience
        Seconds to wait for somebody who holds one.

    Raises
    ------
    BusyError
        Somebody holds one; the sentence names host and process.
    """
    host = socket.gethostname()
    with contextlib.ExitStack() as held:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for attempt in range(patience + 1):
                try:
                    files = [
                        held.enter_context(_taken(folder / name, name, host)) for name in names
                    ]
                    break
                except BusyError:
                    if attempt == patience:
                        raise
                    held.close()
                    time.sleep(1)
        except OSError as fault:
            if no_space(fault):
                raise SpaceError("NO_SPACE", f"No space is left in {folder}.") from None
            message = f"{folder} cannot be written: {fault.strerror}; name another folder."
            raise InputError("OUTPUT", message) from None
        stop = threading.Event()
        beating = threading.Thread(target=_beat, args=(files, host, stop), daemon=True)
        beating.start()
        try:
            yield
        finally:
            stop.set()
            beating.join()


@contextlib.contextmanager
def _taken(path: Path, name: str, host: str) -> Iterator[int]:
    """Hold a lock; yields the descriptor of its file, which names nobody afterwards."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(name, _read(file)) from None
        holder = _read(file)
        if holder.get("host", host) != host and _lives(path, file, holder):
            raise _busy(name, holder)
        _write(file, host, 0)
        try:
            yield file
        finally:
            os.truncate(file, 0)
    finally:
        os.close(file)


def _lives(path: Path, file: int, holder: dict[str, Any]) -> bool:
    """Whether a holder on another machine still changes its file; its clock is not asked."""
    probe = path.with_name(f".{path.name}.{os.getpid()}.now")
    probe.touch()
    age = probe.stat().st_mtime - path.stat().st_mtime
    probe.unlink()
    if age < DEAD_SECONDS:
        return True
    time.sleep(LISTEN_SECONDS)
    return _read(file) != holder


def _beat(files: Sequence[int], host: str, stop: threading.Event) -> None:
    number = 0
    while not stop.wait(BEAT_SECONDS):
        number += 1
        for file in files:
            with contextlib.suppress(OSError):  # the lock holds without its heartbeat
                _write(file, host, number)


def _write(file: int, host: str, beat: int) -> None:
    """Name the holder and its latest heartbeat; whoever reads meanwhile never finds nobody."""
    text = json.dumps({"host": host, "pid": os.getpid(), "beat": f"{beat:012d}"}).encode()
    os.pwrite(file, text, 0)
    os.truncate(file, len(text))


def _read(file: int) -> dict[str, Any]:
    try:
        text = os.pread(file, MOST_BYTES, 0).decode()
        holder, _ = json.JSONDecoder().raw_decode(text)  # behind it another's end may stand
    except ValueError:
        return {}
    return holder if isinstance(holder, dict) else {}


def _busy(name: str, holder: dict[str, Any]) -> BusyError:
    who = f"process {holder.get('pid', '?')} on {holder.get('host', 'this machine')}"
    return BusyError("BUSY", f"County {name} is being done by {who}; wait until it has finished.")
