"""
Where things stand in a row of the walk list, in millimetres from its corner.

Heights are known before a page is set: the typesetter only puts things in their places, which takes
half the time that finding their sizes would.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

from turfcutter.packets.pages.forms import CELL_MM, ROW_MM, Form
from turfcutter.packets.press.metrics import text_mm, wrapped

NUMBER_MM, NAME_MM, UNIT_MM = 30.0, 44.0, 13.0
"""Room for a house number with its disc, a name in the list, and a unit in a grid."""
GUTTER_MM: Final = 5.0
SIGN_MM: Final = 3.6
LIST, GRID = 0, 1
"""Which of the two forms a line has."""

HEADING_POINTS: Final = 10.5
HEADING_MM, HEADING_LINE_MM = 5.0, 4.5
"""Height of a heading of one line, and how much higher each further line makes it."""

Row = dict[str, Any]
"""
``height``, ``rule`` (points of the line above), ``heading`` or what stands in it: ``texts`` (x, y,
points, face, words), ``discs`` (x, y, number), ``signs`` (x, y, sign), ``rules`` (x, y, length),
``forms`` (x, y, which form), ``codes`` (x, y, module, height, text of the bars). For `paging`
alone: ``stick`` (to what follows), ``end`` (sticks to what is before), ``words`` of a heading, and
``again``, the row that tells on a new page which building this is of.
"""


@dataclass
class Place:
    """Things put into a row so far, and how far down they reach."""

    height: float = 0.0
    texts: list[tuple[float, float, float, str, str]] = field(default_factory=list)
    discs: list[tuple[float, float, str]] = field(default_factory=list)
    signs: list[tuple[float, float, str]] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    forms: list[tuple[float, float, int]] = field(default_factory=list)
    codes: list[tuple[float, float, float, float, str]] = field(default_factory=list)

    def write(
        self,
        x: float,
        y: float,
        words: str,
        points: float,
        room: float,
        *,
        bold: bool = False,
        italic: bool = False,
    ) -> float:
        """Words from a place on, in as many lines as they need; where the next line would be."""
        pitch, face = 0.42 * points, "bold" if bold else "italic" if italic else "regular"
        for line in wrapped(words, points, room, bold=bold):
            self.texts.append((round(x, 2), round(y, 2), points, face, line))
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
        parts = {name: value for name, value in vars(self).items() if value}
        return {**parts, "height": round(self.height, 2), **said}


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


def heading(words: str, width: float, **said: Any) -> Row:  # noqa: ANN401 - what a row says
    """The row of a heading."""
    lines = wrapped(words, HEADING_POINTS, width - 4, bold=True)
    height = HEADING_MM + HEADING_LINE_MM * (len(lines) - 1)
    return {"height": height, "heading": lines, "words": words, "stick": True, **said}


def fitting(words: str, sizes: Sequence[float], room: float) -> float:
    """The first of some sizes, largest first, in which no word has to be broken."""
    return next(
        (
            points
            for points in sizes
            if all(text_mm(word, points, bold=True) <= room for word in words.split())
        ),
        sizes[-1],
    )


def by(items: Sequence[Any], count: int) -> list[Sequence[Any]]:
    """Items, so many at a time."""
    return [items[k : k + count] for k in range(0, len(items), count)]
