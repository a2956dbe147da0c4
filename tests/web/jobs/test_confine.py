"""A job's process: no network, so much memory and time, and it dies with its worker."""

import subprocess
import sys
from pathlib import Path

import pytest

HEAD = """
import resource, socket, sys, threading
from web.jobs.confine import GIB, Limits, confine
confine(Limits(4 * GIB, 60, 10_000))
"""


def run(body):
    words = [sys.executable, "-c", HEAD + body]
    home = Path(__file__).parents[3]
    return subprocess.run(words, capture_output=True, text=True, cwd=home, check=False)


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"])
def test_no_socket_to_anywhere(family):
    """Not in this process, not in its threads, not in what it begins."""
    body = f"""
import subprocess
code = "import socket; socket.socket(socket.{family}, socket.SOCK_RAW)"
def attempt():
    try:
        socket.socket(socket.{family}, socket.SOCK_DGRAM)
    except PermissionError:
        print("refused")
attempt()
thread = threading.Thread(target=attempt)
thread.start()
thread.join()
child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
print("refused" if "PermissionError" in child.stderr else child.stderr)
socket.socket(socket.AF_UNIX).close()
"""
    assert run(body).stdout.split() == ["refused"] * 3


def test_no_more_memory_than_allowed():
    done = run(
        "print('begun', flush=True)\n"
        "try:\n    bytearray(5 * GIB)\nexcept MemoryError:\n    print('no')"
    )
    assert done.stdout.split() == ["begun", "no"]


def test_no_larger_file_than_allowed(tmp_path):
    path = tmp_path / "large"
    done = run(f"open({str(path)!r}, 'wb', buffering=0).write(bytes(20_000))")
    assert done.returncode != 0 or path.stat().st_size == 10_000
    assert path.stat().st_size <= 10_000


def test_it_stands_back_and_leaves_no_dump():
    done = run(
        "import os\nlimits = resource.RLIMIT_CORE, resource.RLIMIT_CPU\n"
        "print(os.nice(0), *map(resource.getrlimit, limits))"
    )
    assert done.stdout.strip().endswith("(0, 0) (60, 60)")
    assert int(done.stdout.split()[0]) >= 10
