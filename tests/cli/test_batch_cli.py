"""`turfcutter batch` as a user runs it: drafts, estimates, events, kill -9, exit codes."""

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from turfcutter.batch.begun import RUNNING, begun
from turfcutter.batch.order import Order
from turfcutter.batch.state import load_state
from turfcutter.cli.main import main
from turfcutter.sample import make_county

HOME = Path(__file__).parents[2]
START = "from turfcutter.cli.main import main; main(prog_name='turfcutter')"


@pytest.fixture(scope="module")
def state(tmp_path_factory, here):
    """A drafted state file of one small county."""
    home = tmp_path_factory.mktemp("state")
    make_county(home / "yolo", voters=250, seed=3)
    done = here("batch", "init", home)
    assert done.returncode == 0
    assert "names 1 county;" in done.stdout
    return home / "STATE.toml"


def test_a_draft_is_a_state_file(state, here, tmp_path):
    """What is drafted can be run at once; a dry run says the cost and writes nothing."""
    assert '[counties.yolo.inputs]\nvoters = "yolo/voters.csv"' in state.read_text()
    done = here("batch", state, "--out", tmp_path / "out", "--dry-run", "--json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [event["event"] for event in events] == ["estimate", "estimate"]
    assert events[0]["county"] == "yolo"
    assert 200 < events[0]["voters"] < 300
    # four seconds a county and six to begin, with hardly a voter; not the seconds gone by
    assert [event["minutes"] for event in events] == [0.1, 0.2]
    assert not (tmp_path / "out").exists()
    said = here("batch", state, "--out", tmp_path / "out", "--dry-run", "--workers", "1").stderr
    assert "1 county on 1 worker: about " in said


def test_files_that_begin_alike_are_a_county(here, tmp_path):
    for name in ("Santa Clara-voters.csv", "Santa Clara-precincts.zip", "yolo_roads.osm.pbf"):
        (tmp_path / name).touch()
    assert here("batch", "init", tmp_path).returncode == 0
    text = (tmp_path / "STATE.toml").read_text()
    assert '[counties.santa-clara.inputs]\nvoters = "Santa Clara-voters.csv"' in text
    assert "# streets = ?" in text
    assert 'streets = "yolo_roads.osm.pbf"' in text


def test_a_folder_of_one_county_is_named_by_it(here, tmp_path):
    """What `turfcutter sample --counties 1` writes, or a folder of one's own county."""
    home = tmp_path / "Yolo"
    home.mkdir()
    for name in ("voters.csv", "precincts.zip", "streets.osm.pbf"):
        (home / name).touch()
    done = here("batch", "init", home)
    assert done.returncode == 0
    text = (home / "STATE.toml").read_text()
    assert '[counties.yolo.inputs]\nvoters = "voters.csv"\nprecincts = "precincts.zip"' in text


def test_two_places_of_a_county_are_one(here, tmp_path):
    """What is in a folder and what lies beside it belong together; of two alike none is taken."""
    (tmp_path / "yolo").mkdir()
    for name in ("yolo/precincts.zip", "yolo/roads.pbf", "yolo-voters.csv", "yolo-roads.osm.pbf"):
        (tmp_path / name).touch()
    assert here("batch", "init", tmp_path).returncode == 0
    text = (tmp_path / "STATE.toml").read_text()
    assert text.count("[counties.") == 2
    assert 'precincts = "yolo/precincts.zip"' in text
    assert 'voters = "yolo-voters.csv"' in text
    assert "# streets = ?" in text


@pytest.mark.parametrize("words", [["batch"], ["batch", "nightly"]])
def test_the_shell_completes_counties(state, words):
    line = [*words, str(state), "--counties"]
    for typed, completed in (("", ["yolo"]), ("yo", ["yolo"]), ("na", [])):
        found = ShellComplete(main, {}, "turfcutter", "").get_completions(line, typed)
        assert [item.value for item in found] == completed


def test_a_dry_run_says_what_cannot_be_done(state, here, tmp_path):
    text = state.read_text().replace("yolo/streets", "yolo/roads")
    (state.parent / "LACKING.toml").write_text(text)
    lacking = state.parent / "LACKING.toml"
    done = here("batch", lacking, "--out", tmp_path / "out", "--dry-run")
    assert done.returncode == 3
    assert "roads.osm.pbf does not exist" in done.stderr


def test_a_draft_replaces_nothing(state, here):
    done = here("batch", "init", state.parent)
    assert done.returncode == 2
    assert "--force" in done.stderr


def test_kill_9_and_the_same_command(state, here, tmp_path):
    """Killed as it writes: no folder of a county; then all of it, and no region cut twice."""
    words = ["batch", str(state), "--out", str(tmp_path / "out"), "--workers", "1", "--json"]
    words += ["--workspace", str(tmp_path / "workspace")]
    command = [sys.executable, "-c", START, *words]
    with subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, text=True) as killed:
        steps = []
        for line in killed.stdout:
            steps.append(json.loads(line)["step"])
            if steps[-1] == "writing":
                killed.send_signal(signal.SIGKILL)
                break
    assert steps[0] == "precincts"
    assert not (tmp_path / "out" / "counties" / "yolo").exists()
    with (tmp_path / "out" / RUNNING).open() as file:
        (line,) = csv.DictReader(file)
    assert (line["command"], line["process"]) == ("batch", str(killed.pid))
    assert line["counties"] == "yolo"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", line["began"])
    units = [*(tmp_path / "workspace" / "units").glob("*/*")]
    assert units
    second = here(*words)
    assert second.returncode == 0, second.stderr
    assert json.loads(second.stdout.splitlines()[-1])["event"] == "end"
    there = {path.name for path in (tmp_path / "out").iterdir() if path.name[0] != "."}
    assert there == {"counties", "ledger.csv", "report.html", "turfs.gpkg", "turfs.parquet"}
    assert not [p for p in (tmp_path / "out").rglob("*") if "partial" in p.name]
    night = here("batch", "nightly", *words[1:])
    assert "NUMBA_NUM_THREADS" not in os.environ  # what batch sets is not for the tests
    assert night.returncode == 0
    events = {json.loads(line)["event"] for line in night.stdout.splitlines()}
    assert events == {"age", "county", "end"}


def test_a_second_batch_is_refused_before_the_program_is_read(state, tmp_path):
    """It names the first one, and needs none of the seconds that numba and the like are read in."""
    words = ["batch", str(state), "--out", str(tmp_path / "out")]
    order = Order(load_state(state), ("yolo",), tmp_path / "out", tmp_path / "workspace")
    end = "import atexit, sys; atexit.register(lambda: print('numba' in sys.modules))\n"
    with begun(order, "batch"):
        done = subprocess.run(
            [sys.executable, "-c", end + START, *words], capture_output=True, text=True, check=False
        )
    assert done.returncode == 4
    assert f"process {os.getpid()} on {socket.gethostname()}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--counties", "yollo"], "did you mean 'yolo'"),
        (["--scheduler", "tls://dask.example.org:8786"], "workers_in"),
        (["--tiles", "no"], "--tiles"),
    ],
)
def test_what_cannot_be_is_one_sentence(state, here, tmp_path, words, said):
    done = here("batch", state, "--out", tmp_path / "out", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()
