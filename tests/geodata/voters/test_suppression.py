import pyarrow as pa
import pytest

from geodata.errors import InputError
from geodata.voters.suppression import suppression


@pytest.mark.parametrize(
    "text",
    [
        "1\n 00012 \n",
        "voter_id\r\n1\r\n00012\r\n",
        "\ufeff1\n00012",
        '"VoterID"\n"1"\n"00012"\n',
        "name,voter_id\nLee,1\nOrr, 00012 \n",
        "Voter File VANID\tname\n1\tLee\n00012\tOrr\n",
        "voter_id;name\n1;Lee\nvoter_id;name\n00012;Orr\n",
    ],
)
def test_lists_of_ids(tmp_path, text):
    path = tmp_path / "list.txt"
    path.write_text(text, "utf-8")
    assert suppression([path], []).ids.to_pylist() == ["00012", "1"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name,number\nLee,1\n", "COLUMN"),
        ('name,voter_id\nLee,1\nOrr,"2\n', "HEADER"),
        ("", "EMPTY"),
        ("voter_id\n00012\n00013,Lee\n", "HEADER"),
        ("00012\n00013;Lee\n", "HEADER"),
    ],
)
def test_lists_that_cannot_be_trusted_are_refused(tmp_path, text, code):
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        suppression([path], [])
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["00012,Ann Lee\n", "A-12;Ann Lee\n"])
def test_a_list_without_names_of_columns_shows_nobody(tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        suppression([path], [])
    assert "Lee" not in str(caught.value)


def test_whole_words_in_any_case_in_any_part_of_the_address():
    table = pa.table(
        {
            "voter_id": ["1", "2", "3", "4", "5", "6"],
            "address": ["5 MAIN ST", "CONFIDENTIAL", "x", "1 CONFIDENTIALITY WAY", "x", "c.o. (1)"],
            "unit": ["", "", "Confidential.", "", "", ""],
            "mailing_address": ["", "", "", "", "Safe at Home", ""],
            "last_name": ["Confidential", "", "", "", "", ""],
        }
    )
    found = suppression([], ["confidential", "SAFE AT HOME", "c.o. (1)", " "])
    assert found.without(table)["voter_id"].to_pylist() == ["1", "4"]
    assert found.hit == {"2", "3", "5", "6"}
    assert found.rows == 4


def test_no_lists_and_no_words_suppress_nobody():
    table = pa.table({"voter_id": ["", "1"], "address": ["", ""]})
    assert suppression([], [""]).without(table).equals(table)


def test_a_column_that_flags_confidential_voters_is_obeyed_without_any_word():
    table = pa.table(
        {
            "voter_id": [str(n) for n in range(8)],
            "address": ["x"] * 8,
            "confidential_voter": ["", "N", " no ", "0", "Y", "1", "AB 1562", "false"],
            "safe_at_home": ["", "", "", "", "", "", "", "T"],
        }
    )
    assert suppression([], []).without(table)["voter_id"].to_pylist() == ["0", "1", "2", "3"]
