"""Where the next free serial of lists is kept, so that no two printings share a number."""

import fcntl
import os
from pathlib import Path

from geodata.errors import InputError, SpaceError
from geodata.storage.atomic import no_space
from turfcutter.packets.lists.numbers import LEAST, list_number


def reserve(register: Path, count: int) -> int:
    """
    First of `count` serials that nobody has used.

    Parameters
    ----------
    register
        File that holds the next free serial; made where there is none.

    Raises
    ------
    InputError
        WORKSPACE: the file cannot be used. PARAMETER: the serials are used up.
    SpaceError
        The disk is full.
    """
    try:
        register.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(register, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            first = int(file.read().strip() or LEAST)
            list_number(first + count - 1)
            file.seek(0)
            file.write(f"{first + count}\n")
            file.flush()
            os.fsync(file.fileno())
    except InputError:
        raise
    except (OSError, ValueError) as fault:
        if no_space(fault):
            raise SpaceError("NO_SPACE", f"No space is left for {register}.") from None
        message = f"{register} cannot keep the next list number; name another with --register."
        raise InputError("WORKSPACE", message) from None
    return first
