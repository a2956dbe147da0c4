import re
from pathlib import Path

import pytest

from turfcutter.params import TABLES
from turfcutter.texts import LANGUAGES, catalogue

HOME = Path(__file__).parents[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_blanks(language):
    english, other = catalogue("en"), catalogue(language)
    assert other.keys() == english.keys()
    for key, text in english.items():
        assert sorted(re.findall(r"{\w+}", other[key])) == sorted(re.findall(r"{\w+}", text)), key


def test_what_nobody_has_checked_says_so():
    assert catalogue("en")["unreviewed"] == ""
    assert "sin revisar" in catalogue("es")["unreviewed"]


def test_the_languages_that_may_be_chosen_are_those_there_are():
    declared = TABLES["packet"].__dataclass_fields__["language"].metadata["choices"]
    assert declared == LANGUAGES


def test_no_text_is_left_that_nothing_prints():
    """Keys that are put together from a word and a code count by their word."""
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (HOME / "turfcutter" / "packets").rglob("*.*")
        if path.suffix in {".py", ".typ"}
    )
    words = {*re.findall(r"\w+", code)}
    parts = {*re.findall(r"""["'](\w+_)\{""", code)}
    left = {key for key in catalogue("en") if key not in words and not key.startswith((*parts,))}
    assert left <= {*("even", "odd"), *("north", "east", "south", "west")}
