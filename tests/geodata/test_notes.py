"""Numbers and their words."""

import pytest

from geodata.notes import counted


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (0, ("row",), "0 rows"),
        (1, ("row",), "1 row"),
        (2000, ("row",), "2,000 rows"),
        (1, ("voter has", "voters have"), "1 voter has"),
        (12, ("voter has", "voters have"), "12 voters have"),
    ],
)
def test_words_agree_with_their_number(number, words, said):
    assert counted(number, *words) == said
