"""
Placing doors: in their precinct, at their stop, on their street.

Doors that have no place become exceptions with a reason of `geodata.schema.REASONS`.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.addresses.streetnames import normal_street
from geodata.addresses.units import natural_key
from geodata.errors import InputError
from geodata.notes import Note, counted
from geodata.precincts.placement import place
from geodata.schema import Precincts
from turfcutter.arrays import Flags, Longs
from turfcutter.cutting.regions import numbered
from turfcutter.cutting.sparse import detours
from turfcutter.declaring import Lines
from turfcutter.doors.buildings import building_classes, floors
from turfcutter.doors.doors import Gathered, group_stops, site_keys
from turfcutter.inputs import Inputs
from turfcutter.params import CutParams
from turfcutter.streets.footing import Footing
from turfcutter.streets.frontage import Frontage, find_frontage
from turfcutter.streets.network import Network
from turfcutter.walks.effort import at_door, door_minutes

ISLAND: Final = 0.5
"""Streets not connected with the rest hold turfs of their own from this share of a target on."""
OFF_STREETS: Final = 0.5
"""More doors than this share off all streets means the street file is of somewhere else."""

Words = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Stops:
    """
    Doors that turfs can hold, and their stops.

    Parameters
    ----------
    doors
        Rows of `Gathered.doors` that stand on a street, stop by stop, units in natural order;
        with `stop`, `zone`, `soft`, `precinct`, `minutes`, `site` (number of the address),
        `building` (its class), `level` (changes with the floor) and `drive` (too far to walk to).
    frontage
        Of each stop.
    parity
        ``even``, ``odd`` or empty, of each stop.
    codes
        Printed code of each zone, the area between hard lines.
    """

    doors: pd.DataFrame
    frontage: Frontage
    parity: list[str]
    codes: list[str]


def place_doors(
    gathered: Gathered, precincts: Precincts, *, few: bool = False
) -> tuple[Gathered, list[Note]]:
    """
    Doors with `precinct` (position in the layer); those in none become exceptions.

    Parameters
    ----------
    few
        Whether these are but a few doors of a file, or none, see `geodata.precincts.placement`.

    Raises
    ------
    InputError
        NO_VOTERS where there is no door, OUTSIDE and VINTAGE, unless they are few; NO_OUTLINE.
    """
    doors = gathered.doors
    if not few and not len(doors):
        message = (
            "No eligible voter has an address and a place; see [voters.columns] and --addresses."
        )
        raise InputError("NO_VOTERS", message)
    found = place(doors["x"], doors["y"], doors["code"], precincts, few=few)
    how = np.asarray(found.how)
    details = {
        "gap": ("R-precinct_gap", "The door lies in a gap between precincts."),
        "outside": ("R-out_of_county", "The door lies outside all precincts."),
    }
    lost = found.precinct < 0
    reason = np.where(how == "gap", *(details[name][0] for name in ("gap", "outside")))
    detail = np.where(how == "gap", *(details[name][1] for name in ("gap", "outside")))
    notes = []
    if found.disagree:
        sentence = (
            f"In another precinct than the voter file says: {found.disagree:,} of "
            f"{counted(found.compared, 'door')}; the map decided."
        )
        notes.append(Note("PRECINCT_DIFFERS", sentence, found.disagree))
    if found.unknown:
        has = counted(found.unknown, "door has", "doors have")
        sentence = f"{has} a precinct code that the map does not know."
        notes.append(Note("PRECINCT_UNKNOWN", sentence, found.unknown))
    kept = without_doors(gathered, lost, reason, detail)
    return replace(kept, doors=kept.doors.assign(precinct=found.precinct[~lost])), notes


def without_doors(gathered: Gathered, lost: Flags, reason: Words, detail: Words) -> Gathered:
    """Set some doors aside: their voters become exceptions."""
    if not lost.any():
        return gathered
    door = gathered.voters["door"].to_numpy()
    rows = np.flatnonzero((door >= 0) & lost[door])
    gone = door[rows]
    exceptions = pd.DataFrame({"voter": rows, "reason": reason[gone], "detail": detail[gone]})
    number = np.where(lost, -1, np.cumsum(~lost) - 1)
    voters = gathered.voters.assign(door=np.where(door >= 0, number[door], -1))
    return Gathered(
        voters,
        gathered.doors[~lost].reset_index(drop=True),
        pd.concat([gathered.exceptions, exceptions], ignore_index=True),
    )


def place_stops(
    gathered: Gathered, cut: CutParams, inputs: Inputs, network: Network
) -> tuple[Stops, Gathered]:
    """Stops on their streets; doors off the network or on small islands become exceptions."""
    zone, codes = find_zones(gathered.doors, cut.within, inputs)
    soft, _ = find_zones(gathered.doors, cut.prefer, inputs)
    site = pd.factorize(site_keys(gathered.doors))[0]
    building = building_classes(gathered.doors, site)
    doors = gathered.doors.assign(zone=zone, soft=soft, site=site, building=building, drive=False)
    doors["stop"] = group_stops(doors, zone)
    first = doors.drop_duplicates("stop")
    xy = doors.groupby("stop")[["x", "y"]].median().to_numpy()
    streets = first["street"].tolist()
    names = normal_names(network)
    frontage = find_frontage(xy, streets, network, names, cut.snap_m)
    lost, reason, detail = _off_network(doors, frontage, network, cut)
    kept = without_doors(replace(gathered, doors=doors), lost, reason, detail)
    if not len(kept.doors):
        raise _no_streets(len(doors), cut)
    return _stop_tables(kept, frontage, codes, cut), kept


def leave_far(
    stops: Stops, gathered: Gathered, footing: Footing, cut: CutParams
) -> tuple[Stops, Gathered, Footing]:
    """Doors too far to walk to become exceptions, or with `drive` those that one drives to."""
    doors = stops.doors
    stop = doors["stop"].to_numpy()
    limit_dm = cut.detour_minutes * 60 * cut.speed_mps * 10
    zone = doors["zone"].to_numpy()[np.unique(stop, return_index=True)[1]]
    cost_dm = detours(zone, np.bincount(stop), footing, limit_dm, _least_of_island(cut))
    far = cost_dm >= 0
    if cut.drive or not far.any():
        return replace(stops, doors=doors.assign(drive=far[stop])), gathered, footing
    row = pd.Index(gathered.doors["door_id"]).get_indexer(doors["door_id"])
    lost, minutes = np.zeros(len(row), bool), np.zeros(len(row), np.int64)
    lost[row] = far[stop]
    minutes[row] = np.rint(cost_dm[stop] / (600 * cut.speed_mps))
    took = [counted(n, "minute") for n in minutes.tolist()]
    texts = [f"The way there and back on foot takes {said} a door." for said in took]
    reason = np.full(len(row), "R-too_far_to_walk", object)
    kept = np.flatnonzero(~far)
    number = np.cumsum(~far) - 1
    left = doors[~far[stop]].assign(stop=number[stop[~far[stop]]]).reset_index(drop=True)
    parity = [stops.parity[at] for at in kept]
    return (
        Stops(left, stops.frontage.take(kept), parity, stops.codes),
        without_doors(gathered, lost, reason, np.array(texts, object)),
        footing.take(kept),
    )


def normal_names(network: Network) -> list[str]:
    """Normal form of each edge's street name."""
    names = network.edges["name"].astype(str)
    normal = {name: normal_street(name) for name in names.unique().tolist()}
    return [normal[name] for name in names.tolist()]


def find_zones(doors: pd.DataFrame, lines: Lines, inputs: Inputs) -> tuple[Longs, list[str]]:
    """
    The area between lines that each door lies in.

    Parameters
    ----------
    doors
        With `precinct`, `x` and `y`.
    lines
        Layers of polygons; all doors in the same polygon of each of them are in one area.
    inputs
        Holds the layers.

    Returns
    -------
    zone, codes
        Number of the area, shape (n_doors,), and the printed code of each: the precinct's where
        precincts are among the lines, else the codes of all its polygons.
    """
    if lines == ("none",):
        return np.zeros(len(doors), np.int64), [""]
    numbers = pd.DataFrame({line: _polygons(doors, line, inputs) for line in lines})
    grouped = numbers.groupby(list(lines), sort=True)
    zone = np.asarray(grouped.ngroup(), np.int64)
    first = numbers.iloc[np.unique(zone, return_index=True)[1]]
    naming = ["precinct"] if "precinct" in lines else list(lines)
    printed = [_printed(first[line].to_numpy(), line, inputs) for line in naming]
    return zone, ["-".join(filter(None, codes)) for codes in zip(*printed, strict=True)]


def _polygons(doors: pd.DataFrame, line: str, inputs: Inputs) -> Longs:
    """Position in its layer of the polygon each door lies in; -1 outside all."""
    if line == "precinct":
        return doors["precinct"].to_numpy(np.int64)
    layer = inputs.lines[line].rename(columns={"key": "precinct"})
    codes = np.full(len(doors), "", object)
    return place(doors["x"], doors["y"], codes, Precincts(layer)).precinct.astype(np.int64)


def _printed(polygon: Longs, line: str, inputs: Inputs) -> list[str]:
    """Codes of polygons of a layer; empty outside all."""
    layer = inputs.precincts.table["precinct"] if line == "precinct" else inputs.lines[line]["key"]
    codes = [*layer.astype(str), ""]
    return [codes[at] for at in polygon]


def _off_network(
    doors: pd.DataFrame, frontage: Frontage, network: Network, cut: CutParams
) -> tuple[Flags, Words, Words]:
    """Which doors no walk can reach, why, and the figures."""
    stop = doors["stop"].to_numpy()
    far = frontage.edge[stop] < 0
    if far.mean() > OFF_STREETS:
        raise _no_streets(int(far.sum()), cut)
    component = network.edges["component"].to_numpy()[np.maximum(frontage.edge[stop], 0)]
    size = np.bincount(component[~far], minlength=component.max() + 1)
    island = ~far & (size[component] < _least_of_island(cut)) & (component != size.argmax())
    metres = np.round(frontage.setback_m[stop]).astype(int).astype(str).astype(object)
    detail = np.where(
        far,
        "The nearest street is " + metres + " m away.",
        "Its street is not connected on foot with the streets around.",
    )
    reason = np.where(far, "R-off_network", "R-unreachable")
    return far | island, reason, detail


def _least_of_island(cut: CutParams) -> float:
    """Doors that are a turf wherever they lie."""
    # a door takes its own time and half a minute of walking
    share = 1.0 if cut.by == "doors" else at_door(cut)[1] + 0.5
    return ISLAND * cut.size / share


def _no_streets(count: int, cut: CutParams) -> InputError:
    message = (
        f"{counted(count, 'door lies', 'doors lie')} farther than {cut.snap_m:g} m from any "
        "street; give a street file that covers them."
    )
    return InputError("OFF_STREETS", message)


def _stop_tables(gathered: Gathered, frontage: Frontage, codes: list[str], cut: CutParams) -> Stops:
    """Stops renumbered without gaps; their doors in natural order of house numbers and units."""
    house = gathered.doors["number"].map(natural_key)
    keys = ["stop", "street", "house", "unit_order", "door_id"]
    doors = gathered.doors.assign(house=house).sort_values(keys, kind="stable")
    old, stop = np.unique(doors["stop"].to_numpy(), return_inverse=True)
    doors["stop"] = stop
    front = frontage.take(old)
    opens = np.r_[True, np.diff(stop) != 0]
    doors["setback_m"] = front.setback_m[stop]
    wing, floor = floors(doors["unit_order"])
    doors["level"] = numbered(pd.factorize(wing)[0], floor)
    doors["minutes"] = door_minutes(
        stop, doors["level"], doors["building"], doors["setback_m"], cut
    )
    return Stops(doors, front, doors["parity"].to_numpy()[opens].tolist(), codes)
