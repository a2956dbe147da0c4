"""Another process that is in the middle of something."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def busy():
    """A context: a process whose code got a path as `sys.argv[1]` and said that it is busy."""

    @contextmanager
    def run(code, path):
        with subprocess.Popen(
            [sys.executable, "-c", code, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        ) as process:
            assert process.stdout.readline() == b"busy\n"
            yield process
            process.kill()

    return run
