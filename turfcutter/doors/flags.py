"""What is known of doors beside the voter file: flags of an address, units left blank."""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from geodata.addresses import natural_key, split_addresses
from geodata.notes import Note
from turfcutter.doors.doors import Gathered, site_keys
from turfcutter.doors.placing import without_doors

SUPPRESSING: Final = ("do not knock", "no soliciting", "unsafe")
"""Flags of doors that nobody is sent to; the others are printed."""
NO_UNIT: Final = "no unit"
SEVERAL_UNITS: Final = 2
"""From so many units on, a door of the address without a unit is odd."""


def flag_doors(gathered: Gathered, known: pd.DataFrame | None) -> tuple[Gathered, list[Note]]:
    """
    Doors with `flags`; those with a flag of `SUPPRESSING` become exceptions.

    Parameters
    ----------
    gathered
        As `gather_doors` gives it.
    known
        `address`, `unit`, `city`, `zip`, `flag`, as `geodata.doorflags.read_flags` gives them. A
        flag without a unit holds for all units of its address.
    """
    doors, notes = gathered.doors, []
    found = _without_unit(doors)
    if found["door"].size:
        sentence = f"{len(found):,} doors have no unit at an address of several units."
        notes.append(Note("NO_UNIT", sentence, len(found)))
    if known is not None:
        remembered, lost = _remembered(doors, known)
        found = pd.concat([found, remembered], ignore_index=True)
        sentence = f"{len(known):,} flags of doors are known: "
        sentence += f"{len(known) - lost:,} at doors of the universe, {lost:,} at no such door."
        notes.append(Note("FLAGS", sentence, len(known)))
    found = found.drop_duplicates().sort_values(["door", "flag"])
    against = found[found["flag"].isin(SUPPRESSING)].groupby("door")["flag"].agg(" and ".join)
    printed = found[~found["flag"].isin(SUPPRESSING)].groupby("door")["flag"].agg("; ".join)
    rows = np.arange(len(doors))
    marked = replace(gathered, doors=doors.assign(flags=printed.reindex(rows, fill_value="")))
    refused = np.isin(rows, against.index)
    if not refused.any():
        return marked, notes
    said = "The door is flagged: " + against.reindex(rows, fill_value="") + "."
    reason = np.full(len(doors), "R-door_flag", object)
    left = without_doors(marked, refused, reason, said.to_numpy(object))
    return replace(left, notes=gathered.notes), notes


def _without_unit(doors: pd.DataFrame) -> pd.DataFrame:
    """Doors without a unit where others have several."""
    named = (doors["unit_order"] != "").to_numpy()
    others = pd.Series(named).groupby(site_keys(doors).to_numpy()).transform("sum")
    odd = np.flatnonzero(~named & (others >= SEVERAL_UNITS).to_numpy())
    return pd.DataFrame({"door": odd, "flag": NO_UNIT})


def _remembered(doors: pd.DataFrame, known: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Flags that hold for doors, and how many hold for none."""
    parts = split_addresses(known["address"], known["unit"])
    asked = pd.DataFrame(
        {
            "asked": np.arange(len(known)),
            "base": parts["base"].to_numpy(),
            "room": [natural_key(unit) for unit in parts["unit"]],
            "town": _town(known["city"]),
            "five": _five(known["zip"]),
            "flag": known["flag"].to_numpy(),
        }
    )
    there = pd.DataFrame(
        {
            "door": np.arange(len(doors)),
            "base": doors["base"].to_numpy(),
            "unit_order": doors["unit_order"].to_numpy(),
            "its_town": _town(doors["city"]),
            "its_five": _five(doors["zip"]),
        }
    )
    pairs = asked[asked["base"] != ""].merge(there, on="base")
    by_zip = (pairs["five"] != "") & (pairs["its_five"] != "")
    same = np.where(
        by_zip,
        pairs["five"] == pairs["its_five"],
        (pairs["town"] == pairs["its_town"]) | (pairs["town"] == "") | (pairs["its_town"] == ""),
    )
    same &= (pairs["room"] == "") | (pairs["room"] == pairs["unit_order"])
    pairs = pairs[same]
    return pairs[["door", "flag"]], len(known) - pairs["asked"].nunique()


def _town(city: "pd.Series[str]") -> np.ndarray:
    return city.astype(str).str.strip().str.upper().to_numpy()


def _five(zips: "pd.Series[str]") -> np.ndarray:
    return zips.astype(str).str.strip().str[:5].to_numpy()
