"""Code 128 (ISO/IEC 15417): bars for digits, two a symbol, or for ASCII text."""

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
QUIET: Final = 10
"""Modules of white that the standard wants on either side."""


def widths(text: str) -> str:
    """
    Widths of the bars and of the spaces between them in modules, a digit each, bars first.

    Parameters
    ----------
    text
        Printable ASCII. An even number of digits takes half the room.
    """
    if text.isdigit() and len(text) % 2 == 0:
        symbols = [_START_C, *(int(text[k : k + 2]) for k in range(0, len(text), 2))]
    else:
        symbols = [_START_B, *(ord(letter) - 32 for letter in text)]
    check = (symbols[0] + sum(k * symbol for k, symbol in enumerate(symbols))) % _MODULUS
    return "".join(_SYMBOLS[symbol] for symbol in (*symbols, check, _STOP))
