"""Locks: who holds them is named, the dead hold nothing, clocks do not matter."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geodata.errors import BusyError, InputError
from geodata.storage import locks as locks_module
from turfcutter.batch.locks import locked

HOLD = (
    "import sys, time; from pathlib import Path; from turfcutter.batch.locks import locked\n"
    "with locked(Path(sys.argv[1]), ['yolo']):\n"
    "    print('held', flush=True); time.sleep(3600)\n"
)


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_second_is_told_who_is_first(holder, tmp_path):
    with (
        pytest.raises(BusyError, match=f"County yolo is being done by process {holder.pid} on "),
        locked(tmp_path, ["napa", "yolo"]),
    ):
        pass
    assert (tmp_path / "napa").read_text() == ""  # all or none: it was let go again
    with locked(tmp_path, ["napa"]):
        pass


def test_the_dead_hold_nothing(holder, tmp_path):
    holder.kill()
    holder.wait()
    with locked(tmp_path, ["yolo"]):
        assert json.loads((tmp_path / "yolo").read_text())["pid"] == os.getpid()
    assert (tmp_path / "yolo").read_text() == ""


def other_host(path, age_seconds, beat="000000000001"):
    """A lock as another machine wrote it whose locks the file system does not tell us of."""
    path.write_text(json.dumps({"host": "elsewhere", "pid": 7, "beat": beat}))
    when = time.time() - age_seconds
    os.utime(path, (when, when))


def test_a_fresh_heartbeat_elsewhere_holds(tmp_path):
    other_host(tmp_path / "yolo", age_seconds=10)
    with pytest.raises(BusyError, match="process 7 on elsewhere"), locked(tmp_path, ["yolo"]):
        pass


def test_an_old_heartbeat_elsewhere_is_of_the_dead(tmp_path, monkeypatch):
    monkeypatch.setattr(locks_module, "LISTEN_SECONDS", 0.05)
    other_host(tmp_path / "yolo", age_seconds=3600)
    with locked(tmp_path, ["yolo"]):
        pass


def test_a_clock_set_back_does_not_free_a_lock(tmp_path, monkeypatch):
    """The other machine's clock is an hour behind: its heartbeat still grows."""
    path = tmp_path / "yolo"
    other_host(path, age_seconds=3600)

    def listen(_seconds):
        other_host(path, age_seconds=3600, beat="000000000002")

    monkeypatch.setattr(locks_module.time, "sleep", listen)
    with pytest.raises(BusyError), locked(tmp_path, ["yolo"]):
        pass


def test_hearts_beat(tmp_path, monkeypatch):
    monkeypatch.setattr(locks_module, "BEAT_SECONDS", 0.01)
    with locked(tmp_path, ["yolo"]):
        first = time.monotonic()
        while "000000000000" in (text := (tmp_path / "yolo").read_text()) or not text:
            assert time.monotonic() < first + 60
            time.sleep(0.01)


def test_a_holder_is_read_though_longer_text_stood_there(tmp_path):
    """A heartbeat is never a moment of nobody: the new text is over the old one before it ends."""
    other_host(tmp_path / "yolo", age_seconds=0)
    with (tmp_path / "yolo").open("a") as file:
        file.write('00001"}')
    with pytest.raises(BusyError, match="process 7 on elsewhere"), locked(tmp_path, ["yolo"]):
        pass


def test_a_place_that_is_no_folder_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="OUTPUT"), locked(tmp_path / "file" / "locks", ["yolo"]):
        pass
