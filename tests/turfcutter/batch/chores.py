"""What workers are given in tests; a module of its own, so that they can import it."""

import os
import signal
import time
from pathlib import Path


def double(number):
    return 2 * number


def counted(path, then="", progress=None):
    """Note one more visit in a file; the first `then` ends as it says."""
    with Path(path).open("a") as file:
        file.write("x")
    visits = Path(path).stat().st_size
    if progress:
        progress("visiting", str(visits))
    if then == "killed once" and visits == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if then == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if then == "stopped once" and visits == 1:
        os.kill(os.getpid(), signal.SIGSTOP)
    if then == "fat once" and visits == 1:
        held = bytearray(400 << 20)
        held[::4096] = b"x" * len(held[::4096])
        time.sleep(60)
    if then == "wrong":
        name = "Eleanor Rigby"
        raise ValueError(name)
    return visits


def sleeps(seconds):
    time.sleep(seconds)


def threads():
    import numba  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    return numba.get_num_threads(), pa.cpu_count()


def tells_and_sleeps(progress):
    progress("here", str(os.getpid()))
    time.sleep(3600)
