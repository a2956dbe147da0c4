"""Voter files of every layout that is known, headers only from real ones, read into one table."""

import csv
import json
from datetime import date

import pytest

from geodata.columns.columns import recognise
from geodata.voters.ballots import read_ballots
from geodata.voters.voterfile import Beside, choose, read_voters

TITLES = {
    "ca_sos_pvrdr_vrd": "California Secretary of State extract",
    "ca_county_dims": "California county export (DIMS)",
    "ca_contra_costa": "Contra Costa County voter file",
    "van_export_a": "VAN export",
    "van_export_b": "VAN export",
}
STREET = {
    **dict.fromkeys(("AddressNumber", "sHouseNum", "HouseNumber", "StreetNo"), "12"),
    **dict.fromkeys(("StreetName", "szStreetName"), "MAIN"),
    **dict.fromkeys(("StreetType", "sStreetSuffix"), "ST"),
    **dict.fromkeys(("UnitNumber", "sUnitNum", "AptNo"), "4"),
}
IDS = ("EmsVoterId", "lVoterUniqueID", "VoterID", "Voter File VANID")


@pytest.fixture(scope="session")
def layouts(shared_data):
    path = shared_data / "voter-file-formats" / "voter_file_layouts.json"
    return {name: entry["columns"] for name, entry in json.loads(path.read_text()).items()}


def voters_of(columns, rows):
    """Rows of a voter file: cells by column, the street for all; an address suffix has no type."""
    suffix = {} if {"StreetType", "sStreetSuffix"} & set(columns) else {"StreetSuffix": "ST"}
    return [[(STREET | suffix | row).get(name, "") for name in columns] for row in rows]


def wrote(path, columns, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter="\t").writerows([columns, *rows])
    return path


@pytest.mark.parametrize("name", TITLES)
def test_every_layout_is_recognised_by_its_header(layouts, tmp_path, name):
    columns = [column.strip() for column in layouts[name]]
    ident = next(column for column in IDS if column in columns)
    rows = voters_of(columns, [{ident: "007"}, {ident: "008"}])
    path = wrote(tmp_path / "v.txt", columns, rows)
    table = read_voters(path, tmp_path / "out")
    assert any(TITLES[name] in note.sentence for note in table.notes)
    chosen = choose(table).table
    assert chosen["voter_id"].tolist() == ["007", "008"]
    assert set(chosen["address"]) == {"12 MAIN ST"}
    assert set(chosen["unit"]) == {"4"}
    found = recognise(columns, {}, "v.txt")
    wanted = {"first_name", "last_name", "address", "unit", "city", "zip", "party"}
    assert wanted <= set(found.recipes)
    districts = {"usregistrantid", "registrantid", "szstatevoterid"}
    assert districts.isdisjoint(table.columns)


def test_history_of_the_state_joins_by_an_id_that_is_never_kept(layouts, tmp_path):
    voters = layouts["ca_sos_pvrdr_vrd"]
    rows = [
        {"EmsVoterId": f"E{n}", "RegistrantID": f"77700{n}", "Status": "A" if n < 5 else "C"}
        for n in range(6)
    ]
    path = wrote(tmp_path / "vrd.txt", voters, voters_of(voters, rows))
    columns = layouts["ca_sos_pvrdr_vph"]
    votes = [
        {"RegistrantID": f"77700{n}", "ElectionDate": day, "Method": "V"}
        for n, days in enumerate([2, 1, 0, 0, 1, 2])
        for day in ["11/05/2024", "2022-11-08"][:days]
    ]
    history = wrote(
        tmp_path / "vph.txt", columns, [[row.get(name, "") for name in columns] for row in votes]
    )
    table = read_voters(path, tmp_path / "out", beside=Beside(history=(history,)))
    assert table.elections == ("2022_11_08", "2024_11_05")
    assert table.counts["status"] == 1
    for file in table.path.parent.rglob("*.*"):
        assert b"77700" not in file.read_bytes()
    often = choose(table, where="votes >= 2").table["voter_id"].tolist()
    assert often == ["E0"]
    kept = choose(table, where="voted_2024_11_05 = 'v'", keep=["votes", "voted_2022_11_08"])
    assert kept.table["voter_id"].tolist() == ["E0", "E1", "E4"]
    assert kept.table["votes"].tolist() == ["2", "1", "1"]
    assert kept.table["voted_2022_11_08"].tolist() == ["V", "", ""]
    assert len(choose(table, where="votes = 0").table) == 2


def test_wide_history_becomes_the_same_table(layouts, tmp_path):
    columns = layouts["ca_contra_costa"]
    rows = [
        {
            "VoterID": "1",
            "ElectionDate_1": "11/05/2024",
            "BallotCounted_1": "1",
            "VotingMethodDesc_1": "Vote by mail",
            "ElectionDate_2": "06/07/2022",
            "BallotCounted_2": "0",
            "VotingMethodDesc_2": "Polls",
        },
        {
            "VoterID": "2",
            "ElectionDate_3": "11/05/2024",
            "BallotCounted_3": "1",
            "VotingMethodDesc_3": "Polls",
        },
    ]
    path = wrote(tmp_path / "cc.txt", columns, voters_of(columns, rows))
    table = read_voters(path, tmp_path / "out")
    assert table.elections == ("2024_11_05",)
    polls = choose(table, where="voted_2024_11_05 like 'p%'", keep=["votes"]).table
    assert polls[["voter_id", "votes"]].to_numpy().tolist() == [["2", "1"]]


def test_ballots_join_through_another_column_and_tell_how_old_they_are(tmp_path):
    voters = wrote(
        tmp_path / "v.txt",
        ["voter_id", "address", "County File ID"],
        [["A", "1 ELM", "c1"], ["B", "2 ELM", " c2"], ["C", "3 ELM", ""]],
    )
    first = tmp_path / "r1.csv"
    first.write_text(
        "VoterID,Ballot Status,Date\nc1,Challenged,10/20/2026\nc2,Received,10/21/2026\n"
    )
    second = tmp_path / "r2.csv"
    second.write_text("VoterID,Ballot Status,Date\nc1,Accepted,10/25/2026 08:00\nc9,Issued,\n")
    ballots, notes, counts = read_ballots([first, second], date(2026, 11, 3))
    assert dict(ballots.to_numpy().tolist()) == {"c1": "accepted", "c2": "returned", "c9": ""}
    assert counts == {
        "r1.csv": {"rows": 2, "overtaken": 1, "returned": 1},
        "r2.csv": {"rows": 2, "accepted": 1, "not_back": 1},
    }
    assert [note.sentence.rpartition("; ")[2] for note in notes] == [
        "the latest of 2026-10-21, 13 days before 2026-11-03.",
        "the latest of 2026-10-25, 9 days before 2026-11-03.",
    ]
    table = read_voters(voters, tmp_path / "out")
    chosen = choose(table, ballots=ballots, ballots_by="County File ID").table
    assert chosen["ballot"].tolist() == ["accepted", "returned", ""]
    left = choose(table, where="ballot is null", ballots=ballots, ballots_by="County File ID")
    assert left.table["voter_id"].tolist() == ["C"]


def test_votes_that_cannot_be_read_are_counted(tmp_path):
    voters = wrote(tmp_path / "v.txt", ["voter_id", "address"], [["A", "1 ELM"], ["B", "2 ELM"]])
    history = tmp_path / "h.csv"
    history.write_text(
        "voter_id,ElectionDate,Method\nA,11/05/2024,V\nB,soon,V\nB,11/05/2024\nA,11/05/2024,N\n"
    )
    table = read_voters(voters, tmp_path / "out", beside=Beside(history=(history,)))
    assert {note.code: note.count for note in table.notes if "HISTORY" in note.code} == {
        "HISTORY": 1,
        "HISTORY_UNREAD": 2,
    }
