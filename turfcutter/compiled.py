"""How inner loops are compiled: once, kept beside their module, free of the interpreter's lock."""

from collections.abc import Callable
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """
    The function compiled by numba at its first call.

    Sorting, searching and other long numpy functions stay outside of compiled ones: they would be
    compiled again for each, which takes seconds. Arguments keep one type, for the same reason.
    """
    made: Callable[..., Any] = njit(cache=True, nogil=True, error_model="numpy")(function)
    return made
