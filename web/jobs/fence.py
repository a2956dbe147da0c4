"""
Which files a job's process reaches: its own folder, what it was given, and what programs need.

The kernel's Landlock holds it to that, also where a library that reads files of others was taken
over by one. Files of other organizations, the database and keys are not there for it. A kernel
without Landlock leaves the process as free as its user is.
"""

import ctypes
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_CREATE, _ADD, _HOLD = 444, 445, 446
"""Numbers of the system calls, the same on all machines (linux/landlock.h)."""
_ASK_VERSION: Final = 1
_RUN, _WRITE, _READ, _LIST, _CUT_SHORT = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_FIRST_VERSION, _REFER = (1 << 13) - 1, 1 << 13
_LOOK: Final = _RUN | _READ | _LIST
_OF_FILES: Final = _RUN | _WRITE | _READ | _CUT_SHORT
_RENAMING, _CUTTING = 2, 3
"""Versions from which on moving between folders and cutting files short are held too."""
_BENEATH: Final = 1

PROGRAMS: Final = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/proc", "/sys", "/dev")
SHARED: Final = ("/dev/null", "/dev/shm")  # noqa: S108 - locks between processes of one job
HOME: Final = Path(__file__).parents[2]
"""Where our own packages lie."""


def fence(reads: Iterable[str], writes: Iterable[str]) -> bool:
    """
    Hold this process, and all it begins, to some folders and files; there is no way back.

    Parameters
    ----------
    reads, writes
        What it reads, and what it reads and writes, with all that is beneath.

    Returns
    -------
    held
        False where the kernel has no Landlock.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_ASK_VERSION))
    if version < 1:
        return False
    every = _FIRST_VERSION
    every |= _REFER if version >= _RENAMING else 0
    every |= _CUT_SHORT if version >= _CUTTING else 0
    held = ctypes.c_uint64(every)
    rules = _called(libc, _CREATE, ctypes.byref(held), ctypes.c_size_t(8), ctypes.c_uint32(0))
    for path in [*PROGRAMS, *_python(), *reads]:
        _allow(libc, rules, path, _LOOK & every)
    for path in [*SHARED, *_compiled(), *writes]:
        _allow(libc, rules, path, every)
    _called(libc, _HOLD, ctypes.c_int(rules), ctypes.c_uint32(0))
    os.close(rules)
    return True


def _python() -> Iterator[str]:
    """The interpreter, libraries and our own modules."""
    yield from (sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent))
    yield from (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))
    yield from (str(HOME / name) for name in ("geodata", "turfcutter", "web"))


def _compiled() -> Iterator[str]:
    """Where numba keeps what it compiled; on servers only the last two can be written anyway."""
    yield from map(str, (HOME / "turfcutter").rglob("__pycache__"))
    yield os.environ.get("NUMBA_CACHE_DIR", "")
    yield str(Path.home() / ".cache" / "numba")


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    """Allow rights beneath a path; one that is not there needs none."""
    if not path or not os.path.exists(path):  # noqa: PTH110 - texts, many of them
        return
    folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = _Beneath(rights if os.path.isdir(path) else rights & _OF_FILES, folder)  # noqa: PTH112
    size = ctypes.c_uint32(0)
    _called(libc, _ADD, ctypes.c_int(rules), ctypes.c_int(_BENEATH), ctypes.byref(rule), size)
    os.close(folder)


def _called(libc: ctypes.CDLL, number: int, *given: object) -> int:
    result = int(libc.syscall(number, *given))
    if result < 0:
        fault = ctypes.get_errno()
        raise OSError(fault, os.strerror(fault))
    return result
