"""What is filled in on a line: boxes for the result and the support, room for a note, bars."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, Self

from turfcutter.packets.press.metrics import CAPITAL, POINT_MM, text_mm

RESULTS: Final = ("T", "N", "R", "M", "L", "X")
"""Codes of what happened at a line; their words are the catalogue's ``result_T`` and so on."""
LEFT: Final = "D"
"""The one code of a canvass that only leaves something at the door."""
SUPPORT: Final = ("1", "2", "3", "4", "5")
ROW_MM, CELL_MM = 6.6, 4.4
"""Height of a line's form, in the list and in grids of apartments."""
MODULE_MM, CELL_MODULE_MM = 0.26, 0.25
"""A thin bar of a line's code: a quarter of a millimetre is what any scanner reads."""
MODULES, QUIET = 101, 10
"""Modules of a line's code, and of the white that the standard wants on either side."""
NUMBER_BARS: Final = (0.36, 11.0)
"""Module and height of the bars of a list's number."""
GAP_MM: Final = 2.0
LETTER, LEAST_POINTS = 1.5, 7.0
"""Points of a box's letter for each millimetre of the box, and how many it has at least."""


@dataclass(frozen=True)
class Form:
    """
    The part of a line that is the same for all voters, in millimetres from its left end.

    Parameters
    ----------
    width, height
        Of the whole.
    boxes
        Where each box begins.
    words
        Letters of boxes that stand side by side: where they begin, the letters, the room between
        two. One text for all takes the typesetter a third of the time of one for each.
    box
        Width of a box.
    note
        From where to where one can write; empty where there is no room.
    bars
        Where the bars begin.
    module
        Width of a thin bar.
    """

    width: float
    height: float
    boxes: tuple[float, ...]
    words: tuple[tuple[float, str, float], ...]
    box: float
    note: tuple[float, ...]
    bars: float
    module: float

    @classmethod
    def of(cls, names: bool, width: float, height: float) -> Self:  # noqa: FBT001 - what it says
        """The form of a canvass that names voters, or of one that does not."""
        box, points = height - 1.5, _points(height)
        pitch = box + 0.5
        boxes: list[float] = []
        words, x = [], 0.15
        for marks in (RESULTS, SUPPORT) if names else ((LEFT,),):
            letters = "".join(marks)
            mean = text_mm(letters, points) / len(letters)
            words.append((round(x + (box - mean) / 2, 2), letters, round(pitch - mean, 3)))
            boxes += [round(x + k * pitch, 2) for k in range(len(letters))]
            x += len(letters) * pitch + GAP_MM / 2
        module = MODULE_MM if height >= ROW_MM else CELL_MODULE_MM
        bars = width - (MODULES + QUIET) * module
        end = bars - QUIET * module - 0.5
        note = (round(x + GAP_MM / 2, 2), round(end, 2)) if end - x > 3 * GAP_MM else ()
        return cls(
            round(width, 2), height, tuple(boxes), tuple(words), box, note, round(bars, 2), module
        )

    def drawn(self, x: float, y: float) -> tuple[str, str]:
        """Path data of its boxes and of the line for a note, from a place on."""
        boxes = f"M{x + self.boxes[0]:.2f} {y + 0.5:.2f}{self._row_of_boxes}"
        if not self.note:
            return boxes, ""
        begin, end = self.note
        return boxes, f"M{x + begin:.2f} {y + self.height - 0.5:.2f}h{end - begin:.2f}"

    @cached_property
    def _row_of_boxes(self) -> str:
        """Path data of the boxes from the first one's corner on."""
        box = f"h{self.box:.2f}v{self.box + 0.5:.2f}h-{self.box:.2f}z"
        return box + "".join(f"m{right - left:.2f} 0{box}" for left, right in pairwise(self.boxes))

    def letters(self) -> dict[str, Any]:
        """What a template sets the letters of its boxes from."""
        points = _points(self.height)
        y = 0.5 + (self.box + 0.5 - CAPITAL * points * POINT_MM) / 2
        return {"words": self.words, "points": points, "y": round(y, 2)}


def _points(height: float) -> float:
    """Type size of the letters of a form so high."""
    return max(LETTER * (height - 1.0), LEAST_POINTS)
