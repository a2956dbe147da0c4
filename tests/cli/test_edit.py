"""The commands that edit a plan: what they print, write and refuse."""

import hashlib
import json

import pytest
from click.testing import CliRunner

from turfcutter.cli.main import main
from turfcutter.editing import relaunch
from turfcutter.plans.plan import read_plan
from turfcutter.workflow import run_edit


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def cut(small_cut):
    """A plan of a small county, to be read only."""
    return small_cut("none")


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def state(folder):
    return {path.name: digest(path) for path in folder.iterdir()}


def turfs(folder):
    return read_plan(folder).turfs.set_index("turf_id")["doors"].to_dict()


def test_from_merge_to_undo(cut, tmp_path):
    """A walk through the verbs; each names the plan before, which stays as it is."""
    before = state(cut)
    one, other = list(turfs(cut))[:2]
    result = run("merge", cut, one, other, "--out", tmp_path / "merged")
    assert result.exit_code == 0, result.output
    both = turfs(cut)[one] + turfs(cut)[other]
    assert f"{turfs(cut)[one]} → {both}" in result.stdout
    assert f"{turfs(cut)[other]:,} doors with" in result.stdout
    assert "locked" not in result.stdout
    assert turfs(tmp_path / "merged") == {
        name: both if name == one else size for name, size in turfs(cut).items() if name != other
    }
    about = json.loads((tmp_path / "merged" / "plan.json").read_text())
    assert about["parent"] == digest(cut / "plan.json")
    assert about["edit"] == {"verb": "merge", "turfs": [one, other]}

    result = run("split", tmp_path / "merged", one, "--into", 3, "--out", tmp_path / "split")
    assert result.exit_code == 0, result.output
    assert len(turfs(tmp_path / "split")) == len(turfs(cut)) + 1
    assert other not in turfs(tmp_path / "split")

    result = run("undo", tmp_path / "split", "--out", tmp_path / "undone", "--json")
    told = json.loads(result.stdout)
    assert told["parent"] == digest(tmp_path / "split" / "plan.json")
    assert turfs(tmp_path / "undone") == turfs(tmp_path / "merged")
    for name in ("doors.csv", "walklist.csv", "doors.parquet", "walks.parquet", "legs.parquet"):
        assert digest(tmp_path / "undone" / name) == digest(tmp_path / "merged" / name)
    assert state(cut) == before


def test_moving_doors_of_a_file(cut, tmp_path):
    plan = read_plan(cut)
    one, other = list(turfs(cut))[:2]
    some = plan.doors.loc[plan.doors["turf_id"] == one, "door_id"].tolist()[:3]
    (tmp_path / "plain.txt").write_text("\n".join(some[:2]) + "\n")
    (tmp_path / "table.csv").write_text(f"stop,door_id\n1,{some[0]}\n2,{some[1]}\n")
    for name in ("plain.txt", "table.csv"):
        words = ("--doors", tmp_path / name, "--doors", some[2], "--to", other)
        result = run("move", cut, *words, "--out", tmp_path / f"to {name}", "--json")
        assert result.exit_code == 0, result.output
        churn = json.loads(result.stdout)["churn"]
        assert sorted(door["door_id"] for door in churn["doors"]) == sorted(some)
    assert state(tmp_path / "to plain.txt") == state(tmp_path / "to table.csv")


def test_locked_turfs(cut, tmp_path):
    one, other = list(turfs(cut))[:2]
    result = run("lock", cut, one, "--out", tmp_path / "locked")
    assert result.exit_code == 0
    assert result.stdout.startswith("No turf changed; 1 turf is locked. The next version is in ")
    result = run("merge", tmp_path / "locked", one, other, "--out", tmp_path / "no")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"turfcutter: LOCKED: {one} is locked; unlock it first")
    assert not (tmp_path / "no").exists()
    assert run("unlock", tmp_path / "locked", one, "--out", tmp_path / "free").exit_code == 0
    assert run("recut", tmp_path / "free", one, other, "--out", tmp_path / "r").exit_code == 0


def test_recutting_with_another_target(cut, tmp_path):
    names = list(turfs(cut))[:2]
    words = ("--target", 8, "--tolerance", 0.3)
    result = run("recut", cut, *names, *words, "--out", tmp_path / "small")
    assert result.exit_code == 0, result.output
    fresh = {*turfs(tmp_path / "small")} - {*turfs(cut)}
    assert fresh
    assert max(turfs(tmp_path / "small")[name] for name in fresh) <= 11


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["merge", "{plan}", "T001", "T777", "--out", "{new}"], "PARAMETER"),
        (["split", "{plan}", "T001", "--into", "999", "--out", "{new}"], "PARAMETER"),
        (["move", "{plan}", "--doors", "x", "--to", "T001", "--out", "{new}"], "PARAMETER"),
        (["move", "{plan}", "--doors", "no.csv", "--to", "T001", "--out", "{new}"], "NO_FILE"),
        (["move", "{plan}", "--doors", "x" * 300, "--to", "T001", "--out", "{new}"], "PARAMETER"),
        (["undo", "{plan}", "--out", "{new}"], "PARAMETER"),
        (["merge", "{plan}", "T001", "T002", "--out", "{plan}", "--force"], "OUTPUT"),
        (["merge", "{new}", "T001", "T002", "--out", "{plan}x"], "NO_FILE"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_writes_nothing(cut, tmp_path, words, code):
    before = state(cut)
    new = tmp_path / "new"
    result = run(*(word.format(plan=cut, new=new) for word in words))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"turfcutter: {code}: ")
    assert result.stderr.count("\n") == 1
    assert not new.exists()
    assert state(cut) == before


def test_a_file_that_lists_no_doors(cut, tmp_path):
    """One cell longer than readers of CSV take."""
    (tmp_path / "ids.csv").write_text("a" * 200_000, encoding="utf-8")
    result = run(
        "move", cut, "--doors", tmp_path / "ids.csv", "--to", "T001", "--out", tmp_path / "n"
    )
    assert result.exit_code == 2
    assert result.stderr.startswith("turfcutter: TYPE: ")


def test_undoing_what_made_doors_go_takes_the_plan_before(cut, tmp_path):
    done = read_plan(cut).doors[["door_id"]].iloc[::2].assign(outcome="talked")
    run_edit(cut, tmp_path / "next", lambda plan: relaunch(plan, done, {"talked"}))
    back = ("undo", tmp_path / "next", "--out", tmp_path / "back")
    result = run(*back)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'relaunch'; name the plan before with --parent" in result.stderr
    result = run(*back, "--parent", tmp_path / "next")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not the plan that this one was edited from" in result.stderr
    result = run(*back, "--parent", tmp_path / "gone")
    assert result.stderr.startswith("turfcutter: NO_FILE")
    assert not (tmp_path / "back").exists()
    result = run(*back, "--parent", cut)
    assert result.exit_code == 0, result.output
    for name in ("doors.csv", "walklist.csv", "turfs.parquet", "doors.parquet", "voters.parquet"):
        assert digest(tmp_path / "back" / name) == digest(cut / name)
