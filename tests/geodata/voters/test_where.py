"""Conditions compile to SQL that says the same as plain Python, and never fail otherwise."""

import operator
import re
from datetime import date

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.voters.where import DEEPEST, EVERYBODY, LONGEST, compile_where

COLUMNS = {
    "age": ["34", " 35", "", "x", "35.5", "-1", "nan", "1_0", "1E5", "00034"],
    "party": ["NPP", "npp ", "", "DEM", "REP", "N%P", "Ünï", "34", "NULL", "'"],
    "birth_date": [
        *("1990-12-31", "12/31/1990", "19901231", "1990-12-31 00:00:00", "1/2/1991"),
        *("", "31/12/1990", "1990", "1990-02-30", "1991-01-01T05:00"),
    ],
}
ROWS = [dict(zip(COLUMNS, values, strict=True)) for values in zip(*COLUMNS.values(), strict=True)]
SIGNS = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@pytest.fixture(scope="module")
def matching():
    """Row numbers of the little table that match a condition."""
    with duckdb.connect() as engine:
        engine.register("voters", pa.table(COLUMNS | {"row": list(range(len(ROWS)))}))

        def run(text):
            found = compile_where(text, list(COLUMNS))
            query = f"SELECT row, {found.sql} FROM voters ORDER BY row"
            rows = engine.execute(query, list(found.parameters)).fetchall()
            assert all(value is not None for _, value in rows)
            return {row for row, value in rows if value}

        yield run


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("", set(range(10))),
        ("age < 35", {0, 5, 9}),
        ("35 > age", {0, 5, 9}),
        ("AGE = 34", {0, 9}),
        ("age = '34'", {0}),
        ("not age = 34", {1, 2, 3, 4, 5, 6, 7, 8}),
        ("age != 34", {1, 4, 5}),
        ("party = 'npp'", {0, 1}),
        ('party == "NPP"', {0, 1}),
        ("party in ('npp', \"dem\")", {0, 1, 3}),
        ("party not in ('npp', 'dem')", {2, 4, 5, 6, 7, 8, 9}),
        ("party in ('npp', 34)", {0, 1, 7}),
        ("party is null", {2}),
        ("party is not null", {0, 1, 3, 4, 5, 6, 7, 8, 9}),
        ("party = ''", {2}),
        ("party = ''''", {9}),
        ("party like 'n%'", {0, 1, 5, 8}),
        ("party not like '_p_'", {2, 3, 4, 5, 6, 7, 8, 9}),
        ("birth_date = '1990-12-31'", {0, 1, 2, 3}),
        ("birth_date > '1990-12-31'", {4, 9}),
        ("age < 35 and party = 'NPP' or party = 'DEM'", {0, 3}),
        ("age < 35 and (party = 'NPP' or party = 'DEM')", {0}),
        ("not not (age<35and party='npp')", {0}),
        ("party = 'ünï'", {6}),
    ],
)
def test_conditions(matching, condition, rows):
    assert matching(condition) == rows


@pytest.mark.parametrize(
    ("condition", "at", "words"),
    [
        ("age <", 6, "found the end"),
        ("age 35", 5, "expected a comparison"),
        ("party = NPP", 9, "put quotes around a text"),
        ("party = 'NPP", 9, "the quote is never closed"),
        ("prty = 'NPP'", 1, "there is no column 'prty'; did you mean 'party'?"),
        ("zipp = 1", 1, "did you mean 'zip'?"),
        ("age < 35 party = 'x'", 10, "expected 'and' or 'or'"),
        ("(age < 35", 10, "expected ')'"),
        ("age < 35)", 9, "expected 'and' or 'or'"),
        ("age in ()", 9, "expected a text or number"),
        ("age in 3", 8, "expected '('"),
        ("party like 3", 12, "after 'like'"),
        ("party not = 3", 11, "after 'not'"),
        ("age < 35; drop table voters", 9, "unexpected ';'"),
        ("age = age", 7, "expected a text or number"),
        ("birth_date > '1990-13-01'", 14, "is no date"),
        ("age = 1234567890123456", 7, "put quotes around a number this long"),
        ("age <> = 3", 8, "found ="),
        ("and", 1, "there is no column 'and'"),
        ("party = \u2018NPP\u2019", 9, "unexpected"),
        ("zip = 1", 1, "no ZIP in this file"),
        ("(" * (DEEPEST + 1), DEEPEST + 1, "levels of parentheses"),
        ("not " * 5000, 4 * DEEPEST + 1, "levels of parentheses"),
    ],
)
def test_faults_are_told_with_their_place(condition, at, words):
    with pytest.raises(InputError) as caught:
        compile_where(condition, list(COLUMNS), missing={"zip": "no ZIP in this file"})
    assert caught.value.code == "WHERE"
    assert f"at character {at}:" in caught.value.sentence
    assert words in caught.value.sentence
    assert not caught.value.sentence.endswith(("?.", ".."))


def test_a_condition_of_unreasonable_length_is_refused():
    with pytest.raises(InputError, match="longer than"):
        compile_where("age = 1 or " * LONGEST, ["age"])


def test_values_never_become_part_of_the_sql():
    found = compile_where("party = 'x'' or 1=1 --' and age < 35", list(COLUMNS))
    assert found.parameters == ("x' or 1=1 --", 35.0)
    assert "1=1" not in found.sql
    assert "35" not in found.sql


def test_long_chains_are_no_deep_trees(matching):
    condition = " or ".join(f"age = {n}" for n in range(1000))
    assert matching(condition) == {0, 1, 9}


def test_blank_means_everybody():
    assert compile_where("  \n", []) is EVERYBODY


def number(cell):
    return float(cell) if re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)", cell.strip()) else None


def day(cell):
    text = re.sub("[T ].*", "", cell.strip())
    for shape, order in (
        (r"(\d{4})-(\d\d?)-(\d\d?)", (1, 2, 3)),
        (r"(\d\d?)/(\d\d?)/(\d{4})", (3, 1, 2)),
        (r"(\d{4})(\d\d)(\d\d)", (1, 2, 3)),
    ):
        if match := re.fullmatch(shape, text):
            try:
                return date(*(int(match[place]) for place in order))
            except ValueError:
                return None
    return None


def compared(row, column, sign, literal):
    """The meaning of a comparison, in Python."""
    if isinstance(literal, str):
        return SIGNS[sign](row[column].strip().lower(), literal.strip().lower())
    cell = day(row[column]) if isinstance(literal, date) else number(row[column])
    return cell is not None and SIGNS[sign](cell, literal)


LITERALS = st.one_of(
    st.sampled_from(["npp", "DEM", "", "34", " Rep", "it's", 'say "x"', "a"]),
    st.sampled_from([34.0, 35.0, -1.0, 0.5]),
    st.sampled_from([date(1990, 12, 31), date(1991, 1, 1)]),
)


def written(literal):
    if isinstance(literal, float):
        return f"{literal:g}"
    return "'" + str(literal).replace("'", "''") + "'"


@st.composite
def comparisons(draw):
    column, sign = draw(st.sampled_from(list(COLUMNS))), draw(st.sampled_from(list(SIGNS)))
    if draw(st.booleans()):
        members = draw(st.lists(LITERALS, min_size=1, max_size=3))
        text = f"{column} in ({', '.join(written(member) for member in members)})"
        return text, lambda row: any(compared(row, column, "=", member) for member in members)
    literal = draw(LITERALS)
    return f"{column} {sign} {written(literal)}", lambda row: compared(row, column, sign, literal)


def joined(children):
    def both(pair, word, rule):
        (left, first), (right, second) = pair
        return f"({left} {word} {right})", lambda row: rule((first(row), second(row)))

    pairs = st.tuples(children, children)
    return st.one_of(
        children.map(lambda one: (f"not {one[0]}", lambda row: not one[1](row))),
        pairs.map(lambda pair: both(pair, "and", all)),
        pairs.map(lambda pair: both(pair, "OR", any)),
    )


@settings(deadline=None)
@given(st.recursive(comparisons(), joined, max_leaves=6))
def test_sql_says_the_same_as_python(matching, condition):
    text, meaning = condition
    assert matching(text) == {place for place, row in enumerate(ROWS) if meaning(row)}


WORDS = ["age", "party", "and", "or", "not", "in", "like", "is", "null", "(", ")", ",", "=", "<"]
WORDS += ["'x'", '"', "'", "35", "-", "é", "\0", "\n", "--", ";", "'1990-01-01'", "'9999-99-99'"]


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join)))
def test_anything_compiles_and_runs_or_is_refused(matching, text):
    try:
        found = matching(text)
    except InputError:
        with pytest.raises(InputError, match=r"^WHERE: "):
            matching(text)
    else:
        assert found <= set(range(len(ROWS)))
