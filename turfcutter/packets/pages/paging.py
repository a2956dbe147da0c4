"""
Pages of the walk list: rows filled in from the top, headings kept with what follows.

A page that begins in the middle of a street, or of a building, says which one: it must make sense
by itself when the sheets are apart.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from turfcutter.packets.pages.layout import Row, heading

ROW_ABOVE_MM, HEADING_ABOVE_MM = 0.4, 2.4
"""Room above a row, and above a heading."""
SPARE_MM: Final = 0.2
"""So much of a page is left free, for what the typesetter rounds."""
_OURS: Final = frozenset({"stick", "end", "words", "again"})
"""What of a row matters here alone."""


def pages_of(
    rows: Sequence[Row], width_mm: float, height_mm: float, texts: Mapping[str, str]
) -> list[list[Row]]:
    """
    Rows parted into pages.

    Parameters
    ----------
    rows
        Those that ``stick`` are on the page of the row that follows; only what is higher than a
        page is parted.
    width_mm, height_mm
        Room on a page.
    texts
        Words of the catalogue.
    """
    pages: list[list[Row]] = [[]]
    street, left, fresh = "", height_mm - SPARE_MM, True
    for unit in _units(rows):
        for k, row in enumerate(unit):
            if not fresh and _needed([row] if k else unit) > left:
                again = [*_again(row, street, width_mm, texts)]
                pages.append(again)
                left, fresh = height_mm - SPARE_MM - _needed(again), True
            pages[-1].append(row)
            left, fresh = left - _needed([row]), False
            street = row.get("words", street)
    return [[{k: row[k] for k in row if k not in _OURS} for row in page] for page in pages]


def _units(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows that belong on one page."""
    unit: list[Row] = []
    for row, after in zip(rows, [*rows[1:], {}], strict=True):
        unit.append(row)
        if not row.get("stick") and not after.get("end"):
            yield unit
            unit = []
    if unit:
        yield unit


def _again(row: Row, street: str, width_mm: float, texts: Mapping[str, str]) -> Iterator[Row]:
    """What a page says first that begins with a row: its street, and its building."""
    if "heading" in row:
        return
    if street:
        yield heading(texts["continued"].format(words=street), width_mm, aside=True)
    if "again" in row:
        yield row["again"]


def _needed(rows: Sequence[Row]) -> float:
    """Height of rows with what is between them, millimetres."""
    return float(sum(row["height"] + above_mm(row) for row in rows))


def above_mm(row: Row) -> float:
    """Room above a row that is not the first of its page."""
    return HEADING_ABOVE_MM if "heading" in row else ROW_ABOVE_MM
