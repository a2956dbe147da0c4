"""Inner loops that were compiled are not compiled again."""

import subprocess
import sys

import pytest

from turfcutter import kernels


@pytest.mark.parametrize("part", kernels.PARTS)
def test_a_part_is_marked_once_it_is_compiled(part):
    kernels._mark(part).unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "turfcutter.kernels", part], check=True, timeout=300)
    assert kernels._mark(part).exists()


def test_nothing_is_started_for_parts_that_are_marked(monkeypatch):
    for part in kernels.PARTS:
        kernels._mark(part).touch()
    monkeypatch.setattr(sys, "executable", "/nowhere")  # a process of it could not even begin
    with kernels.compiling_ahead() as wait:
        wait()
