"""Invented voters on real addresses and along real streets."""

import gzip
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from geodata.errors import InputError
from geodata.schema import Streets
from turfcutter.sample.addresses import addresses_of, read_doors
from turfcutter.sample.plain import write_plain_voters
from turfcutter.sample.roadside import doors_along, invent_doors
from turfcutter.sample.voters import (
    invent_people,
    some_at_every_door,
    voters_per_door,
)

METRES = CRS.from_epsg(32610)


@given(st.integers(1, 400), st.floats(0.01, 1.0), st.integers(0, 2**31))
def test_voters_are_shared_out_exactly(doors, share, seed):
    voters = max(1, math.floor(share * 3 * doors))
    count = voters_per_door(doors, voters, np.random.default_rng(seed))
    assert count.sum() == voters
    assert count.min() >= 0
    assert count.max() <= 3


@pytest.mark.parametrize(("doors", "voters"), [(10, 31), (10, 0), (0, 1)])
def test_impossible_shares(doors, voters):
    with pytest.raises(ValueError, match=str(voters)):
        voters_per_door(doors, voters, np.random.default_rng(0))


@given(st.integers(1, 300), st.floats(1, 3), st.integers(0, 2**31))
def test_somebody_lives_behind_every_door(doors, mean, seed):
    count = some_at_every_door(doors, mean, np.random.default_rng(seed))
    assert count.sum() == min(max(round(doors * mean), doors), 3 * doors)
    assert set(count) <= {1, 2, 3}


def test_people_of_one_household_share_names():
    people = invent_people(np.full(2000, 2), np.random.default_rng(1))
    last = people.table["last"].to_numpy().reshape(-1, 2)
    assert 0.5 < (last[:, 0] == last[:, 1]).mean() < 0.9
    assert people.door.tolist() == np.repeat(np.arange(2000), 2).tolist()
    assert people.table["born"].max() < "2008-09-02"
    assert (people.table["registered"] >= people.table["born"]).all()


def test_real_addresses_of_san_francisco(shared_data):
    doors = read_doors(shared_data / "sf-central" / "eas_addresses_with_units.csv.gz")
    assert len(doors) == 4737
    assert addresses_of(doors) == 2512
    assert doors["lon"].between(-122.43, -122.41).all()
    assert doors["lat"].between(37.77, 37.79).all()
    assert (doors["zip"].str.len() == 5).all()


def test_real_addresses_of_san_jose(shared_data):
    doors = read_doors(shared_data / "san-jose" / "sanjose_addresses.csv.gz")
    assert len(doors) == 313_571
    assert not doors.duplicated(["address", "unit", "city"]).any()
    assert doors["address"].str.contains(r"^\S+ .+").all()


TABLE = """Number|Street|Apt|Town|Postcode|Latitude|Longitude
12|OAK ST|2|PEÑA|00301|37.5|-121.5
12|OAK ST|10|PEÑA|00301|37.5|-121.5
12|OAK ST|2|PEÑA|00301|37.6|-121.5
|OAK ST||PEÑA|00301|37.5|-121.5
14|OAK ST||PEÑA|00301||
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "addresses.txt"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_number_and_street_are_joined(table):
    doors = read_doors(table)
    assert doors[["address", "unit", "zip"]].to_numpy().tolist() == [
        ["12 OAK ST", "10", "00301"],
        ["12 OAK ST", "2", "00301"],
        ["14 OAK ST", "", "00301"],
    ]
    assert doors["lat"].tolist()[:2] == [37.5, 37.5]
    assert math.isnan(doors["lat"].iloc[2])


def test_the_order_of_rows_does_not_matter(table, tmp_path):
    lines = TABLE.splitlines()
    turned = tmp_path / "turned.csv.gz"
    turned.write_bytes(gzip.compress("\n".join([lines[0], *lines[:0:-1]]).encode()))
    pd.testing.assert_frame_equal(read_doors(table), read_doors(turned))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("street,city\nOAK ST,A\n", "COLUMN"),
        ("address,city\n,A\n", "EMPTY"),
        ("address,lat,lon\n1 OAK,2145000,6060000\n", "COORD_RANGE"),
    ],
)
def test_unusable_address_files(tmp_path, text, code):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(InputError) as fault:
        read_doors(path)
    assert fault.value.code == code
    assert "bad.csv" in fault.value.sentence


def test_plain_voter_file(table, tmp_path):
    doors = read_doors(table)
    out = tmp_path / "voters.csv"
    count = write_plain_voters(doors, out, per_door=2.0, seed=5)
    voters = pd.read_csv(out, dtype=str, keep_default_na=False)
    assert list(voters.columns) == [
        "voter_id",
        "first_name",
        "last_name",
        "birth_date",
        "gender",
        "party",
        "language",
        "phone",
        "status",
        "address",
        "unit",
        "city",
        "zip",
        "lat",
        "lon",
    ]
    assert count == len(voters) == 6
    assert voters["voter_id"].is_monotonic_increasing
    assert voters.groupby(["address", "unit"]).ngroups == 3
    assert set(voters["zip"]) == {"00301"}
    assert set(voters["lat"]) == {"37.500000", ""}
    again = tmp_path / "again.csv"
    write_plain_voters(doors, again, per_door=2.0, seed=5)
    assert again.read_bytes() == out.read_bytes()
    write_plain_voters(doors, again, per_door=2.0, seed=6)
    assert again.read_bytes() != out.read_bytes()


def small_town() -> Streets:
    """
    A street of 400 m to the east, one of 400 m north that crosses it, and an unnamed lane.

              |
       -------+-------   Oak Street, drawn westwards
              |
              |   Elm Street
    """
    at = [(400.0, 0.0), (200.0, 0.0), (0.0, 0.0), (200.0, -300.0), (200.0, 100.0), (0.0, 200.0)]
    nodes = pd.DataFrame({"node": range(1, 7), "x": [600_000 + x for x, _ in at],
                          "y": [4_200_000 + y for _, y in at]})  # fmt: skip
    nodes = nodes.assign(crossing=False, barrier=False)
    pairs = [(0, 1, 0), (1, 2, 0), (3, 1, 1), (1, 4, 1), (2, 5, 2)]
    segments = pd.DataFrame(pairs, columns=["u", "v", "way"]).astype("int32")
    ways = pd.DataFrame({"way": [10, 11, 12], "kind": "residential",
                         "name": ["Oak Street", "Elm Street", ""]})  # fmt: skip
    water = shapely.box(600_300, 4_199_000, 600_500, 4_199_995)
    none = gpd.GeoDataFrame({"kind": [], "name": []}, geometry=[], crs=METRES)
    base = gpd.GeoDataFrame({"kind": ["water"], "name": [""]}, geometry=[water], crs=METRES)
    return Streets(nodes, segments, ways, none, base, none)


def located(doors: pd.DataFrame) -> pd.DataFrame:
    """Doors with number, street and metres from the town's corner."""
    spots = gpd.GeoSeries(gpd.points_from_xy(doors["lon"], doors["lat"]), crs=4326).to_crs(METRES)
    parts = doors["address"].str.split(" ", n=1, expand=True)
    return doors.assign(
        number=parts[0].astype(int),
        street=parts[1],
        x=spots.x.to_numpy() - 600_000,
        y=spots.y.to_numpy() - 4_200_000,
    )


def test_doors_on_both_sides_of_a_street():
    doors = located(invent_doors(small_town(), METRES))
    assert set(doors["street"]) == {"Oak Street", "Elm Street"}
    oak = doors[doors["street"] == "Oak Street"]
    assert oak["y"].abs().between(10.9, 14.1).all()
    assert (oak.loc[oak["number"] % 2 == 1, "y"] > 0).all()
    assert (oak.loc[oak["number"] % 2 == 0, "y"] < 0).all()
    assert (oak.loc[oak["y"] < 0, "x"] < 295).all()  # not in the water
    elm = doors[doors["street"] == "Elm Street"]
    assert ((elm["x"] < 200) == (elm["number"] % 2 == 1)).all()
    for _, side in oak.groupby(oak["number"] % 2):
        rising = side.sort_values("number")
        assert rising["x"].is_monotonic_increasing
        assert rising["x"].diff().min() > 12
    assert doors["address"].is_unique
    gaps = np.hypot(*(doors[["x", "y"]].to_numpy()[:, None] - doors[["x", "y"]].to_numpy()).T)
    assert gaps[gaps > 0].min() > 11
    assert not ((doors["x"] - 200).abs().lt(9) | doors["y"].abs().lt(9)).any()


def test_so_many_doors_as_asked_for():
    every = invent_doors(small_town(), METRES)
    some = invent_doors(small_town(), METRES, doors=20)
    assert len(some) == 20
    assert set(some["address"]) < set(every["address"])
    with pytest.raises(InputError, match=f"{len(every)} lots"):
        invent_doors(small_town(), METRES, doors=len(every) + 1)


def test_streets_without_residential_ways():
    town = small_town()
    town.ways["kind"] = "tertiary"
    with pytest.raises(InputError) as fault:
        invent_doors(town, METRES)
    assert fault.value.code == "EMPTY"


def test_doors_along_the_streets_of_davis(shared_data):
    path = shared_data / "davis" / "davis_2019.osm.gz"
    every = doors_along(path)
    assert len(every) > 20_000
    assert every["address"].is_unique
    some = doors_along(path, doors=10_724)
    assert len(some) == 10_724
    assert some["lon"].between(-121.9, -121.6).all()
    assert some["lat"].between(38.4, 38.7).all()
    pd.testing.assert_frame_equal(some, doors_along(path, doors=10_724))
