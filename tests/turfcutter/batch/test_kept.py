"""Files of a batch: what a killed run left half written goes, what somebody writes stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from turfcutter.batch.kept import OLD_SECONDS, sweep, whole_file

WRITE = (
    "import sys; from pathlib import Path; from turfcutter.batch.kept import whole_file\n"
    "with whole_file(Path(sys.argv[1])) as half:\n"
    "    half.write_text('rows'); print('held', flush=True); sys.stdin.read()\n"
)


@pytest.fixture
def writer(tmp_path):
    """Another process in the middle of writing a file."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITE, str(tmp_path / "turfs.gpkg")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate()


def test_what_a_killed_writer_left_goes(writer, tmp_path):
    sweep(tmp_path)
    (half,) = tmp_path.iterdir()
    assert half.read_text() == "rows"
    writer.kill()
    writer.wait()
    sweep(tmp_path, "others")
    assert half.exists()
    sweep(tmp_path)
    assert [*tmp_path.iterdir()] == []


def test_another_machine_has_a_day(tmp_path):
    """Its processes cannot be asked whether they live."""
    half = tmp_path / f".turfs.1@elsewhere.{'0' * 16}.partial.gpkg"
    half.touch()
    sweep(tmp_path)
    assert half.exists()
    os.utime(half, (0, half.stat().st_mtime - OLD_SECONDS - 60))
    sweep(tmp_path)
    assert not half.exists()


def test_a_written_file_has_no_half_beside_it(tmp_path):
    path = tmp_path / f"{'n' * 200}.csv"
    with whole_file(path) as half:
        half.write_text("rows")
    assert [*tmp_path.iterdir()] == [path]
    assert path.read_text() == "rows"
