"""
The foot of each page: whose paper it is, what codes and signs mean.

Lines are parted before a page is set, so that the room they take is known and nothing runs over
the edge, however long an organization's name is and in whatever language.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from turfcutter.packets.issues import Issue
from turfcutter.packets.lists.numbers import spaced
from turfcutter.packets.pages.forms import LEFT, RESULTS, SUPPORT
from turfcutter.packets.press.metrics import text_mm, wrapped
from turfcutter.packets.turfs.slices import Door
from turfcutter.packets.turfs.symbols import legend, signs_of

FOOT_POINTS, LEGEND_POINTS = 7.0, 7.5
FOOT_MM, LEGEND_MM, SIGNS_MM = 3.0, 3.5, 4.0
"""From one line to the next."""
_PAGES_MM: Final = 26.0
"""Room for "Page 10 of 12" beside the first line."""
_SIGN_MM: Final = 7.6
"""A sign, with the room before and after its word."""
_DOT: Final = " \N{MIDDLE DOT} "


@dataclass(frozen=True)
class Foot:
    """
    The foot of a packet's pages.

    Parameters
    ----------
    lines
        Whose paper it is; on every page.
    codes
        What the letters of a line's boxes mean; on pages of the list.
    signs
        Rows of signs with their words; on pages of the list, and under maps.
    """

    lines: Sequence[str]
    codes: Sequence[str]
    signs: Sequence[Sequence[Mapping[str, str]]]

    @classmethod
    def of(cls, issue: Issue, number: str, doors: Iterable[Door], width_mm: float) -> Self:
        """The foot of a list's pages, for its number and doors."""
        signs = legend(signs_of(doors), issue.texts)
        lines = foot_lines(issue, width_mm, number)
        return cls(lines, _codes(issue, width_mm), _rows(signs, width_mm))

    @property
    def more_mm(self) -> float:
        """How much higher than one line it is, on every page."""
        return FOOT_MM * (len(self.lines) - 1)

    @property
    def list_mm(self) -> float:
        """The same on pages of the list."""
        return self.more_mm + LEGEND_MM * len(self.codes) + SIGNS_MM * len(self.signs)


def foot_lines(issue: Issue, width_mm: float, number: str = "") -> list[str]:
    """
    What stands at the foot of every page, in lines.

    Parameters
    ----------
    width_mm
        Room for it and the page's number.
    number
        Of the list; sheets of the launch table have none.
    """
    texts, packet = issue.texts, issue.packet
    name = packet["organization"]
    parts = [texts["property"].format(organization=name) if name else texts["confidential"]]
    if packet["expires"]:
        parts.append(texts["expires"].format(date=packet["expires"]))
    if issue.issued:
        parts.append(texts["issued"].format(issued=issue.issued))
    if number:
        parts.append(f"{texts['list']} {spaced(number)}")
    if texts["unreviewed"]:
        parts.append(texts["unreviewed"])
    return _joined(parts, _DOT, FOOT_POINTS, width_mm - _PAGES_MM)


def _codes(issue: Issue, width_mm: float) -> list[str]:
    """What the letters and numbers of a line's boxes mean, in lines."""
    texts = issue.texts
    if not issue.names:
        return [f"{LEFT} {texts['result_D']}"]
    results = [f"{code} {texts[f'result_{code}']}" for code in RESULTS]
    support = [f"{code} {texts[f'support_{code}']}" for code in SUPPORT]
    parts = ["  ".join(results), f"{texts['support']}: {'  '.join(support)}"]
    return _joined(parts, "   |   ", LEGEND_POINTS, width_mm)


def _rows(signs: Iterable[Mapping[str, str]], width_mm: float) -> list[list[Mapping[str, str]]]:
    """Signs with their words, parted into rows."""
    rows: list[list[Mapping[str, str]]] = []
    room = 0.0
    for sign in signs:
        wide = _SIGN_MM + text_mm(sign["word"], LEGEND_POINTS)
        if not rows or wide > room:
            rows.append([])
            room = width_mm
        rows[-1].append(sign)
        room -= wide
    return rows


def _joined(parts: Iterable[str], between: str, points: float, room: float) -> list[str]:
    """Parts one after another, a new line where the next has no room on the last."""
    lines: list[str] = []
    for part in parts:
        if lines and text_mm(lines[-1] + between + part, points) <= room:
            lines[-1] += between + part
        else:
            lines += wrapped(part, points, room)
    return lines
