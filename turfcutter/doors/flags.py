"""What is known of doors beside the voter file: flags of an address, units left blank."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from geodata.addresses.addresses import split_addresses
from geodata.addresses.doorflags import FLAGS
from geodata.addresses.units import natural_key
from geodata.errors import InputError
from geodata.geocoding.names import reading
from geodata.geocoding.towns import five_figures, normal_city
from geodata.notes import Note, counted
from turfcutter.doors.doors import Gathered, site_keys
from turfcutter.doors.placing import without_doors

RULES: Final[dict[str, str]] = {
    flag: "suppress" if flag in ("do not knock", "no soliciting", "unsafe") else "print"
    for flag in FLAGS
}
"""Flag of a door -> whether nobody is sent there, or its sign is printed."""
NO_UNIT: Final = "no unit"
SEVERAL_UNITS: Final = 2
"""From so many units on, a door of the address without a unit is odd."""


def flag_doors(
    gathered: Gathered, known: pd.DataFrame | None, rules: Mapping[str, str] | None = None
) -> tuple[Gathered, list[Note]]:
    """
    Doors with `flags`; those with one that suppresses the door become exceptions.

    Parameters
    ----------
    gathered
        As `gather_doors` gives it.
    known
        `address`, `unit`, `city`, `zip`, `flag`, as `geodata.addresses.doorflags.read_flags` gives
        them. A flag without a unit holds for all units of its address.
    rules
        Flag -> ``suppress`` or ``print``, where other than `RULES`.

    Raises
    ------
    InputError
        PARAMETER: a rule for no flag, or that is none.
    """
    against_door = _suppressing(rules or {})
    doors, notes = gathered.doors, []
    found = _without_unit(doors)
    if found["door"].size:
        has = counted(len(found), "door has", "doors have")
        sentence = f"{has} no unit at an address of several units."
        notes.append(Note("NO_UNIT", sentence, len(found)))
    if known is not None:
        remembered, lost = _remembered(doors, known)
        found = pd.concat([found, remembered], ignore_index=True)
        sentence = f"{counted(len(known), 'flag of a door is', 'flags of doors are')} known: "
        sentence += f"{len(known) - lost:,} at doors of the universe, {lost:,} at no such door."
        notes.append(Note("FLAGS", sentence, len(known)))
    found = found.drop_duplicates().sort_values(["door", "flag"])
    against = found[found["flag"].isin(against_door)].groupby("door")["flag"].agg(" and ".join)
    printed = found[~found["flag"].isin(against_door)].groupby("door")["flag"].agg("; ".join)
    rows = np.arange(len(doors))
    marked = replace(gathered, doors=doors.assign(flags=printed.reindex(rows, fill_value="")))
    refused = np.isin(rows, against.index)
    if not refused.any():
        return marked, notes
    said = "The door is flagged: " + against.reindex(rows, fill_value="") + "."
    reason = np.full(len(doors), "R-door_flag", object)
    left = without_doors(marked, refused, reason, said.to_numpy(object))
    return replace(left, notes=gathered.notes), notes


def _suppressing(rules: Mapping[str, str]) -> list[str]:
    """The flags that suppress a door."""
    for flag, rule in rules.items():
        if flag not in RULES or rule not in ("suppress", "print"):
            message = (
                f"{flag!r} = {rule!r} is no rule for doors; give one of {', '.join(RULES)} the "
                "rule suppress or print."
            )
            raise InputError("PARAMETER", message)
    return [flag for flag, rule in {**RULES, **rules}.items() if rule == "suppress"]


def _without_unit(doors: pd.DataFrame) -> pd.DataFrame:
    """Doors without a unit where others have several."""
    named = (doors["unit_order"] != "").to_numpy()
    site = pd.factorize(site_keys(doors))[0]
    others = np.bincount(site[named], minlength=len(doors))[site]
    odd = np.flatnonzero(~named & (others >= SEVERAL_UNITS))
    return pd.DataFrame({"door": odd, "flag": NO_UNIT})


def _remembered(doors: pd.DataFrame, known: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Flags that hold for doors, and how many hold for none."""
    parts = split_addresses(known["address"], known["unit"])
    base = _known_bases(parts, doors)
    asked = pd.DataFrame(
        {
            "asked": np.arange(len(known)),
            "base": base.to_numpy(),
            "room": [natural_key(unit) for unit in parts["unit"]],
            "town": normal_city(known["city"]).to_numpy(),
            "five": five_figures(known["zip"]).to_numpy(),
            "flag": known["flag"].to_numpy(),
        }
    )
    there = pd.DataFrame(
        {
            "door": np.arange(len(doors)),
            "base": doors["base"].to_numpy(),
            "its_room": doors["unit_order"].to_numpy(),
            "its_town": normal_city(doors["city"]).to_numpy(),
            "its_five": five_figures(doors["zip"]).to_numpy(),
        }
    )
    pairs = asked[asked["base"] != ""].merge(there, on="base")
    by_zip = (pairs["five"] != "") & (pairs["its_five"] != "")
    same = np.where(
        by_zip,
        pairs["five"] == pairs["its_five"],
        (pairs["town"] == pairs["its_town"]) | (pairs["town"] == "") | (pairs["its_town"] == ""),
    )
    pairs = pairs[same]
    pairs = pairs[_same_room(pairs)]
    return pairs[["door", "flag"]], len(known) - pairs["asked"].nunique()


def _known_bases(parts: pd.DataFrame, doors: pd.DataFrame) -> "pd.Series[str]":
    """
    Number and street of flags as doors have them.

    Where no door stands there, the flag's street may lack a suffix or direction, or the door's:
    it is that of the number's one street which differs by no more.
    """
    streets: dict[tuple[str, str], set[str]] = {}
    for number, street in doors[["number", "street"]].drop_duplicates().to_numpy().tolist():
        streets.setdefault((number, reading(street).core), set()).add(street)
    found = []
    for number, street in parts[["number", "street"]].to_numpy().tolist():
        own = reading(street)
        near = streets.get((number, own.core), set())
        like = [one for one in near if own.covers(reading(one)) or reading(one).covers(own)]
        meant = like[0] if len(like) == 1 and street not in near else street
        found.append(f"{number} {meant}".strip())
    return pd.Series(found, index=parts.index, dtype="str")


def _same_room(pairs: pd.DataFrame) -> np.ndarray:
    """
    Whether a flag means the door of a pair at its address; one without a unit means all of them.

    Signs within a unit count only where it is written the same: ``B-4`` is B4 where that is the
    only such door.
    """
    exact = (pairs["room"] == pairs["its_room"]).to_numpy()
    rooms = (pairs[name].astype("str") for name in ("room", "its_room"))
    one, other = (room.str.replace(r"[\W_]", "", regex=True) for room in rooms)
    alike = (one == other).to_numpy()
    asked = pairs["asked"].to_numpy()
    count = pd.Series(alike).groupby(asked).transform("sum").to_numpy()
    found = pd.Series(exact).groupby(asked).transform("any").to_numpy(bool)
    same: np.ndarray = (pairs["room"] == "").to_numpy() | exact | (alike & ~found & (count == 1))
    return same
