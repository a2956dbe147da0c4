"""
Files that appear complete or not at all, and small results that carry their own digest.

A result that is not as it was written counts as absent: it is made again.
"""

import hashlib
import io
import os
import re
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

import geodata
import turfcutter
from geodata.errors import SpaceError
from geodata.storage.atomic import no_space, sync
from geodata.storage.store import key

LIBRARIES: Final = (
    *("numpy", "numba", "scipy", "shapely", "scikit-learn", "pandas", "duckdb"),
    *("geopandas", "osmium", "pyarrow", "pyogrio", "pyproj"),
)
"""What results may depend on beside our own code."""
DIGEST_BYTES: Final = 32
OLD_SECONDS: Final = 86_400.0
"""A half file of another machine that is so old is nobody's."""
_WHOSE: Final = re.compile(r"\.(\d+)@(.+)\.[0-9a-f]{16}\.partial")

Arrays = dict[str, npt.NDArray[Any]]


@cache
def code_version() -> str:
    """Digest of this program and the libraries it computes with: part of every unit's key."""
    homes = [Path(package.__file__).parent for package in (geodata, turfcutter) if package.__file__]
    files = sorted(path for home in homes for path in home.rglob("*.py"))
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return key(digests, [version(name) for name in LIBRARIES])


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """
    Yield a path beside `path` that takes its name when the block ends without a fault.

    Raises
    ------
    SpaceError
        The disk is full; an earlier file is as it was.
    """
    # its name tells whose it is; processes of other machines may have the same number
    whose = f"{os.getpid()}@{socket.gethostname()}.{secrets.token_hex(8)}"
    temporary = path.with_name(f".{path.stem[:64]}.{whose}.partial{path.suffix}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield temporary
        temporary.chmod(0o600)
        sync(temporary)
        temporary.replace(path)
        sync(path.parent)
    except BaseException as fault:
        temporary.unlink(missing_ok=True)
        if no_space(fault) and not isinstance(fault, SpaceError):
            message = f"No space is left in {path.parent}; free some and run the same again."
            raise SpaceError("NO_SPACE", message) from fault
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, as `whole_file`."""
    with whole_file(path) as temporary:
        temporary.touch(mode=0o600)
        temporary.write_bytes(content)


def kept(path: Path, make: Callable[[], Arrays], again: Callable[[], None]) -> Arrays:
    """Arrays of a file of `keep`, made and kept now; `again` is told where it was damaged."""
    found = look_up(path)
    if found is None:
        if path.exists():
            again()
        found = make()
        keep(path, found)
    return found


def keep(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Keep named arrays behind their digest."""
    text = io.BytesIO()
    np.savez(text, allow_pickle=False, **dict(arrays))
    content = text.getvalue()
    write_whole(path, hashlib.sha256(content).digest() + content)


def look_up(path: Path) -> Arrays | None:
    """Arrays that `keep` kept; None where the file is absent or not as it was written."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, content = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
    if hashlib.sha256(content).digest() != digest:
        return None
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return dict(stored)


def sweep(folder: Path, stem: str = "*") -> None:
    """Remove what killed runs left in a folder of files that `whole_file` writes, or of one."""
    for left in folder.glob(f".{stem}.*.partial*"):
        if _is_left(left):
            left.unlink(missing_ok=True)


def _is_left(half: Path) -> bool:
    """Whether nobody writes a half file any more; one of another machine is asked for its age."""
    found = _WHOSE.search(half.name)
    try:
        if found and found[2] == socket.gethostname():
            os.kill(int(found[1]), 0)  # hurts nobody, but fails where there is no such process
            return False
        return time.time() - half.stat().st_mtime > OLD_SECONDS
    except ProcessLookupError:
        return True
    except OSError:
        return False
