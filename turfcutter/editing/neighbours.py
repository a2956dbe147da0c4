"""Neighbours: the turf whose doors are nearest on foot."""

from typing import Final

import numpy as np
import pandas as pd

from turfcutter.arrays import Flags, Ints, Longs
from turfcutter.editing.tours import stops_of
from turfcutter.streets.distances import nearest_stops
from turfcutter.streets.footing import find_footing
from turfcutter.streets.network import Network

NEAREST: Final = 24
"""Stops that are looked at around each one."""


def nearest_turfs(doors: pd.DataFrame, lost: Flags, takers: Flags, network: Network) -> pd.Series:
    """
    For some doors the turf that has the nearest door on foot, between the same hard lines.

    A door that has none near takes the turf of the nearest door that has found one.

    Parameters
    ----------
    doors
        Doors of a plan, with `turf_id`.
    lost, takers
        Doors that need a turf, and doors of turfs that may take them, shape (n_doors,).
    network
        The streets.

    Returns
    -------
    turf_id
        By `door_id` of the lost doors; without those that no taker can be reached from.
    """
    zones = doors.loc[lost, "zone"]
    chosen = (lost | takers) & doors["zone"].isin(zones).to_numpy(bool)
    names = np.unique(doors.loc[takers, "turf_id"].to_numpy(str))
    turf = pd.Index(names).get_indexer(doors["turf_id"].where(takers, "").astype(str))
    stops = stops_of(doors.assign(given=np.where(takers, turf, -1))[chosen])
    table = stops.doors
    given: Longs = table.groupby("stop")["given"].max().to_numpy(np.int64)
    zone = table.groupby("stop")["zone"].first().to_numpy(np.int64)
    footing = find_footing(stops.frontage, network, 1)
    who, _ = nearest_stops(footing.ends, footing.reach, NEAREST)
    given = _spread(given, zone, who)
    wanted = table[table["door_id"].isin(doors.loc[lost, "door_id"]) & (given[table["stop"]] >= 0)]
    return pd.Series(names.astype(object)[given[wanted["stop"]]], wanted["door_id"].to_numpy())


def _spread(given: Longs, zone: Longs, who: Ints) -> Longs:
    """Numbers of stops; those without (-1) take that of the nearest in their zone with one."""
    while True:
        fits = (who >= 0) & (given[who] >= 0) & (zone[who] == zone[:, None])
        first = fits.argmax(axis=1)
        taken = given[who[np.arange(len(who)), first]]
        fresh = (given < 0) & fits.any(axis=1)
        if not fresh.any():
            return given
        given = np.where(fresh, taken, given)
