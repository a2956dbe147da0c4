import datetime as dt
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from geodata.errors import InputError
from geodata.schema import NOT_CHOSEN
from geodata.storage.tables import read_csv_text
from turfcutter.exports import (
    DOORS_CSV,
    EXCEPTIONS_CSV,
    EXPORTS,
    LAYERS,
    UNCUT,
    UNCUT_CSV,
    WALKLIST_CSV,
    walklist_table,
    write_exports,
)
from turfcutter.model import PLAN_TABLES
from turfcutter.plans.plan import write_plan

WRITER = """
import datetime, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from plans import whole_plan
from turfcutter.exports import write_exports
from turfcutter.plans.plan import write_plan
write_plan(whole_plan(), Path(sys.argv[1]))
write_exports(whole_plan(), Path(sys.argv[1]))
print(datetime.date.today())
"""


@pytest.fixture(scope="module")
def plan(plans):
    return plans.whole_plan()


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    write_exports(plan, folder)
    return folder


def with_params(plan, **voters):
    params = plan.about["params"]
    changed = {**params, "voters": {**params["voters"], **voters}}
    return replace(plan, about={**plan.about, "params": changed})


def header(path):
    return path.read_text(encoding="utf-8").splitlines()[0].split(",")


def test_all_files_for_the_owner_only(folder):
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == dict.fromkeys(EXPORTS, 0o600)


def test_headers_are_the_contract(folder):
    assert header(folder / "doors.csv") == list(DOORS_CSV)
    assert header(folder / "walklist.csv") == [*WALKLIST_CSV, "party"]
    assert header(folder / "exceptions.csv") == list(EXCEPTIONS_CSV)


def test_doors_in_walking_order_with_fixed_decimals(plan, folder):
    doors = read_csv_text(folder / "doors.csv")
    assert doors["door_id"].tolist() == plan.doors["door_id"].tolist()
    assert doors["lon"].str.fullmatch(r"-121\.\d{7}").all()
    assert doors["lat"].str.fullmatch(r"38\.\d{7}").all()
    assert (doors["minutes"] == "1.7").all()
    row = doors.iloc[2].to_dict()
    assert {name: row[name] for name in ("turf_id", "stop", "address", "unit", "zip")} == {
        "turf_id": "A1",
        "stop": "3",
        "address": "106 0 Street",
        "unit": "1",
        "zip": "95616",
    }


def test_a_row_a_voter_in_walking_order(plan, folder):
    rows = read_csv_text(folder / "walklist.csv")
    assert rows["voter_id"].tolist() == plan.voters["voter_id"].tolist()
    assert rows["party"].tolist() == plan.voters["party"].tolist()
    place = {door: n for n, door in enumerate(plan.doors["door_id"])}
    assert rows["door_id"].map(place).is_monotonic_increasing
    doors = read_csv_text(folder / "doors.csv").set_index("door_id")
    for name in ("turf_id", "stop", "address", "unit", "city", "zip"):
        assert rows[name].tolist() == doors.loc[rows["door_id"], name].tolist()
    assert rows.groupby("door_id", sort=False).size().tolist() == (
        doors["voters"].astype(int).tolist()
    )


def test_spreadsheets_compute_nothing(plan, tmp_path):
    voters = plan.voters.assign(first_name="=cmd|' /C calc'!A0", party="+1")
    write_exports(replace(plan, voters=voters), tmp_path)
    row = (tmp_path / "walklist.csv").read_text(encoding="utf-8").splitlines()[1]
    assert ",'=cmd|' /C calc'!A0," in row
    assert row.endswith(",'+1")
    lines = (tmp_path / "exceptions.csv").read_text(encoding="utf-8").splitlines()
    assert lines[3] == "'=E3,'=1+1 Lane,R-unreachable,On an island."


def test_texts_come_back_character_for_character(plan, tmp_path):
    doors = plan.doors.assign(zip="00501", unit="1E5", address='12 "B", Rear\nof it')
    write_exports(replace(plan, doors=doors), tmp_path)
    for name in ("doors.csv", "walklist.csv"):
        table = read_csv_text(tmp_path / name)
        assert table[["zip", "unit", "address"]].drop_duplicates().to_numpy().tolist() == [
            ["00501", "1E5", '12 "B", Rear\nof it']
        ]


def test_exceptions_with_phones_only_where_asked_for(plan, folder, tmp_path):
    assert "555" not in (folder / "exceptions.csv").read_text(encoding="utf-8")
    write_exports(with_params(plan, phones=True), tmp_path)
    table = read_csv_text(tmp_path / "exceptions.csv")
    assert list(table) == [*EXCEPTIONS_CSV, "phone"]
    assert table["phone"].tolist() == ["", "+1 530 555 0100", "", ""]
    assert table["voter_id"].tolist() == ["E1", "00E2", "=E3", "E4"]


@pytest.mark.parametrize(
    ("keep", "further"), [([], []), (["party", "party"], ["party"]), (["age", "address"], [])]
)
def test_kept_columns_come_once(plan, keep, further):
    assert list(walklist_table(with_params(plan, keep=keep))) == [*WALKLIST_CSV, *further]


def test_a_plan_without_parameters(plans, tmp_path):
    plan = replace(plans.whole_plan(), about={})
    write_exports(plan, tmp_path)
    assert header(tmp_path / "walklist.csv") == list(WALKLIST_CSV)
    assert header(tmp_path / "exceptions.csv") == list(EXCEPTIONS_CSV)


def test_layers_and_their_columns(folder):
    path = folder / "turfs.gpkg"
    assert [name for name, _ in pyogrio.list_layers(path)] == list(LAYERS)
    tables = {name: gpd.read_file(path, layer=name) for name in LAYERS}
    assert {table.crs.to_epsg() for table in tables.values()} == {4326}
    for name in ("turfs", "doors", "walks"):
        assert set(tables[name]) == {*PLAN_TABLES[name], "geometry"}
    assert list(tables["exceptions"]) == ["address", "reason", "detail", "geometry"]


def test_layers_lie_where_the_plan_does(plan, folder):
    path = folder / "turfs.gpkg"
    turfs, doors, walks = (gpd.read_file(path, layer=name) for name in LAYERS[:3])
    assert turfs["turf_id"].tolist() == plan.turfs["turf_id"].tolist()
    again = turfs.to_crs(plan.turfs.crs).geometry
    assert shapely.hausdorff_distance(again.array, plan.turfs.geometry.array).max() < 0.001
    assert doors.geometry.x.tolist() == plan.doors["lon"].tolist()
    assert doors.geometry.y.tolist() == plan.doors["lat"].tolist()
    assert walks.geometry.is_closed.all()
    assert walks.geometry.map(lambda line: len(line.coords)).tolist() == [3] * len(walks)


def test_exceptions_without_a_place_have_no_geometry(folder):
    spots = gpd.read_file(folder / "turfs.gpkg", layer="exceptions").geometry
    assert spots.isna().tolist() == [True, False, False, False]
    assert spots[1].coords[0] == (-121.7402, 38.5501)


@pytest.mark.parametrize("keep", [slice(0), slice(1)], ids=["none", "none with a place"])
def test_few_exceptions(plan, tmp_path, keep):
    rest = plan.exceptions.iloc[keep]
    write_exports(replace(plan, exceptions=rest), tmp_path)
    assert len(read_csv_text(tmp_path / "exceptions.csv")) == len(rest)
    layer = gpd.read_file(tmp_path / "turfs.gpkg", layer="exceptions")
    assert list(layer) == ["address", "reason", "detail", "geometry"]
    assert len(layer) == len(rest)


def test_voters_left_uncut_have_a_list_and_a_layer_of_their_own(plan, tmp_path):
    reason = ["R-no_geocode", NOT_CHOSEN, "R-unreachable", NOT_CHOSEN]
    params = {**plan.about["params"], "cut": {"turfs": 6}}
    changed = replace(plan, about={**plan.about, "params": params})
    write_exports(replace(changed, exceptions=plan.exceptions.assign(reason=reason)), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*EXPORTS, UNCUT}
    assert header(tmp_path / UNCUT) == [*UNCUT_CSV]
    uncut, others = (read_csv_text(tmp_path / name) for name in (UNCUT, "exceptions.csv"))
    assert uncut["voter_id"].tolist() == ["00E2", "E4"]
    assert others["reason"].tolist() == ["R-no_geocode", "R-unreachable"]
    layers = pyogrio.list_layers(tmp_path / "turfs.gpkg")[:, 0].tolist()
    assert layers == [*LAYERS, "uncut"]
    layer = gpd.read_file(tmp_path / "turfs.gpkg", layer="uncut")
    assert list(layer) == ["address", "detail", "geometry"]
    assert len(layer) == 2


def test_names_and_ids_of_voters_are_in_the_two_lists_only(plan, folder):
    """Looked for in the bytes of every file."""
    secret = [b"Secretfirst", b"Secretlast", b"VOTERID", b"00E2", b"555 0100"]
    holding = {
        path.name: [word for word in secret if word in path.read_bytes()]
        for path in folder.iterdir()
    }
    assert holding == {
        **{name: [] for name in EXPORTS},
        "walklist.csv": secret[:3],
        "exceptions.csv": secret[3:4],
    }
    assert len(plan.voters) > 0


def test_the_map_has_the_tiles_that_are_given(plan, tmp_path):
    write_exports(plan, tmp_path, tiles="https://tiles.example.org/{z}/{x}/{y}.png")
    assert "tiles.example.org" in (tmp_path / "map.html").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="PARAMETER"):
        write_exports(plan, tmp_path, tiles="tiles")


def test_index_and_further_columns_do_not_matter(plan, folder, tmp_path):
    odd = replace(
        plan,
        doors=plan.doors.set_index(pd.Index(range(7, 7 + len(plan.doors)))).assign(scratch=1),
        exceptions=plan.exceptions.set_index(pd.Index([5, 3, 3, 1])).assign(scratch=1),
        turfs=plan.turfs[plan.turfs.columns[::-1]],
    )
    write_exports(odd, tmp_path)
    for name in EXPORTS:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_same_bytes_in_another_process_on_another_day(plans, tmp_path):
    """The plan's folder too. It is never the same day in the two zones; no day is in any file."""
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    today = {zone: dt.datetime.now(ZoneInfo(zone)).date() for zone in ("Etc/GMT+12", "Etc/GMT-14")}
    zone = next(name for name, day in today.items() if day != dt.datetime.now().astimezone().date())
    ran = subprocess.run(
        [sys.executable, "-c", WRITER, there, Path(__file__).parents[1]],
        env={**os.environ, "PYTHONHASHSEED": "4711", "TZ": zone},
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
    )
    assert ran.stdout.decode().strip() == str(today[zone])
    write_plan(plans.whole_plan(), here)
    write_exports(plans.whole_plan(), here)
    names = sorted(path.name for path in there.iterdir())
    assert len(names) == len(EXPORTS) + len(PLAN_TABLES) + 1
    for name in names:
        content = (there / name).read_bytes()
        assert (here / name).read_bytes() == content, name
        assert not any(str(day).encode() in content for day in today.values()), name
