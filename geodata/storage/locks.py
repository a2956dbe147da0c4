"""
Lock files: held by one process at a time, on this machine or another.

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

BEAT_SECONDS: Final = 5.0
"""How often a holder shows that it lives."""
DEAD_SECONDS: Final = 60.0
"""A heartbeat that has not changed for so long is of a dead holder."""
LISTEN_SECONDS: Final = 1.0
"""How long a doubtful heartbeat is listened to; less than the two seconds a verdict may take."""
MOST_BYTES: Final = 4096
"""No lock says more."""


class Held(Exception):  # noqa: N818 - no fault: whoever asks decides what to do
    """
    Somebody else holds a lock.

    Parameters
    ----------
    name
        Of the lock's file.
    who
        Process and host.
    """

    def __init__(self, name: str, who: str) -> None:
        super().__init__(f"{name} is held by {who}")
        self.name, self.who = name, who


@contextlib.contextmanager
def held(paths: Sequence[Path]) -> Iterator[None]:
    """
    Hold lock files, all or none, in folders that are there.

    Raises
    ------
    Held
        Somebody else holds one.
    """
    host = socket.gethostname()
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(_taken(path, host)) for path in paths]
        stop = threading.Event()
        beating = threading.Thread(target=_beat, args=(files, host, stop), daemon=True)
        beating.start()
        try:
            yield
        finally:
            stop.set()
            beating.join()


@contextlib.contextmanager
def _taken(path: Path, host: str) -> Iterator[int]:
    """Hold a lock; yields the descriptor of its file, which names nobody afterwards."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _held(path, _read(file)) from None
        holder = _read(file)
        if holder.get("host", host) != host and _lives(path, file, holder):
            raise _held(path, holder)
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


def _held(path: Path, holder: dict[str, Any]) -> Held:
    where = holder.get("host", "this machine")
    return Held(path.name, f"process {holder.get('pid', '?')} on {where}")
