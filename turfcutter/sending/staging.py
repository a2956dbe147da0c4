"""Staging places: where canvassers meet, how much room there is, and who sets out from where."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from pyproj import CRS

from geodata.columns.columns import nearest
from geodata.crs import project
from geodata.errors import InputError
from geodata.notes import counted
from geodata.places import NO_LIMIT, place_of
from turfcutter.arrays import Floats, Ints, Longs
from turfcutter.streets.driving import Roads, drive_minutes, metres_off_road

OFF_STREET_M: Final = 1000.0
"""A staging place this far from all streets is not where somebody meant it to be."""

_NONE: Final = np.int64(2**60)
"""Cost of a move that nothing makes."""


@dataclass(frozen=True)
class Staging:
    """
    The places of a job.

    Parameters
    ----------
    names
        Of the places, in their order.
    xy
        Positions, metres, shape (n_places, 2).
    room
        Turfs that can be handed out at each, shape (n_places,).
    """

    names: list[str]
    xy: Floats
    room: Longs


def find_staging(places: pd.DataFrame | None, near: str, crs: CRS) -> Staging | None:
    """
    The places that canvassers set out from: `near` alone where it is given, else all.

    Parameters
    ----------
    places
        Table of `geodata.places.read_places`; None without a staging file.
    near
        Name of a place of the table, or ``lon,lat``; empty for none.
    crs
        The job's metric coordinate system.

    Raises
    ------
    InputError
        PARAMETER where no place is called so; SWAPPED or COORD_RANGE for numbers.
    """
    chosen = places
    if near:
        chosen = _named(places, near)
    if chosen is None:
        return None
    x, y = project(chosen["lon"].to_numpy(), chosen["lat"].to_numpy(), crs)
    room = chosen["capacity"].to_numpy(np.int64)
    return Staging(chosen["name"].tolist(), np.stack([x, y], axis=1), room)


def _named(places: pd.DataFrame | None, near: str) -> pd.DataFrame:
    """The row of the place that is called so, whatever the case of letters."""
    if places is not None:
        form = places["name"].str.casefold() == near.strip().casefold()
        exact = places["name"] == near.strip()
        found = places[exact if exact.any() else form]
        if len(found) == 1:
            return found
    if spot := place_of(near):
        row = (near.replace(" ", ""), *spot, NO_LIMIT)
        return pd.DataFrame([row], columns=["name", "lon", "lat", "capacity"])
    message = f"--near is {near!r}; write lon,lat, or give a list of places with --staging."
    if places is not None:
        hint = nearest(near, places["name"].tolist())
        message = f"No staging place is called {near!r}; {hint}"
    raise InputError("PARAMETER", message)


def check_on_streets(staging: Staging, roads: Roads) -> None:
    """
    Refuse places where no street is.

    Raises
    ------
    InputError
        OFF_STREETS
    """
    for name, metres in zip(staging.names, metres_off_road(roads, staging.xy), strict=True):
        if not metres <= OFF_STREET_M:
            message = f"The staging place {name!r} lies {metres:,.0f} m from all streets"
            raise InputError("OFF_STREETS", f"{message}; check its longitude and latitude.")


def set_out(staging: Staging, roads: Roads, starts: Floats) -> tuple[Ints, Floats]:
    """
    From which place each turf is driven to, and the minutes one way.

    The sum of all minutes is the least that the room at the places allows.

    Parameters
    ----------
    staging, roads
        The places and the streets.
    starts
        Where the turfs start, metres, shape (n_turfs, 2).

    Raises
    ------
    InputError
        PARAMETER where the places have no room for so many turfs.
    """
    room = int(np.minimum(staging.room, len(starts)).sum())
    if room < len(starts):
        places = counted(room, "turf")
        message = f"The staging places have room for {places}, but {len(starts):,} were cut"
        advice = "give them more capacity, or choose the best turfs with --turfs."
        raise InputError("PARAMETER", f"{message}; {advice}")
    minutes = drive_minutes(roads, staging.xy, starts).T
    place = share_out(np.rint(minutes * 60_000).astype(np.int64), staging.room)
    return place, minutes[np.arange(len(starts)), place]


def share_out(cost: Longs, room: Longs) -> Ints:
    """
    Put everything where it costs least in sum, with no place over its room; exact.

    All begin where each costs least. Then, while some place is too full, the cheapest chain of
    moves from such a place to one with room is made (successive shortest paths; Ahuja, Magnanti
    and Orlin 1993, "Network Flows", chapter 9).

    Parameters
    ----------
    cost
        Of each thing at each place, whole numbers, shape (n_things, n_places).
    room
        Of each place, shape (n_places,); in sum at least n_things.

    Returns
    -------
    place
        Shape (n_things,); of equals the first.
    """
    count = len(room)
    place: Ints = cost.argmin(axis=1).astype(np.int32)
    load = np.bincount(place, minlength=count)
    while (load > room).any():
        step, who = _moves(cost, place)
        far = np.where(load > room, 0, _NONE)
        before = np.full(count, -1)
        for _ in range(count):
            over = far[:, None] + step
            least = over.min(axis=0)
            nearer = least < far
            if not nearer.any():
                break
            before[nearer] = over.argmin(axis=0)[nearer]
            far = np.where(nearer, least, far)
        end = int(np.where(load < room, far, _NONE).argmin())
        load[end] += 1
        while before[end] >= 0:
            start = int(before[end])
            place[who[start, end]] = end
            end = start
        load[end] -= 1
    return place


def _moves(cost: Longs, place: Ints) -> tuple[Longs, Longs]:
    """The cheapest move from each place to each other, and what is moved; shape (n, n) both."""
    count = cost.shape[1]
    step = np.full((count, count), _NONE)
    who = np.full((count, count), -1)
    for start in np.unique(place).tolist():
        here = np.flatnonzero(place == start)
        extra = cost[here] - cost[here, start][:, None]
        extra[:, start] = _NONE
        best = extra.argmin(axis=0)
        step[start], who[start] = extra[best, np.arange(count)], here[best]
    return step, who
