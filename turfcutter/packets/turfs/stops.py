"""Stops of a turf: where they are, and what their doors are called on paper."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from turfcutter.packets.turfs.slices import Door
from turfcutter.packets.turfs.symbols import signs_of


@dataclass(frozen=True)
class Stop:
    """A stop: number, its house numbers or unit as printed, place in metres, signs of doors."""

    number: int
    houses: str
    x: float
    y: float
    signs: tuple[str, ...] = ()


@lru_cache(maxsize=2)
def stops_of(doors: tuple[Door, ...]) -> tuple[Stop, ...]:
    """The stops of a turf in walking order; both maps and the file for a phone ask for them."""
    found: dict[int, list[Door]] = {}
    at: dict[str, set[int]] = {}
    for door in doors:
        found.setdefault(door.stop, []).append(door)
        at.setdefault(door.address, set()).add(door.stop)
    return tuple(
        Stop(
            number,
            _unit_of(group, at) or houses_of(group),
            sum(door.x for door in group) / len(group),
            sum(door.y for door in group) / len(group),
            signs_of(group),
        )
        for number, group in found.items()
    )


def _unit_of(doors: Sequence[Door], at: Mapping[str, set[int]]) -> str:
    """The unit of a door whose address has several stops, as homes of a park have."""
    return doors[0].unit if len(doors) == 1 and len(at[doors[0].address]) > 1 else ""


def house_number(address: str) -> str:
    """House number an address begins with; empty where there is none."""
    found = re.match(r"\d+[A-Za-z]?(?:-\d+[A-Za-z]?)?(?:\s+\d/\d)?(?=\s|$)", address)
    return found[0] if found else ""


def houses_of(doors: Sequence[Door]) -> str:
    """House numbers of one stop as a map shows them: one, from - to, times how many doors."""
    numbers = list(dict.fromkeys(house_number(door.address) for door in doors))
    numbers = [number for number in numbers if number]
    ordered = sorted(numbers, key=lambda number: (int(re.match(r"\d+", number)[0]), number))  # type: ignore[index]
    if not ordered:
        words = ""
    elif len(ordered) == 1:
        words = ordered[0]
    else:
        words = f"{ordered[0]}\N{EN DASH}{ordered[-1]}"
    if len(doors) > max(len(ordered), 1):
        words = f"{words} \N{MULTIPLICATION SIGN}{len(doors)}".strip()
    return words
