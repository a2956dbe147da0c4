"""The commands cut and demo, from the command line to the files, on a small sample county."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from turfcutter.cli.main import main
from turfcutter.cli.show import COUNTS
from turfcutter.sample import make_county


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return make_county(tmp_path_factory.mktemp("county"), voters=300, seed=3)


@pytest.fixture(scope="module")
def words(county, tmp_path_factory):
    """Words of a command line that cuts the county; without --out."""
    workspace = tmp_path_factory.mktemp("cache") / "workspace"
    return [
        *("cut", "--precincts", county.precincts, "--voters", county.voters),
        *("--streets", county.streets, "--workspace", workspace, "--as-of", "2026-11-03"),
    ]


@pytest.fixture(scope="module")
def out(words, tmp_path_factory):
    """A result, to be read only."""
    folder = tmp_path_factory.mktemp("results") / "first"
    result = run(*words, "--out", folder)
    assert result.exit_code == 0, result.output
    assert "voters read" in result.stdout
    return folder


def test_too_many_set_aside_is_complete_and_told_as_json_but_exit_3(words, county, tmp_path):
    result = run(*words, "--out", tmp_path / "out", "--json", "--max-set-aside", "0")
    assert result.exit_code == 3
    assert "more than --max-set-aside allows" in result.stderr
    told = json.loads(result.stdout)
    assert told["counts"]["rows"] == county.rows
    assert sum(told["counts"][name] for name in COUNTS) == county.rows
    assert told["turfs"]["turfs"] == told["counts"]["turfs"] > 1
    assert set(told["files"]) == {path.name for path in (tmp_path / "out").iterdir()}
    assert "map.html" in told["files"]


def test_earlier_result_needs_force(words, out):
    """With --force the result is replaced; with --quiet nothing is said about it."""
    before = (out / "plan.json").read_bytes()
    refused = run(*words, "--out", out)
    assert refused.exit_code == 2
    assert "OUTPUT: " in refused.stderr
    forced = run(*words, "--out", out, "--force", "--quiet")
    assert (forced.exit_code, forced.output) == (0, "")
    assert (out / "plan.json").read_bytes() == before


def test_a_result_that_would_take_its_inputs_or_the_workspace_with_it(words, out, tmp_path):
    """Nothing of the user's is deleted with an earlier result, and `forget` deletes no result."""
    inside = out / "voters.csv"
    inside.write_bytes(Path(words[4]).read_bytes())
    cases = [
        ([*words, "--voters", inside, "--out", out, "--force"], "voters.csv lies in"),
        ([*words, "--workspace", tmp_path / "a", "--out", tmp_path / "a"], "lie in one another"),
        ([*words, "--workspace", tmp_path / "a", "--out", tmp_path / "a/b"], "lie in one another"),
        ([*words, "--workspace", tmp_path / "b/w", "--out", tmp_path / "b"], "lie in one another"),
    ]
    for case, said in cases:
        result = run(*case)
        assert result.exit_code == 2
        assert "OUTPUT: " in result.stderr
        assert said in result.stderr
    assert inside.exists()
    assert list(tmp_path.iterdir()) == []
    inside.unlink()


@pytest.mark.parametrize("name", ["stop", "reason", "door"])
def test_columns_that_cannot_be_kept(words, tmp_path, name):
    result = run(*words, "--keep", name, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert f"COLUMN: --keep names {name}, " in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_missing_file_writes_nothing(words, tmp_path):
    wrong = [*words, "--voters", tmp_path / "none.csv"]
    result = run(*wrong, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "NO_FILE: " in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_demo(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    demo = ("demo", "--out", tmp_path / "demo", "--voters", "200", "--no-serve")
    result = run(*demo)
    assert result.exit_code == 0, result.output
    assert str(tmp_path / "demo" / "turfs" / "map.html") in result.stdout
    made = {path.name for path in (tmp_path / "demo").iterdir()}
    assert made == {"input", "turfs"}
    assert run(*demo).exit_code == 2
    assert run(*demo, "--force").exit_code == 0
