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


def test_only_the_own_folders_are_reached(tmp_path, missing):
    """Not those of others beside them, not through links, not by what it begins."""
    for name in ("own", "given", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "voters.csv").write_text(name)
    (tmp_path / "own" / "link").symlink_to(tmp_path / "other" / "voters.csv")
    body = f"""
import os, subprocess
from web.jobs.fence import fence
here = {str(tmp_path)!r}
if not fence([here + "/given"], [here + "/own"]):
    sys.exit(7)
def attempt(what, *given):
    try:
        what(*given)
    except OSError as fault:
        return type(fault).__name__
    return "done"
print(attempt(open, here + "/own/new", "w"), attempt(open, here + "/given/voters.csv"))
print(attempt(open, here + "/given/new", "w"), attempt(open, here + "/other/voters.csv"))
print(attempt(open, here + "/own/link"), attempt(os.listdir, here + "/other"))
print(attempt(os.rename, here + "/given/voters.csv", here + "/own/voters2.csv"))
code = "open(" + repr(here + "/other/voters.csv") + ")"
child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
print("PermissionError" in child.stderr)
"""
    done = run(body)
    if done.returncode == 7:
        missing("this kernel has no Landlock")
    assert done.stdout.split("\n")[:-1] == [
        "done done",
        "PermissionError PermissionError",
        "PermissionError PermissionError",
        "PermissionError",
        "True",
    ], done.stderr
