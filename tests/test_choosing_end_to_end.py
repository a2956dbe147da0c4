"""
The command with staging places: what it wrote, read again and held against what was asked.

A generated county; its staging places lie where its own doors do.
"""

import csv
import hashlib
import json
import random
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pytest

from turfcutter.sample import make_county

ASKED = 7


@dataclass(frozen=True)
class Result:
    """What one run wrote."""

    folder: Path

    @cached_property
    def turfs(self):
        return gpd.read_file(self.folder / "turfs.gpkg", layer="turfs").drop(columns="geometry")

    @cached_property
    def about(self):
        return json.loads((self.folder / "plan.json").read_text(encoding="utf-8"))

    def listed(self, name):
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def digests(self):
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.folder.iterdir()
        }


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return make_county(tmp_path_factory.mktemp("choosing") / "county", voters=1200, seed=3)


@pytest.fixture(scope="module")
def places(county):
    """Three places at doors of the county: room for 4, for 5, and for any number."""
    with county.voters.open(encoding="utf-8", newline="") as file:
        rows = sorted((row["lon"], row["lat"]) for row in csv.DictReader(file) if row["lon"])
    spots = [rows[len(rows) * part // 10] for part in (2, 5, 8)]
    path = county.folder.parent / "places.csv"
    lines = [
        f"{name},{lon},{lat},{room}"
        for name, (lon, lat), room in zip(
            ("West School", "Union Hall", "East Park"), spots, (4, 5, ""), strict=True
        )
    ]
    path.write_text("\n".join(["name,lon,lat,capacity", *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def run(county, here, turfcutter, tmp_path_factory):
    """Cut the county with further words; returns what was said and the folder."""
    base = tmp_path_factory.mktemp("cuts")

    def cut(name, *words, voters=county.voters, workspace=base / "workspace", **settings):
        files = ("--precincts", county.precincts, "--voters", voters, "--streets", county.streets)
        where = ("--out", base / name, "--workspace", workspace, "--json")
        command = turfcutter if settings else here
        return command("cut", *files, *where, *words, **settings), base / name

    return cut


@pytest.fixture(scope="module")
def chosen(run, places):
    """Those left uncut are not set aside: more of them than the limit are no reason for exit 3."""
    words = ("--staging", places, "--near", "East Park", "--turfs", ASKED, "--crew", 4)
    words += ("--target", 30, "--within", "none", "--workers", 1, "--max-set-aside", "5%")
    done, folder = run("chosen", *words)
    assert done.returncode == 0, done.stderr
    return Result(folder)


@pytest.fixture(scope="module")
def whole(run, places):
    words = ("--staging", places, "--crew", 4, "--target", 30, "--within", "none")
    done, folder = run("whole", *words)
    assert done.returncode == 0, done.stderr
    return Result(folder)


def rate(turfs):
    """Voters an hour, from the columns that are published."""
    return turfs["voters"] * 60 / (turfs["minutes"] + 2 * turfs["drive_minutes"])


def test_exactly_so_many_turfs_ranked_by_voters_an_hour(chosen):
    turfs = chosen.turfs.sort_values("rank")
    assert turfs["rank"].tolist() == list(range(1, ASKED + 1))
    assert rate(turfs).diff().dropna().le(1e-9).all()
    assert (turfs["staging"] == "East Park").all()
    assert turfs["doors"].between(27, 33).all()


def test_the_map_shows_the_staging_places(chosen, whole):
    for result, names in ((chosen, {"East Park"}), (whole, set(whole.turfs["staging"]))):
        base = gpd.read_parquet(result.folder / "base.parquet")
        places = base[base["kind"] == "staging"]
        assert set(places["name"]) >= names
        assert (places.geom_type == "Point").all()


def test_no_full_turf_of_the_whole_cut_is_far_better_than_the_last_chosen(chosen, whole):
    """The same turfs are cut; those left out reach fewer voters an hour from there."""
    left = whole.turfs[(whole.turfs["staging"] == "East Park") & (whole.turfs["doors"] >= 27)]
    better = rate(left) > rate(chosen.turfs).min() * 1.02
    assert better.sum() <= ASKED


def test_every_voter_read_is_accounted_for(chosen, county):
    counts = chosen.about["counts"]
    with county.voters.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert counts["rows"] == len(rows)
    names = ("unreadable", "repeated", "conflicting", "suppressed", "status", "outside", "voted")
    names = (*names, "exceptions", "uncut", "in_turfs")
    assert sum(counts[name] for name in names) == counts["rows"]
    lists = {
        name: [row["voter_id"] for row in chosen.listed(name)]
        for name in ("walklist.csv", "uncut.csv", "exceptions.csv")
    }
    counted = [counts[name] for name in ("in_turfs", "uncut", "exceptions")]
    assert [len(ids) for ids in lists.values()] == counted
    assert min(counted[:2]) > 0
    ids = Counter(one for each in lists.values() for one in each)
    assert max(ids.values()) == 1
    assert set(ids) <= {row["lVoterUniqueID"] for row in rows}
    assert {row["reason"] for row in chosen.listed("exceptions.csv")}.isdisjoint({"R-not_chosen"})
    uncut = gpd.read_file(chosen.folder / "turfs.gpkg", layer="uncut")
    assert len(uncut) == counts["uncut"]
    assert list(uncut.columns) == ["address", "detail", "geometry"]


def test_capacity_is_kept_and_everybody_has_a_place(whole):
    turfs = whole.turfs
    held = turfs["staging"].value_counts().to_dict()
    assert held["West School"] <= 4
    assert held["Union Hall"] <= 5
    assert sum(held.values()) == len(turfs) == whole.about["counts"]["turfs"]
    assert turfs["drive_minutes"].between(0, 60).all()
    assert (turfs["rank"] == 0).all()
    assert not (whole.folder / "uncut.csv").exists()
    assert whole.about["counts"]["uncut"] == 0


def test_crews_are_small_of_one_place_and_dropped_off_at_a_start(whole, chosen):
    for result in (whole, chosen):
        assert result.turfs["crew"].value_counts().max() <= 4
        crews = result.turfs.groupby("crew")
        assert (crews["staging"].nunique() == 1).all()
        assert crews["drop_off"].nunique().eq(1).all()
        assert all(rows["drop_off"].iloc[0] in set(rows["start"]) for _, rows in crews)
        assert sorted(crews.groups) == list(range(1, len(crews) + 1))


def test_same_bytes_whatever_threads_hash_seed_and_order_of_rows(
    run, places, county, chosen, tmp_path
):
    for path, copy in ((county.voters, "voters.csv"), (places, "places.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        random.Random(1).shuffle(rows)  # noqa: S311 - no secret
        with (tmp_path / copy).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
    words = ("--staging", tmp_path / "places.csv", "--near", "East Park", "--turfs", ASKED)
    words += ("--crew", 4, "--target", 30, "--within", "none", "--workers", 2)
    fresh = {"voters": tmp_path / "voters.csv", "workspace": tmp_path / "workspace"}
    done, folder = run("again", *words, **fresh, PYTHONHASHSEED="4711")
    assert done.returncode == 0, done.stderr
    assert Result(folder).digests() == chosen.digests()
