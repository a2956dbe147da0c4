import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.precincts.crosswalk import read_crosswalk

CODES = st.text("ABC0123456789-", min_size=1, max_size=6)


@pytest.fixture
def read(tmp_path):
    def run(text, election=""):
        (tmp_path / "x.csv").write_text(text)
        crosswalk, fates = read_crosswalk(tmp_path / "x.csv", election)
        rows, *found = fates.values()
        assert rows == sum(found) == len(text.splitlines()) - 1
        return crosswalk

    return run


@given(st.dictionaries(st.integers(1, 999).map("00{}-A".format), CODES, min_size=1))
@settings(max_examples=30, deadline=None)
def test_every_pair_is_read(tmp_path_factory, pairs):
    path = tmp_path_factory.mktemp("x") / "x.csv"
    rows = [f"{code},x,{merged}" for code, merged in pairs.items()]
    path.write_text("\n".join(["RegPrec,Note,ConsPrec", *rows]))
    crosswalk, fates = read_crosswalk(path)
    assert crosswalk == dict(sorted(pairs.items()))
    assert fates == {"rows": len(pairs), "used": len(pairs)}


def test_only_the_rows_of_the_election_count(read):
    text = "election\tfrom\tto\nA\t1\t10\nB\t1\t20\n"
    assert read(text, "B") == {"1": "20"}
    with pytest.raises(InputError, match=r"PARAMETER.*2 elections \(A, B\)"):
        read(text)


def test_a_row_said_twice_is_one_and_a_contradiction_none(read):
    assert read("from,to\n1,10\n1,10\n") == {"1": "10"}
    with pytest.raises(InputError, match=r"CROSSWALK.*1: 10 and 11"):
        read("from,to\n1,10\n1,11\n")


def test_codes_that_mean_the_same_may_not_contradict_each_other(read):
    """Voters' codes are compared without zeros and dashes: one of both rows would be overlooked."""
    assert read("from,to\n01,10\n1,10\n") == {"01": "10", "1": "10"}
    with pytest.raises(InputError, match=r"CROSSWALK.*1A: 10 and 11"):
        read("from,to\n01-A,10\n1A,11\n")


def test_rows_that_cannot_be_read_are_not_overlooked(read):
    with pytest.raises(InputError, match=r"HEADER.*line 3"):
        read("from,to\n1,10\n2,20,x\n")


def test_a_code_of_signs_alone_is_none(read):
    """It would be that of every voter without a code."""
    assert read("from,to\n1,10\n--,99\n") == {"1": "10"}
