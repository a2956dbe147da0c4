"""Rows of the walk list: its entries with a place for every word."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from turfcutter.packets.pages.forms import ROW_MM
from turfcutter.packets.pages.grids import grid_rows
from turfcutter.packets.pages.layout import (
    GUTTER_MM,
    LIST,
    NAME_MM,
    NUMBER_MM,
    Place,
    Row,
    Sheet,
    by,
    fitting,
    heading,
)
from turfcutter.packets.press.metrics import text_mm, wrapped

PITCH_MM: Final = ROW_MM + 0.9
"""From one voter's line to the next."""
ANSWER_MM: Final = 6.4
"""Height of a line to write an answer on."""
QUESTION_MM: Final = 46.0
"""Questions that are no longer stand two by two."""


def make_rows(entries: Sequence[Mapping[str, Any]], sheet: Sheet) -> list[Row]:
    """The rows of a walk list's entries."""
    return [row for entry in entries for row in _ROWS[entry["kind"]](entry, sheet)]


def _street(entry: Mapping[str, Any], sheet: Sheet) -> Iterator[Row]:
    yield heading(entry["words"], sheet.width)


def _turns(entry: Mapping[str, Any], sheet: Sheet) -> Iterator[Row]:
    place = Place()
    place.write(0.0, 1.0, entry["words"], 9.0, sheet.width, italic=True)
    yield place.row(stick=True)


def _end(entry: Mapping[str, Any], sheet: Sheet) -> Iterator[Row]:
    place = Place()
    place.write(0.0, 5.0, entry["words"], 9.0, sheet.width, italic=True)
    yield place.row(end=True)


def _door(entry: Mapping[str, Any], sheet: Sheet) -> Iterator[Row]:
    """A door: disc and number on the left, its voters beside them."""
    lines, first = list(entry["lines"]), True
    while lines or first:
        place = Place()
        _number(place, entry)
        y = 0.9
        if first:
            y = _about_door(place, entry, sheet)
        began = len(lines)
        while lines and (len(lines) == began or y + _voter_mm(lines[0], sheet) <= sheet.most):
            y = _voter(place, lines.pop(0), y, sheet)
        place.height = max(place.height, y)
        yield place.row(rule=0.3)
        first = False


def _number(place: Place, entry: Mapping[str, Any]) -> None:
    place.discs.append((0.0, 0.9, str(entry["stop"])))
    room, number, y = NUMBER_MM - 9.0, entry["number"], 1.6
    if number:
        points = fitting(number, (15.0, 12.0, 9.0), room)
        y = place.write(8.0, y, number, points, room, bold=True) - 0.07 * points
    if unit := entry["unit"]:
        place.write(8.0, y, unit, fitting(unit, (11.0, 9.0, 8.0), room), room, bold=True)


def _about_door(place: Place, entry: Mapping[str, Any], sheet: Sheet) -> float:
    """What stands above the voters of a door; where they begin."""
    room, y = sheet.width - NUMBER_MM, 0.9
    if entry["rest"]:
        y = place.write(NUMBER_MM, 1.7, entry["rest"], 11.0, room, bold=True)
    if entry["signs"]:
        x = place.put_signs(NUMBER_MM, y + 0.4, entry["signs"])
        y = place.write(x + 0.4, y + 1.3, entry["flags"], 8.5, sheet.width - x - 0.4) + 0.2
    if entry["street"]:
        y = place.write(NUMBER_MM, y + 0.8, entry["street"], 9.0, room) - 0.2
    return y


def _voter(place: Place, line: Mapping[str, Any], y: float, sheet: Sheet) -> float:
    """A voter's line with the questions below; where the next begins."""
    place.put_form(y, LIST, sheet.width, line["code"], sheet)
    below = place.write(
        NUMBER_MM, y + (0.7 if line["about"] else 2.0), line["name"], 10.0, NAME_MM, bold=True
    )
    below = place.write(NUMBER_MM, below - 0.6, line["about"], 7.5, NAME_MM)
    y = max(y + PITCH_MM, below - 0.5)
    for questions in by(sheet.questions, _columns(sheet)):
        y = _answers(place, questions, y, sheet)
    return y + (1.6 if sheet.questions else 0.0)


def _columns(sheet: Sheet) -> int:
    """How many questions stand side by side."""
    widest = max((text_mm(words, 8.0) for words in sheet.questions), default=0.0)
    return 2 if widest <= QUESTION_MM and len(sheet.questions) > 1 else 1


def _answers(place: Place, questions: Sequence[str], y: float, sheet: Sheet) -> float:
    """Questions side by side, each with a line to write on; where the next line begins."""
    columns = _columns(sheet)
    wide = (sheet.width - NUMBER_MM - (columns - 1) * GUTTER_MM) / columns
    ends = []
    for k, words in enumerate(questions):
        x, room = NUMBER_MM + k * (wide + GUTTER_MM), 2 * wide / 3
        extra = 3.4 * (len(wrapped(words, 8.0, room)) - 1)
        place.write(x, y + ANSWER_MM - 2.9, words, 8.0, room)
        begin = x + min(text_mm(words, 8.0), room) + 2.0
        end = y + ANSWER_MM + extra
        place.rules.append((round(begin, 2), round(end - 0.6, 2), round(x + wide - begin, 2)))
        ends.append(end)
    return max(ends)


def _voter_mm(line: Mapping[str, Any], sheet: Sheet) -> float:
    """How much room a voter's line takes."""
    return _voter(Place(), line, 0.0, sheet)


_ROWS: Final = {
    "street": _street,
    "turns": _turns,
    "door": _door,
    "grid": grid_rows,
    "end": _end,
}
