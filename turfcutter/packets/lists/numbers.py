"""
List numbers: what a printed sheet, and each line on it, is called.

A *list* is one printing of one turf, or of half of one. Its number is a serial of 7 digits and a
check digit; a line's code adds 4 digits of line before the check digit. Neither tells anything
about a voter: the manifest of the printing knows who stands on which line.
"""

from typing import Final

from geodata.errors import InputError

LEAST, MOST = 1_000_000, 9_999_999
"""Least and greatest serial: always 7 digits, so that none is ever padded or shortened."""
MOST_LINES: Final = 9999

# The totally anti-symmetric quasigroup of order 10 in Damm, Total anti-symmetrische Quasigruppen
# (Marburg 2004): any one wrong digit and any two exchanged neighbors change the check digit.
_DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def checked(digits: str) -> str:
    """Digits followed by their check digit."""
    return digits + str(_check(digits))


def is_checked(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    return digits.isascii() and digits.isdigit() and _check(digits) == 0


def list_number(serial: int) -> str:
    """
    Number of a list, 8 digits.

    Raises
    ------
    InputError
        PARAMETER: the serial has not 7 digits.
    """
    if not LEAST <= serial <= MOST:
        message = f"List serial {serial} is used up or too low; begin between {LEAST} and {MOST}."
        raise InputError("PARAMETER", message)
    return checked(str(serial))


def line_code(serial: int, line: int) -> str:
    """
    Code of the `line`-th line of a list, 1-based, 12 digits.

    Raises
    ------
    InputError
        PARAMETER: more lines than a list can have.
    """
    if not 1 <= line <= MOST_LINES:
        message = f"A list has no line {line}; cut turfs of fewer than {MOST_LINES} voters."
        raise InputError("PARAMETER", message)
    return checked(f"{serial}{line:04d}")


def read_line_code(code: str) -> tuple[int, int] | None:
    """Serial and line of a code; None where a digit is wrong."""
    if len(code) != len("1000000") + len("0001") + 1 or not is_checked(code):
        return None
    return int(code[:7]), int(code[7:11])


def spaced(number: str) -> str:
    """A list number as people read it out: 1234 5678."""
    return f"{number[:4]} {number[4:]}"


def _check(digits: str) -> int:
    state = 0
    for digit in digits:
        state = _DAMM[state][int(digit)]
    return state
