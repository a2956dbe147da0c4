"""Folders that appear complete or not at all, also after a kill or with a full disk."""

import errno
import fcntl
import glob
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from geodata.errors import BusyError, InputError, SpaceError

NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT)
# SQLite and DuckDB say it in words only, in errors of their own.
NO_SPACE_WORDS: Final = (
    *map(os.strerror, NO_SPACE),
    *("database or disk is full", "max_temp_directory_size"),
)


def no_space(fault: BaseException) -> bool:
    """Whether a fault says that the disk is full."""
    said = str(fault)
    return getattr(fault, "errno", None) in NO_SPACE or any(word in said for word in NO_SPACE_WORDS)


def has_room(folder: Path, size: int) -> bool:
    """Whether so many bytes can be written into a folder; quotas and reserves count."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            os.posix_fallocate(probe.fileno(), 0, size)
    except OSError as fault:
        return not no_space(fault)
    return True


def check_free(out: Path, *, force: bool, marker: str = "plan.json") -> None:
    """
    Refuse a folder that may not be written, before any work is done.

    Parameters
    ----------
    out
        The folder to be made; absent or empty, or with `force` one that holds `marker`.
    force
        Whether an earlier result may be replaced.
    marker
        File by which an earlier result is recognised: other folders are never replaced.

    Raises
    ------
    InputError
        OUTPUT: a file of that name, a folder of something else, a place that cannot be written.
    BusyError
        Another run is writing this folder.
    """
    out = out.resolve()
    try:
        home = next((folder for folder in out.parents if folder.exists()), out)
        if out.parent.exists():
            _clear_leftovers(out)
        entries = {entry.name for entry in out.iterdir()} if out.exists() else set()
    except OSError as fault:
        raise InputError("OUTPUT", f"{out} cannot be used: {fault.strerror}.") from None
    if not home.is_dir() or not _takes_files(home) or out.is_mount():
        raise InputError("OUTPUT", f"{out} cannot be written; name a folder inside one of yours.")
    if entries and marker not in entries:
        message = f"{out} holds other files; name a folder that is empty or does not exist."
        raise InputError("OUTPUT", message)
    if entries and not force:
        message = f"{out} holds an earlier result; add --force to replace it, or name another."
        raise InputError("OUTPUT", message)


def _takes_files(folder: Path) -> bool:
    """Whether a file can be made in a folder, which rights alone do not tell of every disk."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError as fault:
        return no_space(fault)  # a sentence of its own


@contextmanager
def new_folder(out: Path, *, force: bool, marker: str = "plan.json") -> Iterator[Path]:
    """
    Yield a temporary folder that becomes `out` when the block ends without a fault.

    The temporary folder lies beside `out`, readable by its owner only. Everything in it is on
    the disk before it gets its name. After a fault it is gone and an earlier `out` is as it was.

    Raises
    ------
    InputError, BusyError
        As `check_free`.
    SpaceError
        The disk is full.
    """
    check_free(out, force=force, marker=marker)
    out = out.resolve()
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(out, "partial")
    try:
        with ExitStack() as held:
            with _lock(out.parent, wait=True):  # nobody takes the new folder for a leftover
                check_free(out, force=force, marker=marker)
                temporary.mkdir(mode=0o700)
                held.enter_context(_lock(temporary))
            yield temporary
            sync_tree(temporary)
            _swap(temporary, out)
    except BaseException as fault:
        shutil.rmtree(temporary, ignore_errors=True)
        if no_space(fault) and not isinstance(fault, SpaceError):
            message = f"No space is left in {out.parent}; free some and run again: nothing changed."
            raise SpaceError("NO_SPACE", message) from fault
        raise


def sync_tree(folder: Path) -> None:
    """Bring every file and folder below `folder`, and itself, to the disk."""
    for path in [folder, *folder.rglob("*")]:
        sync(path)


def sync(path: Path) -> None:
    """Bring one file or folder (its list of names, not what they name) to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _swap(temporary: Path, out: Path) -> None:
    """Give the finished folder its name; an earlier one steps aside first and is deleted last."""
    aside = _beside(out, "old")
    if out.exists():
        out.rename(aside)
    try:
        temporary.rename(out)
    except OSError:
        if aside.exists():
            aside.rename(out)
        raise
    sync(out.parent)
    shutil.rmtree(aside, ignore_errors=True)


def _beside(out: Path, kind: str) -> Path:
    return out.with_name(f".{out.name}.{os.getpid()}.{kind}")


@contextmanager
def _lock(folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a lock on a folder; the system drops it when the process dies, however it dies."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)


def _clear_leftovers(out: Path) -> None:
    """Remove what killed runs left beside `out`; an earlier result they had moved comes back."""
    for left in sorted(out.parent.glob(f".{glob.escape(out.name)}.[0-9]*.partial")):
        try:
            with _lock(left):
                pass
        except BlockingIOError:
            holder = left.name.split(".")[-2]
            message = f"{out} is being written by process {holder}; wait until it has finished."
            raise BusyError("BUSY", message) from None
        shutil.rmtree(left, ignore_errors=True)
    for left in sorted(out.parent.glob(f".{glob.escape(out.name)}.[0-9]*.old")):
        with suppress(OSError):  # fails where `out` is there and full: then the old one can go
            left.rename(out)
        shutil.rmtree(left, ignore_errors=True)
