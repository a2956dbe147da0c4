"""How wide text is: advance widths of the packets' typefaces, read from their files once."""

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

POINT_MM: Final = 25.4 / 72
BOLD: Final = 1.08
"""Bold text is at most so much wider than regular text."""
CAPITAL: Final = 0.714
"""Height of capitals and digits, in em."""
_MISSING: Final = 1.0
"""Width of what no typeface has, in em."""
_TURNING: Final = frozenset(
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Signs that turn a line around."""


def font_folders() -> list[Path]:
    """Folders of the typefaces: Noto Sans for every script, as their packages have them."""
    return [Path(str(files(name))) for name in ("manimgx_fonts", "noto_cjk_sans_jp_regular")]


def text_mm(text: str, points: float, *, bold: bool = False) -> float:
    """Width of one line of text in millimetres."""
    return _ems(text) * points * POINT_MM * (BOLD if bold else 1.0)


def wrapped(text: str, points: float, width_mm: float, *, bold: bool = False) -> list[str]:
    """Text in lines that are no wider; words longer than a line are broken anywhere."""
    if text_mm(text, points, bold=bold) <= width_mm:
        return [text] if text else []
    lines = [""]
    for word in text.split():
        for part in _parts(word, points, width_mm, bold=bold):
            longer = f"{lines[-1]} {part}".strip()
            if text_mm(longer, points, bold=bold) <= width_mm:
                lines[-1] = longer
            else:
                lines.append(part)
    return [line for line in lines if line]


def _parts(word: str, points: float, width_mm: float, *, bold: bool) -> Iterator[str]:
    """A word, or pieces of it that fit a line."""
    while text_mm(word, points, bold=bold) > width_mm and len(word) > 1:
        most = next(
            k
            for k in range(len(word) - 1, 0, -1)
            if k == 1 or text_mm(word[:k], points, bold=bold) <= width_mm
        )
        yield word[:most]
        word = word[most:]
    yield word


@lru_cache(maxsize=4_096)
def _ems(text: str) -> float:
    """Width of a line of text in em; the same words are measured again and again."""
    known = _advances()
    try:
        return sum(map(known.__getitem__, text))
    except KeyError:
        return sum(
            _others().get(letter, _MISSING) if wide is None else wide
            for letter, wide in zip(text, map(known.get, text), strict=True)
        )


def printable(value: object) -> str:
    """Text for one line: no breaks or control signs, none that turns the line around."""
    text = "" if value is None or value != value else str(value)  # noqa: PLR0124 - NaN
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (letter if letter.isprintable() else " " for letter in text if letter not in _TURNING)
    return _drawable(" ".join("".join(kept).split()))


def _drawable(text: str) -> str:
    """Text of signs that some typeface has; the sign of a missing one stands for others."""
    if all(letter in _advances() for letter in text):
        return text
    return "".join(
        letter if letter in _others() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


@cache
def _others() -> dict[str, float]:
    """Letter -> advance in em, of all typefaces; only read where the first lacks a sign."""
    found: dict[str, float] = {}
    for folder in font_folders():
        for path in sorted((*folder.glob("*.ttf"), *folder.glob("*.otf"))):
            for letter, advance in _advances_of(path).items():
                found[letter] = max(advance, found.get(letter, 0.0))
    return found


@cache
def _advances() -> dict[str, float]:
    """Letter -> advance in em."""
    return _advances_of(font_folders()[0] / "NotoSans[wght].ttf")


def _advances_of(path: Path) -> dict[str, float]:
    with TTFont(path, lazy=True) as font:
        units, table = font["head"].unitsPerEm, font["hmtx"].metrics
        return {chr(code): table[name][0] / units for code, name in font.getBestCmap().items()}
