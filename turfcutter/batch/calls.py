"""Calls: what workers are handed and do, what comes back, the sentence where it went wrong."""

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numba
import pyarrow as pa
from threadpoolctl import threadpool_limits

from geodata.errors import BusyError, GeodataError, InputError, SpaceError
from geodata.storage.atomic import no_space

TRIES: Final = 3
"""How often a unit is tried."""
KILLED, FAULT, MEMORY, STOPPED, LEFT = "KILLED", "FAULT", "MEMORY", "STOPPED", "LEFT"
"""Code words of faults that are no error of `geodata.errors`."""
_PACKAGES: Final = ("geodata", "turfcutter")


@dataclass(frozen=True)
class Fault:
    """
    Why a unit failed.

    Parameters
    ----------
    code
        A key of `geodata.errors.CODES`, or one of this module.
    sentence
        What is wrong and what to do; holds no voter's data.
    final
        Whether trying again is of no use.
    """

    code: str
    sentence: str
    final: bool = False


@dataclass(frozen=True)
class Call:
    """
    A unit to do.

    Parameters
    ----------
    county, step
        Whose it is and what it is, as the report names it.
    function, arguments
        What to call in a worker; of a module, with arguments that can be pickled. The result is
        small: what is large goes to files.
    number
        Which of several of the same step.
    tried
        How often it was tried before.
    watched
        Whether the function takes a `Progress` behind its arguments.
    """

    county: str
    step: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    number: int = 0
    tried: int = 0
    watched: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a call: its value, or a fault."""

    call: Call
    value: Any = None
    fault: Fault | None = None


_LEFT_SAID: Final = {
    "night": "before its new files were taken up: its plan is that of the files before",
    "packets": "before its packets were printed",
}
"""Step of a call -> before what the hour came; of all others it came before the cut."""


def left_over(call: Call) -> Outcome:
    """What becomes of a call that the hour overtakes."""
    before = _LEFT_SAID.get(call.step, "before it was cut")
    return Outcome(call, fault=Fault(LEFT, f"The hour came {before}; the next run goes on."))


Over = Callable[[], bool]


def never() -> bool:
    """No hour is set."""
    return False


class Engine(Protocol):
    """Does calls, somewhere."""

    size: int

    def submit(self, call: Call) -> None:
        """Queue a call; calls begin in the order they come."""

    def outcomes(self) -> Iterator[Outcome]:
        """Outcomes as they come, until no call is left, also of those submitted meanwhile."""


def do(call: Call, *more: object) -> Outcome:
    """What a worker does, in one thread: there is a process for each core."""
    numba.set_num_threads(1)
    threadpool_limits(1)
    pa.set_cpu_count(1)  # and DuckDB's, see `geodata.storage.engine`
    pa.set_io_thread_count(1)
    try:
        return Outcome(call, value=call.function(*call.arguments, *more))
    except Exception as error:  # noqa: BLE001 - told to whoever asked for it
        return Outcome(call, fault=fault_of(error))


def fault_of(error: BaseException) -> Fault:
    """The fault of an error; of what nobody foresaw, the places only: its words may hold data."""
    if isinstance(error, SpaceError) or no_space(error):
        said = "The disk is full; free some space and run the same again."
        said = error.sentence if isinstance(error, SpaceError) else said
        return Fault("NO_SPACE", said, final=True)
    if isinstance(error, GeodataError):
        # who is busy was waited for, and a file that changed is another unit's
        final = isinstance(error, InputError | BusyError)
        return Fault(error.code, error.sentence, final=final)
    if isinstance(error, MemoryError):
        sentence = "It needs more memory than a worker may have; use fewer --workers."
        return Fault(MEMORY, sentence)
    places = [
        f"{Path(frame.filename).stem}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if any(name in Path(frame.filename).parts for name in _PACKAGES)
    ]
    kind = type(error).__name__
    sentence = f"This is a fault of turfcutter; please report {kind} at {' > '.join(places)}."
    return Fault(FAULT, sentence)
