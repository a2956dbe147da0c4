"""
What a job's process may use: so much memory and time, no network, the rest of the machine first.

Files come from people, and libraries in C read them: whatever they hold, it stays in this process.
"""

import ctypes
import os
import platform
import resource
import signal
from dataclasses import dataclass
from typing import Final

GIB: Final = 2**30
HOUR_S: Final = 3600
NICE: Final = 10
"""How far a job stands back behind the pages."""
OPEN_FILES: Final = 1024

_SET_PDEATHSIG, _SET_SECCOMP, _SET_NO_NEW_PRIVS = 1, 22, 38
_FILTER: Final = 2
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16
"""Where a system call's number, architecture and first argument stand (linux/seccomp.h)."""
_ALLOW, _DENY, _KILL = 0x7FFF0000, 0x00050000 | 13, 0x80000000
_UNIX: Final = 1
_X32: Final = 0x40000000
_RING: Final = 425
"""Number of io_uring_setup, through which sockets could be had too."""
_MACHINES: Final = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Machine -> its number for the kernel, and that of the call `socket`."""


@dataclass(frozen=True)
class Limits:
    """
    What one process of a job may use.

    Parameters
    ----------
    memory
        Bytes of address space.
    cpu_s
        Seconds of processors, all threads together.
    file
        Bytes of one file.
    """

    memory: int
    cpu_s: int
    file: int = 16 * GIB


def confine(limits: Limits) -> None:
    """Hold this process, and all it begins, to limits; there is no way back."""
    os.nice(NICE)
    for what, most in (
        (resource.RLIMIT_CORE, 0),  # a dump would hold voters
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        _, hard = resource.getrlimit(what)
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (bound, bound))
    if platform.system() == "Linux":
        _call(_SET_PDEATHSIG, signal.SIGKILL)  # whoever began this is gone: nobody waits for it
        _without_network()


def _without_network() -> None:
    """Let the kernel refuse every socket but those between processes of this machine."""
    known = _MACHINES.get(platform.machine())
    if known is None:
        return
    machine, call = known
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_AT_LEAST, 5, 0, _X32),
        (_IF_EQUAL, 4, 0, _RING),
        (_IF_EQUAL, 0, 2, call),
        (_LOAD, 0, 0, _FIRST),
        (_IF_EQUAL, 0, 1, _UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    ]
    lines = (_Line * len(program))(*(_Line(*line) for line in program))
    whole = _Program(len(program), lines)
    _call(_SET_NO_NEW_PRIVS, 1)
    _call(_SET_SECCOMP, _FILTER, ctypes.byref(whole))


class _Line(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("then", ctypes.c_uint8),
        ("otherwise", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("lines", ctypes.POINTER(_Line)))


def _call(what: int, *given: object) -> None:
    """The system call prctl."""
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_ulong(each) if isinstance(each, int) else each for each in given]
    words += [ctypes.c_ulong(0)] * (4 - len(words))
    if libc.prctl(what, *words):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
