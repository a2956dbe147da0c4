"""From a voter file to the voters who may be walked to, checked by re-reading what was written."""

import csv
import dataclasses
import gzip
import stat
from datetime import date

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.voters.voterfile import Beside, choose, load_voters, read_voters

HEADER = ["voter_id", "first_name", "last_name", "birth_date", "party", "address", "unit", "zip"]
HEADER += ["lat", "lon", "Vote 2024"]


def voter(voter_id, **cells):
    row = {
        "voter_id": voter_id,
        "first_name": "Ann",
        "last_name": "Lee",
        "birth_date": "01/31/1990",
        "party": "NPP",
        "address": "5 MAIN ST",
        "zip": "00501",
        "lat": "37.775",
        "lon": "-122.418",
        "Vote 2024": "A",
    }
    return [(row | cells).get(name, "") for name in HEADER]


@pytest.fixture
def store(tmp_path):
    """Writes rows as a voter file and reads it into a folder of its own."""
    count = 0

    def run(rows, *, header=HEADER, name="voters.csv", **options):
        nonlocal count
        count += 1
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return read_voters(path, tmp_path / f"out{count}", **options)

    return run


def rows_of(table):
    """Rows of the table by voter_id."""
    return pq.read_table(table.path).sort_by("voter_id").to_pylist()


def codes(table):
    return {note.code: note.count for note in table.notes}


def add_up(table):
    counts = table.counts
    assert counts["rows"] == sum(counts.values()) - counts["rows"]
    assert counts["loaded"] == pq.read_table(table.path).num_rows
    return counts


def test_values_are_kept_character_for_character(store):
    table = store([voter("00012", last_name="NA", first_name=" Null ", party="1E5")])
    assert rows_of(table) == [
        {
            "voter_id": "00012",
            "first_name": " Null ",
            "last_name": "NA",
            "birth_date": "01/31/1990",
            "party": "1E5",
            "address": "5 MAIN ST",
            "unit": "",
            "zip": "00501",
            "lat": "37.775",
            "lon": "-122.418",
            "vote_2024": "A",
            "row": 1,
        }
    ]
    assert table.columns == (*HEADER[:-1], "vote_2024")
    assert table.notes == ()
    assert add_up(table) == {
        "rows": 1,
        "unreadable": 0,
        "repeated": 0,
        "conflicting": 0,
        "suppressed": 0,
        "status": 0,
        "loaded": 1,
    }


def test_rows_add_up_and_every_fate_is_noted(store, tmp_path):
    (tmp_path / "list.txt").write_text("7\n 8 \n999\n")
    rows = [
        voter("1"),
        voter("2"),
        voter("2"),
        voter("3", party="DEM"),
        voter("3", party="REP"),
        voter("  "),
        ["4", "too short"],
        voter("7"),
        voter(" 8"),
        voter("9"),
        voter("9", address="confidential, court order"),
        voter("10", address="1 CONFIDENTIALITY WAY"),
        voter("11", lat="0.0001", lon="0"),
    ]
    table = store(rows, suppress_lists=[tmp_path / "list.txt"], suppress_words=["CONFIDENTIAL"])
    assert add_up(table) == {
        "rows": 13,
        "unreadable": 2,
        "repeated": 1,
        "conflicting": 2,
        "suppressed": 4,
        "status": 0,
        "loaded": 4,
    }
    assert [(row["voter_id"], row["row"]) for row in rows_of(table)] == [
        ("1", 1),
        ("10", 12),
        ("11", 13),
        ("2", 2),
    ]
    assert codes(table) == {
        "NO_ID": 1,
        "REPEATED": 1,
        "CONFLICTING": 2,
        "SUPPRESSED": 4,
        "UNLISTED": 1,
        "UNREADABLE": 1,
        "COORDINATES": 1,
    }
    assert "line 8" in next(note.where for note in table.notes if note.code == "UNREADABLE")


def test_nothing_of_a_suppressed_voter_is_written(store, tmp_path):
    (tmp_path / "ids.csv").write_text('VoterID,name\n"77",Secretname\n')
    rows = [voter("77", last_name="Secretname"), voter("5", address="CONFIDENTIAL SECRETPLACE")]
    table = store(
        [voter("1"), *rows], suppress_lists=[tmp_path / "ids.csv"], suppress_words=["confidential"]
    )
    assert [row["voter_id"] for row in rows_of(table)] == ["1"]
    written = [path for path in table.path.parent.rglob("*") if path.is_file()]
    assert sorted(path.name for path in written) == ["00000.parquet", "voters.json"]
    for path in written:
        assert b"ecretname" not in path.read_bytes()
        assert b"SECRETPLACE" not in path.read_bytes()


def test_only_the_owner_may_read(store):
    table = store([voter("1")])
    assert stat.S_IMODE(table.path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(table.path.stat().st_mode) == 0o700
    for path in table.path.parent.rglob("*.*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_secret_columns_are_dropped(store):
    header = [*HEADER, "SSN", "DriversLicense", "szStateVoterID"]
    table = store([[*voter("1"), "123-45-6789", "D1234567", "90001"]], header=header)
    assert not {"ssn", "driverslicense", "szstatevoterid"} & set(table.columns)
    data = (table.path / "00000.parquet").read_bytes()
    assert b"6789" not in data
    assert b"D1234567" not in data
    assert codes(table) == {"DROPPED": 3}


def test_digest_and_rows_do_not_depend_on_the_order_of_rows(store):
    rows = [voter(f"{n:04}", party=f"P{n % 7}") for n in range(500)]
    rows += [voter("0003", party="P3"), voter("0001", party="P2")]
    first, second = (
        store(rows),
        store(rows[::-7] + [row for n, row in enumerate(rows[::-1]) if n % 7]),
    )
    assert (first.counts["repeated"], first.counts["conflicting"]) == (1, 2)
    assert first.digest == second.digest
    assert first.counts == second.counts
    one, two = (
        pq.read_table(table.path).drop(["row"]).sort_by("voter_id") for table in (first, second)
    )
    assert one.equals(two)


def test_digest_tells_any_changed_cell(store):
    digests = {
        store([voter("1"), voter("2", **cells)]).digest
        for cells in ({}, {"party": "npp"}, {"Vote 2024": ""}, {"zip": "501"})
    }
    assert len(digests) == 4


def test_the_same_file_gives_the_same_bytes(store):
    rows = [voter(f"{n}", party=f"P{n % 7}") for n in range(3000)]
    first, second = store(rows), store(rows)
    one, two = (
        [part.read_bytes() for part in sorted(table.path.iterdir())] for table in (first, second)
    )
    assert one == two
    about = [table.path.with_name("voters.json").read_bytes() for table in (first, second)]
    assert about[0] == about[1]


def test_a_folder_can_be_renamed_and_loaded(store, tmp_path):
    table = store([voter("1"), voter("1")])
    table.path.parent.rename(tmp_path / "place [1]")
    loaded = load_voters(tmp_path / "place [1]")
    assert loaded == dataclasses.replace(table, path=tmp_path / "place [1]" / "voters")
    assert choose(loaded).table["voter_id"].tolist() == ["1"]


def test_addresses_phones_and_units_are_put_together(tmp_path):
    header = ["RegistrantID", "EmsVoterId", "AddressNumber", "AddressNumberSuffix"]
    header += ["HouseFractionNumber", "StreetDirPrefix", "StreetName", "StreetType"]
    header += ["UnitType", "UnitNumber", "Phone1Area", "Phone1Exchange", "Phone1NumberPart"]
    header += ["NonStandardAddress", "PrecinctId", "lat", "lon"]
    rows = [
        ["9001", "12", "32", "A", "", "N", " OAK ", "ST", "APT", "4", "415", "555", "0101"],
        ["9002", "13", "", "", "", "", "", "", "", "", "", "", ""],
    ]
    ends = [["", "1101", "37.7", "-122.4"], ["MILE 4 HWY 1", "1102", "37.7", "-122.4"]]
    path = tmp_path / "sos.txt.gz"
    lines = ["\t".join(row + end) for row, end in zip(rows, ends, strict=True)]
    path.write_bytes(gzip.compress("\r\n".join(["\t".join(header), *lines]).encode()))
    table = read_voters(path, tmp_path / "out")
    first, second = rows_of(table)
    assert first["address"] == "32A N OAK ST"
    assert (first["unit"], first["phone"]) == ("APT 4", "415 555 0101")
    assert second["address"] == "MILE 4 HWY 1"
    assert (second["unit"], second["precinct"]) == ("", "1102")
    assert [note.code for note in table.notes] == ["LAYOUT", "DROPPED"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("00012,Ann,5 MAIN ST,37.7,-122.4\n00013,Bo,6 MAIN ST,37.7,-122.4\n", "HEADER"),
        ("voter_id:address:lat:lon\n1:5 MAIN ST:37:-122\n", "HEADER"),
        ("voter_id,address\n1.23E+11,5 MAIN ST\n1.23E+11,7 MAIN ST\n2,9 ELM ST\n", "DAMAGED"),
        ("voter_id,address,lat,lon\n1,5 MAIN ST,x,37,-122\n2,a,b,3,-4\n", "HEADER"),
        ("voter_id,address,lat,lon\n", "EMPTY"),
        ("voter_id,adress,latt,lon\n1,5 MAIN ST,37,-122\n", "COLUMN"),
        ("voter_id,address,lat,lon\n1,a,-122.4,37.7\n2,b,-122.5,37.8\n", "SWAPPED"),
        ("voter_id,address,lat,lon\n1,a,2111000.5,6010000\n2,b,,\n", "COORD_RANGE"),
    ],
)
def test_files_that_are_refused(tmp_path, text, code):
    path = tmp_path / "voters.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_voters(path, tmp_path / "out")
    assert caught.value.code == code
    assert caught.value.sentence.endswith(".")
    assert not (tmp_path / "out" / "voters.json").exists()


def test_a_truncated_archive_is_told_through_the_engine(tmp_path):
    rows = "".join(f"{n},5 MAIN ST,37.{n},-122.4\n" for n in range(200_000))
    packed = gzip.compress(f"voter_id,address,lat,lon\n{rows}".encode())
    path = tmp_path / "voters.csv.gz"
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(InputError) as caught:
        read_voters(path, tmp_path / "out")
    assert caught.value.code == "TRUNCATED"


CELLS = st.text(st.sampled_from("ab ,'\"\t|éß;=\u00a0"), max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(1, 4), CELLS, CELLS), min_size=1, max_size=12),
    st.lists(st.sampled_from(["x", 'y,"open', "1,2,3,4,5,6,7", "a,\0"]), max_size=3),
    st.randoms(use_true_random=False),
)
def test_every_row_has_one_fate(tmp_path_factory, rows, broken, chance):
    """Counted again with Python's own csv reader and dictionaries."""
    lines = [[f"{n}", first, f"{second}.", "37.7", "-122.4"] for n, first, second in rows]
    folder = tmp_path_factory.mktemp("fates")
    path = folder / "voters.csv"
    texts = []
    for line in lines:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="").writerow(line)
        texts.append(path.read_text("utf-8"))
    texts += broken
    chance.shuffle(texts)
    path.write_text("\n".join(["voter_id,party,address,lat,lon", *texts]), "utf-8")
    contents = {}
    for line in lines:
        contents.setdefault(line[0], []).append(tuple(line))
    kept = {key: same[0] for key, same in contents.items() if len(set(same)) == 1}
    if len(broken) > len(lines) or not kept:
        with pytest.raises(InputError):
            read_voters(path, folder / "out")
        return
    table = read_voters(path, folder / "out")
    counts = add_up(table)
    assert {row["voter_id"]: (row["party"], row["address"]) for row in rows_of(table)} == {
        key: line[1:3] for key, line in kept.items()
    }
    assert counts["rows"] == len(lines) + len(broken)
    assert counts["unreadable"] == len(broken)
    assert counts["repeated"] == sum(len(contents[key]) - 1 for key in kept)
    assert counts["loaded"] == len(kept)


def test_votes_of_no_known_day_are_counted_also_where_there_are_no_others(tmp_path):
    path, votes = tmp_path / "voters.csv", tmp_path / "votes.csv"
    path.write_text(
        "voter_id,address,ElectionDate_1,VotingMethodDesc_1\n1,5 ELM,Fall,V\n2,7 ELM,,\n"
    )
    beside = Beside(history=(votes,))
    for day, code, count in (
        ("last fall", "HISTORY_UNREAD", 2),
        ("3-NOV-2020", "HISTORY", 1),
    ):
        votes.write_text(f"voter_id,ElectionDate\n2,{day}\n")
        notes = read_voters(path, tmp_path / day, beside=beside).notes
        assert [note.count for note in notes if note.code == code] == [count]


def test_dates_of_birth_that_are_none_are_counted(tmp_path):
    path = tmp_path / "voters.csv"
    days = ("1990-12-31", "12/31/1990", "31-DEC-1990", "31/12/1990", "in 1990", "", " ")
    rows = [f"{n},{n} ELM ST,{day}" for n, day in enumerate(days, 1)]
    path.write_text("\n".join(["voter_id,address,birth_date", *rows]))
    notes = read_voters(path, tmp_path / "out").notes
    assert [note.count for note in notes if note.code == "BIRTH_DATES"] == [2]


# --- choosing ------------------------------------------------------------------------------


@pytest.fixture
def electorate(store):
    return store(
        [
            voter("3", birth_date="1990-11-03", party="NPP", lat="37.5"),
            voter("1", birth_date="11/04/1990", party="NPP ", lat="x"),
            voter("2", birth_date="19601231", party="DEM", lat="97"),
            voter("4", birth_date="", party="", lat="0", lon="0"),
            voter("5", birth_date="2030-01-01", party="npp", lat="", lon=""),
        ]
    )


def test_everybody_is_chosen_in_order_of_voter_id(electorate):
    universe = choose(electorate)
    assert universe.outside == 0
    table = universe.table
    assert table["voter_id"].tolist() == ["1", "2", "3", "4", "5"]
    assert list(table.columns) == [
        *("voter_id", "first_name", "last_name", "age", "language", "phone"),
        *("address", "unit", "city", "zip", "lat", "lon", "precinct"),
    ]
    assert set(table.dtypes.astype(str)) == {"str", "float64"}
    assert table["lat"].notna().tolist() == [False, False, True, False, False]
    assert table["lon"].notna().tolist() == [False, False, True, False, False]
    assert table["age"].tolist() == [""] * 5
    assert table["city"].tolist() == [""] * 5


def test_age_is_counted_on_the_day_given(electorate):
    ages = choose(electorate, as_of=date(2026, 11, 3)).table["age"].tolist()
    assert ages == ["35", "65", "36", "", ""]
    universe = choose(electorate, where="age < 36 and party = 'NPP'", as_of=date(2026, 11, 3))
    assert universe.table["voter_id"].tolist() == ["1"]
    assert universe.outside == 4


def test_age_without_a_day_is_refused(electorate):
    with pytest.raises(InputError, match="--as-of YYYY-MM-DD") as caught:
        choose(electorate, where="age < 35")
    assert caught.value.code == "WHERE"


def test_the_files_own_age_is_used_where_there_is_no_birth_date(store):
    header = [*HEADER, "Age"]
    rows = [[*voter("1"), "50"], [*voter("2", birth_date=""), " 51"], [*voter("3"), ""]]
    table = store(rows, header=header)
    assert choose(table).table["age"].tolist() == ["50", " 51", ""]
    assert choose(table, where="age > 50").table["voter_id"].tolist() == ["2"]
    on_day = choose(table, as_of=date(2026, 11, 3)).table["age"].tolist()
    assert on_day == ["36", " 51", "36"]
    by_age = choose(table, where="age > 50", as_of=date(2026, 11, 3)).table
    assert by_age["voter_id"].tolist() == ["2"]


def test_leap_day_birthdays(store):
    table = store([voter("1", birth_date="2000-02-29")])
    days = {date(2021, 2, 28): "20", date(2021, 3, 1): "21", date(2024, 2, 29): "24"}
    for day, age in days.items():
        assert choose(table, as_of=day).table["age"].tolist() == [age]


def test_conditions_on_any_column_and_columns_kept(electorate):
    universe = choose(electorate, where="vote_2024 = 'a' and lat > 90", keep=["party", "zip"])
    assert universe.table["voter_id"].tolist() == ["2"]
    assert list(universe.table.columns)[-2:] == ["precinct", "party"]
    assert universe.table["zip"].tolist() == ["00501"]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"keep": ["partyy"]}, "COLUMN", "did you mean 'party'?"),
        ({"where": "vote_2042 = 'A'"}, "WHERE", "did you mean 'vote_2024'?"),
        ({"where": "precinct = '1'"}, "WHERE", "there is no column 'precinct'"),
        ({"where": "row = 1"}, "WHERE", "there is no column 'row'"),
    ],
)
def test_unknown_columns(electorate, options, code, words):
    with pytest.raises(InputError) as caught:
        choose(electorate, **options)
    assert caught.value.code == code
    assert words in caught.value.sentence


def test_nobody_chosen_is_an_empty_table(electorate):
    universe = choose(electorate, where="party = 'none'")
    assert (len(universe.table), universe.outside) == (0, 5)


def test_exchanged_coordinates_are_put_right_when_asked(store):
    rows = [voter(f"{n}", lat="-122.418", lon="37.775") for n in range(30)]
    table = store([*rows, voter("x")], swap=True)
    assert {note.code: note.count for note in table.notes} == {"EXCHANGED": 30, "COORDINATES": 1}
    chosen = choose(load_voters(table.path.parent), where="lat > 30 and lon < 0").table
    assert len(chosen) == 30
    assert set(chosen["lat"]) == {37.775}
    assert set(chosen["lon"]) == {-122.418}
    assert not store([voter("1")], swap=True).exchanged


def test_what_later_rows_decide_of_earlier_ones_reaches_every_part(tmp_path):
    """Rows of both parts are repeated, contradicted and marked by rows at the end of the file."""
    street = "A VERY LONG STREET " * 5
    rows = [f"{n:06},NPP,{n} {street},A" for n in range(150_000)]
    rows += [rows[1], f"000002,DEM,2 {street},A", "130000,NPP,7 ELM ST,D", "130001,NPP,SECRET,A"]
    path = tmp_path / "voters.csv"
    path.write_text("voter_id,party,address,status\n" + "\n".join(rows))
    table = read_voters(path, tmp_path / "out", suppress_words=["secret"])
    assert len(list(table.path.iterdir())) == 2
    assert add_up(table) == {
        "rows": 150_004,
        "unreadable": 0,
        "repeated": 1,
        "conflicting": 2,
        "suppressed": 2,
        "status": 2,
        "loaded": 149_997,
    }
    chosen = choose(table, where="party = 'npp'").table["voter_id"].tolist()
    gone = {"000002", "130000", "130001"}
    assert chosen == [f"{n:06}" for n in range(150_000) if f"{n:06}" not in gone]
