import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.drafting import _masked, draft_columns
from geodata.errors import InputError


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


@given(st.text())
def test_a_form_has_no_letter_or_digit_of_the_value(value):
    form = _masked(value)
    assert {c for c in form if c.isalnum()} <= set("Aa9")
    assert len(form) <= 25
