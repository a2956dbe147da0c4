"""
Crew: worker processes of this machine.

A worker that is killed, stopped or holds more memory than it may is replaced, and what it did is
told as failed; the others do not notice. Workers die with the process that started them.
"""

import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Final, Self

from turfcutter.batch.calls import (
    KILLED,
    MEMORY,
    STOPPED,
    Call,
    Fault,
    Outcome,
    Over,
    do,
    left_over,
    never,
)
from turfcutter.processes import die_with

LOOK_SECONDS: Final = 0.5
"""How often workers are looked at."""
STOPPED_SECONDS: Final = 5.0
"""How long a worker may be stopped before it is replaced."""
FULL_SHARE: Final = 0.5
"""A worker that holds more of its memory than this after a unit is replaced: it starts small."""

_PAGE_MB: Final = os.sysconf("SC_PAGE_SIZE") / 2**20

Watch = Callable[[Call, str, str], None]


@dataclass
class _Worker:
    process: SpawnProcess
    pipe: Connection
    call: Call | None = None
    stopped: float | None = None


class Crew:
    """
    A few worker processes; an engine of `turfcutter.batch.calls`.

    Parameters
    ----------
    size
        How many.
    memory_mb
        How much memory one may hold.
    watch
        Told the steps of calls that are watched.
    over
        Whether the hour has come at which whatever is not done is left.
    """

    def __init__(self, size: int, memory_mb: float, watch: Watch, over: Over = never) -> None:
        self.size, self.memory_mb, self.watch, self.over = size, memory_mb, watch, over
        self._waiting: deque[Call] = deque()
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        """Start nobody yet: a worker is started when there is something to do."""
        return self

    def __exit__(self, *_: object) -> None:
        """End all workers, whatever they do."""
        for worker in self._workers:
            _end(worker)
        self._workers.clear()

    def submit(self, call: Call) -> None:
        """Queue a call."""
        self._waiting.append(call)

    def outcomes(self) -> Iterator[Outcome]:
        """Outcomes as they come."""
        while True:
            if self.over():
                yield from self._left()
            self._hand_out()
            busy = [worker for worker in self._workers if worker.call]
            if not busy:
                return
            ready = connection.wait([worker.pipe for worker in busy], LOOK_SECONDS)
            for worker in busy:
                outcome = self._heard(worker) if worker.pipe in ready else None
                if outcome is None and (fault := self._ailment(worker)):
                    outcome = self._lost(worker, fault)
                if outcome:
                    yield outcome

    def _left(self) -> Iterator[Outcome]:
        """Leave whatever is not done."""
        busy = [worker for worker in self._workers if worker.call]
        calls = [worker.call for worker in busy if worker.call] + [*self._waiting]
        self._waiting.clear()
        for worker in busy:
            self._replaced(worker)
        yield from map(left_over, calls)

    def _hand_out(self) -> None:
        idle = [worker for worker in self._workers if not worker.call]
        while self._waiting and (idle or len(self._workers) < self.size):
            worker = idle.pop() if idle else self._started()
            try:
                worker.pipe.send(self._waiting[0])
            except OSError:  # it died while it had nothing to do
                self._replaced(worker)
                continue
            worker.call = self._waiting.popleft()

    def _started(self) -> _Worker:
        context = get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=_work, args=(there, os.getpid()), daemon=True)
        process.start()
        there.close()
        worker = _Worker(process, here)
        self._workers.append(worker)
        return worker

    def _heard(self, worker: _Worker) -> Outcome | None:
        """What a worker says: steps are passed on, results returned."""
        try:
            said = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(LOOK_SECONDS)
            number = -(worker.process.exitcode or 0)
            how = f" by signal {number}" if number > 0 else ""
            sentence = f"Its worker was killed{how}, perhaps for want of memory."
            return self._lost(worker, Fault(KILLED, sentence))
        if not isinstance(said, Outcome):
            if worker.call:
                self.watch(worker.call, *said)
            return None
        worker.call = None
        if _memory_mb(worker.process.pid) > FULL_SHARE * self.memory_mb:
            self._replaced(worker)
        return said

    def _ailment(self, worker: _Worker) -> Fault | None:
        """What is wrong with a worker that says nothing."""
        held_mb = _memory_mb(worker.process.pid)
        if held_mb > self.memory_mb:
            return Fault(
                MEMORY,
                f"Its worker held {held_mb:,.0f} MB, more than the {self.memory_mb:,.0f} it may; "
                "give --memory or fewer --workers.",
            )
        if _state(worker.process.pid) != "T":
            worker.stopped = None
            return None
        worker.stopped = worker.stopped or time.monotonic()
        if time.monotonic() - worker.stopped < STOPPED_SECONDS:
            return None
        return Fault(STOPPED, "Its worker was stopped by a signal and did not go on.")

    def _lost(self, worker: _Worker, fault: Fault) -> Outcome | None:
        call = worker.call
        self._replaced(worker)
        return Outcome(call, fault=fault) if call else None

    def _replaced(self, worker: _Worker) -> None:
        """End a worker; the next is started when there is something to do."""
        self._workers.remove(worker)
        _end(worker)


def _end(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.kill()
    worker.process.join()


def _work(pipe: Connection, parent: int) -> None:
    """What a worker does: one call after the other, until nobody is there any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started us decides
    die_with(parent)

    def watch(step: str, detail: str = "") -> None:
        pipe.send((step, detail))

    while True:
        try:
            call: Call = pipe.recv()
        except (EOFError, OSError):
            return
        with suppress(BrokenPipeError):
            pipe.send(do(call, watch) if call.watched else do(call))


def _memory_mb(process: int | None) -> float:
    """Resident memory of a process; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE_MB
    except (OSError, IndexError):
        return 0.0


def _state(process: int | None) -> str:
    """State letter of a process, ``T`` for a stopped one; empty where the system does not tell."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""
