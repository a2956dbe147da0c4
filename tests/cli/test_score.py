"""The command score, from a plan that was cut to the figures that are written."""

import csv
import json
import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner

from turfcutter.cli.main import main
from turfcutter.plans.plan import read_plan, write_plan
from turfcutter.sample import make_county

FIGURES = {
    *(
        "cut",
        "turfs",
        "doors",
        "left_out",
        "doors_low",
        "doors_high",
        "minutes_low",
        "minutes_high",
    ),
    *("in_band", "walk_m_per_door", "order_ratio", "misplaced", "split_sides", "barrier_turfs"),
    *("hours", "of_kmeans", "hours_saved"),
}


def run(*args):
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """A small sample county, cut; to be read only."""
    folder = tmp_path_factory.mktemp("score")
    county = make_county(folder / "county", voters=1500, seed=3)
    done = run(
        *("cut", "--precincts", county.precincts, "--voters", county.voters),
        *("--streets", county.streets, "--workspace", folder / "workspace", "--quiet"),
        *("--as-of", "2026-11-03", "--within", "none", "--out", folder / "plan"),
    )
    assert done.exit_code == 0, done.output
    return folder / "plan"


def scores(*args):
    result = run("score", *args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["scores"]


def test_the_figures_are_those_of_the_plan(plan):
    ours, kmeans = scores(plan)
    about = json.loads((plan / "plan.json").read_text())
    assert set(ours) == FIGURES
    assert (ours["cut"], kmeans["cut"]) == ("this plan", "k-means")
    assert ours["doors"] == kmeans["doors"] == about["counts"]["doors"]
    assert ours["turfs"] == kmeans["turfs"] == about["counts"]["turfs"]
    assert [ours["doors_low"], ours["doors_high"]] == about["scorecard"]["doors"]
    assert ours["in_band"] == pytest.approx(about["scorecard"]["in_band"], abs=1e-4)
    walked = about["scorecard"]["walk_m_per_door"] / ours["order_ratio"]
    assert ours["walk_m_per_door"] == pytest.approx(walked, abs=0.01)
    assert ours["minutes_high"] <= about["scorecard"]["minutes"][1] + 0.2
    assert 1 <= ours["order_ratio"] < 1.05
    assert ours["of_kmeans"] < 1
    assert kmeans["order_ratio"] is None
    assert kmeans["hours_saved"] > 0


def test_the_plans_own_lists_are_the_same_cut(plan):
    """Found by id and by address; walklist.csv has a row a voter."""
    by_id = plan / "doors.csv"
    by_address = plan.parent / "by-address.csv"
    with by_id.open(newline="") as file:
        rows = list(csv.DictReader(file))
    keep = ["turf_id", "address", "unit", "zip"]
    with by_address.open("w", newline="") as file:
        writer = csv.DictWriter(file, keep, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    ours, *others, _ = scores(plan, *("--labels", by_id, "--labels", by_address))
    for other in others:
        assert (other["turfs"], other["left_out"]) == (ours["turfs"], 0)
        assert other["misplaced"] == ours["misplaced"]
        assert other["walk_m_per_door"] == pytest.approx(ours["walk_m_per_door"], rel=0.02)
        assert abs(other["hours_saved"]) < 0.01 * ours["hours"]


def test_a_bad_old_cut_shows_what_it_cost(plan, tmp_path):
    with (plan / "doors.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    old = tmp_path / "last year.csv"
    lines = [f"{row['lon']},{row['lat']},{number % 4}\n" for number, row in enumerate(rows)]
    old.write_text("lon,lat,turf\n" + "".join(lines))
    ours, theirs, _ = scores(plan, "--labels", old)
    assert (theirs["cut"], theirs["turfs"]) == ("last year.csv", 4)
    assert theirs["misplaced"] > 0.5 > ours["misplaced"]
    assert theirs["hours_saved"] > 0


def test_the_table_and_the_files_say_the_same(plan, tmp_path):
    table, document = tmp_path / "figures.csv", tmp_path / "figures.json"
    shown = run("score", plan, "--out", table)
    assert shown.exit_code == 0, shown.output
    assert run("score", plan, "--out", document, "--workers", 1).stdout == shown.stdout
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    told = json.loads(document.read_text())["scores"]
    assert [row["cut"] for row in rows] == [score["cut"] for score in told]
    for row, score in zip(rows, told, strict=True):
        assert set(row) == set(score) == FIGURES
        for name in FIGURES - {"cut"}:
            assert (float(row[name]) if row[name] else None) == score[name], name
    assert f"{told[0]['walk_m_per_door']:.1f}" in shown.stdout
    assert oct(table.stat().st_mode)[-3:] == oct(document.stat().st_mode)[-3:] == "600"


def test_what_is_wrong_is_said_in_one_sentence(plan, tmp_path):
    there = tmp_path / "there.csv"
    there.write_text("x\n")
    twin = tmp_path / "twin"
    twin.mkdir()
    for name in ("doors.csv", "k-means", "this plan"):
        shutil.copy(plan / "doors.csv", twin / name)
    for words, code in [
        ((tmp_path / "nowhere",), "NO_FILE"),
        ((tmp_path,), "TYPE"),
        ((plan, "--out", there), "OUTPUT"),
        ((plan, "--out", tmp_path / "figures.xlsx"), "OUTPUT"),
        ((plan, "--out", tmp_path / "no" / "figures.csv"), "OUTPUT"),
        ((plan, "--labels", tmp_path / "absent.csv"), "NO_FILE"),
        ((plan, "--labels", there), "HEADER"),
        ((plan, "--labels", plan / "doors.csv", "--labels", twin / "doors.csv"), "PARAMETER"),
        ((plan, "--labels", twin / "k-means"), "PARAMETER: A cut is called 'k-means'"),
        ((plan, "--labels", twin / "this plan"), "PARAMETER: A cut is called 'this plan'"),
    ]:
        result = run("score", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"turfcutter: {code}" in result.stderr


def test_turfs_for_a_car_are_judged_with_no_figure_of_walks(plan, tmp_path):
    whole = read_plan(plan)
    car = whole.turfs["turf_id"].iloc[0]
    kind = whole.turfs["kind"].mask(whole.turfs["turf_id"] == car, "drive")
    write_plan(replace(whole, turfs=whole.turfs.assign(kind=kind)), tmp_path)
    ours, kmeans = scores(tmp_path)
    assert ours["turfs"] == kmeans["turfs"] == len(whole.turfs) - 1
    assert ours["doors"] == kmeans["doors"] == (whole.doors["turf_id"] != car).sum()
    write_plan(replace(whole, turfs=whole.turfs.assign(kind="drive")), tmp_path)
    result = run("score", tmp_path)
    assert result.exit_code == 2
    assert result.stderr.startswith("turfcutter: EMPTY: No turf of this plan is walked")
