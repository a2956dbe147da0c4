"""Rows of a building: its number, then its doors in two columns, floor by floor."""

from collections.abc import Iterator, Mapping
from typing import Any

from turfcutter.packets.pages.layout import (
    GRID,
    GUTTER_MM,
    SIGN_MM,
    UNIT_MM,
    Place,
    Row,
    Sheet,
    by,
    fitting,
)
from turfcutter.packets.press.metrics import text_mm, wrapped


def grid_rows(entry: Mapping[str, Any], sheet: Sheet) -> Iterator[Row]:
    """A building: its number, then its doors in two columns, floor by floor."""
    head = Place()
    head.discs.append((0.0, 0.9, str(entry["stop"])))
    number = wrapped(entry["number"], 15.0, sheet.width - 60, bold=True)
    head.write(8.0, 1.6, entry["number"], 15.0, sheet.width - 60, bold=True)
    x = 12.0 + text_mm(number[0] if len(number) == 1 else "", 15.0, bold=True)
    y = 2.9 if len(number) == 1 else head.height + 1.0
    said = ", ".join(filter(None, [entry["street"], entry["count"]]))
    head.write(x, y, said, 9.0, sheet.width - x)
    again = _again(entry, sheet)
    yield head.row(rule=0.7, stick=True)
    for floor in entry["floors"]:
        if floor["floor"]:
            above = Place()
            above.write(0.0, 1.2, floor["floor"], 9.0, sheet.width, bold=True)
            yield above.row(stick=True, again=again)
        parts = [part for door in floor["doors"] for part in _parted(door)]
        for pair in by(parts, 2):
            place = Place()
            for k, door in enumerate(pair):
                _cell(place, door, k * (sheet.width + GUTTER_MM) / 2, sheet)
            yield place.row(rule=0.3, again=again)


def _again(entry: Mapping[str, Any], sheet: Sheet) -> Row:
    """The building's number once more, for a page that begins in the middle of it."""
    place = Place()
    place.discs.append((0.0, 0.9, str(entry["stop"])))
    words = sheet.texts["continued"].format(words=entry["number"])
    place.write(8.0, 1.9, words, 11.0, sheet.width - 8.0, bold=True)
    place.height = max(place.height, 6.4)
    return place.row(rule=0.7)


def _parted(door: Mapping[str, Any], most: int = 16) -> Iterator[Mapping[str, Any]]:
    """A door of a grid, or parts of one that would fill a page."""
    for lines in by(door["lines"], most):
        yield {**door, "lines": lines}


def _cell(place: Place, door: Mapping[str, Any], x: float, sheet: Sheet) -> None:
    """A door of a grid: its unit on the left, its voters beside it."""
    form = sheet.forms[GRID]
    unit, room = door["unit"] or "\N{EN DASH}", UNIT_MM - 1.0
    # On one line where that is read from an arm's length.
    whole = (size for size in (11.0, 9.0) if text_mm(unit, size, bold=True) <= room)
    points = next(whole, fitting(unit, (11.0, 9.0, 7.5), room))
    y = place.write(x, 1.4, unit, points, room, bold=True)
    for signs in by(door["signs"], 2):
        place.put_signs(x, y - 0.4, signs)
        y += SIGN_MM + 0.6
    y, left = 1.3, x + UNIT_MM
    for line in door["lines"]:
        name, about = line["name"], line["about"]
        wide = text_mm(name, 9.0, bold=True) + 1.5
        if wide + text_mm(about, 7.0) <= form.width:
            place.write(left, y, name, 9.0, form.width, bold=True)
            below = place.write(left + wide if name else left, y + 0.6, about, 7.0, form.width)
            y += 2.9 if name or about else 0.0
        else:
            below = place.write(left, y, name, 9.0, form.width, bold=True)
            y = place.write(left, below, about, 7.0, form.width)
        place.put_form(y, GRID, left + form.width, line["code"], sheet)
        y += form.height + 1.4
        place.height = max(place.height, y - 0.6)
