"""Signs of what to know of a door before one goes there: drawn, so that they are read in grey."""

from collections.abc import Iterable, Mapping
from typing import Final

from turfcutter.packets.press import svg
from turfcutter.packets.turfs.slices import Door

FAR_M: Final = 45.0
"""A door so far from its street gets a sign."""
SIGN_MM: Final = 2.7
"""Height of a sign on a map; lists have larger ones."""
_GRID: Final = 10
"""A drawing is so many units wide and high."""
_LINE: Final = 'fill="none" stroke="#000" stroke-width="1.2"'
_DRAWINGS: Final = {
    "dog": '<ellipse cx="5" cy="7" rx="2.6" ry="2.1"/><circle cx="1.6" cy="4.8" r="1.2"/>'
    '<circle cx="3.8" cy="2.4" r="1.3"/><circle cx="6.2" cy="2.4" r="1.3"/>'
    '<circle cx="8.4" cy="4.8" r="1.2"/>',
    "gate": f'<path d="M1 0.6V9.6M9 0.6V9.6M1 3H9M1 5.4H9M1 7.8H9M1 7.8 9 3" {_LINE}/>',
    "locked": '<path d="M1.4 4.6H8.6V9.6H1.4z"/>'
    f'<path d="M2.9 4.8V3a2.1 2.1 0 0 1 4.2 0V4.8" {_LINE}/>',
    "no unit": f'<path d="M1 1H9V9H1z" {_LINE}/>'
    f'<path d="M3.4 4.2a1.6 1.6 0 1 1 2.3 1.4c-.5.3-.7.6-.7 1.1" {_LINE}/>'
    '<circle cx="5" cy="7.9" r=".7"/>',
    "far": f'<path d="M1 1.5V8.5M1 5H7.2" {_LINE}/><path d="M5.8 2.4 9.6 5 5.8 7.6z"/>',
    "other": f'<circle cx="5" cy="5" r="4.3" {_LINE}/><path d="M4.3 2H5.7L5.4 6H4.6z"/>'
    '<circle cx="5" cy="7.5" r=".8"/>',
}
"""What each sign looks like; ``other`` is for flags that have none of their own."""


def signs_of(doors: Iterable[Door]) -> tuple[str, ...]:
    """The signs of some doors, each once, in a fixed order."""
    found = {flag if flag in _DRAWINGS else "other" for door in doors for flag in door.flags}
    if any(door.setback_m >= FAR_M for door in doors):
        found.add("far")
    return tuple(sign for sign in _DRAWINGS if sign in found)


def words_of(door: Door, texts: Mapping[str, str]) -> str:
    """The same in words."""
    said = [texts.get(f"flag_{flag.replace(' ', '_')}", flag) for flag in door.flags]
    if door.setback_m >= FAR_M:
        said.append(texts["long_path"].format(metres=f"{round(door.setback_m, -1):.0f}"))
    return ", ".join(said)


def legend(signs: Iterable[str], texts: Mapping[str, str]) -> list[dict[str, str]]:
    """Each sign with its drawing and word."""
    return [
        {
            "sign": sign,
            "svg": svg.document(_DRAWINGS[sign], _GRID, _GRID, clip=False),
            "word": texts[f"flag_{sign.replace(' ', '_')}"],
        }
        for sign in signs
    ]


def drawn(sign: str, x: float, y: float) -> str:
    """A sign on a map, around a point."""
    scale = SIGN_MM / _GRID
    left, top = x - SIGN_MM / 2, y - SIGN_MM / 2
    place = f"translate({left:.2f} {top:.2f})scale({scale:.3f})"
    return f'<g transform="{place}">{_DRAWINGS[sign]}</g>'
