import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.voters.drafting import _masked, draft_columns
from geodata.voters.voterfile import choose, read_voters


@pytest.fixture
def draft(tmp_path):
    def run(header, *rows):
        with (tmp_path / "v.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
        return draft_columns(tmp_path / "v.csv")

    return run


def test_names_alike_are_guessed_and_each_column_once(draft):
    told = draft(
        ["Voter Nr", "Frst Name", "LastName", "Adress", "Zip Cd", "Notes"],
        ["7", "Ann", "Lee", "5 Main St", "95616", "x"],
    )
    assert told.sure == {"last_name": "LastName"}
    assert told.guessed["first_name"] == "Frst Name"
    assert told.guessed["address"] == "Adress"
    assert told.guessed["zip"] == "Zip Cd"
    assert len(set(told.guessed.values())) == len(told.guessed)
    assert told.title == ""


def test_columns_tell_their_kind_and_no_value(draft):
    told = draft(
        ["id", "born", "party", "street", "empty", "DriversLicense"],
        ["0071", "01/31/1990", "DEM", "Ünter 5", "", "D1234567"],
        ["12", "12/01/1950", "R", "x", " ", "D7654321"],
    )
    assert [(column.kind, column.sample) for column in told.columns] == [
        ("number", "9999"),
        ("date", "99/99/9999"),
        ("code", "AAA"),
        ("text", "Aaaaa 9"),
        ("blank", ""),
        ("secret", ""),
    ]


def test_a_file_without_a_header_shows_nobody(draft):
    with pytest.raises(InputError) as caught:
        draft(["00012", "Ann", "Lee"], ["00013", "Bo", "Orr"])
    assert caught.value.code == "HEADER"
    assert "Lee" not in caught.value.sentence


PDI = (
    ("pdiId", "7"),
    ("strFirstNm", "Ann"),
    ("strLastNm", "Lee"),
    ("House Num", "5"),
    ("House Frac", ""),
    ("Pre Dir", "N"),
    ("St Name", "MAIN"),
    ("St Type", "ST"),
    ("Post Dir", ""),
    ("Apt Num", "4"),
    ("City Name", "TOWN"),
    ("Zip Cd", "95110"),
    ("Mail Zip", "95111"),
    ("Birth Dt", "01/31/1990"),
    ("Prty Cd", "DEM"),
    ("Sex Cd", "F"),
    ("Prec No", "1011"),
    ("Latitud", "37.3"),
    ("Longitud", "-121.9"),
)


def test_a_draft_reads_an_export_of_no_known_layout(draft, tmp_path):
    """PDI's id tells whose file it is; all else is guessed, and the guesses are a whole mapping."""
    header, row = zip(*PDI, strict=True)
    told = draft(header, row)
    assert told.title == "PDI export"
    assert told.sure == {"voter_id": "pdiId"}
    address = "House Num + House Frac + Pre Dir + St Name + St Type + Post Dir"
    assert told.guessed == {
        "first_name": "strFirstNm",
        "last_name": "strLastNm",
        "birth_date": "Birth Dt",
        "gender": "Sex Cd",
        "party": "Prty Cd",
        "address": address,
        "unit": "Apt Num",
        "city": "City Name",
        "zip": "Zip Cd",
        "lat": "Latitud",
        "lon": "Longitud",
        "precinct": "Prec No",
    }
    table = read_voters(tmp_path / "v.csv", tmp_path / "out", columns=told.guessed)
    chosen = choose(table).table.iloc[0]
    assert (chosen["address"], chosen["unit"], chosen["zip"]) == ("5 N MAIN ST", "4", "95110")
    assert (chosen["first_name"], chosen["precinct"], chosen["lat"]) == ("Ann", "1011", 37.3)


@pytest.mark.parametrize(
    ("column", "value", "standard"),
    [
        ("Mailing City", "TOWN", "city"),
        ("Old Precinct", "7", "precinct"),
        ("First Vote", "2020-11-03", "first_name"),
        ("Lat Status", "good", "lat"),
        ("Spouse First Name", "Bo", "first_name"),
    ],
)
def test_what_another_word_makes_another_thing_is_not_guessed(draft, column, value, standard):
    assert standard not in draft(["voter_id", "address", column], ["1", "5 A ST", value]).guessed


@given(st.text())
def test_a_form_has_no_letter_or_digit_of_the_value(value):
    form = _masked(value)
    assert {c for c in form if c.isalnum()} <= set("Aa9")
    assert len(form) <= 25
