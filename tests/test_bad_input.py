"""Bad input through the command: one sentence, exit code 2, and nothing written."""

import csv
import re
import zipfile
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
from click.testing import CliRunner

from turfcutter.cli.main import main
from turfcutter.sample import make_county

SENTENCE = re.compile(r"turfcutter: ([A-Z_]+): (.+[.?])\n")


def commanded(*words):
    """Run the command in this process: a process a refusal would cost minutes in all."""
    done = CliRunner().invoke(main, list(map(str, words)), prog_name="turfcutter")
    return SimpleNamespace(returncode=done.exit_code, stdout=done.stdout, stderr=done.stderr)


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return make_county(tmp_path_factory.mktemp("bad") / "county", voters=300, seed=2)


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """A county elsewhere."""
    return make_county(tmp_path_factory.mktemp("bad") / "other", voters=150, seed=2, shape=3)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return tmp_path_factory.mktemp("bad") / "workspace"


@pytest.fixture
def cut(county, workspace, tmp_path):
    """Run with other files or words; --out is `tmp_path/results/out`."""
    (tmp_path / "results").mkdir()

    def run(*words, **files):
        paths = {name: files.get(name, getattr(county, name)) for name in NAMES}
        named = [word for name, path in paths.items() for word in (f"--{name}", path)]
        where = ("--out", tmp_path / "results" / "out", "--workspace", workspace, "--quiet")
        return commanded("cut", *named, *where, *words)

    return run


NAMES = ("precincts", "voters", "streets")


@pytest.fixture
def refused(cut, tmp_path):
    """Run, expect a refusal with one of some codes, and return its sentence."""

    def run(codes, *words, **files):
        before = sorted((tmp_path / "results").rglob("*"))
        done = cut(*words, **files)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        found = SENTENCE.fullmatch(done.stderr)
        assert found, done.stderr
        assert found[1] in codes.split()
        assert sorted((tmp_path / "results").rglob("*")) == before
        return found[2]

    return run


@pytest.fixture
def changed(county, tmp_path):
    """Write the voter file with every whole row changed by a function; returns the path."""

    def write(change):
        with county.voters.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        rows = [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]
        path = tmp_path / "voters.csv"
        pd.DataFrame([change(row) for row in rows]).to_csv(path, index=False)
        return path

    return write


@pytest.mark.parametrize("name", NAMES)
def test_missing_file(refused, tmp_path, name):
    sentence = refused("NO_FILE", **{name: tmp_path / "absent.csv"})
    assert "absent.csv" in sentence


def test_a_name_too_long_for_a_file(refused):
    assert "xxx does not exist" in refused("NO_FILE", voters="x" * 300)


def test_a_slip_in_a_condition_is_told_before_files_are_read(refused, tmp_path):
    broken = tmp_path / "precincts.zip"
    broken.write_bytes(b"nothing of use")
    assert "found the end" in refused("WHERE", "--where", "age <", precincts=broken)
    refused("TYPE ARCHIVE", "--where", "age < 35 and nobody = 'knows'", precincts=broken)


def test_precincts_without_a_coordinate_system(refused, county, tmp_path):
    path = tmp_path / "precincts.zip"
    with zipfile.ZipFile(county.precincts) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            if not name.endswith(".prj"):
                new.writestr(name, old.read(name))
    sentence = refused("NO_CRS", precincts=path)
    assert "The streets lie among the precincts with --crs" in sentence
    proposed = re.findall(r"EPSG:\d+", sentence.partition("The streets lie")[2])
    assert f"EPSG:{gpd.read_file(county.precincts).crs.to_epsg()}" in proposed


def test_streets_of_another_county(refused, other):
    assert "streets" in refused("CRS_MISMATCH OFF_STREETS", streets=other.streets)


def test_precincts_of_another_county(refused, other):
    refused("CRS_MISMATCH OUTSIDE", precincts=other.precincts)
    refused("OUTSIDE", precincts=other.precincts, streets=other.streets)


def test_empty_layer(refused, county, tmp_path):
    gpd.read_file(county.precincts).iloc[:0].to_file(tmp_path / "empty.gpkg")
    assert "empty.gpkg" in refused("EMPTY", precincts=tmp_path / "empty.gpkg")


def test_empty_voter_file(refused, tmp_path):
    (tmp_path / "voters.csv").write_text("voter_id,address,lat,lon\n")
    refused("EMPTY", voters=tmp_path / "voters.csv")


def test_wrong_precinct_column_gets_the_nearest_guess(refused):
    assert "PRECINCT" in refused("COLUMN", "--precinct-column", "PRECNCT")


def test_wrong_voter_column_gets_the_nearest_guess(refused):
    assert "szPhone" in refused("COLUMN", "--column", "phone=szPhon")


def test_unknown_voter_columns(refused, tmp_path):
    (tmp_path / "voters.csv").write_text("who,where,y,x\n1,1 A ST,37,-121\n2,2 A ST,37,-121\n")
    refused("COLUMN", voters=tmp_path / "voters.csv")


def test_voters_without_a_header(refused, county, tmp_path):
    lines = county.voters.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "voters.csv").write_text("".join(lines[1:]), encoding="utf-8")
    refused("HEADER COLUMN", voters=tmp_path / "voters.csv")


def test_latitude_and_longitude_exchanged(refused, changed):
    voters = changed(lambda row: row | {"lat": row["lon"], "lon": row["lat"]})
    assert "--swap" in refused("SWAPPED", voters=voters)


def test_coordinates_in_feet(refused, changed):
    refused("COORD_RANGE", voters=changed(lambda row: row | {"lat": 1700000, "lon": 6150000}))


def test_voters_outside_all_precincts(refused, changed):
    """Addresses that the street file does not know either: else that would find the doors."""
    voters = changed(
        lambda row: (
            row
            | {"lat": row["lat"] and float(row["lat"]) - 1, "szStreetName": "ELSEWHERE"}
            | {"szSitusAddress": f"{row['sHouseNum']} ELSEWHERE RD"}
        )
    )
    refused("OUTSIDE", voters=voters)


def test_nobody_left(refused):
    assert "age > 150" in refused("NO_VOTERS", "--as-of", "2026-11-03", "--where", "age > 150")


@pytest.mark.parametrize("where", ["age <", "__import__('os')", "age < 35 and", "1; drop table"])
def test_where_that_cannot_be_understood(refused, where):
    refused("WHERE COLUMN", "--where", where)


def test_where_with_a_column_that_is_not_there(refused):
    assert "party" in refused("COLUMN WHERE", "--where", "prty = 'Green'")


@pytest.mark.parametrize("text", ["[cut\n", "[cut]\ntargt = 5\n", "[cut]\ntarget = 'x'\n"])
def test_bad_toml(refused, tmp_path, text):
    (tmp_path / "job.toml").write_text(text)
    refused("PARAMETER", "--config", tmp_path / "job.toml")


@pytest.mark.parametrize("words", [(), ("--force",)])
def test_folder_of_something_else(refused, tmp_path, words):
    out = tmp_path / "results" / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    refused("OUTPUT", *words)
    assert (out / "mine.txt").read_text() == "mine"


def test_unknown_layer_of_lines(refused, county, tmp_path):
    refused("NO_FILE", "--within", tmp_path / "districts.gpkg.DISTRICT")
    districts = tmp_path / "districts.gpkg"
    gpd.read_file(county.precincts).to_file(districts)
    assert "PRECINCT" in refused("COLUMN", "--within", tmp_path / "districts.gpkg.PRECINKT")


def test_virtual_file_under_another_name(refused, tmp_path):
    """GDAL would follow it to any file or address."""
    path = tmp_path / "precincts.geojson"
    source = "<SrcDataSource>/etc/passwd</SrcDataSource>"
    path.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="a">{source}</OGRVRTLayer></OGRVRTDataSource>'
    )
    refused("TYPE DAMAGED EMPTY", precincts=path)


def test_archive_that_leaves_its_folder(refused, county, tmp_path):
    path = tmp_path / "precincts.zip"
    with zipfile.ZipFile(county.precincts) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(f"../../{name}", old.read(name))
    refused("ARCHIVE", precincts=path)


def test_too_many_rows_set_aside_is_told_by_the_exit_code(cut, tmp_path):
    done = cut("--max-set-aside", 0)
    assert (done.returncode, done.stdout) == (3, "")
    assert "more than --max-set-aside allows" in done.stderr
    assert (tmp_path / "results" / "out" / "plan.json").is_file()
    before = (tmp_path / "results" / "out" / "plan.json").read_bytes()
    again = cut()
    assert again.returncode == 2
    assert SENTENCE.fullmatch(again.stderr)[1] == "OUTPUT"
    assert (tmp_path / "results" / "out" / "plan.json").read_bytes() == before


def test_many_voters_outside_are_told_by_the_same_exit_code_whether_one_cuts_or_looks(
    cut, county, changed, workspace
):
    """Every tenth voter lives far to the north, in a street that no source here has."""
    rows = iter(range(10_000))
    north = {"lat": "39.9", "szStreetName": "NOWHERE"}
    voters = changed(lambda row: row | (north if next(rows) % 10 == 0 else {}))
    done = cut(voters=voters)
    assert done.returncode == 3
    assert "R-out_of_county (more than 2.0%)" in done.stderr
    words = ("--workspace", workspace, "--quiet", "--precincts", county.precincts)
    looked = commanded("check", *words, "--voters", voters, "--streets", county.streets)
    assert (looked.returncode, looked.stderr) == (3, done.stderr)
    calm = commanded("check", *words, "--voters", voters, "--max-set-aside", "50%")
    assert (calm.returncode, calm.stderr) == (0, "")
