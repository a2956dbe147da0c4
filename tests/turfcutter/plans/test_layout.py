"""Layouts drawn: minutes and effort of turfs that a reader can count along a street."""

import numpy as np
import pandas as pd
import pytest
from pyproj import CRS

from geodata.crs import unproject
from turfcutter.params import CutParams
from turfcutter.plans.layout import KEPT, Layout, draw
from turfcutter.streets.network import build_network

UTM = CRS("EPSG:32610")
CORNER = (610_000.0, 4_260_000.0)


def door(turf, stop, *, at_m, setback_m=15.0, building="house", level=0, at_stop=0):
    """A door `at_m` along the north side of Main."""
    return {
        "turf_id": turf,
        "stop_id": stop,
        "place": stop,
        "at_stop": at_stop,
        "along_dm": 10 * at_m,
        "setback_m": setback_m,
        "building": building,
        "level": level,
    }


def drawn(town, doors, cut, *, kind="walk"):
    """Turfs and doors of a layout on Main, 1 km long, which has steps nowhere and few crossings."""
    x, y = CORNER
    network = build_network(town(("Main", "residential", [(x, y), (x + 1000, y)])))
    table = pd.DataFrame(doors).assign(
        edge=0, hand=0, side="", unit="", city="", zip="", precinct="1", voters=2
    )
    table = table.assign(located="file", grade="", flags="", site=table["stop_id"], zone=0, soft=0)
    table["door_id"] = [f"d{k}" for k in range(len(table))]
    table["address"] = [f"{stop} Main" for stop in table["stop_id"]]
    table["lon"], table["lat"] = unproject(
        x + table["along_dm"].to_numpy() / 10, y + table["setback_m"].to_numpy(), UTM
    )
    names = sorted(table["turf_id"].unique())
    turfs = pd.DataFrame({"turf_id": names}).assign(
        region="1", kind=kind, colour=-1, locked=False, rank=0, staging="", drive_minutes=0.0
    )
    turfs = turfs.assign(crew=0, drop_off="")[[*KEPT]]
    found = draw(Layout(table, turfs, network, UTM), cut)
    return found.turfs.set_index("turf_id"), found.doors.set_index("door_id")


def test_minutes_of_houses(town):
    """
    Three houses 150 m apart, 15 m from the street: 600 m of walk are 8 minutes at 1.25 m/s,
    three paths of 30 m are 1.2, three doors 5.1.
    """
    turfs, doors = drawn(town, [door("A", k, at_m=100 + 150 * k) for k in range(3)], CutParams())
    row = turfs.loc["A"]
    assert (row["minutes"], row["walk_m"], row["steps_m"]) == (14.3, 600.0, 0.0)
    assert row["minutes_low"] == pytest.approx(3 * 1.34 + 0.9 * 9.2, abs=0.051)
    assert row["minutes_high"] == pytest.approx(3 * 2.15 + 1.1 * 9.2, abs=0.051)
    assert row["effort"] == "easy"
    assert doors["minutes"].tolist() == [2.1, 2.1, 2.1]


def test_the_walk_that_ends_anywhere_takes_half(town):
    houses = [door("A", k, at_m=100 + 150 * k) for k in range(3)]
    row = drawn(town, houses, CutParams(end="anywhere"))[0].loc["A"]
    assert (row["minutes"], row["walk_m"]) == (10.3, 300.0)


def test_long_paths_are_effort(town):
    """600 m of walk and three paths of 500 m to and from the doors: 2.1 km."""
    houses = [door("A", k, at_m=100 + 150 * k, setback_m=250.0) for k in range(3)]
    assert drawn(town, houses, CutParams())[0].loc["A", "effort"] == "fair"
    assert drawn(town, houses, CutParams(), kind="drive")[0].loc["A", "effort"] == "easy"


def test_a_building_of_two_turfs_is_entered_twice(town):
    """Units 101, 102 and 201 at the street; turf B gets 201 and floor 2 with it."""
    units = [
        door(turf, 1, at_m=100, setback_m=0.0, building="apartments", level=level, at_stop=k)
        for k, (turf, level) in enumerate([("A", 1), ("A", 1), ("B", 2)])
    ]
    turfs, doors = drawn(town, units, CutParams())
    assert doors["minutes"].tolist() == [3.3, 1.8, 3.3]
    assert turfs["minutes"].tolist() == [5.1, 3.3]
    whole = drawn(town, [unit | {"turf_id": "A"} for unit in units], CutParams())[1]
    assert whole["minutes"].tolist() == [3.3, 1.8, 2.3]


@pytest.mark.parametrize("end", ["start", "anywhere"])
def test_minutes_add_up_whatever_the_kind(town, end):
    rng = np.random.default_rng(5)
    houses = [
        door("AB"[k % 2], k, at_m=int(rng.integers(5, 990)), setback_m=float(rng.integers(3, 60)))
        for k in range(20)
    ]
    cut = CutParams(kind="deep", speed_mps=0.9, end=end)
    turfs, doors = drawn(town, houses, cut)
    walk = turfs["walk_m"] / 0.9 / 60
    total = doors.groupby("turf_id")["minutes"].sum() + walk
    assert np.allclose(turfs["minutes"], total, atol=0.06)
    assert (turfs["minutes_low"] < turfs["minutes"]).all()
    assert (turfs["minutes"] < turfs["minutes_high"]).all()
