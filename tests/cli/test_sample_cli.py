"""The commands `sample` and `sample-voters` as a user types them."""

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from turfcutter.cli.main import main

ADDRESSES = "address,unit,city,zip,lat,lon\n1 OAK ST,,A,00301,37.5,-121.5\n3 OAK ST,B,A,00301,,\n"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_sample_writes_a_county(tmp_path):
    out = tmp_path / "new" / "county"
    result = run("sample", "--out", out, "--voters", 500)
    assert result.exit_code == 0, result.output
    assert {path.name for path in out.iterdir()} == {
        "README.txt", "centrelines.zip", "precincts.zip", "streets.osm.pbf", "voters.csv",
    }  # fmt: skip
    assert "500 voters" in result.output
    assert "invented" in result.output


def test_sample_writes_several_counties_that_add_up(tmp_path):
    result = run("sample", "--out", tmp_path / "state", "--voters", 900, "--counties", 2)
    assert result.exit_code == 0, result.output
    ids = []
    for name in ("county-01", "county-02"):
        lines = (tmp_path / "state" / name / "voters.csv").read_text(encoding="utf-8").splitlines()
        width = lines[0].count(",")
        ids += [{line.split(",")[0] for line in lines[1:] if line.count(",") == width}]
    assert len(ids[0]) > len(ids[1])
    assert len(ids[0] | ids[1]) == 900


def test_sample_leaves_other_files_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    result = run("sample", "--out", tmp_path)
    assert result.exit_code == 2
    assert "OUTPUT" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_more_counties_than_voters(tmp_path):
    result = run("sample", "--out", tmp_path / "x", "--voters", 2, "--counties", 3)
    assert result.exit_code == 2
    assert "cannot be shared" in result.output
    assert not (tmp_path / "x").exists()


@pytest.fixture
def addresses(tmp_path) -> Path:
    path = tmp_path / "addresses.csv"
    path.write_text(ADDRESSES)
    return path


def test_voters_on_addresses(addresses, tmp_path):
    out = tmp_path / "voters.csv"
    result = run("sample-voters", "--addresses", addresses, "--out", out, "--per-door", 3)
    assert result.exit_code == 0, result.output
    assert "6 invented voters at 2 doors, 2 addresses" in result.output
    assert len(pd.read_csv(out)) == 6


def test_voters_along_streets(tmp_path):
    run("sample", "--out", tmp_path / "county", "--voters", 200)
    streets = tmp_path / "county" / "streets.osm.pbf"
    out = tmp_path / "voters.csv"
    result = run("sample-voters", "--streets", streets, "--out", out, "--doors", 300)
    assert result.exit_code == 0, result.output
    assert "540 invented voters at 300 doors, 300 addresses" in result.output
    assert len(pd.read_csv(out)) == 540


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "either --addresses or --streets"),
        (("--addresses", "a.csv", "--streets", "b.pbf"), "either --addresses or --streets"),
        (("--addresses", "a.csv", "--doors", "5"), "--doors goes with --streets"),
        (("--addresses", "absent.csv"), "NO_FILE"),
        (("--streets", "absent.pbf"), "NO_FILE"),
    ],
)
def test_what_does_not_go_together(tmp_path, words, says):
    result = run("sample-voters", "--out", tmp_path / "voters.csv", *words)
    assert result.exit_code == 2
    assert says in result.output
    assert not (tmp_path / "voters.csv").exists()


def test_an_earlier_voter_file_stays(addresses):
    result = run("sample-voters", "--addresses", addresses, "--out", addresses)
    assert result.exit_code == 2
    assert "OUTPUT" in result.output
    assert addresses.read_text() == ADDRESSES
