"""
Batches in forks of one process that has read the program already.

Reading it takes several seconds a process, of which a fork needs none: so faults at random moments
meet a batch at work, and many of them cost little. What runs is the command itself; its workers
are forked, too.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from turfcutter.batch import crew, estimate, nightly, paper, running  # noqa: F401 - to be read
from turfcutter.cli.main import main
from turfcutter.kernels import PARTS


def read() -> None:
    """Load the inner loops, which are compiled if they never were."""
    for compiled in PARTS.values():
        compiled()


def warm(words: Sequence[str], log: Path) -> subprocess.CompletedProcess[str]:
    """A command run to its end; what it says goes through files in a folder."""
    with begun(words, log) as process:
        return end_of(process, log)


def end_of(process: int, log: Path) -> subprocess.CompletedProcess[str]:
    """What a command said that was begun, when it has ended."""
    end = os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    code = end.si_status if end and end.si_code == os.CLD_EXITED else -signal.SIGKILL
    said = [(log / name).read_text() for name in ("stdout", "stderr")]
    return subprocess.CompletedProcess([], code, *said)


@contextmanager
def begun(words: Sequence[str], log: Path) -> Iterator[int]:
    """A command that goes on meanwhile; it is killed at the end of the block."""
    process = _fork(words, log)
    try:
        yield process
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _fork(words: Sequence[str], log: Path) -> int:
    """Begin a command; returns its process."""
    log.mkdir(exist_ok=True)
    for name in ("stdout", "stderr"):
        (log / name).write_text("")
    sys.stdout.flush()
    if process := os.fork():
        return process
    code = 1
    try:
        for number, name in enumerate(("stdout", "stderr"), 1):
            os.dup2(os.open(log / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
        crew.get_context = lambda _: get_context("fork")
        main([*words], prog_name="turfcutter")
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
