"""
A page of the walk list with everything in its place: words to be read, and under them one drawing
of all that says nothing, boxes, bars, discs and lines.

A drawing for each line, or a box of the typesetter's own, would take it twice the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from turfcutter.packets.pages.layout import Row, Sheet
from turfcutter.packets.pages.paging import above_mm
from turfcutter.packets.press import svg
from turfcutter.packets.press.metrics import CAPITAL, POINT_MM, text_mm

DISC_MM, DISC_POINTS = 5.0, 8.0
"""Height of a disc, and the type size of its number."""
DISC_BESIDE_MM: Final = 1.2
"""Black on either side of a number that is wider than a disc is high."""
HEADING_LEFT_MM, HEADING_TOP_MM = 1.5, 1.1
BLACK, WRITTEN, BETWEEN, BAR = 0x00, 0x6E, 0x96, 0xE1
"""Greys: of boxes, lines to write on, lines between doors, and what headings stand on."""
LINE_MM, BOX_LINE_MM = 0.3 * POINT_MM, 0.2

Item = tuple[Any, ...]
"""
What is read: a face of the template, x, y; then points and words, the lines of a heading, or the
word of a sign.
"""


@dataclass
class _Drawing:
    """Path data of a page, by what it is drawn with."""

    areas: list[str] = field(default_factory=list)
    rules: dict[float, list[str]] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    discs: list[str] = field(default_factory=list)
    codes: list[tuple[float, float, float, float, str]] = field(default_factory=list)

    def svg(self, width_mm: float, height_mm: float) -> str:
        """The whole of it."""
        rules = (
            svg.stroke("".join(data), BLACK if points > 0.5 else BETWEEN, points * POINT_MM)
            for points, data in sorted(self.rules.items())
        )
        parts = [
            svg.fill("".join(self.areas), BAR),
            *rules,
            svg.stroke("".join(self.written), WRITTEN, LINE_MM),
            svg.stroke("".join(self.boxes), BLACK, BOX_LINE_MM),
            svg.fill("".join(self.discs), BLACK),
            svg.bar_codes(self.codes),
        ]
        return svg.document("".join(parts), round(width_mm, 2), round(height_mm, 2), clip=False)


def placed(rows: Sequence[Row], sheet: Sheet) -> dict[str, Any]:
    """
    A page of some rows, ready for JSON.

    Returns
    -------
    page
        ``drawing``; ``forms`` whose letters are to be set, x, y, which; ``items`` in the order in
        which they are read.
    """
    drawing, forms, items, y = _Drawing(), [], [], 0.0
    for number, row in enumerate(rows):
        y += above_mm(row) if number else 0.0
        if "heading" in row:
            drawing.areas.append(svg.rectangle(0.0, y, sheet.width, row["height"]))
            face = "again" if row.get("aside") else "heading"
            items.append((face, HEADING_LEFT_MM, round(y + HEADING_TOP_MM, 2), row["heading"]))
        else:
            _draw(row, y, sheet, drawing)
            forms += [(x, round(y + down, 2), which) for x, down, which in row.get("forms", ())]
            items += _items(row, y)
        y += row["height"]
    return {"drawing": drawing.svg(sheet.width, y), "forms": forms, "items": items}


def _draw(row: Row, y: float, sheet: Sheet, drawing: _Drawing) -> None:
    """What of a row is drawn."""
    if "rule" in row:
        drawing.rules.setdefault(row["rule"], []).append(f"M0 {y:.2f}h{sheet.width:.2f}")
    for x, down, length in row.get("rules", ()):
        drawing.written.append(f"M{x:.2f} {y + down:.2f}h{length:.2f}")
    for x, down, which in row.get("forms", ()):
        boxes, note = sheet.forms[which].drawn(x, y + down)
        drawing.boxes.append(boxes)
        drawing.written.append(note)
    for x, down, number in row.get("discs", ()):
        drawing.discs.append(svg.pill(x, y + down, _disc_mm(number), DISC_MM))
    for x, down, *code in row.get("codes", ()):
        drawing.codes.append((x, round(y + down, 2), *code))


def _items(row: Row, y: float) -> list[Item]:
    """What of a row is read."""
    middle = y + (DISC_MM - CAPITAL * DISC_POINTS * POINT_MM) / 2
    return [
        *(
            ("disc", round(x + _before_mm(number), 2), round(middle + top, 2), DISC_POINTS, number)
            for x, top, number in row.get("discs", ())
        ),
        *(("sign", x, round(y + top, 2), word) for x, top, word in row.get("signs", ())),
        *(
            (face, x, round(y + top, 2), points, words)
            for x, top, points, face, words in row.get("texts", ())
        ),
    ]


def _disc_mm(number: str) -> float:
    """Width of a disc: round up to two digits, longer for more."""
    return max(DISC_MM, text_mm(number, DISC_POINTS) + 2 * DISC_BESIDE_MM)


def _before_mm(number: str) -> float:
    """From a disc's left edge to its number; bold digits are as wide as regular ones."""
    return (_disc_mm(number) - text_mm(number, DISC_POINTS)) / 2
