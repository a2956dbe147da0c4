import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from turfcutter.packets.lists.numbers import (
    LEAST,
    MOST,
    MOST_LINES,
    checked,
    is_checked,
    line_code,
    list_number,
    read_line_code,
    spaced,
)

SERIALS = st.integers(LEAST, MOST)


@given(SERIALS, st.integers(1, MOST_LINES))
def test_a_line_is_read_back_from_its_code(serial, line):
    code = line_code(serial, line)
    assert len(code) == 12
    assert read_line_code(code) == (serial, line)


@given(SERIALS, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(serial, place, shift):
    number = list_number(serial)
    wrong = (int(number[place]) + shift) % 10
    assert not is_checked(number[:place] + str(wrong) + number[place + 1 :])


@given(SERIALS, st.integers(0, 6))
def test_two_exchanged_digits_are_noticed(serial, place):
    number = list_number(serial)
    a, b = number[place], number[place + 1]
    changed = number[:place] + b + a + number[place + 2 :]
    assert is_checked(changed) is (a == b)


@pytest.mark.parametrize("serial", [LEAST - 1, MOST + 1])
def test_serials_have_seven_digits(serial):
    with pytest.raises(InputError) as fault:
        list_number(serial)
    assert fault.value.code == "PARAMETER"


def test_a_list_has_no_more_lines_than_its_codes_can_tell():
    with pytest.raises(InputError):
        line_code(LEAST, MOST_LINES + 1)


def test_known_numbers():
    assert checked("572") == "5724"  # the example of Damm's own thesis
    assert spaced("12345678") == "1234 5678"
    assert read_line_code("12345678") is None
