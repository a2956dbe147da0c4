"""What a batch will cost: time and memory from the sizes of its files and measured slopes."""

import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from turfcutter.batch.jobs import CountyJob
from turfcutter.batch.running import SHARED_FROM, voters_bytes

SECONDS_PER_VOTER: Final = 0.53e-3
"""CPU of everything but packets; `tests/benchmarks/batch.py` measures it."""
SECONDS_PER_COUNTY: Final = 4.0
"""What a county costs however small it is."""
SECONDS_TO_START: Final = 6.0
"""What passes before workers have read their program."""
SECONDS_PER_PACKET: Final = 0.2
"""CPU of a packet and its lists; `tests/benchmarks/packets.py` measures it."""
VOTERS_PER_DOOR, DOORS_PER_TURF = 1.7, 50
"""What packets are guessed from."""
MB_PER_VOTER: Final = 5.5e-3
"""Memory that a worker holds for each voter of its county at its peak."""
MB_PER_WORKER, MB_OF_BATCH = 195.0, 245.0
"""What a worker holds before, and the batch itself."""
SAMPLE, MOST_UNPACKED = 1 << 20, 1 << 26
"""So many bytes of a file are looked at to guess its rows, and so many when unpacked."""


@dataclass(frozen=True)
class Estimate:
    """A county, or all of them: voters, seconds of the clock, MB of all processes."""

    voters: int
    seconds: float
    memory_mb: float


def estimate(
    jobs: Sequence[CountyJob], workers: int, *, packets: bool = False
) -> tuple[dict[str, Estimate], Estimate]:
    """
    What counties will cost, each on one worker, and all of them on some.

    Parameters
    ----------
    jobs
        Counties to do.
    workers
        Processes, each with a core of its own.
    packets
        Whether packets are printed, too.

    Returns
    -------
    counties, whole
        Whatever is still to be done; cut regions that are kept are not known of.
    """
    each = {}
    for job in jobs:
        voters = guess_rows(job)
        seconds = SECONDS_PER_COUNTY + SECONDS_PER_VOTER * voters
        seconds += SECONDS_PER_PACKET * _packets(job, voters) if packets else 0
        each[job.name] = Estimate(voters, seconds, MB_PER_WORKER + MB_PER_VOTER * voters)
    held = sorted((one.memory_mb for one in each.values()), reverse=True)[:workers]
    longest = max((one.seconds for one in each.values()), default=0.0)
    busy = sum(one.seconds for one in each.values()) / workers
    # where workers are many, a county too large for one is shared out; it is read twice then
    alone = min(longest, busy * 4 / 3) if workers >= SHARED_FROM else longest
    seconds = SECONDS_TO_START + max(busy, alone) if each else 0.0
    memory_mb = MB_OF_BATCH + sum(held)
    return each, Estimate(sum(one.voters for one in each.values()), seconds, memory_mb)


def _packets(job: CountyJob, voters: int) -> float:
    """About how many lists are printed of a county."""
    cut = job.params.cut
    doors = cut.size if cut.by == "doors" else DOORS_PER_TURF
    turfs = voters / VOTERS_PER_DOOR / doors
    return (2 if job.params.packet.pair else 1) * min(turfs, cut.turfs or turfs)


def guess_rows(job: CountyJob) -> int:
    """Rows of a voter file, plain or packed, from the lines that its first bytes hold."""
    path = job.params.inputs.voters
    if path is None:
        return 0
    with path.open("rb") as file:
        start = text = file.read(SAMPLE)
    read = len(start)
    if start.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        with suppress(zlib.error):  # a damaged file is named when it is read
            text = unpacker.decompress(start, MOST_UNPACKED)
        read -= len(unpacker.unconsumed_tail)
    return round(voters_bytes(job) * text.count(b"\n") / max(read, 1))


def as_dict(found: Estimate) -> dict[str, Any]:
    """An estimate for an event."""
    return {
        "voters": found.voters,
        "minutes": round(found.seconds / 60, 1),
        "memory_mb": round(found.memory_mb),
    }
