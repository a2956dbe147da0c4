"""Voter files without coordinates, as California's are, through the command."""

import csv
import zipfile

import pandas as pd
import pytest

from turfcutter.sample import make_county

FAR = {"R-too_far_to_walk"}


def bare(path, out, *, also=()):
    """A voter file without its coordinates."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("lat") is not None]
    kept = [name for name in rows[0] if name and name not in ("lat", "lon", *also)]
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, kept, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return out


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return make_county(tmp_path_factory.mktemp("bare") / "county", voters=400, seed=5)


def cut(here, folder, county, **files):
    named = {"precincts": county.precincts, "streets": county.streets} | files
    words = [word for name, path in named.items() for word in (f"--{name}", path)]
    out = folder / "out"
    done = here("cut", *words, "--out", out, "--workspace", folder / "workspace")
    assert done.returncode == 0, done.stderr
    return pd.read_parquet(out / "doors.parquet"), pd.read_csv(out / "exceptions.csv"), done


@pytest.mark.slow
def test_buildings_of_openstreetmap_place_all_voters(here, county, tmp_path):
    voters = bare(county.voters, tmp_path / "voters.csv")
    doors, exceptions, done = cut(here, tmp_path, county, voters=voters)
    assert set(doors["located"]) == {"osm"}
    assert len(doors) > 200
    assert set(exceptions["reason"]) <= {"R-po_box", "R-unreachable"} | FAR
    assert "Placed by address" in done.stdout


def test_centrelines_are_streets_and_ranges(here, county, tmp_path):
    voters = bare(county.voters, tmp_path / "voters.csv")
    doors, exceptions, _ = cut(here, tmp_path, county, voters=voters, streets=county.centrelines)
    assert set(doors["located"]) == {"range"}
    assert set(exceptions["reason"]) <= {"R-po_box", "R-no_geocode", "R-unreachable"} | FAR
    # homes in parks share the address of a road on which no range is
    lost = exceptions.loc[exceptions["reason"] == "R-no_geocode", "address"]
    assert lost.str.contains("SPC").all()


@pytest.mark.slow
def test_a_file_of_addresses_comes_first(here, county, tmp_path):
    with county.voters.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row.get("lat")]
    points = tmp_path / "points.csv"
    with points.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["address", "city", "zip", "lat", "lon"])
        writer.writerows(
            [row["szSitusAddress"], row["szSitusCity"], row["sSitusZip"], row["lat"], row["lon"]]
            for row in rows
            if row["lat"] < "39"
        )
    voters = bare(county.voters, tmp_path / "voters.csv")
    doors, _, _ = cut(here, tmp_path, county, voters=voters, addresses=points)
    assert (doors["located"] == "points").mean() > 0.97


def test_a_file_of_addresses_that_is_none_is_refused(here, county, tmp_path):
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    files = ("--precincts", county.precincts, "--voters", county.voters)
    done = here(
        *("cut", *files, "--streets", county.streets, "--addresses", other),
        *("--out", tmp_path / "out", "--workspace", tmp_path / "workspace", "--quiet"),
    )
    assert done.returncode == 2
    assert done.stderr.startswith("turfcutter: ARCHIVE: ")
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_san_francisco_without_coordinates(here, shared_data, tmp_path):
    """Nearly all doors stand where the city's own file has them."""
    place = shared_data / "sf-central"
    points = place / "eas_addresses_with_units.csv.gz"
    made = here("sample-voters", "--addresses", points, "--out", tmp_path / "whole.csv")
    assert made.returncode == 0, made.stderr
    whole = pd.read_csv(tmp_path / "whole.csv", dtype={"unit": "str", "zip": "str"})
    out = tmp_path / "out"
    done = here(
        *("cut", "--precincts", place / "SF_DOE_Precincts_20120702_EPSG2227.zip"),
        *("--voters", bare(tmp_path / "whole.csv", tmp_path / "bare.csv")),
        *("--streets", place / "sf_central_20260204.osm.pbf", "--addresses", points),
        *("--out", out, "--workspace", tmp_path / "workspace", "--quiet"),
    )
    assert done.returncode == 0, done.stderr
    doors = pd.read_parquet(out / "doors.parquet")
    assert len(doors) >= 0.995 * 4737
    both = doors.merge(
        whole.fillna({"unit": ""}).drop_duplicates(["address", "unit"]),
        on=["address", "unit"],
        suffixes=("", "_true"),
    )
    near = (both["lon"] - both["lon_true"]).abs() + (both["lat"] - both["lat_true"]).abs() < 5e-4
    assert len(both) >= 0.995 * len(doors)
    assert near.mean() >= 0.999
