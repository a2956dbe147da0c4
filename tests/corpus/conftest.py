"""Runs the cases of the corpus in this process: a command line each, no traceback, one sentence."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from corpus import Case

from turfcutter.cli.main import main

SENTENCE = re.compile(r"^turfcutter: ([A-Z_]+): (.+[.?])$", re.MULTILINE)
ONE_OF_MANY = re.compile(
    r"(?<![\d,.])1 (rows|voters|doors|votes|elections|precincts|polygons|shapes|streets|lines"
    r"|points|ids|codes|flags|pieces|columns|addresses|gaps|overlaps|ends|registration precincts)\b"
)
WRITTEN = {"made", "workspace"}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Of each case its own; files whose cases share what is read of the others have one for all."""
    return tmp_path / "workspace"


@pytest.fixture
def judged(tmp_path: Path, workspace: Path) -> Callable[[Case], str]:
    """Make a case's file, check it, and hold the answer against what the case expects."""

    def judge(case: Case) -> str:
        folder = tmp_path / "made"
        folder.mkdir()
        path = case.make(folder)
        before = sorted(folder.rglob("*"))
        named = [case.option, str(path)] if case.option else []
        words = [word.replace("{folder}", str(folder)) for word in case.words]
        run = ["check", *named, *words, "--workspace", str(workspace)]
        done = CliRunner().invoke(main, run)
        told = done.stdout + done.stderr
        assert "Traceback" not in told
        assert "fault of turfcutter" not in told, told
        assert not ONE_OF_MANY.search(told), ONE_OF_MANY.search(told)
        assert done.exit_code == case.exit_code, told
        assert sorted(folder.rglob("*")) == before, "something was written beside the input"
        assert {entry.name for entry in tmp_path.iterdir()} <= WRITTEN
        sentences = dict(SENTENCE.findall(done.stderr))
        if not case.code:
            assert not sentences
            assert case.says in done.stdout, told
            return told
        assert case.code in sentences, told
        assert case.says in sentences[case.code], sentences[case.code]
        assert case.code in done.stdout
        return told

    return judge
