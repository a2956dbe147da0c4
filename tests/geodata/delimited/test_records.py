"""Whatever is wrong with one line, no other row is lost, doubled or changed."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from geodata.delimited.records import MOST_LINES, split_records


def parsed(records, delimiter=","):
    text = io.StringIO(records.text.decode(), newline="")
    rows = [row for row in csv.reader(text, delimiter=delimiter, strict=True) if row]
    order = sorted(range(len(rows)), key=records.rank.__getitem__)
    assert len(rows) == len(records.rank)
    return [rows[place] for place in order]


def split(text, columns=3, *, last=True, delimiter=","):
    return split_records(text.encode(), delimiter, columns, last=last)


def test_plain_lines_pass_unchanged():
    block = b"1,a,b\n2,,\n\n3,c,d\n"
    records = split_records(block, ",", 3, last=True)
    assert records.text == block
    assert records.rows == 3
    assert records.lines == 4
    assert records.unreadable == []


def test_an_open_quote_costs_its_own_line_only():
    records = split('1,a,b\n2,"open,b\n3,"c","d"\n4,e,f\n')
    assert parsed(records) == [["1", "a", "b"], ["3", "c", "d"], ["4", "e", "f"]]
    assert records.unreadable == [1]
    assert records.rank.tolist() == [0, 2, 3]
    assert records.rows == 4


def test_ragged_rows_and_nul_bytes_are_told_by_line():
    records = split("1,a\n2,a,b,c\n3,a,b\n4,\0,b\n")
    assert parsed(records) == [["3", "a", "b"]]
    assert records.unreadable == [0, 1, 3]


def test_quoted_delimiters_quotes_and_line_ends():
    records = split('1,"a, ""b""","x\ny"\n2,"",""\n')
    assert parsed(records) == [["1", 'a, "b"', "x\ny"], ["2", "", ""]]
    assert records.unreadable == []
    assert records.rows == 2


def test_a_quote_inside_a_value_is_a_letter():
    records = split('1\tJOHN "JACK" LEE\t5\'6"\n', delimiter="\t")
    assert parsed(records, "\t") == [["1", 'JOHN "JACK" LEE', "5'6\""]]


def test_a_record_that_may_go_on_waits_for_the_next_block():
    records = split('1,a,b\n2,"x\n', last=False)
    assert parsed(records) == [["1", "a", "b"]]
    assert records.rest == b'2,"x\n'
    assert (records.rows, records.lines) == (1, 1)
    rest = split(records.rest.decode() + 'y",c\n')
    assert parsed(rest) == [["2", "x\ny", "c"]]


def test_a_long_record_of_several_lines_is_one_unreadable_row():
    records = split('1,"x\ny",a,b\n2,a,b\n')
    assert parsed(records) == [["2", "a", "b"]]
    assert records.unreadable == [0]
    assert records.rows == 2


def test_an_open_quote_does_not_wait_for_ever():
    records = split('1,"x\n' + "y\n" * (MOST_LINES + 5), last=False)
    assert 0 in records.unreadable
    assert len(records.rest) < 100


def test_lines_wider_than_a_byte_can_count():
    wide = ",".join(["a"] * 300)
    records = split(f"{wide}\n{wide},b\n1,2,{'3,' * 41}4\n", columns=300)
    assert len(parsed(records)) == 1
    assert records.unreadable == [1, 2]
    narrow = split(f"{','.join(['x'] * 259)}\n1,2,3\n")  # 256 columns too many
    assert narrow.unreadable == [0]


VALUES = st.text(st.sampled_from('ab ,"\n|é'), max_size=5)
GOOD = st.lists(VALUES, min_size=4, max_size=4).filter(any)
PLAIN = st.lists(st.text(st.sampled_from("ab '|é"), max_size=5), min_size=4, max_size=4)
BAD = st.sampled_from(["x", 'x,"open,y,z', "1,2,3,4,5", '"a"b,c,d,e', "a,\0,c,d", 'x,y,z,"w'])


def line(row, **options):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", **options).writerow(row)
    return text.getvalue()


@given(st.lists(GOOD, max_size=8), st.booleans())
def test_whatever_is_written_well_is_read_back(rows, quoted):
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    text = "".join(line(row, quoting=quoting) for row in rows)
    lines = text.split("\n")
    # a line of a quoted value that is a whole record by itself counts as one: see the module
    alike = any(text.count("\n") != len(rows) and part.count(",") == 3 for part in lines)
    if text and not alike:
        records = split(text, 4)
        assert parsed(records) == rows
        assert records.unreadable == []


@given(st.lists(st.one_of(PLAIN, BAD), min_size=1, max_size=10))
def test_bad_lines_never_take_good_ones_with_them(lines):
    text = "".join(item + "\n" if isinstance(item, str) else line(item) for item in lines)
    records = split(text, 4)
    assert parsed(records) == [item for item in lines if not isinstance(item, str)]
    assert records.unreadable == [n for n, item in enumerate(lines) if isinstance(item, str)]
    assert records.rows == len(lines)
