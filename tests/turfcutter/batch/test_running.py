"""Batches from end to end: the same bytes as `cut`, again, shared out, with faults."""

import csv
import shutil

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata.errors import BusyError, InputError, SpaceError
from turfcutter.batch.book import exit_code
from turfcutter.batch.calls import FAULT, do
from turfcutter.batch.county import COUNTY_JSON, cut_county, finished
from turfcutter.batch.jobs import CountyJob, input_digests
from turfcutter.batch.locks import locked
from turfcutter.batch.order import CHECKS, COUNTIES, HIDDEN, Order
from turfcutter.batch.running import run_batch
from turfcutter.batch.state import load_state
from turfcutter.workflow import run_cut


@pytest.fixture
def workspace(first_run, tmp_path):
    """Where inputs are read already and regions cut."""
    return shutil.copytree(first_run / "workspace", tmp_path / "workspace")


@pytest.fixture
def order(small_state, tmp_path, workspace):
    def make(*wanted):
        state = load_state(small_state)
        return Order(state, wanted or tuple(state.counties), tmp_path / "out", workspace)

    return make


@pytest.fixture
def events():
    told = []

    def say(**said):
        told.append(said)

    say.told = told
    return say


def test_counties_are_those_of_cut(first_run, small_state, tmp_path, digests):
    """A county of a batch is the plan that `turfcutter cut` writes, byte for byte."""
    params = load_state(small_state).counties["beta"]
    run_cut(params, tmp_path / "plan", workspace=tmp_path / "workspace", workers=2)
    found = digests(first_run / "out" / COUNTIES / "beta")
    del found[COUNTY_JSON]
    assert found == digests(tmp_path / "plan")


def test_again_is_nothing_to_do(first_run, order, here, events, tmp_path, digests):
    shutil.copytree(first_run / "out", tmp_path / "out")
    engine = here()
    rows = run_batch(order(), engine, events)
    assert engine.done == []
    assert [row.state for row in rows] == ["kept", "kept"]
    assert digests(tmp_path / "out") == digests(first_run / "out")


def test_shared_out_is_the_same(first_run, order, here, events, tmp_path, digests, workspace):
    """Regions that others cut, in any order, make the same plans."""
    shutil.rmtree(workspace / "units")
    engine = here(size=8)
    run_batch(order("alpha"), engine, events)
    assert [call.step for call in engine.done] == ["county", "regions", "county"]
    found, told = digests(tmp_path / "out" / COUNTIES), digests(first_run / "out" / COUNTIES)
    assert found == {name: one for name, one in told.items() if name.startswith("alpha")}
    assert [*(workspace / "units").rglob("*.parcel")] == []


def test_what_a_killed_run_shared_out_goes(order, here, events, workspace):
    """Killed with its parcels packed; done later by one worker, which needs none of them."""
    shutil.rmtree(workspace / "units")

    class Dying(here):
        def submit(self, call):
            if call.step == "regions":
                raise KeyboardInterrupt
            super().submit(call)

    with pytest.raises(KeyboardInterrupt):
        run_batch(order("beta"), Dying(size=8), events)
    assert [*(workspace / "units").rglob("*.parcel")]
    run_batch(order("beta"), here(), events)
    assert {path.suffix for path in (workspace / "units").glob("*/*")} == {".cut"}


@pytest.mark.slow
def test_some_counties_first(first_run, order, here, events, tmp_path, digests):
    rows = run_batch(order("beta"), here(), events)
    assert [row.state for row in rows] == ["open", "done"]
    assert "not begun" in (tmp_path / "out" / "report.html").read_text()
    run_batch(order("alpha"), here(), events)
    assert digests(tmp_path / "out") == digests(first_run / "out")


def test_one_bad_county_stops_no_other(here, events, small_state, tmp_path, workspace):
    home = tmp_path / "state"
    shutil.copytree(small_state.parent, home)
    (home / "alpha" / "voters.csv").write_text("no voters here\n")
    state = load_state(home / "STATE.toml")
    bad = Order(state, ("alpha", "beta"), tmp_path / "out", workspace)
    alpha = tmp_path / "out" / COUNTIES / "alpha"
    engine = here()
    rows = run_batch(bad, engine, events)
    assert [row.state for row in rows] == ["failed", "done"]
    assert exit_code(rows) == 3
    assert [call.county for call in engine.done].count("alpha") == 1  # rejected is rejected
    page = (tmp_path / "out" / "report.html").read_text()
    assert rows[0].faults[0].sentence in page.replace("&#x27;", "'")
    assert not alpha.exists()
    assert 'href="checks/alpha.html"' in page
    look = (tmp_path / "out" / CHECKS / "alpha.html").read_text()
    assert rows[0].faults[0].sentence in look.replace("&#x27;", "'")
    shutil.copy(small_state.parent / "alpha" / "voters.csv", home / "alpha" / "voters.csv")
    run_batch(bad, here(), events)
    assert (tmp_path / "out" / CHECKS / "alpha.html").exists() == bool(finished(alpha)["beyond"])


def test_a_missing_file_is_of_one_county(here, events, small_state, tmp_path, workspace):
    home = tmp_path / "state"
    shutil.copytree(small_state.parent, home)
    (home / "beta" / "streets.osm.pbf").unlink()
    state = load_state(home / "STATE.toml")
    rows = run_batch(Order(state, ("alpha", "beta"), tmp_path / "out", workspace), here(), events)
    assert [row.state for row in rows] == ["done", "failed"]
    assert rows[1].faults[0].code == "NO_FILE"


def test_a_file_that_changes_meanwhile_is_not_half_read(here, events, small_state, tmp_path):
    """A voter file that is being uploaded: what was read is not taken for what is there now."""
    home = tmp_path / "state"
    shutil.copytree(small_state.parent, home)

    class Uploading(here):
        def submit(self, call):
            super().submit(call)
            with (home / "beta" / "voters.csv").open("a") as file:
                file.write("\n")

    state = load_state(home / "STATE.toml")
    order = Order(state, ("beta",), tmp_path / "out", tmp_path / "workspace")
    engine = Uploading()
    rows = run_batch(order, engine, events)
    assert [fault.code for fault in rows[1].faults] == ["BUSY"]
    assert len(engine.done) == 1  # it cannot end better a second time
    assert not (tmp_path / "out" / COUNTIES / "beta").exists()
    assert [row.faults for row in run_batch(order, here(), events)] == [(), ()]


def fails_always(*_):
    name = "Eleanor Rigby"
    raise ValueError(name)


def test_three_tries_then_named(order, here, events, monkeypatch):
    monkeypatch.setattr("turfcutter.batch.running.cut_county", fails_always)
    engine = here()
    rows = run_batch(order("alpha"), engine, events)
    assert len(engine.done) == 3
    assert [row.faults[0].code for row in rows if row.faults] == [FAULT]
    assert [said["tried"] for said in events.told if said["event"] == "retry"] == [1, 2]
    assert "Eleanor" not in repr(events.told) + repr(rows)


def fills_the_disk(*_):
    raise OSError(28, "No space left on device")


def test_a_full_disk_ends_the_batch(order, here, events, monkeypatch, tmp_path, digests, first_run):
    with monkeypatch.context() as patch:
        patch.setattr("turfcutter.batch.running.cut_county", fills_the_disk)
        with pytest.raises(SpaceError):
            run_batch(order(), here(), events)
    run_batch(order(), here(), events)
    assert digests(tmp_path / "out") == digests(first_run / "out")


def test_a_changed_result_is_made_again(first_run, order, here, events, tmp_path, digests):
    shutil.copytree(first_run / "out", tmp_path / "out")
    path = tmp_path / "out" / COUNTIES / "alpha" / "doors.csv"
    path.write_bytes(path.read_bytes()[:-2] + b"\n\n")
    engine = here()
    run_batch(order(), engine, events)
    assert [call.county for call in engine.done] == ["alpha"]
    assert {"event": "damaged", "county": "alpha"} in events.told
    assert digests(tmp_path / "out") == digests(first_run / "out")


def test_a_killed_run_leaves_no_voters_of_yesterday(here, events, small_state, tmp_path):
    """Killed as it cut; then the voter file is another: what was kept of the first is erased."""
    home, workspace = tmp_path / "state", tmp_path / "workspace"
    shutil.copytree(small_state.parent, home)
    order = Order(load_state(home / "STATE.toml"), ("beta",), tmp_path / "out", workspace)

    def dies(step, *_):
        if step == "cutting":
            raise KeyboardInterrupt

    class Dying(here):
        def outcomes(self):
            yield do(self.waiting.popleft(), dies)

    with pytest.raises(KeyboardInterrupt):
        run_batch(order, Dying(), events)
    (first,) = workspace.glob("entries/*/voters")
    lines = (home / "beta" / "voters.csv").read_text().splitlines(keepends=True)
    (home / "beta" / "voters.csv").write_text("".join(lines[:-1]))
    assert run_batch(order, here(), events)[1].faults == ()
    (second,) = workspace.glob("entries/*/voters")
    assert second != first
    assert [*(tmp_path / "out" / HIDDEN / "begun").iterdir()] == []


def test_other_folders_are_left_alone(order, here, events, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="OUTPUT"):
        run_batch(order(), here(), events)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["thesis.txt"]


def test_two_batches_on_one_county(order, here, events, tmp_path):
    with locked(tmp_path / "out" / HIDDEN / "locks", ["beta"]):
        with pytest.raises(BusyError, match="County beta"):
            run_batch(order(), here(), events)
        run_batch(order("alpha"), Tired(), events)


class Tired:
    """An engine that takes everything and does nothing."""

    size = 1

    def submit(self, call):
        """Forget it."""

    def outcomes(self):
        return iter(())


def test_the_ledger_counts_every_row(first_run, small_state):
    """Counted again with nothing of ours: records of the voter files, rows of the lists."""
    with (first_run / "out" / "ledger.csv").open() as file:
        ledger = pd.DataFrame(csv.DictReader(file)).astype({"rows": int})
    for county in ("alpha", "beta"):
        with (small_state.parent / county / "voters.csv").open(newline="") as file:
            records = sum(1 for _ in csv.reader(file)) - 1
        lines = ledger[(ledger["county"] == county) & (ledger["file"] == "voters.csv")]
        whole = lines["reason"] == "rows"
        assert lines.loc[whole, "rows"].item() == records
        assert lines.loc[~whole, "rows"].sum() == records
        with (first_run / "out" / COUNTIES / county / "walklist.csv").open(newline="") as file:
            listed = sum(1 for _ in csv.reader(file)) - 1
        assert lines.loc[lines["reason"] == "in_turfs", "rows"].item() == listed
    for _, lines in ledger.groupby(["county", "file"]):
        assert lines.loc[lines["reason"] == "rows", "rows"].item() * 2 == lines["rows"].sum()
    assert {*ledger["file"]} == {"precincts.zip", "streets.osm.pbf", "voters.csv"}


BESIDE = {
    "ballots.csv": {"accepted": 1, "overtaken": 1, "without_id": 1},
    "ids.csv": {"incomplete": 1, "repeated": 1, "used": 1},
    "flags.csv": {"without_flag": 1, "flagged": 2},
    "older.csv": {"unreadable": 1, "without_id": 1, "repeated": 1, "vanished": 1, "still_there": 3},
    "history.csv": {
        "unreadable": 1,
        "not_voted": 1,
        "of_others": 1,
        "votes": 2,
        "without_election": 1,
    },
    "hidden.txt": {"blank": 1, "repeated": 1, "not_in_voter_file": 1, "suppressed": 1},
    "crosswalk.csv": {"other_election": 1, "incomplete": 1, "repeated": 1, "used": 1},
    "staging.csv": {"blank": 1, "used": 2},
    "points.csv": {
        "unreadable": 1,
        "without_address": 1,
        "without_place": 1,
        "without_number": 1,
        "used": 2,
    },
    "districts.geojson": {
        "without_outline": 1,
        "without_code": 1,
        "joined": 1,
        "repaired": 1,
        "used": 1,
    },
    "districts.geojson (2)": {"without_outline": 1, "joined": 3, "repaired": 1},
}
"""File -> what becomes of its rows."""


def write_beside(home, voters):
    """Write a file of each kind beside a voter file, with a row of each fate."""
    first, second, third = voters["lVoterUniqueID"][:3]
    at = ",".join(voters[["lon", "lat"]].iloc[0])
    texts = {
        "ballots.csv": ["voter_id,status", f"{first},accepted", f"{first},issued", ",returned"],
        "ids.csv": ["voter_id,returned_id", f"{first},R1", f"{first},R1", f"{second},"],
        "flags.csv": ["address,flag", "1 Elm,dog", "2 Elm,", "3 Elm,gate;dog"],
        "older.csv": [
            "voter_id,address",
            *(f"{one},1 Elm St" for one in (first, first, second, third, "gone", "")),
            "torn",
        ],
        "history.csv": [
            "voter_id,ElectionDate,VotingMethod",
            *(f"{first},11/05/2024,M", f"{second},11/05/2024,", f"{first},11/08/2022,N"),
            *("nobody,11/05/2024,M", f"{second},,M", "torn"),
        ],
        "hidden.txt": [third, third, "nobody", ""],
        "crosswalk.csv": [
            *("from,to,election", "9999,1001,G24", "9999,1001,G24", "9998,,G24", "7,8,G22"),
        ],
        "staging.csv": ["name,lon,lat", f"Library,{at}", ",,", f"Park,{at}"],
        "points.csv": [
            "address,lon,lat",
            *(f"1 Elm St,{at}", f"3 Elm St,{at}", f",{at}"),
            *("5 Elm St,,", f"Elm St,{at}", "torn"),
        ],
    }
    for name, lines in texts.items():
        (home / name).write_text("\n".join(lines) + "\n")
    rows = {name: len(lines) - (name != "hidden.txt") for name, lines in texts.items()}
    lon, lat = (voters[name].astype(float) for name in ("lon", "lat"))
    west, south, east, north = lon.min() - 1, lat.min() - 1, lon.max() + 1, lat.max() + 1
    middle = (south + north) / 2
    lower = shapely.box(west, south, east, middle)
    twice = [(west, middle), (east, middle), (east, north), (west, north), (east, middle)]
    table = {"district": ["1", "1", "2", None, "3"], "city": ["Elm", "Elm", "Elm", "Elm", "Elm"]}
    shapes = [lower, lower, shapely.Polygon(twice), lower, None]
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")
    frame.to_file(home / "districts.geojson", driver="GeoJSON")
    return rows | {"districts.geojson": len(frame), "districts.geojson (2)": len(frame)}


def test_the_ledger_counts_every_file(here, events, small_state, tmp_path, workspace):
    """Each row of each file that is read has one fate, as the files say that were written here."""
    home = tmp_path / "state"
    shutil.copytree(small_state.parent, home)
    rows = write_beside(home, pd.read_csv(home / "beta" / "voters.csv", dtype=str))
    state = home / "STATE.toml"
    told = """[counties.beta.suppress]
lists = ["hidden.txt"]
[counties.beta.inputs]
returned = ["ballots.csv"]
returned_ids = "ids.csv"
flags = "flags.csv"
older = "older.csv"
accept_vanished = true
history = ["history.csv"]
crosswalk = "crosswalk.csv"
election = "G24"
staging = "staging.csv"
addresses = ["points.csv"]"""
    lines = """[counties.beta.cut]
within = "districts.geojson.district"
prefer = "districts.geojson.city"
"""
    text = state.read_text().replace("[counties.beta.inputs]", told)
    state.write_text(text.replace("[counties.beta.cut]", lines))
    order = Order(load_state(state), ("beta",), tmp_path / "out", workspace)
    assert [row.faults for row in run_batch(order, here(), events)] == [(), ()]
    with (tmp_path / "out" / "ledger.csv").open() as file:
        ledger = [
            (line["file"], line["reason"], int(line["rows"])) for line in csv.DictReader(file)
        ]
    for name, fates in BESIDE.items():
        found = {reason: count for file, reason, count in ledger if file == name}
        assert found.pop("rows") == rows[name] == sum(found.values())
        assert found == fates, name
    assert {file for file, *_ in ledger} == {
        *("precincts.zip", "streets.osm.pbf", "voters.csv"),
        *BESIDE,
    }


def test_the_index_holds_every_turf(first_run):
    index = gpd.read_file(first_run / "out" / "turfs.gpkg", layer="turfs")
    again = gpd.read_parquet(first_run / "out" / "turfs.parquet")
    for table in (index, again):
        per_county = table.groupby("county").size()
        for county in ("alpha", "beta"):
            turfs = gpd.read_parquet(first_run / "out" / COUNTIES / county / "turfs.parquet")
            assert per_county[county] == len(turfs)
        assert table.crs == "EPSG:4326"
        assert table.geometry.is_valid.all()


def test_the_report_needs_nobody_else(first_run):
    page = (first_run / "out" / "report.html").read_text()
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    assert page.count("<tr>") == 4  # head, two counties, sum


@pytest.mark.slow
def test_units_may_be_done_by_hand(order, tmp_path, workspace):
    """What a county tells is what stands in its folder."""
    params = order().state.counties["alpha"]
    inputs = input_digests(params)
    job = CountyJob("alpha", params, inputs, "key", tmp_path / "alpha", workspace, "version")
    told = cut_county(job)
    assert finished(tmp_path / "alpha") == told
