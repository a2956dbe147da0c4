"""How inner loops are compiled: once, kept beside their module, free of the interpreter's lock."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import config, njit

# The loops jump about in tables: vectorizing wins nothing there, and is a sixth of compiling.
vars(config).update(LOOP_VECTORIZE=0, SLP_VECTORIZE=0)


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """
    The function compiled by numba at its first call.

    Sorting, searching and other long numpy functions stay outside of compiled ones: they would be
    compiled again for each, which takes seconds. Arguments keep one type, for the same reason: a
    plain 0 among them is a type of its own.
    """
    made: Callable[..., Any] = njit(cache=True, nogil=True, error_model="numpy")(function)
    return made


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """
    The function made a part of the compiled ones that call it, for what inner loops call.

    A call of a compiled function counts its arrays in and out, which takes as long as little work.
    """
    made: Callable[..., Any] = njit(inline="always", error_model="numpy")(function)
    return made


def kept_in(made: Any) -> Path:  # noqa: ANN401 - numba's class has no stubs
    """The folder where a compiled function is kept for later runs."""
    return Path(made.stats.cache_path)
