import numpy as np
import pandas as pd
import pytest
from pyproj import CRS

from geodata.errors import InputError
from turfcutter.doors.doors import gather_doors
from turfcutter.doors.flags import flag_doors
from turfcutter.doors.turnout import leave_voted

UTM = CRS("EPSG:32610")


def gathered(*homes, ballots=()):
    """Doors of (address, unit) of one voter each, in a row."""
    table = pd.DataFrame(homes, columns=["address", "unit"]).assign(
        first_name="", last_name="", age="", language="", phone="", city="DAVIS", zip="95616"
    )
    table["voter_id"] = [f"v{k}" for k in range(len(table))]
    table["lat"] = 38.5501 + np.arange(len(table)) / 1e4
    table = table.assign(lon=-121.7401234, precinct="")
    if ballots:
        table["ballot"] = list(ballots)
    return gather_doors(table, "", UTM)


def known(*rows):
    table = pd.DataFrame(rows, columns=["address", "unit", "city", "zip", "flag"])
    return table.astype("str")


def flags(found):
    doors = found.doors
    whole = (doors["address"] + " " + doors["unit"]).str.strip()
    return {home: flag for home, flag in zip(whole, doors["flags"], strict=True) if flag}


HOMES = (("12 Main St", ""), ("14 Main St", "Apt 1"), ("14 Main St", "Apt 2"), ("16 Main St", ""))


def test_a_flag_finds_its_door_however_it_is_written():
    rows = [
        ("12 MAIN STREET", "", "", "", "dog"),
        ("14 main st. #2", "", "", "95616", "gate"),
        ("14 Main", "2", "", "", "locked"),
        ("16 N Main St", "", "", "", "dog"),
        ("16 Maine St", "", "", "", "gate"),
    ]
    found, notes = flag_doors(gathered(*HOMES), known(*rows))
    assert flags(found) == {
        "12 Main St": "dog",
        "14 Main St Apt 2": "gate; locked",
        "16 Main St": "dog",
    }
    assert "4 at doors of the universe, 1 at no such door" in notes[-1].sentence


def test_a_street_is_guessed_only_where_there_is_one_like_it():
    homes = [("14 Main St", ""), ("14 Main Ave", ""), ("14 Oak St", "")]
    rows = [("14 Main", "", "", "", "dog"), ("14 Main Ave", "", "", "", "gate")]
    found, _ = flag_doors(gathered(*homes), known(*rows))
    assert flags(found) == {"14 Main Ave": "gate"}


@pytest.mark.parametrize(
    ("unit", "flagged"),
    [
        ("4-B", ["# 4 B"]),
        ("4 B", ["# 4 B"]),
        ("Apt. 4b", ["# 4 B"]),
        ("PH2", ["Penthouse 2"]),
        ("C.1", ["C/1"]),
        ("1-1", ["1-1"]),
        ("11", ["11"]),
        ("1.1", ["1-1"]),
        ("", ["# 4 B", "1-1", "11", "C/1", "Penthouse 2"]),
    ],
)
def test_units_are_the_same_however_they_are_written(unit, flagged):
    homes = [("9 High St", room) for room in ("# 4 B", "Penthouse 2", "1-1", "11", "C/1")]
    found, _ = flag_doors(gathered(*homes), known(("9 High St", unit, "", "", "dog")))
    assert sorted(found.doors.loc[found.doors["flags"] != "", "unit"]) == flagged


def test_flags_that_hold_nowhere():
    for rows in ([], [("1 Elsewhere St", "2", "", "", "dog")]):
        found, notes = flag_doors(gathered(*HOMES), known(*rows))
        assert flags(found) == {}
        assert f"0 at doors of the universe, {len(rows)} at no such door" in notes[-1].sentence


def test_rules_say_which_flags_suppress():
    rows = [("12 Main St", "", "", "", "dog"), ("16 Main St", "", "", "", "unsafe")]
    found, _ = flag_doors(gathered(*HOMES), known(*rows), {"dog": "suppress", "unsafe": "print"})
    assert flags(found) == {"16 Main St": "unsafe"}
    assert found.exceptions["detail"].tolist() == ["The door is flagged: dog."]
    for rule in ({"cat": "print"}, {"dog": "bark"}):
        with pytest.raises(InputError, match="suppress or print"):
            flag_doors(gathered(*HOMES), None, rule)


def test_a_flag_without_a_unit_holds_for_the_whole_address():
    found, _ = flag_doors(gathered(*HOMES), known(("14 Main St", "", "", "", "locked")))
    assert flags(found) == {"14 Main St Apt 1": "locked", "14 Main St Apt 2": "locked"}


@pytest.mark.parametrize("place", [("SACRAMENTO", ""), ("DAVIS", "95618"), ("", "95814")])
def test_the_same_address_elsewhere_is_another(place):
    found, _ = flag_doors(gathered(*HOMES), known(("12 Main St", "", *place, "unsafe")))
    assert len(found.doors) == len(HOMES)


@pytest.mark.parametrize("flag", ["do not knock", "no soliciting", "unsafe"])
def test_nobody_is_sent_to_a_door_that_is_flagged_so(flag):
    rows = [("12 Main St", "", "", "", flag), ("12 Main St", "", "", "", "dog")]
    found, _ = flag_doors(gathered(*HOMES), known(*rows))
    assert "12 Main St" not in set(found.doors["address"])
    assert found.exceptions[["reason", "detail"]].to_numpy().tolist() == [
        ["R-door_flag", f"The door is flagged: {flag}."]
    ]
    assert found.voters["voter_id"][found.exceptions["voter"]].tolist() == ["v0"]
    place = found.voters["door"].to_numpy()
    kept = found.voters["address"].to_numpy()[place >= 0]
    assert found.doors["address"].to_numpy()[place[place >= 0]].tolist() == kept.tolist()


def test_flags_of_one_door_are_told_once_in_one_order():
    rows = [("12 Main St", "", "", "", flag) for flag in ("locked", "dog", "locked")]
    found, _ = flag_doors(gathered(*HOMES), known(*rows))
    assert flags(found) == {"12 Main St": "dog; locked"}


def test_a_blank_unit_among_several_is_marked():
    found, notes = flag_doors(gathered(*HOMES, ("14 Main St", "")), None)
    assert flags(found) == {"14 Main St": "no unit"}
    assert [(note.code, note.count) for note in notes] == [("NO_UNIT", 1)]
    house = gathered(("12 Main St", ""), ("12 Main St", "REAR"))
    assert flags(flag_doors(house, None)[0]) == {}


def test_a_door_leaves_when_all_its_voters_have_voted():
    homes = [("1 Elm", ""), ("1 Elm", ""), ("2 Elm", ""), ("2 Elm", ""), ("3 Elm", ""), ("", "")]
    homes += [("", ""), ("4 Elm", "")]
    states = ["returned", "accepted", "accepted", "", "challenged", "accepted", "", "returned"]
    found, voted = leave_voted(gathered(*homes, ballots=states))
    assert voted == 4
    assert found.voters["voter_id"].tolist() == ["v2", "v3", "v4", "v6"]
    assert sorted(found.doors["address"]) == ["2 Elm", "3 Elm"]
    assert found.voters["voter_id"][found.exceptions["voter"]].tolist() == ["v6"]
    place = found.voters["door"].to_numpy()
    assert place[-1] == -1
    homes_left = found.doors["address"].to_numpy()[place[:-1]]
    assert homes_left.tolist() == found.voters["address"].tolist()[:-1]


def test_nothing_is_left_where_all_have_voted():
    found, voted = leave_voted(gathered(("1 Elm", ""), ("", ""), ballots=["accepted", "returned"]))
    assert voted == 2
    assert not len(found.doors)
    assert not len(found.voters)
    assert not len(found.exceptions)
    assert not len(flag_doors(found, known(("1 Elm", "", "", "", "dog")))[0].doors)
