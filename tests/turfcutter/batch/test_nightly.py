"""Nights: tomorrow's files change what they must and nothing else."""

import shutil
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest

from turfcutter.batch.book import exit_code
from turfcutter.batch.calls import Outcome
from turfcutter.batch.crew import Crew
from turfcutter.batch.nightly import Night, read_locks, run_nightly
from turfcutter.batch.order import COUNTIES, Order
from turfcutter.batch.paper import Paper
from turfcutter.batch.running import run_batch
from turfcutter.batch.state import load_state
from turfcutter.plans.plan import plan_digest, read_plan

NOON = 1_800_000_000.0
ID, NUMBER = "lVoterUniqueID", "sHouseNum"


class Nobody:
    """An engine that is handed nothing."""

    size = 1

    def submit(self, call):
        raise AssertionError(call)

    def outcomes(self):
        return iter(())


@pytest.fixture
def copied(first_run, small_state, tmp_path):
    """The undisturbed batch, and its state file and inputs, to be changed."""
    return copy_of(first_run, small_state, tmp_path)


def copy_of(first_run, small_state, home):
    shutil.copytree(small_state.parent, home / "state")
    for name in ("out", "workspace"):
        shutil.copytree(first_run / name, home / name)
    return SimpleNamespace(
        state=home / "state" / "STATE.toml",
        voters=home / "state" / "alpha" / "voters.csv",
        out=home / "out",
        plan=home / "out" / COUNTIES / "alpha",
        workspace=home / "workspace",
        undisturbed=first_run / "out" / COUNTIES / "alpha",
    )


def order_of(place, *names):
    state = load_state(place.state)
    return Order(state, names or tuple(state.counties), place.out, place.workspace)


def rewritten(place, change):
    rows = pd.read_csv(place.voters, dtype=str, keep_default_na=False)
    change(rows).to_csv(place.voters, index=False)


@pytest.fixture(scope="module")
def night(first_run, small_state, tmp_path_factory, here):
    """
    One night on which much happened in alpha, each in a turf of its own.

    `one` loses one voter of a door of two; `thin` keeps but three doors; `shut` is locked and
    loses all voters of a door; `more` gets a voter at a door it has and one at a new door.
    """
    place = copy_of(first_run, small_state, tmp_path_factory.mktemp("night"))
    before = read_plan(place.plan)
    walks = before.turfs.loc[before.turfs["kind"] == "walk", "turf_id"].tolist()
    doors, voters = before.doors, before.voters
    first_two = doors[(doors["voters"] > 1) & doors["turf_id"].isin(walks)].iloc[0]
    one = first_two["turf_id"]
    shut, thin, more = [name for name in walks if name != one][:3]
    partner = voters.loc[voters["door_id"] == first_two["door_id"], "voter_id"].iloc[0]
    inside = {name: doors.loc[doors["turf_id"] == name, "door_id"].tolist() for name in walks}
    emptied = [inside[shut][0], *inside[thin][3:]]
    gone = {partner, *voters.loc[voters["door_id"].isin(emptied), "voter_id"]}
    house = doors[(doors["turf_id"] == more) & (doors["unit"] == "")].iloc[0]
    resident = voters.loc[voters["door_id"] == house["door_id"], "voter_id"].iloc[0]

    def change(rows):
        like = rows[rows[ID] == resident]
        number = like[NUMBER].item()
        new = like.assign(**{ID: "90000002", NUMBER: f"{number}9"}).replace(
            rf"^{number} ", f"{number}9 ", regex=True
        )
        return pd.concat([rows[~rows[ID].isin(gone)], like.assign(**{ID: "90000001"}), new])

    rewritten(place, change)
    (place.out.parent / "locks.csv").write_text(f"county,turf_id\nalpha,{shut}\n")
    locks = read_locks(place.out.parent / "locks.csv", ["alpha", "beta"])
    said = []
    rows = run_nightly(
        order_of(place), Night(NOON, "x", locks), here(), lambda **event: said.append(event)
    )
    return SimpleNamespace(
        **vars(place),
        one=one,
        thin=thin,
        shut=shut,
        more=more,
        gone=gone,
        locks=locks,
        house=house,
        before=before,
        after=read_plan(place.plan),
        rows=rows,
        said=said,
        told=rows[0].told.get("night"),
        emptied=emptied,
    )


def paper(plan, name):
    """All that a turf's paper is made of."""
    doors = plan.doors[plan.doors["turf_id"] == name].drop(columns=["edge", "site", "stop_id"])
    voters = plan.voters[plan.voters["turf_id"] == name]
    walk = plan.walks[plan.walks["turf_id"] == name]
    return [table.to_numpy(object).tolist() for table in (doors, voters, walk)]


def test_the_night_went_well(night):
    assert [(row.state, row.faults) for row in night.rows] == [("done", ()), ("kept", ())]


def test_voters_are_those_of_the_new_file(night):
    was, now = ({*plan.voters["voter_id"]} for plan in (night.before, night.after))
    assert was - now == night.gone
    assert now - was == {"90000001", "90000002"}
    counts = night.after.about["counts"]
    assert counts["rows"] == night.before.about["counts"]["rows"] - len(night.gone) + 2


def test_a_door_that_loses_one_of_two_keeps_its_place(night):
    """Its turf keeps all its doors; it may get some of the turf that was thinned."""
    was, now = (
        {*plan.doors.loc[plan.doors["turf_id"] == night.one, "door_id"]}
        for plan in (night.before, night.after)
    )
    assert was <= now
    assert night.one in night.told["changed"]


def test_a_thinned_turf_is_merged(night):
    assert night.told["retired"] == [night.thin]
    assert night.thin in night.after.about["retired"]
    kept = night.before.doors.loc[night.before.doors["turf_id"] == night.thin, "door_id"][:3]
    assert len({*night.after.doors.set_index("door_id").loc[kept, "turf_id"]}) == 1


def test_a_locked_turf_keeps_doors_and_walk(night):
    """Voters who are gone leave its list all the same."""
    columns = ["door_id", "stop", "order", "edge", "along_dm"]
    mine = [
        plan.doors.loc[plan.doors["turf_id"] == night.shut, columns].to_numpy().tolist()
        for plan in (night.before, night.after)
    ]
    assert [row[:3] for row in mine[0]] == [row[:3] for row in mine[1]]
    assert night.after.turfs.set_index("turf_id").loc[night.shut, "locked"]
    assert night.after.doors.set_index("door_id").loc[night.emptied[0], "voters"] == 0


def test_voters_who_come(night):
    home = night.after.voters.set_index("voter_id")["door_id"]
    assert home["90000001"] == night.house["door_id"]
    assert home["90000002"] not in {*night.before.doors["door_id"]}
    assert night.told["came"] == 1
    assert night.more in night.told["changed"]


def test_all_others_are_as_they_were(night):
    """Turfs that the night does not call changed have the same paper, to the last metre."""
    names = {*night.before.turfs["turf_id"]} - {night.thin, *night.told["changed"]}
    assert len(names) > 2
    assert all(paper(night.before, name) == paper(night.after, name) for name in names)
    assert {night.one, night.shut, night.more}.isdisjoint(names)


def test_what_stands_above_follows(night):
    index = gpd.read_parquet(night.out / "turfs.parquet")
    assert index.loc[index["county"] == "alpha", "voters"].sum() == len(night.after.voters)
    assert night.after.about["parent"] == plan_digest(night.undisturbed)


def test_the_workspace_forgets_yesterday_s_voters(night):
    """Of each county one voter table is kept, that of today's file: who is gone is in none."""
    kept = [*(night.workspace / "entries").glob("*/voters")]
    assert len(kept) == 2
    ids = {*pd.concat(map(pd.read_parquet, kept))["voter_id"]}
    assert "90000001" in ids
    assert ids.isdisjoint(night.gone)


def test_the_second_night_is_quiet(night, digests):
    """What a night wrote is what its files ask for; the files' ages are told."""
    was, said = digests(night.out), []
    found = run_nightly(
        order_of(night), Night(NOON, "x", night.locks), Nobody(), lambda **e: said.append(e)
    )
    assert [row.state for row in found] == ["kept", "kept"]
    assert digests(night.out) == was
    ages = [event for event in said if event["event"] == "age"]
    assert [event["county"] for event in ages] == ["alpha", "beta"]
    files = {told["file"]: told for told in ages[0]["files"]}
    assert {*files} == {"voters.csv", "precincts.zip", "streets.osm.pbf"}
    days = (NOON - night.voters.stat().st_mtime) / 86_400
    assert files["voters.csv"]["days"] == pytest.approx(days, abs=0.06)
    assert files["voters.csv"]["input"] == "voters"


class Press:
    """An engine that prints what it is handed, without ink."""

    size = 1

    def __init__(self):
        self.jobs = {}

    def submit(self, call):
        self.jobs[call] = call.arguments[0]

    def outcomes(self):
        yield from (Outcome(call, {"lists": 1}) for call in self.jobs)


def test_where_nothing_was_printed_a_night_prints_all(night, tmp_path):
    """A county that was cut without packets and then changed: all of it is new on paper."""
    place = SimpleNamespace(**vars(night))
    place.out = shutil.copytree(night.out, tmp_path / "out")
    tonight = Night(NOON, "x", night.locks, Paper("Monday", lambda _: 1000))
    first, second = Press(), Press()
    for engine in (first, second):
        run_nightly(order_of(place), tonight, engine, lambda **_: None)
    turfs = {job.plan.name: {*job.turf_ids} for job in first.jobs.values()}
    assert turfs["alpha"] == {*night.after.turfs["turf_id"]} > {*night.told["changed"]}
    assert {*turfs} == {"alpha", "beta"}
    assert second.jobs == {}


def test_a_batch_leaves_what_nights_kept_up(night, here, tmp_path):
    """Cutting anew would throw away what people know; it must be asked for."""
    place, was = SimpleNamespace(**vars(night)), plan_digest(night.plan)
    for name in ("out", "workspace"):
        setattr(place, name, shutil.copytree(getattr(night, name), tmp_path / name))
    place.state = night.state.with_name("OTHER.toml")
    place.state.write_text(night.state.read_text().replace("target = 20", "target = 25"))
    rows = run_batch(order_of(place, "alpha"), here(), lambda **_: None)
    assert rows[0].faults[0].code == "LOCKED"
    assert "--anew" in rows[0].faults[0].sentence
    assert plan_digest(place.out / COUNTIES / "alpha") == was
    assert {*gpd.read_parquet(place.out / "turfs.parquet")["county"]} == {"alpha", "beta"}


@pytest.mark.parametrize("torn", ["doors.csv", "county.json"])
def test_a_damaged_county_of_nights_is_not_cut_anew(night, tmp_path, torn):
    """Its turfs, handed out and locked, come from no file that is read: who asks must say so."""
    place = SimpleNamespace(**vars(night))
    place.out = shutil.copytree(night.out, tmp_path / "out")
    path = place.out / COUNTIES / "alpha" / torn
    path.write_bytes(path.read_bytes()[:-2])
    order, said = order_of(place, "alpha"), []

    def say(**event):
        said.append(event)

    for rows in (
        run_nightly(order, Night(NOON, "x"), Nobody(), say),
        run_batch(order, Nobody(), say),
    ):
        assert [fault.code for fault in rows[0].faults] == ["LOCKED"]
        assert "put it back" in rows[0].faults[0].sentence
    assert [event["event"] for event in said].count("damaged") == 2
    assert plan_digest(place.out / COUNTIES / "alpha") == plan_digest(night.plan)


def test_returned_ballots_empty_doors(copied, here):
    plan = read_plan(copied.plan)
    door = plan.doors.loc[plan.doors["voters"] == 1, "door_id"].iloc[0]
    voter = plan.voters.loc[plan.voters["door_id"] == door, "voter_id"].item()
    (copied.state.parent / "back.csv").write_text(f"voter_id,status\n{voter},accepted\n")
    named = '[counties.alpha.inputs]\nreturned = ["back.csv"]\n'
    text = copied.state.read_text().replace("[counties.alpha.inputs]\n", named)
    copied.state.write_text("as_of = 2026-10-25\n" + text)
    rows = run_nightly(order_of(copied, "alpha"), Night(NOON, "x"), here(), lambda **_: None)
    assert rows[0].faults == ()
    after = read_plan(copied.plan)
    assert {*plan.voters["voter_id"]} - {*after.voters["voter_id"]} == {voter}
    assert door not in {*after.doors["door_id"]}
    assert after.about["counts"]["voted"] == 1
    assert (copied.plan / "cure.csv").exists()


def test_the_hour_leaves_counties_as_they_were(copied, digests, here):
    """What was not taken up is named as left, not as failed; the next night takes it up."""
    rewritten(copied, lambda rows: rows.iloc[:-1])
    was = digests(copied.plan)
    with Crew(1, 4000, lambda *_: None, over=lambda: True) as crew:
        rows = run_nightly(order_of(copied), Night(NOON, "x"), crew, lambda **_: None)
    assert [(row.state, row.faults) for row in rows] == [("left", ()), ("kept", ())]
    assert "before its new files were taken up" in rows[0].left
    assert exit_code(rows) == 3
    assert digests(copied.plan) == was
    page = (copied.out / "report.html").read_text()
    assert "1 of 2 counties left for the next run: alpha." in page
    assert rows[0].left in page
    assert "failed:" not in page
    rows = run_nightly(order_of(copied), Night(NOON, "x"), here(), lambda **_: None)
    assert [row.state for row in rows] == ["done", "kept"]
    assert "left for" not in (copied.out / "report.html").read_text()


def test_paper_that_the_hour_leaves_is_told(copied):
    """The plans are done, their packets are not: the report that was written before says so."""
    tonight = Night(NOON, "x", None, Paper("Monday", lambda _: 1000))
    with Crew(1, 4000, lambda *_: None, over=lambda: True) as crew:
        rows = run_nightly(order_of(copied), tonight, crew, lambda **_: None)
    assert [row.state for row in rows] == ["left", "left"]
    assert "before its packets were printed" in rows[1].left
    assert rows[1].left in (copied.out / "report.html").read_text()


def test_another_condition_holds_the_same_night(copied, here):
    """Parameters of the state file count as its files do."""
    text = copied.state.read_text()
    copied.state.write_text(f"as_of = 2026-10-25\n[voters]\nwhere = 'age > 50'\n{text}")
    rows = run_nightly(order_of(copied, "beta"), Night(NOON, "x"), here(), lambda **_: None)
    assert rows[1].faults == ()
    ages = read_plan(copied.out / COUNTIES / "beta").voters["age"].astype(int)
    assert ages.min() > 50
    rows = run_nightly(order_of(copied, "beta"), Night(NOON, "x"), Nobody(), lambda **_: None)
    assert rows[1].state == "kept"


def test_other_files_ask_for_a_new_cut(copied):
    (copied.state.parent / "alpha" / "precincts.zip").write_bytes(b"PK")
    rows = run_nightly(order_of(copied), Night(NOON, "x"), Nobody(), lambda **_: None)
    assert rows[0].faults[0].code == "PARAMETER"
    assert "turfcutter batch" in rows[0].faults[0].sentence
    assert rows[1].state == "kept"


def test_locks_need_their_columns(tmp_path):
    (tmp_path / "locks.csv").write_text("turf\nA1\n")
    with pytest.raises(ValueError, match="COLUMN"):
        read_locks(tmp_path / "locks.csv", ["alpha"])


def test_locks_of_no_county_would_lock_nothing(tmp_path):
    (tmp_path / "locks.csv").write_text("county,turf_id\n alpha, A1 \nAlpha,A2\n")
    with pytest.raises(ValueError, match="'Alpha', which is no county"):
        read_locks(tmp_path / "locks.csv", ["alpha"])
    assert read_locks(tmp_path / "locks.csv", ["alpha", "Alpha"])["alpha"] == ("A1",)


def test_locks_of_no_turf_are_told_and_wake_nobody(night, tmp_path):
    """A turf that is no more stays in the file of turfs handed out: the nights go on quietly."""
    place, said = SimpleNamespace(**vars(night)), []
    place.out = shutil.copytree(night.out, tmp_path / "out")
    locks = {"alpha": ("A-typo", night.shut)}
    quiet = Night(NOON, "x", locks)
    rows = run_nightly(order_of(place), quiet, Nobody(), lambda **e: said.append(e))
    assert [row.state for row in rows] == ["kept", "kept"]
    told = [event for event in said if event["event"] == "unlocked"]
    assert told == [{"event": "unlocked", "county": "alpha", "turfs": ("A-typo",)}]
