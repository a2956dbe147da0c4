"""Sizes of paper and what is left of it inside the margins; all in millimetres."""

from dataclasses import dataclass
from typing import Final

TOP, SIDE, BOTTOM = 27.0, 11.0, 15.0
HEADER: Final = 13.0
"""Height of the line above maps and lists: turf, list number, bars."""


@dataclass(frozen=True)
class Paper:
    """A sheet of paper, upright; `TOP` keeps 25 mm free for the clipboard."""

    width: float
    height: float

    @property
    def room(self) -> tuple[float, float]:
        """Width and height between the header and a foot of one line."""
        return round(self.width - 2 * SIDE, 1), round(self.height - TOP - HEADER - BOTTOM, 1)


PAPERS: Final = {
    "letter": Paper(215.9, 279.4),
    "legal": Paper(215.9, 355.6),
    "a4": Paper(210.0, 297.0),
}
WALL: Final = Paper(279.4, 431.8)
