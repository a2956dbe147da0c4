"""How wide text is: advance widths of the packets' typeface, read from its file once."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from fontTools.ttLib import TTFont

POINT_MM: Final = 25.4 / 72
BOLD: Final = 1.08
"""Bold text is at most so much wider than regular text."""
_WIDE: Final = 1.0
"""Width of what the typeface lacks, in em: other typefaces' signs are hardly wider."""


def font_folders() -> list[Path]:
    """Folders of the typefaces: Noto Sans for every script, as their packages have them."""
    return [Path(str(files(name))) for name in ("manimgx_fonts", "noto_cjk_sans_jp_regular")]


def text_mm(text: str, points: float, *, bold: bool = False) -> float:
    """Width of one line of text in millimetres."""
    ems = sum(_advances().get(ord(letter), _WIDE) for letter in text)
    return ems * points * POINT_MM * (BOLD if bold else 1.0)


def drawable(text: str) -> str:
    """Text of signs that some typeface has; the sign of a missing one stands for others."""
    if all(ord(letter) in _advances() for letter in text):
        return text
    return "".join(
        letter if ord(letter) in _covered() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


@cache
def _covered() -> frozenset[int]:
    """Code points of all typefaces."""
    codes: set[int] = set()
    for folder in font_folders():
        for path in sorted((*folder.glob("*.ttf"), *folder.glob("*.otf"))):
            with TTFont(path, lazy=True) as font:
                codes.update(font.getBestCmap())
    return frozenset(codes)


@cache
def _advances() -> dict[int, float]:
    """Code point -> advance in em."""
    with TTFont(font_folders()[0] / "NotoSans[wght].ttf", lazy=True) as font:
        units, table = font["head"].unitsPerEm, font["hmtx"].metrics
        return {code: table[name][0] / units for code, name in font.getBestCmap().items()}
