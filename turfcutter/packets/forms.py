"""What is filled in on a line: boxes for the result and the support, room for a note, bars."""

from dataclasses import dataclass
from typing import Final, Self

from turfcutter.packets import svg
from turfcutter.packets.code128 import bars
from turfcutter.packets.metrics import POINT_MM, text_mm

RESULTS: Final = ("T", "N", "R", "M", "L", "X")
"""Codes of what happened at a line; their words are the catalogue's ``result_T`` and so on."""
LEFT: Final = "D"
"""The one code of a canvass that only leaves something at the door."""
SUPPORT: Final = ("1", "2", "3", "4", "5")
BARS_MM, CELL_BARS_MM = 28.0, 24.5
"""Most room for the bars; their thin ones are a fifth of a millimetre, which scanners read."""
MODULES: Final = 121
"""Modules of a line's code with its quiet zones."""
GAP_MM: Final = 2.0


@dataclass(frozen=True)
class Form:
    """
    The part of a line that is the same for all voters, in millimetres.

    Parameters
    ----------
    width, height
        Of the drawing.
    common
        SVG of the boxes and of the line for notes.
    module
        Width of a thin bar.
    """

    width: float
    height: float
    common: str
    module: float

    @classmethod
    def of(cls, names: bool, width: float, height: float) -> Self:  # noqa: FBT001 - what it says
        """The form of a canvass that names voters, or of one that does not."""
        marks = [*RESULTS, *SUPPORT] if names else [LEFT]
        size, points = height - 1.0, 1.5 * (height - 1.0)
        squares, places, x = [], [], 0.15
        for mark in marks:
            x += GAP_MM / 2 if mark == SUPPORT[0] else 0.0
            squares.append(f"M{x:.2f} 0.5h{size - 0.5:.2f}v{size:.2f}h-{size - 0.5:.2f}z")
            places.append(x + (size - 0.5 - text_mm(mark, points)) / 2)
            x += size
        letters = (
            f'<text x="{" ".join(f"{place:.2f}" for place in places)}"'
            f' y="{height / 2 + 0.36 * points * POINT_MM:.2f}" font-size="{points * POINT_MM:.2f}"'
            f' fill="#777">{"".join(marks)}</text>'
        )
        most = BARS_MM if height > CELL_BARS_MM / 4 else CELL_BARS_MM
        end = width - most - GAP_MM
        note = f"M{x + GAP_MM:.2f} {height - 0.5:.2f}H{end:.2f}" if end - x > 3 * GAP_MM else ""
        common = svg.stroke("".join(squares), 0x00, 0.2) + letters + svg.stroke(note, 0x70, 0.12)
        return cls(round(width, 2), height, common, most / MODULES)

    def drawing(self, code: str) -> str:
        """The whole form with the bars of a line's code, at its right end."""
        data, wide = bars(code)
        left, high = self.width - wide * self.module, self.height - 0.4
        place = f'transform="translate({left:.2f} 0.2)scale({self.module:.5f} {high:.2f})"'
        content = f'{self.common}<path {place} d="{data}"/>'
        return svg.document(content, self.width, self.height, clip=False)
