import json
import shutil
import stat
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from geodata.errors import GeodataError, InputError
from turfcutter.model import PLAN_TABLES
from turfcutter.plans.plan import FORMAT, read_plan, write_plan


@pytest.fixture(scope="module")
def plan(plans):
    return plans.whole_plan()


@pytest.fixture(scope="module")
def written(plan, tmp_path_factory):
    """The plan in a folder, to be read only."""
    folder = tmp_path_factory.mktemp("written")
    write_plan(plan, folder)
    return folder


@pytest.fixture
def folder(written, tmp_path):
    """A copy of it."""
    return shutil.copytree(written, tmp_path / "plan")


def change_about(folder, **changed):
    path = folder / "plan.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changed}))


def test_a_file_a_table_and_one_more(folder):
    assert {path.name for path in folder.iterdir()} == {
        "plan.json",
        *(f"{name}.parquet" for name in PLAN_TABLES),
    }


def test_only_the_owner_may_read(written):
    assert {stat.S_IMODE(path.stat().st_mode) for path in written.iterdir()} == {0o600}


def test_what_is_read_is_what_was_written(plan, folder):
    again = read_plan(folder)
    assert again.about == plan.about
    for name, columns in PLAN_TABLES.items():
        wanted, got = getattr(plan, name), getattr(again, name)
        names = [*columns, *(["party"] if name == "voters" else [])]
        assert list(got) == names
        # what was written may hold its texts and numbers in other kinds of column
        plain = [column for column in names if column != "geometry"]
        assert_frame_equal(
            pd.DataFrame(got[plain]),
            pd.DataFrame(wanted[plain]),
            check_dtype=False,
            check_exact=True,
        )
        if "geometry" in names:
            assert got.crs == wanted.crs
            assert got.geometry.to_wkb().tolist() == wanted.geometry.to_wkb().tolist()


def test_writing_what_was_read_gives_the_same_bytes(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    write_plan(read_plan(folder), other)
    for path in folder.iterdir():
        assert (other / path.name).read_bytes() == path.read_bytes()


def test_bytes_depend_on_values_only(plan, folder, tmp_path_factory):
    """Neither an index, nor further columns, nor the kind of a column, nor the order of keys."""
    other = tmp_path_factory.mktemp("other")
    doors = plan.doors.set_index(np.arange(len(plan.doors)) * 3 + 5).assign(scratch=1.5)
    doors = doors.astype({"stop": "int16", "street": "category", "zip": object})
    turfs = plan.turfs[plan.turfs.columns[::-1]].assign(colour=plan.turfs["colour"].astype("uint8"))
    about = dict(reversed(plan.about.items()))
    write_plan(replace(plan, doors=doors, turfs=turfs, about=about), other)
    for path in folder.iterdir():
        assert (other / path.name).read_bytes() == path.read_bytes()


def test_columns_have_one_kind_each_also_in_empty_tables(plan, tmp_path):
    """Columns of empty tables come as anything; they are read as what they are declared to be."""
    empty = {name: getattr(plan, name).iloc[:0] for name in ("voters", "legs", "exceptions")}
    write_plan(replace(plan, **empty), tmp_path)
    again = read_plan(tmp_path)
    assert again.legs.crs == plan.legs.crs
    assert again.exceptions.dtypes.astype(str).to_dict() == {
        **dict.fromkeys(("voter_id", "address", "reason", "detail", "phone"), "str"),
        **dict.fromkeys(("lon", "lat"), "float64"),
        "ballot": "str",
    }
    assert again.legs.dtypes.astype(str)[["leg", "stop", "walk_m"]].tolist() == [
        "int64",
        "int64",
        "float64",
    ]


def test_texts_keep_every_character(plan, tmp_path):
    doors = plan.doors.astype({"zip": object, "unit": object, "city": object})
    doors.loc[:2, "zip"] = ["00501", "NA", None]
    doors.loc[:2, "unit"] = ["1E5", " 007 ", np.nan]
    doors.loc[:2, "city"] = ["Peña", "\u2028", pd.NA]
    write_plan(replace(plan, doors=doors), tmp_path)
    again = read_plan(tmp_path).doors
    assert again.loc[:2, "zip"].tolist() == ["00501", "NA", ""]
    assert again.loc[:2, "unit"].tolist() == ["1E5", " 007 ", ""]
    assert again.loc[:2, "city"].tolist() == ["Peña", "\u2028", ""]


@pytest.mark.parametrize("name", ["zone", "minutes", "locked", "lat"])
def test_kept_columns_are_text_whatever_they_are_called(plan, tmp_path, name):
    about = {**plan.about, "params": {**plan.about["params"], "voters": {"keep": [name]}}}
    told = ["A", "", *["007"] * (len(plan.voters) - 2)]
    write_plan(replace(plan, about=about, voters=plan.voters.assign(**{name: told})), tmp_path)
    assert read_plan(tmp_path).voters[name].tolist() == told


def test_plan_json_is_plain(plan, tmp_path):
    """Numbers of numpy are written as numbers; what JSON has no number for as null."""
    odd = {"n": np.int64(3), "x": np.float64(0.1), "none": float("nan"), "pair": (1, 2)}
    write_plan(replace(plan, about={**plan.about, "scorecard": odd}), tmp_path)
    text = (tmp_path / "plan.json").read_text(encoding="utf-8")
    told = json.loads(text)
    assert told["scorecard"] == {"n": 3, "x": 0.1, "none": None, "pair": [1, 2]}
    assert told["format"] == FORMAT
    assert sorted(told["tables"]) == sorted(PLAN_TABLES)
    assert text == json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("table", "column"), [("doors", "setback_m"), ("voters", "party"), ("walks", "turf_id")]
)
def test_a_column_is_missing(plan, tmp_path, table, column):
    broken = replace(plan, **{table: getattr(plan, table).drop(columns=column)})
    with pytest.raises(GeodataError, match=f"INVARIANT: .* {table} lacks the column {column}"):
        write_plan(broken, tmp_path)


def test_a_coordinate_system_is_missing(plan, tmp_path):
    nowhere = gpd.GeoDataFrame(
        plan.base.drop(columns="geometry"), geometry=list(plan.base.geometry)
    )
    with pytest.raises(GeodataError, match=r"INVARIANT: .* base has no coordinate system"):
        write_plan(replace(plan, base=nowhere), tmp_path)


@pytest.mark.parametrize("table", PLAN_TABLES)
def test_a_flipped_bit_is_found(folder, table):
    path = folder / f"{table}.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"DAMAGED: .*{table}.parquet is not as it was written"):
        read_plan(folder)


def test_no_folder(tmp_path):
    with pytest.raises(InputError, match=r"NO_FILE: .*nowhere is no folder"):
        read_plan(tmp_path / "nowhere")


def test_a_table_is_missing(folder):
    (folder / "legs.parquet").unlink()
    with pytest.raises(InputError, match=r"NO_FILE: legs\.parquet is missing"):
        read_plan(folder)


def test_a_folder_of_something_else(tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(InputError, match=r"TYPE: .* holds no plan\.json"):
        read_plan(tmp_path)


@pytest.mark.parametrize("text", ["[]", "null", "{}", '{"format": "1"}'])
def test_a_plan_json_of_something_else(folder, text):
    (folder / "plan.json").write_text(text)
    with pytest.raises(InputError, match=r"TYPE: .* is not of a plan"):
        read_plan(folder)


@pytest.mark.parametrize("content", [b"", b'{"format": 1,', b"\xff\xfe", b"[" * 100_000])
def test_a_plan_json_cut_short(folder, content):
    (folder / "plan.json").write_bytes(content)
    with pytest.raises(InputError, match=r"DAMAGED: .*plan\.json cannot be read"):
        read_plan(folder)


def test_a_later_format(folder):
    change_about(folder, format=FORMAT + 1)
    with pytest.raises(InputError, match=f"TYPE: .* plan of format {FORMAT + 1}"):
        read_plan(folder)


@pytest.mark.parametrize("tables", [{}, [], None, dict.fromkeys(PLAN_TABLES)])
def test_digests_are_missing(folder, tables):
    change_about(folder, tables=tables)
    with pytest.raises(InputError, match="DAMAGED"):
        read_plan(folder)


def test_a_kept_column_that_the_voters_lack(folder):
    change_about(folder, params={"voters": {"keep": ["gender"]}})
    with pytest.raises(InputError, match=r"DAMAGED: .*voters\.parquet lacks gender"):
        read_plan(folder)
