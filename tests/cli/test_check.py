import json
import re

import pytest

from turfcutter.sample import make_county


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return make_county(tmp_path_factory.mktemp("check") / "county", voters=200, seed=6)


@pytest.fixture
def check(here, tmp_path):
    def run(*words):
        return here("check", *words, "--workspace", tmp_path / "ws")

    return run


def test_json_and_page(check, county, tmp_path):
    done = check(
        *("--precincts", county.precincts, "--streets", county.streets),
        *("--quiet", "--json", "--html", tmp_path / "r.html"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert [part["input"] for part in found["parts"]] == ["precincts", "streets"]
    assert found["exit_code"] == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert county.precincts.name in page
    assert (tmp_path / "r.html").stat().st_mode & 0o077 == 0


def test_every_input_gets_its_sentence(check, tmp_path):
    (tmp_path / "v.csv").write_text("a\n1\n")
    done = check("--precincts", tmp_path / "p.shp", "--voters", tmp_path / "v.csv")
    assert done.returncode == 2
    assert re.findall(r"turfcutter: ([A-Z_]+):", done.stderr) == ["NO_FILE", "HEADER"]
    assert done.stdout.count("REJECTED") == 2


def test_nothing_named(check):
    done = check()
    assert done.returncode == 2
    assert "PARAMETER: No file is named" in done.stderr


def test_a_page_that_cannot_be_written(check, county, tmp_path):
    done = check("--precincts", county.precincts, "--quiet", "--html", tmp_path / "no" / "r.html")
    assert done.returncode == 2
    assert "OUTPUT" in done.stderr


def test_a_page_is_not_written_over_a_file_of_another_kind(check, county, tmp_path):
    voters = tmp_path / "voters.csv"
    voters.write_bytes(county.voters.read_bytes())
    done = check("--voters", voters, "--quiet", "--html", voters)
    assert done.returncode == 2
    assert "OUTPUT: " in done.stderr
    assert voters.read_bytes() == county.voters.read_bytes()


def test_a_file_beside_the_voters_that_is_refused_does_not_hide_them(check, county, tmp_path):
    (tmp_path / "flags.csv").write_text("address,flag\n1 Main St,haunted\n")
    done = check("--voters", county.voters, "--flags", tmp_path / "flags.csv", "--json")
    assert done.returncode == 2
    voters, beside = json.loads(done.stdout)["parts"][:2]
    assert (voters["input"], voters["refused"]) == ("voters", None)
    assert voters["counts"]["rows"] > 200
    assert (beside["input"], beside["refused"]["code"]) == ("beside", "FLAGS")


def test_counts_are_told_with_the_codes_that_readme_has(check, county, tmp_path):
    page = tmp_path / "r.html"
    done = check("--voters", county.voters, "--html", page)
    for text in (done.stdout, page.read_text(encoding="utf-8")):
        assert "R-no_geocode: the voter has no usable coordinates" in text
        assert "status: deceased, moved, cancelled or inactive" in text
