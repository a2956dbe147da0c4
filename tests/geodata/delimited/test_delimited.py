import csv
import gzip

import pytest

from geodata.delimited.delimited import Header, Tally, read_header, read_tables
from geodata.errors import InputError


def rows_of(path, wanted=None):
    header, tally = read_header(path), Tally()
    wanted = range(len(header.names)) if wanted is None else wanted
    tables = list(read_tables(path, header, wanted, tally))
    return [row for table in tables for row in table.to_pylist()], tally


@pytest.mark.parametrize("mark", [",", "\t", "|", ";"])
def test_delimiter_is_told_by_the_header(tmp_path, mark):
    path = tmp_path / "voters.txt"
    path.write_text(f' id {mark}"last, first|name;"{mark}zip\n1{mark}Lee{mark}00501\n')
    assert read_header(path) == Header(("id", "last, first|name;", "zip"), mark)


@pytest.mark.parametrize("first", ["name", "id:name:zip", "00012 Ann Lee      5 Main St", ""])
def test_one_column_is_refused(tmp_path, first):
    path = tmp_path / "voters.txt"
    path.write_text(f"{first}\n1\n")
    with pytest.raises(InputError) as caught:
        read_header(path)
    assert caught.value.code == "HEADER"


def test_a_first_line_of_one_column_is_not_repeated(tmp_path):
    """It may be a voter: of a file of fixed widths, without names of columns."""
    path = tmp_path / "voters.txt"
    path.write_text("00012 Ann Lee      5 Main St\n")
    with pytest.raises(InputError) as caught:
        read_header(path)
    assert "Ann" not in str(caught.value)


def test_a_first_line_of_strange_signs_is_no_header(tmp_path):
    """Also where it happens to hold commas, as any file of bytes does."""
    path = tmp_path / "voters.csv"
    path.write_bytes(b"\x6d\x0e,\x07\x84\x1b,id\n1,2,3\n")
    with pytest.raises(InputError) as caught:
        read_header(path)
    assert caught.value.code == "HEADER"
    assert caught.value.sentence.isprintable()


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_every_kind_of_line_end(tmp_path, end, last):
    """Also that of an old Macintosh in a file that something later ended with a newline."""
    path = tmp_path / "voters.csv"
    path.write_bytes(f"id,name{end}1,Ann{end}2,Bo{end}{last}".encode())
    rows, tally = rows_of(path)
    assert [row["1"] for row in rows] == ["Ann", "Bo"]
    assert tally == Tally(rows=2)


def test_names_may_take_several_lines(tmp_path):
    path = tmp_path / "voters.csv"
    path.write_text('id,"first\nname","last, or\nonly name"\n1,Ann,Lee\n2,Bo,"open\n3,Cy,Orr\n')
    assert read_header(path) == Header(("id", "first name", "last, or only name"), ",", 3)
    rows, tally = rows_of(path)
    assert [(row["row"], row["2"]) for row in rows] == [(1, "Lee"), (3, "Orr")]
    assert tally.unreadable == [5]


def test_a_quote_left_open_in_the_names_takes_no_rows(tmp_path):
    path = tmp_path / "voters.csv"
    path.write_text('id,"name\n1,Ann\n2,Bo\n')
    assert read_header(path).names == ("id", "name")
    assert [row["1"] for row in rows_of(path)[0]] == ["Ann", "Bo"]


def test_a_lone_return_in_the_names_is_no_traceback(tmp_path):
    path = tmp_path / "voters.csv"
    path.write_bytes(b"id,na\rme\n1,Ann\n")
    assert read_header(path).names == ("id", "na")


def test_names_of_columns_again_are_no_row(tmp_path):
    """As where files of several towns were put together."""
    path = tmp_path / "voters.csv"
    path.write_text("id,name,\n1,Ann,\nid, name,\n2,name,\nid,Bo,\n")
    rows, tally = rows_of(path)
    assert [(row["row"], row["0"], row["1"]) for row in rows] == [
        (1, "1", "Ann"),
        (3, "2", "name"),
        (4, "id", "Bo"),
    ]
    assert (tally.rows, tally.headings) == (4, 1)
    assert [note.sentence for note in tally.notes()] == [
        "Set aside as saying the names of the columns again: 1 row."
    ]


def test_values_come_character_for_character(tmp_path):
    path = tmp_path / "voters.csv"
    values = ["00012", "00501", "NA", "Null", "1E5", " x ", "", "'=1", "NaN", "true"]
    path.write_text("a,b,c,d,e,f,g,h,i,j\n" + ",".join(values) + "\n")
    rows, tally = rows_of(path)
    assert rows == [{str(n): value for n, value in enumerate(values)} | {"row": 1}]
    assert tally == Tally(rows=1)


def test_only_wanted_columns_are_read(tmp_path):
    path = tmp_path / "voters.csv"
    path.write_text("id,ssn,name\n1,999,Ann\n")
    assert rows_of(path, {2, 0})[0] == [{"0": "1", "2": "Ann", "row": 1}]


def test_line_numbers_count_lines_and_row_numbers_count_records(tmp_path):
    path = tmp_path / "voters.csv"
    path.write_text('a,b\n1,"x\ny"\n\n2\n3,z\n4,"open\n5,w\n')
    rows, tally = rows_of(path)
    assert {row["0"]: row["row"] for row in rows} == {"1": 1, "3": 3, "5": 5}
    assert tally.unreadable == [5, 7]
    assert tally.rows == 5
    notes = list(tally.notes())
    assert [(note.code, note.count) for note in notes] == [("UNREADABLE", 2)]
    assert notes[0].where == "line 5, 7"


def test_records_that_straddle_blocks(tmp_path):
    """More than one block of text, quoted line ends throughout, agrees with Python's csv."""
    path = tmp_path / "big.csv.gz"
    body = "".join(
        f'{n},"{n} Main St\nApt {n % 90}","{"x" * 60}",{"bad,bad" if n % 9973 == 0 else "ok"}\n'
        for n in range(100_000)
    )
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write("id,address,c,d\n" + body)
    header, tally = read_header(path), Tally()
    found = {}
    for table in read_tables(path, header, [0, 1], tally):
        found |= dict(zip(table["0"].to_pylist(), table["1"].to_pylist(), strict=True))
    expected = {
        row[0]: row[1] for row in csv.reader(body.splitlines(keepends=True)) if len(row) == 4
    }
    assert len(body) > 9_000_000
    assert found == expected
    assert tally.rows == 100_000
    assert tally.unreadable == [2 + 2 * n for n in range(0, 100_000, 9973)]
