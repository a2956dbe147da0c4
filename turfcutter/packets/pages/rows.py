"""
Rows of the walk list: entries with a place for every word, in millimetres from the row's corner.

Heights are known before a page is set, so that the typesetter only puts things in their places:
that takes half the time that finding their sizes would.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from turfcutter.packets.pages.forms import CELL_MM, MODULE_MM, MODULES, ROW_MM, Form
from turfcutter.packets.press import svg
from turfcutter.packets.press.metrics import text_mm, wrapped

NUMBER_MM, NAME_MM, UNIT_MM = 30.0, 44.0, 13.0
"""Room for a house number with its disc, a name in the list, and a unit in a grid."""
GUTTER_MM: Final = 5.0
PITCH_MM: Final = ROW_MM + 0.9
"""From one voter's line to the next."""
ANSWER_MM: Final = 6.4
"""Height of a line to write an answer on."""
QUESTION_MM: Final = 46.0
"""Questions that are no longer stand two by two."""
SIGN_MM: Final = 3.6
LIST, GRID = 0, 1
"""Which of the two forms a line has."""

Row = dict[str, Any]
"""
``height``, ``rule`` (points of the line above), ``stick`` (to what follows), ``heading`` or what
stands in it: ``texts`` (x, y, points, weight, words), ``discs`` (x, y, number), ``signs`` (x, y,
sign), ``rules`` (x, y, length), ``forms`` (x, y, which form), ``bars`` (a drawing of all).
"""


@dataclass
class _Place:
    """Things put into a row so far, and how far down they reach."""

    height: float = 0.0
    texts: list[tuple[float, float, float, str, str]] = field(default_factory=list)
    discs: list[tuple[float, float, str]] = field(default_factory=list)
    signs: list[tuple[float, float, str]] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    forms: list[tuple[float, float, int]] = field(default_factory=list)
    codes: list[tuple[float, float, float, float, str]] = field(default_factory=list)

    def write(
        self, x: float, y: float, words: str, points: float, room: float, *, bold: bool = False
    ) -> float:
        """Words from a place on, in as many lines as they need; where the next line would be."""
        pitch = 0.42 * points
        for line in wrapped(words, points, room, bold=bold):
            weight = "bold" if bold else "regular"
            self.texts.append((round(x, 2), round(y, 2), points, weight, line))
            y += pitch
            self.height = max(self.height, y - 0.1 * points)
        return y

    def put_signs(self, x: float, y: float, signs: Sequence[str]) -> float:
        """Signs in a row; where it ends."""
        for sign in signs:
            self.signs.append((round(x, 2), round(y, 2), sign))
            self.height = max(self.height, y + SIGN_MM + 0.4)
            x += SIGN_MM + 0.8
        return x

    def put_form(self, y: float, which: int, right: float, code: str, sheet: "Sheet") -> None:
        """A voter's form, up to a right edge, with the bars of the line's code."""
        form = sheet.forms[which]
        left = right - form.width
        self.forms.append((round(left, 2), round(y, 2), which))
        place = round(left + form.bars, 2), round(y + 0.2, 2)
        self.codes.append((*place, form.module, form.height - 0.4, code))

    def row(self, **said: Any) -> Row:  # noqa: ANN401 - what a row says beside its content
        """The row of all that."""
        parts = {k: v for k, v in vars(self).items() if v and k not in {"height", "codes"}}
        if self.codes:
            wide = max(x for x, *_ in self.codes) + MODULES * MODULE_MM
            drawing = svg.bar_codes(self.codes)
            parts["bars"] = svg.document(drawing, round(wide, 2), round(self.height, 2), clip=False)
        return {"height": round(self.height, 2), **parts, **said}


@dataclass(frozen=True)
class Sheet:
    """
    What rows are laid out for.

    Parameters
    ----------
    width, most
        Room across, and the height from which a door is parted into several rows.
    forms
        The forms of the list and of grids.
    questions
        What is asked of every voter.
    texts
        Words of the catalogue.
    """

    width: float
    most: float
    forms: tuple[Form, Form]
    questions: Sequence[str]
    texts: Mapping[str, str]

    @classmethod
    def of(
        cls,
        size: tuple[float, float],
        questions: Sequence[str],
        texts: Mapping[str, str],
        *,
        names: bool,
    ) -> Self:
        """The sheet of a canvass, which names voters or does not; `size` in millimetres."""
        width, height = size
        forms = (
            Form.of(names, width - NUMBER_MM - NAME_MM - 2, ROW_MM),
            Form.of(names, (width - GUTTER_MM) / 2 - UNIT_MM, CELL_MM),
        )
        return cls(width, height - 25.0, forms, questions, texts)


def make_rows(entries: Sequence[Mapping[str, Any]], sheet: Sheet) -> list[Row]:
    """The rows of a walk list's entries."""
    return [row for entry in entries for row in _ROWS[entry["kind"]](entry, sheet)]


def _street(entry: Mapping[str, Any], sheet: Sheet) -> Iterator[Row]:
    lines = wrapped(entry["words"], 10.5, sheet.width - 4, bold=True)
    yield {"heading": lines, "stick": True}


def _turns(entry: Mapping[str, Any], sheet: Sheet) -> Iterator[Row]:
    place = _Place()
    place.write(0.0, 1.0, entry["words"], 9.0, sheet.width)
    yield place.row(stick=True, italic=True)


def _door(entry: Mapping[str, Any], sheet: Sheet) -> Iterator[Row]:
    """A door: disc and number on the left, its voters beside them."""
    lines, first = list(entry["lines"]), True
    while lines or first:
        place = _Place()
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


def _number(place: _Place, entry: Mapping[str, Any]) -> None:
    place.discs.append((0.0, 0.9, str(entry["stop"])))
    room, number, y = NUMBER_MM - 9.0, entry["number"], 1.6
    if number:
        points = _fitting(number, (15.0, 12.0, 9.0), room)
        y = place.write(8.0, y, number, points, room, bold=True) - 0.07 * points
    if unit := entry["unit"]:
        place.write(8.0, y, unit, _fitting(unit, (11.0, 9.0, 8.0), room), room, bold=True)


def _about_door(place: _Place, entry: Mapping[str, Any], sheet: Sheet) -> float:
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


def _voter(place: _Place, line: Mapping[str, Any], y: float, sheet: Sheet) -> float:
    """A voter's line with the questions below; where the next begins."""
    place.put_form(y, LIST, sheet.width, line["code"], sheet)
    below = place.write(
        NUMBER_MM, y + (0.7 if line["about"] else 2.0), line["name"], 10.0, NAME_MM, bold=True
    )
    below = place.write(NUMBER_MM, below - 0.6, line["about"], 7.5, NAME_MM)
    y = max(y + PITCH_MM, below - 0.5)
    for questions in _by(sheet.questions, _columns(sheet)):
        y = _answers(place, questions, y, sheet)
    return y + (1.6 if sheet.questions else 0.0)


def _columns(sheet: Sheet) -> int:
    """How many questions stand side by side."""
    widest = max((text_mm(words, 8.0) for words in sheet.questions), default=0.0)
    return 2 if widest <= QUESTION_MM and len(sheet.questions) > 1 else 1


def _answers(place: _Place, questions: Sequence[str], y: float, sheet: Sheet) -> float:
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
    return _voter(_Place(), line, 0.0, sheet)


def _grid(entry: Mapping[str, Any], sheet: Sheet) -> Iterator[Row]:
    """A building: its number, then its doors in two columns, floor by floor."""
    head = _Place()
    head.discs.append((0.0, 0.9, str(entry["stop"])))
    number = wrapped(entry["number"], 15.0, sheet.width - 60, bold=True)
    head.write(8.0, 1.6, entry["number"], 15.0, sheet.width - 60, bold=True)
    x = 12.0 + text_mm(number[0] if len(number) == 1 else "", 15.0, bold=True)
    y = 2.9 if len(number) == 1 else head.height + 1.0
    said = ", ".join(filter(None, [entry["street"], entry["count"]]))
    head.write(x, y, said, 9.0, sheet.width - x)
    yield head.row(rule=0.7, stick=True)
    for floor in entry["floors"]:
        if floor["floor"]:
            above = _Place()
            above.write(0.0, 1.2, floor["floor"], 9.0, sheet.width, bold=True)
            yield above.row(stick=True)
        parts = [part for door in floor["doors"] for part in _parted(door)]
        for pair in _by(parts, 2):
            place = _Place()
            for k, door in enumerate(pair):
                _cell(place, door, k * (sheet.width + GUTTER_MM) / 2, sheet)
            yield place.row(rule=0.3)


def _parted(door: Mapping[str, Any], most: int = 16) -> Iterator[Mapping[str, Any]]:
    """A door of a grid, or parts of one that would fill a page."""
    for lines in _by(door["lines"], most):
        yield {**door, "lines": lines}


def _cell(place: _Place, door: Mapping[str, Any], x: float, sheet: Sheet) -> None:
    """A door of a grid: its unit on the left, its voters beside it."""
    form = sheet.forms[GRID]
    unit, room = door["unit"] or "\N{EN DASH}", UNIT_MM - 1.0
    y = place.write(x, 1.4, unit, _fitting(unit, (11.0, 9.0, 7.5), room), room, bold=True)
    for signs in _by(door["signs"], 2):
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


def _fitting(words: str, sizes: Sequence[float], room: float) -> float:
    """The first of some sizes, largest first, in which no word has to be broken."""
    return next(
        (
            points
            for points in sizes
            if all(text_mm(word, points, bold=True) <= room for word in words.split())
        ),
        sizes[-1],
    )


def _by(items: Sequence[Any], count: int) -> list[Sequence[Any]]:
    """Items, so many at a time."""
    return [items[k : k + count] for k in range(0, len(items), count)]


_ROWS: Final = {"street": _street, "turns": _turns, "door": _door, "grid": _grid}
