import csv
import hashlib
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.storage.tables import read_csv_text, write_csv, write_parquet

AWKWARD = [
    "plain",
    "",
    "00501",
    "1E5",
    "NA",
    "null",
    "Peña",
    "a, b",
    'said "no"',
    "two\nlines",
    "cr\rhere",
    " led",
    "trailed ",
    "'quoted'",
    "=HYPERLINK(1)",
    "+1 530 555 0100",
    "-5",
    "@sum",
    "\ttab",
    "\rcr",
    "\0nul",
    "'=was escaped",
    "''-twice",
]

WRITER = """
import sys
from pathlib import Path
import geopandas as gpd, pandas as pd, shapely
from geodata.storage.tables import write_csv, write_parquet
folder = Path(sys.argv[1])
table = pd.DataFrame({"id": ["1", "=2", None], "lon": [-121.5, 0.1, None], "n": [1, 2, 3]})
write_csv(table, folder / "t.csv", decimals={"lon": 6})
write_parquet(table, folder / "t.parquet")
shapes = gpd.GeoDataFrame(table, geometry=shapely.points([[0, 0], [1, 1], [2, 2]]), crs=26910)
shapes.attrs["made on"] = sys.argv[2]
write_parquet(shapes, folder / "g.parquet")
"""


def text_cells(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(line.replace("\0", "␀") for line in file))


def test_exact_bytes(tmp_path):
    table = pd.DataFrame(
        {
            "door_id": ["a1", "b,2", 'c"3', ""],
            "lon": [-121.5, np.nan, 0.1234567, -0.0000001],
            "share": [0.5, 1 / 3, np.inf, 2.0],
            "voters": [1, 2, 30, 4],
            "age": pd.array([34, None, 99, 18], dtype="Int64"),
            "phones": [True, False, True, False],
            "name": ["Peña", None, "two\nlines", "=1+1"],
        },
        index=[9, 8, 7, 6],
    )
    write_csv(table, tmp_path / "t.csv", decimals={"lon": 6})
    assert (tmp_path / "t.csv").read_bytes().decode() == (
        "door_id,lon,share,voters,age,phones,name\n"
        "a1,-121.500000,0.5,1,34,true,Peña\n"
        '"b,2",,0.3333333333333333,2,,false,\n'
        '"c""3",0.123457,,30,99,true,"two\nlines"\n'
        ",0.000000,2.0,4,18,false,'=1+1\n"
    )


def test_no_cell_begins_a_formula(tmp_path):
    write_csv(pd.DataFrame({"a": AWKWARD, "n": -1.5}), tmp_path / "t.csv", decimals={"n": 1})
    rows = text_cells(tmp_path / "t.csv")[1:]
    assert len(rows) == len(AWKWARD)
    assert not [text for text, _ in rows if text.startswith(("=", "+", "-", "@", "\t", "\r", "␀"))]
    assert {number for _, number in rows} == {"-1.5"}
    assert rows[AWKWARD.index("=HYPERLINK(1)")][0] == "'=HYPERLINK(1)"


def test_column_names_are_safe_too(tmp_path):
    table = pd.DataFrame({"=cmd": ["x"], 'a "b", c': ["y"], "'@": ["z"]})
    write_csv(table, tmp_path / "t.csv")
    assert text_cells(tmp_path / "t.csv")[0] == ["'=cmd", 'a "b", c', "''@"]
    assert list(read_csv_text(tmp_path / "t.csv")) == list(table)


def test_reading_restores_every_character(tmp_path):
    table = pd.DataFrame({"a": AWKWARD, "b": AWKWARD[::-1]})
    write_csv(table, tmp_path / "t.csv")
    pd.testing.assert_frame_equal(read_csv_text(tmp_path / "t.csv"), table)


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(st.text(st.characters(codec="utf-8"), max_size=6), min_size=1, max_size=8))
def test_any_text_survives(tmp_path_factory, cells):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    write_csv(pd.DataFrame({"id": "x", "a": cells}), path)
    assert read_csv_text(path)["a"].tolist() == cells


def test_rows_keep_their_order(tmp_path):
    """Text of several chunks, as joined tables have it, is read batch by batch."""
    parts = [pd.DataFrame({"n": [f"{part}-{row}" for row in range(500)]}) for part in range(400)]
    table = pd.concat(parts, ignore_index=True)
    for name in "abc":
        write_csv(table, tmp_path / name)
        assert read_csv_text(tmp_path / name)["n"].tolist() == table["n"].tolist()


def test_empty_table_keeps_its_header(tmp_path):
    write_csv(pd.DataFrame({"a": pd.Series(dtype="str"), "b": []}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text() == "a,b\n"


def test_odd_path(tmp_path):
    write_csv(pd.DataFrame({"a": ["x"]}), tmp_path / "it's {here}.csv")
    assert (tmp_path / "it's {here}.csv").read_text() == "a\nx\n"


def test_files_are_private(tmp_path):
    table = pd.DataFrame({"a": ["x"]})
    (tmp_path / "t.csv").touch(mode=0o644)
    write_csv(table, tmp_path / "t.csv")
    write_parquet(table, tmp_path / "t.parquet")
    write_parquet(gpd.GeoDataFrame(table, geometry=[None], crs=4326), tmp_path / "g.parquet")
    for name in ("t.csv", "t.parquet", "g.parquet"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_parquet_gives_the_table_back(tmp_path):
    table = pd.DataFrame(
        {"id": AWKWARD, "n": range(len(AWKWARD))}, index=range(5, 5 + len(AWKWARD))
    )
    write_parquet(table, tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(
        pd.read_parquet(tmp_path / "t.parquet"), table.reset_index(drop=True)
    )
    assert pq.read_schema(tmp_path / "t.parquet").metadata is None


def test_geoparquet_gives_the_table_back(tmp_path):
    shapes = [shapely.Point(1, 2), None, shapely.box(0, 0, 1, 1)]
    table = gpd.GeoDataFrame({"id": ["a", "b", "c"]}, geometry=shapes, crs=26910)
    write_parquet(table, tmp_path / "g.parquet")
    again = gpd.read_parquet(tmp_path / "g.parquet")
    assert again.crs == table.crs
    assert again["id"].tolist() == ["a", "b", "c"]
    assert again.geometry.tolist() == shapes


def test_same_bytes_in_another_process_and_zone(tmp_path, monkeypatch):
    there, here = tmp_path / "there", tmp_path / "here"
    there.mkdir()
    here.mkdir()
    subprocess.run(
        [sys.executable, "-c", WRITER, str(there), "Asia/Tokyo"],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo"},
        cwd=Path(__file__).parents[3],
    )
    monkeypatch.setattr(sys, "argv", ["-c", str(here), "UTC"])
    exec(WRITER, {})  # noqa: S102 - our own, in this process
    digests = [
        {path.name: hashlib.sha256(path.read_bytes()).digest() for path in folder.iterdir()}
        for folder in (there, here)
    ]
    assert len(digests[0]) == 3
    assert digests[0] == digests[1]


def test_threads_that_write_at_once(tmp_path):
    """What one of them writes, no other sees, though they share a database."""
    tables = {str(k): pd.DataFrame({"a": [f"{k}-{n}" for n in range(2000)]}) for k in range(8)}
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda name: write_csv(tables[name], tmp_path / name), tables))
    for name, table in tables.items():
        assert read_csv_text(tmp_path / name)["a"].tolist() == table["a"].tolist()
