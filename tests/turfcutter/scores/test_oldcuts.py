"""Cuts of other programs are found at the plan's doors, by id, address or place."""

import gzip

import numpy as np
import pandas as pd
import pytest

from geodata.errors import InputError
from turfcutter.scores.oldcuts import read_old_cut

CRS = "EPSG:32610"
DOORS = pd.DataFrame(
    {
        "door_id": ["aa", "bb", "cc", "dd"],
        "address": ["12 Oak Street", "14 OAK ST", "20 Elm Ave", "20 Elm Ave"],
        "unit": ["", "", "1", "2"],
        "zip": ["95616", "95616", "95618", "95618-1234"],
        "lon": [-121.74, -121.7402, -121.75, -121.75],
        "lat": [38.55, 38.55, 38.56, 38.56],
    }
)


def read(tmp_path, text):
    path = tmp_path / "old.csv"
    path.write_text(text)
    return read_old_cut(path, DOORS, CRS)


def test_by_door_id_with_an_order(tmp_path):
    found = read(tmp_path, "door_id,turf,order\ndd,7,2\naa,7,1\nzz,7,3\nbb,8,1\n")
    assert found.turf.tolist() == ["7", "8", "", "7"]
    assert found.order.tolist() == [1, 1, np.inf, 2]


def test_the_walk_list_of_a_plan_is_a_cut_too(tmp_path):
    """One row a voter, the turf's column is called turf_id."""
    found = read(tmp_path, "turf_id,stop,door_id,voter_id\nA-1,1,aa,1\nA-1,1,aa,2\nA-2,1,cc,3\n")
    assert found.turf.tolist() == ["A-1", "", "A-2", ""]
    assert found.order.tolist() == [1, np.inf, 1, np.inf]


def test_by_address_however_it_is_written(tmp_path):
    text = (
        "turf|address|unit\nN|12 oak st.|\nN|014 Oak Str|\nS|20 ELM AVENUE|#1\nT|20 Elm Ave|Apt 2\n"
    )
    found = read(tmp_path, text)
    assert found.turf.tolist() == ["N", "N", "S", "T"]


def test_a_building_without_units_takes_all_its_doors_along(tmp_path):
    found = read(tmp_path, "turf,address\nS,20 Elm Ave\n")
    assert found.turf.tolist() == ["", "", "S", "S"]


def test_a_building_in_two_turfs_says_nothing_about_other_units(tmp_path):
    found = read(tmp_path, "turf,address,unit\nS,20 Elm Ave,7\nT,20 Elm Ave,2\n")
    assert found.turf.tolist() == ["", "", "", "T"]


def test_zip_codes_tell_streets_of_one_name_apart(tmp_path):
    found = read(tmp_path, "turf,address,zip\nX,20 Elm Ave,95616\nY,12 Oak St,95616\n")
    assert found.turf.tolist() == ["Y", "", "", ""]


def test_by_place(tmp_path):
    """The first point is 9 m from the first door, the second is nowhere near."""
    found = read(
        tmp_path, "Lon,Lat,Turf\n-121.7401,38.55,5\n-121.9,38.55,6\n-121.75,38.56,7\n,,8\n"
    )
    assert found.turf.tolist() == ["5", "5", "7", "7"]


def test_stops_are_an_order_where_no_other_is_given(tmp_path):
    """As in `doors.csv`, where the doors of a stop have one number."""
    stops = read(tmp_path, "door_id,turf_id,stop\ndd,7,2\naa,7,1\ncc,7,1\n")
    assert stops.order.tolist() == [1, np.inf, 1, 2]
    both = read(tmp_path, "door_id,turf,stop,order\ndd,7,1,2\naa,7,1,1\n")
    assert both.order.tolist() == [1, np.inf, np.inf, 2]


def test_row_order_does_not_matter(tmp_path):
    rows = ["aa,2,9", "aa,1,3", "bb,1,1", "bb,1,1"]
    first = read(tmp_path, "\n".join(["door_id,turf,order", *rows]))
    again = read(tmp_path, "\n".join(["door_id,turf,order", *rows[::-1]]))
    assert first.turf.tolist() == again.turf.tolist() == ["1", "1", "", ""]
    assert first.order.tolist() == again.order.tolist()


def test_compressed(tmp_path):
    path = tmp_path / "old.csv.gz"
    path.write_bytes(gzip.compress(b"door_id,turf\naa,1\n"))
    assert read_old_cut(path, DOORS, CRS).turf.tolist() == ["1", "", "", ""]


@pytest.mark.parametrize(
    ("text", "code", "what"),
    [
        ("door_id,list\naa,1\n", "COLUMN", "turf"),
        ("turf,name\n1,aa\n", "COLUMN", "door_id"),
        ("turf,lat\n1,2\n", "COLUMN", "door_id"),
        ("turf,door_id\n1,zz\n", "EMPTY", "none of its rows"),
        ("turf,door_id\n", "EMPTY", "no rows"),
        ("turf,lon,lat\n1,x,y\n", "EMPTY", "none of its rows"),
        ("turf,lon,lat\n1,1e9,1e9\n", "EMPTY", "none of its rows"),
    ],
)
def test_what_cannot_be_a_cut_of_these_doors(tmp_path, text, code, what):
    with pytest.raises(InputError, match=what) as fault:
        read(tmp_path, text)
    assert fault.value.code == code
