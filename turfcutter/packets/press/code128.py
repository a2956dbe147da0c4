"""Code 128 (ISO/IEC 15417): bars for digits, two a symbol, or for ASCII text."""

from functools import cache
from typing import Final

# Widths of bars and spaces of the symbols 0-106 (the last is the stop), by the standard.
_WIDTHS: Final = """
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232
122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221
312212 322112 322211 212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113
231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123
311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221
112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241
114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 114311
411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"""
_SYMBOLS: Final = tuple(_WIDTHS.split())
_START_B, _START_C, _STOP = 104, 105, 106
_MODULUS: Final = 103
_WIDE: Final = 11
"""Modules of a symbol; the stop has two more."""
QUIET: Final = 10
"""Modules of white that the standard wants on either side."""


def bars(text: str) -> tuple[str, int]:
    """
    Bars as SVG path data of the height 1, from 0 to the right, and their width in modules.

    Parameters
    ----------
    text
        Printable ASCII. An even number of digits takes half the room.

    Notes
    -----
    Bars are filled areas. A line of dashes would be shorter, but many readers and printers know
    dashes of a few lengths only.
    """
    if text.isdigit() and len(text) % 2 == 0:
        symbols = [_START_C, *(int(text[k : k + 2]) for k in range(0, len(text), 2))]
    else:
        symbols = [_START_B, *(ord(letter) - 32 for letter in text)]
    check = (symbols[0] + sum(k * symbol for k, symbol in enumerate(symbols))) % _MODULUS
    path = "".join(map(_path, (*symbols, check, _STOP)))
    return f"M0 0{path}", _WIDE * (len(symbols) + 1) + _WIDE + 2


@cache
def _path(symbol: int) -> str:
    """Bars of a symbol, from where it begins to where the next one does."""
    parts, space = [], 0
    for k, wide in enumerate(map(int, _SYMBOLS[symbol])):
        if k % 2 == 0:
            parts.append(f"m{space} 0h{wide}v1h-{wide}z" if space else f"h{wide}v1h-{wide}z")
            space = wide
        else:
            space += wide
    return "".join(parts) + f"m{space} 0"
