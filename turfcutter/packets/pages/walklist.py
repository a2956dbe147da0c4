"""
The walk list: what is met on the way, in walking order, as entries that a page can be set from.

Lines are numbered through; a line's code, never the voter's id, stands on the paper.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any, Final

import numpy as np
import shapely

from geodata.addresses.streetnames import normal_street
from turfcutter.packets.lists.manifests import Line
from turfcutter.packets.lists.numbers import line_code
from turfcutter.packets.turfs.slices import Door, Slice
from turfcutter.packets.turfs.stops import house_number
from turfcutter.packets.turfs.symbols import signs_of, words_of

GRID_FROM: Final = 4
"""Doors from which the units of one building are set as a grid."""
MOST_TURNS: Final = 5

Entry = dict[str, Any]
"""``kind`` (street, turns, door, grid) and what such an entry says; ready for JSON."""


@dataclass(frozen=True)
class WalkList:
    """Entries to print and the lines they hold."""

    entries: list[Entry]
    lines: list[Line]


def make_list(
    turf: Slice,
    serial: int,
    texts: Mapping[str, str],
    *,
    names: bool,
    grids: bool = True,
) -> WalkList:
    """
    The walk list of a turf.

    Parameters
    ----------
    serial
        Of the list; see `numbers`.
    texts
        Words of the catalogue.
    names
        Whether voters are named, a line each; else each door is a line.
    grids
        Whether the units of a building are set as a grid.
    """
    entries: list[Entry] = []
    lines: list[Line] = []
    legs = _legs_by_stop(turf)
    stops = [list(group) for _, group in groupby(turf.doors, key=lambda door: door.stop)]
    for (street, side), section in groupby(stops, key=lambda stop: (stop[0].street, stop[0].side)):
        group = list(section)
        entries.append(_street(street, side, group, legs, texts))
        for stop in group:
            if turns := _turns(legs.get(stop[0].stop, []), texts):
                entries.append({"kind": "turns", "words": turns})
            for building in _buildings(stop):
                entry = {"stop": stop[0].stop, "street": _other_street(building[0], street)}
                sets = [_door(door, serial, lines, texts, names=names) for door in building]
                if len(building) < GRID_FROM or not grids:
                    entries += [{"kind": "door", **entry, **door} for door in sets]
                else:
                    number = house_number(building[0].address) or building[0].address
                    floors = [
                        {"floor": floor and texts["floor"].format(floor=floor), "doors": list(each)}
                        for floor, each in groupby(sets, key=lambda door: floor_of(door["unit"]))
                    ]
                    count = texts["units"].format(count=len(building))
                    entries.append(
                        {
                            "kind": "grid",
                            **entry,
                            "number": number,
                            "count": count,
                            "floors": floors,
                        }
                    )
    return WalkList(entries, lines)


def floor_of(unit: str) -> str:
    """Floor that a unit's number tells: 1204 is on 12, 3B on 3; empty where it tells none."""
    if found := re.search(r"(\d+)\d\d(?!\d)", unit):
        return found[1]
    if found := re.fullmatch(r"\D*(\d)[- ]?[A-Za-z]", unit):
        return found[1]
    return ""


def _buildings(stop: list[Door]) -> Iterator[list[Door]]:
    """Doors of one stop that share an address, in walking order."""
    for _, doors in groupby(stop, key=lambda door: door.address):
        yield list(doors)


def _door(
    door: Door, serial: int, lines: list[Line], texts: Mapping[str, str], *, names: bool
) -> dict[str, Any]:
    """One door with its lines, which are added to `lines`."""
    rows = []
    for person in door.people if names else (None,):
        number = len(lines) + 1
        code = line_code(serial, number)
        voter = person.voter_id if person else ""
        lines.append(Line(number, code, door.stop, door.door_id, voter))
        about = [person.age, person.language, *person.kept] if person else []
        name = (person.name or texts["no_name"]) if person else ""
        rows.append({"name": name, "about": " · ".join(filter(None, about)), "code": code})
    number_text = house_number(door.address)
    return {
        "number": number_text,
        "rest": "" if number_text else door.address,
        "unit": door.unit,
        "signs": signs_of([door]),
        "flags": words_of(door, texts),
        "lines": rows,
    }


def _other_street(door: Door, street: str) -> str:
    """The address's street where it is not the one walked along: a corner house."""
    number = house_number(door.address)
    own = door.address.removeprefix(number).strip()
    # Either may lack a direction or a suffix.
    one, other = ({*normal_street(name).split()} for name in (own, street))
    return "" if not number or one <= other or (other and other <= one) else own


def _legs_by_stop(turf: Slice) -> dict[int, list[tuple[dict[str, Any], Any, str]]]:
    """Stop -> legs leading to it: row, line, and the street walked just before."""
    found: dict[int, list[tuple[dict[str, Any], Any, str]]] = {}
    before = ""
    for leg, line in zip(turf.legs, turf.leg_lines, strict=True):
        found.setdefault(leg["stop"], []).append((leg, line, before))
        before = before if leg["turn"] == "cross" else leg["street"]
    return found


def _street(
    street: str,
    side: str,
    stops: list[list[Door]],
    legs: dict[int, list[tuple[dict[str, Any], Any, str]]],
    texts: Mapping[str, str],
) -> Entry:
    """Heading of what follows along one side of a street."""
    way = _way(
        [
            line
            for stop in stops
            for leg, line, _ in legs.get(stop[0].stop, [])
            if leg["street"] == street and leg["turn"] != "cross"
        ],
        stops,
    )
    name = street or texts["no_street"]
    form = "heading_side" if side and way else "heading_way" if way else "heading_plain"
    if not way and not side:
        return {"kind": "street", "words": name}
    words = texts[form].format(street=name, side=texts.get(side, ""), way=texts.get(way, ""))
    return {"kind": "street", "words": words}


def _way(lines: list[Any], stops: list[list[Door]]) -> str:
    """Compass word of where a section leads; empty where it stays in one place."""
    ends = [shapely.get_coordinates(line)[[0, -1]] for line in lines]
    total = sum((end[1] - end[0] for end in ends), np.zeros(2))
    if np.hypot(*total) < 3.0:
        first, last = stops[0][0], stops[-1][0]
        total = np.array([last.x - first.x, last.y - first.y])
    if np.hypot(*total) < 3.0:
        return ""
    quarter = round(float(np.degrees(np.arctan2(total[1], total[0]))) / 90) % 4
    return ("east", "north", "west", "south")[quarter]


def _turns(legs: Sequence[tuple[dict[str, Any], Any, str]], texts: Mapping[str, str]) -> str:
    """What one does on the way to a stop beyond walking on: turns and streets crossed."""
    words = []
    for leg, _, before in legs:
        street, turn = leg["street"], leg["turn"]
        if turn == "cross":
            words.append(texts["turn_cross"].format(street=street) if street else "")
        elif turn == "back":
            words.append(texts["turn_back"])
        elif turn in ("left", "right") and street != before:
            key = f"turn_{turn}" if street else f"turn_{turn}_path"
            words.append(texts[key].format(street=street))
        elif turn == "straight" and street and before and street != before:
            words.append(texts["straight_into"].format(street=street))
    said = [word for word in words if word]
    said = said[:1] + [b for a, b in pairwise(said) if a != b]
    if len(said) > MOST_TURNS:
        said = [*said[: MOST_TURNS - 1], "…", said[-1]]
    return ", ".join(said)
