"""Processes that do a part of the work, and must not outlive the one that started them."""

import ctypes
import os
import signal
from contextlib import suppress
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def die_with(parent: int) -> None:
    """
    Have the system end this process when the one that started it ends, however that happens.

    Parameters
    ----------
    parent
        Number of the process that started this one, which may be gone by now.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
