"""
The worker: takes jobs from the queue and begins each in a process of its own.

One thread a lane looks after its process: it writes down how far that is, stops it when somebody
cancels, and takes its result over. A lane is held by a lock on a file, so that several workers on
one machine do not do more at once; when one dies, the next takes over what was left.
"""

import fcntl
import json
import logging
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any, Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from geodata.errors import GeodataError
from web.db import transaction
from web.jobs import queue
from web.jobs.kinds import KINDS, spec_of
from web.jobs.places import job_folder
from web.jobs.tidying import tidy
from web.models import Job

LOOK_S: Final = 0.5
"""How often a worker looks for jobs, and for wishes to cancel."""
AFTER_FAULT_S: Final = 10.0
TIDY_S: Final = 6 * 3600.0
"""How often a worker looks for what is too old to keep."""
PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "NUMBA_CACHE_DIR", "VIRTUAL_ENV")
"""What a job's process sees of the environment: no key, no address of a database."""
ENDED: Final = (
    "This took more memory or time than one job may have, or was stopped from outside; "
    "ask for less at once, or tell whoever keeps this server."
)
log = logging.getLogger(__name__)


class Worker:
    """Looks after all lanes until it is told to stop."""

    def __init__(self, engine: Engine, state: Path) -> None:
        self.engine, self.state = engine, state
        self.over = Event()
        self.threads: list[Thread] = []

    def start(self) -> None:
        """Begin, in threads of its own."""
        for lane in queue.LANES:
            thread = Thread(target=self._keep, args=(lane,), name=f"lane {lane}", daemon=True)
            thread.start()
            self.threads.append(thread)
        thread = Thread(target=self._tidy, name="tidying", daemon=True)
        thread.start()
        self.threads.append(thread)

    def stop(self) -> None:
        """Put running jobs back into the queue, and end."""
        self.over.set()
        for thread in self.threads:
            thread.join()

    def work_off(self) -> None:
        """Do all jobs that wait, one after another, and come back."""
        while ready := [lane for lane in queue.LANES if self.step(lane)]:
            del ready

    def step(self, lane: str) -> bool:
        """Do the next job of a lane; whether there was one."""
        job_id = queue.claim(self.engine, lane)
        if job_id is not None:
            _Run(self, job_id).to_the_end()
        return job_id is not None

    def _tidy(self) -> None:
        """Erase what is too old, at the beginning and then again and again."""
        while not self.over.is_set():
            try:
                tidy(self.engine, self.state, int(time.time()))
            except (SQLAlchemyError, OSError) as fault:
                log.warning("tidying waits: %s", type(fault).__name__)
            self.over.wait(TIDY_S)

    def _keep(self, lane: str) -> None:
        with _held(self.state / f".lane-{lane}", self.over):
            begun = False
            while not self.over.is_set():
                try:
                    if not begun:
                        queue.requeue(self.engine, lane)
                        begun = True
                    if not self.step(lane):
                        self.over.wait(LOOK_S)
                except (SQLAlchemyError, OSError) as fault:  # the database is away; it comes back
                    log.warning("lane %s waits: %s", lane, type(fault).__name__)
                    begun = False
                    self.over.wait(AFTER_FAULT_S)


@contextmanager
def _held(path: Path, over: Event) -> Iterator[None]:
    """Hold a lock on a file; waits for it until it is over."""
    with path.open("w", encoding="ascii") as file:
        while not over.is_set():
            with suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            over.wait(LOOK_S)
        yield


class _Run:
    """One job from the queue to its end."""

    def __init__(self, worker: Worker, job_id: str) -> None:
        self.worker, self.engine, self.job_id = worker, worker.engine, job_id
        self.folder = job_folder(worker.state, job_id)
        self.told = 0.0

    def to_the_end(self) -> None:
        """Prepare, run, take over."""
        try:
            with transaction(self.engine) as session:
                job = session.get_one(Job, self.job_id)
                spec = spec_of(session, self.worker.state, job)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._close(self._outcome(spec))
        except GeodataError as fault:
            self._fail(fault.code, fault.sentence)

    def _outcome(self, spec: dict[str, Any]) -> dict[str, Any]:
        """What the process said last."""
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment["TMPDIR"] = str(self.folder.resolve())
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "web.jobs.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # libraries may print what they read
            cwd=Path(__file__).parents[2],
            env=environment,
            start_new_session=True,
        )
        try:
            assert process.stdin is not None  # noqa: S101 - for the type checker
            assert process.stdout is not None  # noqa: S101
            with process.stdout, suppress(BrokenPipeError):
                with process.stdin:
                    process.stdin.write(json.dumps(spec).encode())
                return self._watch(process.stdout)
            return {"code": "", "sentence": ENDED}
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # and whatever it began
            process.wait()

    def _watch(self, out: IO[bytes]) -> dict[str, Any]:
        """Follow a process until it has said how it ended, or has to end."""
        rest, last = b"", {"step": "", "detail": ""}
        while True:
            ready, _, _ = select.select([out], [], [], LOOK_S)
            piece = os.read(out.fileno(), 1 << 16) if ready else b""
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                message: dict[str, Any] = json.loads(line)
                if "step" not in message:
                    return message
                last = message
            if ready and not piece:
                return {"code": "", "sentence": ENDED}
            if self.worker.over.is_set():
                return {"left": True}
            if time.monotonic() - self.told >= LOOK_S:
                self.told = time.monotonic()
                if queue.tell(self.engine, self.job_id, last["step"], last["detail"]):
                    return {"cancelled": True}

    def _close(self, said: dict[str, Any]) -> None:
        if "left" in said:
            queue.put_back(self.engine, self.job_id)
        elif "cancelled" in said:
            # the files first: who reads that it is over may count on that
            shutil.rmtree(self.folder, ignore_errors=True)
            with transaction(self.engine) as session:
                queue.end_cancelled(session.get_one(Job, self.job_id))
        elif "done" in said:
            with transaction(self.engine) as session:
                job = session.get_one(Job, self.job_id)
                result = KINDS[job.kind].close(session, self.worker.state, job, said["done"])
                queue.finish(job, result)
        else:
            if "fault" in said:
                log.error("job %s: %s", self.job_id, said["fault"])
            self._fail(said["code"], said["sentence"])

    def _fail(self, code: str, sentence: str) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        with transaction(self.engine) as session:
            queue.fail(session.get_one(Job, self.job_id), code, sentence)
