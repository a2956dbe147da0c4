"""Locks on counties: one batch at a time works on one, on this machine or another."""

import contextlib
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from geodata.errors import BusyError, InputError, SpaceError
from geodata.storage.atomic import no_space
from geodata.storage.locks import Held, held


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
    with contextlib.ExitStack() as stack:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for left in reversed(range(patience + 1)):
                try:
                    stack.enter_context(held([folder / name for name in names]))
                    break
                except Held as other:
                    if not left:
                        # what counties share has a name that no county may have
                        hidden = other.name.startswith(".")
                        what = f"{folder.parents[1]}" if hidden else f"County {other.name}"
                        message = (
                            f"{what} is being done by {other.who}; wait until it has finished."
                        )
                        raise BusyError("BUSY", message) from None
                    time.sleep(1)
        except OSError as fault:
            if no_space(fault):
                raise SpaceError("NO_SPACE", f"No space is left in {folder}.") from None
            message = f"{folder} cannot be written: {fault.strerror}; name another folder."
            raise InputError("OUTPUT", message) from None
        yield


def refuse_busy(folder: Path, names: Sequence[str]) -> None:
    """
    Stop at once where somebody holds one of some counties.

    What does counties is read in seconds; a second batch learns from this before it is read.

    Raises
    ------
    BusyError, InputError, SpaceError
        As `locked`.
    """
    if folder.is_dir():
        with locked(folder, names):
            pass
