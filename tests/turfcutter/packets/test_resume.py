"""Printing is killed, at one moment or another, and goes on to the same bytes."""

import hashlib
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from turfcutter.packets.journal import JOURNAL
from turfcutter.plans.plan import write_plan

START = "from turfcutter.cli.main import main; main(prog_name='turfcutter')"
LISTS = 6


def digests(out):
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != JOURNAL and not path.name.endswith(".partial")
    }


def noted(out):
    """How many lists the journal has; -1 before there is one."""
    path = out / JOURNAL
    return path.read_bytes().count(b"\n") - 1 if path.exists() else -1


@pytest.fixture(scope="module")
def command(plans, tmp_path_factory):
    """The words that print six lists into a folder."""
    folder = tmp_path_factory.mktemp("plan") / "plan"
    folder.mkdir()
    write_plan(plans.whole_plan(3, 2, 6), folder)

    def words(out, workers):
        given = ("packets", folder, "--serial", 4_000_001, "--issued", "today", "--quiet")
        more = ("--out", out, "--workers", workers)
        return [sys.executable, "-c", START, *map(str, (*given, *more))]

    return words


@pytest.fixture(scope="module")
def again(here):
    """Runs the command in this process to its good end: only what is killed needs another."""

    def run(words):
        done = here(*words[words.index("packets") :])
        assert (done.returncode, done.stderr) == (0, "")

    return run


@pytest.fixture(scope="module")
def whole(again, command, tmp_path_factory):
    """What a printing that nobody disturbs writes."""
    out = tmp_path_factory.mktemp("whole") / "out"
    again(command(out, 1))
    return digests(out)


def kill_when(words, there):
    """Start, kill as soon as a condition holds, and tell whether it was alive until then."""
    process = subprocess.Popen(words, start_new_session=True)
    try:
        while process.poll() is None and not there():
            time.sleep(0.002)
    finally:
        process.kill()
    return process.wait() == -signal.SIGKILL


def go_on(again, words, out, whole):
    """The same command again ends well, with the same bytes and nothing half-written."""
    again(words)
    assert digests(out) == whole
    assert not list(out.rglob("*.partial"))


def test_processes_end_without_a_word(command, whole, tmp_path):
    """Libraries complain where a thread of ours is still there as a process ends."""
    done = subprocess.run(command(tmp_path / "out", 2), capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
    assert digests(tmp_path / "out") == whole


def test_killed_after_two_lists(command, again, whole, tmp_path):
    out = tmp_path / "out"
    assert kill_when(command(out, 1), lambda: noted(out) >= 2)
    kept = {path.name: path.stat().st_mtime_ns for path in (out / "packets").glob("*.pdf")}
    assert 2 <= noted(out) < LISTS
    assert not (out / "printing.json").exists()
    go_on(again, command(out, 1), out, whole)
    after = {path.name: path.stat().st_mtime_ns for path in (out / "packets").glob("*.pdf")}
    assert sum(after[name] == at for name, at in kept.items()) >= 2


@pytest.mark.slow
@pytest.mark.parametrize("lists", range(LISTS))
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_every_list(lists, workers, command, again, whole, tmp_path):
    out = tmp_path / "out"
    kill_when(command(out, workers), lambda: noted(out) >= lists)
    go_on(again, command(out, workers), out, whole)


@pytest.mark.slow
@pytest.mark.parametrize("name", [".all-packets.pdf", "all-packets.pdf", "doors.csv", "launch.pdf"])
def test_killed_while_binding(name, command, again, whole, tmp_path):
    out = tmp_path / "out"
    kill_when(command(out, 1), (out / name).exists)
    go_on(again, command(out, 1), out, whole)


@pytest.mark.slow
@pytest.mark.parametrize("trial", range(20))
def test_killed_again_and_again_at_random(trial, command, again, whole, tmp_path):
    """Three times in a row, anywhere; the third run may have been through."""
    out, chance = tmp_path / "out", np.random.default_rng(trial)
    for _ in range(3):
        ends = time.monotonic() + chance.uniform(0.5, 6.0)
        kill_when(command(out, 2), lambda ends=ends: time.monotonic() > ends)
    go_on(again, command(out, 2), out, whole)


@pytest.mark.slow
def test_no_process_is_left_behind(command, tmp_path):
    """Whoever prints for a process that was killed ends with it."""
    out = tmp_path / "out"
    process = subprocess.Popen(command(out, 2), start_new_session=True)
    while process.poll() is None and noted(out) < 1:
        time.sleep(0.002)
    group = os.getpgid(process.pid)
    process.kill()
    process.wait()
    for _ in range(1_000):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    pytest.fail("a process goes on printing")
