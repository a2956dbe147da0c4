"""Same input and seed, same bytes in every file: whatever process, order of rows or threads."""

import csv
import hashlib
import random
import re

import pytest

from turfcutter.sample import make_county


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return make_county(tmp_path_factory.mktemp("same") / "county", voters=700, seed=5)


@pytest.fixture(scope="module")
def cut(county, here, turfcutter, tmp_path_factory):
    """
    Cut the county with other words, everything read anew; returns the folder.

    With settings in a process of its own, else in this one.
    """
    base = tmp_path_factory.mktemp("cuts")

    def run(name, *words, voters=county.voters, **settings):
        files = ("--precincts", county.precincts, "--voters", voters, "--streets", county.streets)
        where = ("--out", base / name, "--workspace", base / f"{name}-workspace", "--quiet")
        command = turfcutter if settings else here
        done = command("cut", *files, *where, "--as-of", "2026-11-03", *words, **settings)
        assert (done.returncode, done.stderr) == (0, "")
        return base / name

    return run


@pytest.fixture(scope="module")
def first(cut):
    return cut("first", "--workers", 1, PYTHONHASHSEED="0", TZ="UTC")


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_another_process_on_another_day_of_the_world(cut, first):
    settings = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"}
    second = cut("second", "--workers", 2, **settings)
    assert digests(second) == digests(first)


def test_shuffled_rows_of_the_voter_file(cut, county, first, tmp_path):
    """The one row that cannot be read moves too: nothing may tell its line."""
    with county.voters.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    random.Random(1).shuffle(rows)  # noqa: S311 - no secret
    with (tmp_path / "voters.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    assert digests(cut("shuffled", voters=tmp_path / "voters.csv")) == digests(first)


def test_no_clock_and_no_place_in_any_file(first, county):
    """Dates in the files are those of the input and of the parameters."""
    known = (
        county.voters.read_bytes() + b"2026-11-03 2000-01-01"
    )  # the latter is when every layer "changed"
    stamp = re.compile(rb"20\d\d-\d\d-\d\d(?=[T ]\d\d:\d\d)")
    for path in first.iterdir():
        data = path.read_bytes()
        assert all(day in known for day in stamp.findall(data)), path.name
        assert str(first.parent).encode() not in data, path.name
        assert str(county.folder).encode() not in data, path.name


def test_another_seed_is_another_cut(cut, first):
    """Else the seed would go nowhere and sameness would show nothing."""
    other = cut("seed7", "--seed", 7)
    assert digests(other)["plan.json"] != digests(first)["plan.json"]
    assert digests(other)["doors.csv"] != digests(first)["doors.csv"]
