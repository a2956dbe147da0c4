"""What a batch will cost: time and memory from the sizes of its files and measured slopes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from turfcutter.batch.county import CountyJob
from turfcutter.batch.running import SHARED_FROM, voters_bytes

SECONDS_PER_VOTER: Final = 0.6e-3
"""CPU of everything but packets; `tests/benchmarks/batch.py` measures it."""
SECONDS_PER_COUNTY: Final = 6.0
"""What a county costs however small it is."""
MB_PER_VOTER: Final = 3.5e-3
"""Memory that a worker holds for each voter of its county at its peak."""
MB_PER_WORKER: Final = 450.0
"""What it holds before."""
SAMPLE: Final = 1 << 20
"""So many bytes of a file are looked at to guess its rows."""


@dataclass(frozen=True)
class Estimate:
    """A county, or all of them: voters, seconds of the clock, MB of all processes."""

    voters: int
    seconds: float
    memory_mb: float


def estimate(jobs: Sequence[CountyJob], workers: int) -> tuple[dict[str, Estimate], Estimate]:
    """
    What counties will cost, each on one worker, and all of them on some.

    Returns
    -------
    counties, whole
        Whatever is still to be done; cut regions that are kept are not known of.
    """
    each = {}
    for job in jobs:
        voters = guess_rows(job)
        seconds = SECONDS_PER_COUNTY + SECONDS_PER_VOTER * voters
        each[job.name] = Estimate(voters, seconds, MB_PER_WORKER + MB_PER_VOTER * voters)
    held = sorted((one.memory_mb for one in each.values()), reverse=True)[:workers]
    longest = max((one.seconds for one in each.values()), default=0.0)
    busy = sum(one.seconds for one in each.values()) / workers
    # where workers are many, a county too large for one is shared out; it is read twice then
    alone = min(longest, busy * 4 / 3) if workers >= SHARED_FROM else longest
    seconds = max(busy, alone)
    return each, Estimate(sum(one.voters for one in each.values()), seconds, sum(held))


def guess_rows(job: CountyJob) -> int:
    """Rows of a voter file, from the length of its first lines; packed ones are five to one."""
    path = job.params.inputs.voters
    if path is None:
        return 0
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    size = voters_bytes(job)
    if start.startswith(b"\x1f\x8b"):
        return size * 5 // 160
    return round(size * start.count(b"\n") / max(len(start), 1))


def as_dict(found: Estimate) -> dict[str, Any]:
    """An estimate for an event."""
    return {
        "voters": found.voters,
        "seconds": round(found.seconds),
        "memory_mb": round(found.memory_mb),
    }
