"""
Manifests: who stands on which line of a printed list, kept until the list is closed.

A sheet is keyed in by its lines' codes, whatever became of its turf meanwhile: a new cut, an edit
or another printing has other numbers. Once all sheets of a list are keyed in it is closed: its
manifest is erased, its number is remembered and refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geodata.errors import InputError
from geodata.storage.tables import read_csv_text
from turfcutter.packets.lists.numbers import is_checked, list_number, read_line_code, spaced
from turfcutter.packets.lists.tables import Table, columns_of

MANIFESTS: Final = "manifests"
"""Folder of manifests in that of a printing; a file a list, named by its number."""
CLOSED: Final = "closed-lists"
"""File of the numbers of closed lists, one a line."""
MANIFEST_CSV: Final = ("list", "line", "code", "turf_id", "stop", "door_id", "voter_id")
"""Columns of a manifest: which voter stands on which line of a printed list."""


@dataclass(frozen=True)
class Line:
    """A line of a list; `voter_id` is empty where lines stand for doors."""

    line: int
    code: str
    stop: int
    door_id: str
    voter_id: str


def manifest_table(lines: Sequence[Line], turf_id: str, serial: int) -> Table:
    """One row a line, with columns `MANIFEST_CSV`."""
    number = list_number(serial)
    rows = [
        (number, f"{line.line}", line.code, turf_id, f"{line.stop}", line.door_id, line.voter_id)
        for line in lines
    ]
    return columns_of(MANIFEST_CSV, rows)


def path_of(out: Path, number: str) -> Path:
    """Where the manifest of a list is, or would be."""
    return out / MANIFESTS / f"{number}.csv"


def closed(out: Path) -> list[str]:
    """Numbers of the closed lists of a folder, in the order in which they were closed."""
    try:
        return (out / CLOSED).read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []


def open_lists(out: Path) -> list[str]:
    """Numbers of the lists of a folder that can be keyed in."""
    return sorted(path.stem for path in (out / MANIFESTS).glob("[0-9]*.csv"))


def line_of(out: Path, code: str) -> dict[str, str]:
    """
    The line of a printed list that a code stands on.

    Parameters
    ----------
    out
        Folder of a printing.
    code
        The 12 digits of a line's bars, as they are scanned or typed; blanks do not matter.

    Returns
    -------
    row
        Of the list's manifest: `MANIFEST_CSV`. `voter_id` is empty where lines stand for doors.

    Raises
    ------
    InputError
        PARAMETER: a digit is wrong, or the list is not there. CLOSED: the list was closed.
    """
    digits = "".join(code.split())
    told = read_line_code(digits)
    if told is None:
        raise InputError("PARAMETER", f"{code!r} is no line's code: a digit is wrong or missing.")
    number = _there(out, list_number(told[0]))
    table = read_csv_text(path_of(out, number))
    found = table[table["code"] == digits].to_dict("records")
    if not found:
        raise InputError("PARAMETER", f"List {spaced(number)} has no line {told[1]}.")
    return {str(name): str(cell) for name, cell in found[0].items()}


def close(out: Path, numbers: Sequence[str]) -> list[str]:
    """
    Close lists: erase their manifests and remember their numbers.

    Parameters
    ----------
    out
        Folder of a printing.
    numbers
        Of 8 digits; blanks do not matter.

    Returns
    -------
    numbers
        The same without blanks.

    Raises
    ------
    InputError
        As `line_of`; nothing is closed then.
    """
    named = ["".join(number.split()) for number in numbers]
    for given, number in zip(numbers, named, strict=True):
        if len(number) != len(list_number(1_000_000)) or not is_checked(number):
            raise InputError("PARAMETER", f"{given!r} is no list's number: a digit is wrong.")
        _there(out, number)
    path = out / CLOSED
    path.touch(mode=0o600)
    with path.open("a", encoding="ascii") as file:
        file.writelines(f"{number}\n" for number in dict.fromkeys(named))
    for number in dict.fromkeys(named):
        path_of(out, number).unlink()
    return named


def _there(out: Path, number: str) -> str:
    """The number, if its list can be keyed in."""
    if number in closed(out):
        message = f"List {spaced(number)} was closed; its lines are known no more."
        raise InputError("CLOSED", message)
    if not path_of(out, number).is_file():
        message = f"{out} has no list {spaced(number)}; name the folder it was printed into."
        raise InputError("PARAMETER", message)
    return number
