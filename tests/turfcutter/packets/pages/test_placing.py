"""Where things of a page come to stand, and what of them is read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turfcutter.packets.lists.numbers import line_code
from turfcutter.packets.pages.layout import LIST, Place, Sheet, heading
from turfcutter.packets.pages.paging import HEADING_ABOVE_MM, ROW_ABOVE_MM
from turfcutter.packets.pages.placing import DISC_MM, placed
from turfcutter.packets.press.code128 import bars
from turfcutter.texts import catalogue

EN = catalogue("en")
SHEET = Sheet.of((190.0, 200.0), [], EN, names=True)


def door(stop, code="", **said):
    place = Place()
    place.discs.append((0.0, 0.9, str(stop)))
    place.write(8.0, 1.6, f"{stop} Elm", 15.0, 40.0, bold=True)
    if code:
        place.put_form(0.9, LIST, SHEET.width, code, SHEET)
    place.height = 10.0
    return place.row(rule=0.3, **said)


def test_rows_stand_one_below_the_other_with_room_between_them():
    page = placed([heading("Elm St", 190.0), door(1), heading("Oak St", 190.0), door(2)], SHEET)
    top = {
        item[-1] if isinstance(item[-1], str) else item[-1][0]: item[2] for item in page["items"]
    }
    first = 5.0 + ROW_ABOVE_MM
    assert top["1 Elm"] == pytest.approx(first + 1.6)
    second = first + 10.0 + HEADING_ABOVE_MM
    assert top["Oak St"] - top["Elm St"] == pytest.approx(second)
    assert top["2 Elm"] - top["1 Elm"] == pytest.approx(second + 5.0 + ROW_ABOVE_MM - first)


def test_words_are_read_in_the_order_of_the_list():
    again = heading("Elm St (continued)", 190.0, aside=True)
    page = placed([again, door(1), heading("Oak St", 190.0), door(2)], SHEET)
    assert [item[0] for item in page["items"]] == [
        "again",
        "disc",
        "bold",
        "heading",
        "disc",
        "bold",
    ]
    assert [item[-1] for item in page["items"] if item[0] == "disc"] == ["1", "2"]


def test_every_line_has_its_form_and_its_bars():
    codes = [line_code(1_000_000, n) for n in (1, 2)]
    page = placed([door(n, code) for n, code in enumerate(codes)], SHEET)
    assert [which for *_, which in page["forms"]] == [LIST, LIST]
    for code in codes:
        assert page["drawing"].count(bars(code)[0]) == 1
    (boxes,) = re.findall(r'<path d="([^"]*)" fill="none" stroke="#000000"', page["drawing"])
    assert boxes.count("z") == 2 * len(SHEET.forms[LIST].boxes)


@given(st.integers(1, 99_999))
def test_a_number_stands_in_the_middle_of_its_disc(number):
    page = placed([door(number)], SHEET)
    (disc,) = re.findall(r'<path d="M([\d.]+) [\d.]+h([\d.]+)a', page["drawing"])
    left, flat = float(disc[0]) - DISC_MM / 2, float(disc[1])
    (x,) = (item[1] for item in page["items"] if item[0] == "disc")
    digit = 0.572 * 8.0 * 25.4 / 72
    assert x - left == pytest.approx((flat + DISC_MM - digit * len(str(number))) / 2, abs=0.02)
    assert x > left + 1.0


def test_no_page_has_anything_to_be_read_of_nothing():
    assert placed([], SHEET)["items"] == []
