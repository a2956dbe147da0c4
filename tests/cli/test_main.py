import errno
import os
import re
import signal
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from geodata.errors import BusyError, InputError, SpaceError
from turfcutter.cli.main import COMMANDS, Commands, main

HEAVY = {"duckdb", "flask", "folium", "geopandas", "numba", "osmnx", "pandas", "pyarrow", "scipy"}
COMMAND = [sys.executable, "-c", "from turfcutter.cli.main import main; main()"]
HOME = Path(__file__).parents[2]


def failing(fault):
    """A group like turfcutter's with one command that raises `fault`."""

    @click.group(cls=Commands)
    def group():
        pass

    @group.command()
    def fail():
        raise fault

    return CliRunner().invoke(group, ["fail"])


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (InputError("NO_CRS", "The layer names none."), 2, "NO_CRS: The layer names none."),
        (BusyError("BUSY", "Process 1 writes."), 4, "BUSY: Process 1 writes."),
        (SpaceError("NO_SPACE", "Full."), 5, "NO_SPACE: Full."),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 5, "NO_SPACE: The disk is full"),
        (RuntimeError("IO Error: No space left on device"), 5, "NO_SPACE: The disk is full"),
        (KeyboardInterrupt(), 130, "Interrupted."),
        (click.UsageError("No."), 2, "Error: No."),
    ],
)
def test_errors_become_one_sentence_and_an_exit_code(fault, code, said):
    result = failing(fault)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_a_fault_of_ours_is_one_line_to_report():
    result = failing(KeyError("x"))
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "fault of turfcutter" in result.stderr
    assert "KeyError: 'x' [turfcutter/cli/main.py:" in result.stderr


def test_an_error_cannot_steer_the_terminal():
    assert "\x1b" not in failing(InputError("COLUMN", "No column \x1b[2J.")).stderr


@pytest.mark.parametrize("name", sorted({*COMMANDS, "serve"}))
def test_every_command_has_help(name):
    result = run(name, "--help")
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"Usage: main {name} ")


def test_all_commands_are_listed_with_a_sentence():
    said = run("--help").output
    commands = said.partition("The main job:\n")[2].partition("Exit codes")[0]
    listed = dict(re.findall(r"^  ([a-z-]+) +(.+)$", commands, re.MULTILINE))
    assert set(listed) == {*COMMANDS, *entry_points(group="turfcutter.commands").names}
    assert all(sentence.endswith(".") for sentence in listed.values())
    assert "..." not in commands


def test_serve_is_registered_from_the_layer_above():
    (serve,) = entry_points(group="turfcutter.commands", name="serve")
    assert serve.value.startswith("web.")


def test_version():
    assert run("--version").output.startswith("turfcutter, version ")


def test_unknown_command_and_option():
    for words in (["cutt"], ["cut", "--out"], ["cut", "--seeed", "1"]):
        result = run(*words)
        assert result.exit_code == 2
        assert "Error: " in result.stderr


def test_help_imports_nothing_heavy():
    program = (
        "import sys; from click.testing import CliRunner; from turfcutter.cli.main import main; "
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0; print(*sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=HOME
    )
    assert HEAVY.isdisjoint(said.stdout.split())


def test_inputs_that_are_not_named(tmp_path):
    result = run("cut", "--out", tmp_path / "out", "--voters", "v.csv")
    assert result.exit_code == 2
    assert "PARAMETER: No file is named for --precincts, --streets;" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("tiles", ["javascript:{x}{y}{z}", "https://tiles.example/1/2/3.png"])
def test_tiles_that_are_no_tile_layer(tmp_path, tiles):
    inputs = ("--voters", "v", "--precincts", "p", "--streets", "s")
    result = run("cut", "--out", tmp_path / "out", *inputs, "--tiles", tiles)
    assert result.exit_code == 2
    assert "PARAMETER: --tiles is" in result.stderr


def test_interrupted_at_a_question(tmp_path):
    """Ctrl-C while forget asks leaves the workspace as it is."""
    workspace = make_workspace(tmp_path)
    with subprocess.Popen(
        [*COMMAND, "forget", "--workspace", workspace],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=HOME,
    ) as process:
        assert process.stdout.read(5) == b"Erase"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()
    assert process.returncode != 0
    assert b"Traceback" not in said
    assert workspace.exists()


def make_workspace(tmp_path):
    from geodata.storage.store import Store  # noqa: PLC0415 - the tests above time the command line

    store = Store(tmp_path / "workspace")
    store.cached("k", lambda folder: (folder / "voters").write_text("x" * 3_000_000))
    return store.folder


def test_forget(tmp_path):
    workspace = make_workspace(tmp_path)
    result = CliRunner().invoke(main, ["forget", "--workspace", str(workspace)], input="y\n")
    assert result.exit_code == 0
    assert "3.0 MB" in result.stdout
    assert not workspace.exists()
    again = run("forget", "--workspace", workspace, "--yes")
    assert again.exit_code == 0
    assert "Nothing is kept" in again.stdout


def test_forget_asks_first(tmp_path):
    workspace = make_workspace(tmp_path)
    result = CliRunner().invoke(main, ["forget", "--workspace", str(workspace)], input="n\n")
    assert result.exit_code == 1
    assert workspace.exists()


def test_forget_refuses_other_folders(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    result = run("forget", "--workspace", tmp_path, "--yes")
    assert result.exit_code == 2
    assert "WORKSPACE: " in result.stderr
    assert (tmp_path / "thesis.txt").exists()


@pytest.mark.parametrize(
    ("made", "words", "says"),
    [
        ("input", (), "holds an earlier demo; add --force"),
        ("thesis", ("--force",), "holds other files"),
    ],
)
def test_demo_refuses_before_it_writes(tmp_path, made, words, says):
    (tmp_path / made).mkdir()
    result = run("demo", "--out", tmp_path, "--no-serve", *words)
    assert result.exit_code == 2
    assert says in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == [made]
