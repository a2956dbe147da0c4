"""Barriers: where ways lead across them, and turfs on both sides that are far from any of these."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from turfcutter.arrays import Floats, Longs

CROSSING_M: Final = 150.0
"""A turf on both sides of a barrier needs a way across this near to one of its doors."""


def ways_across(edges: pd.DataFrame, lines: npt.NDArray[Any]) -> Floats:
    """
    Where a way leads from one cell of the network into another.

    Parameters
    ----------
    edges, lines
        As of a `turfcutter.streets.network.Network`: columns `u`, `v` and `cell`.

    Returns
    -------
    ndarray of shape (n_ways, 2)
        Metres, in order of junctions.
    """
    node = np.concatenate([edges["u"], edges["v"]])
    cell = np.tile(edges["cell"].to_numpy(), 2)
    ends = np.concatenate([shapely.get_point(lines, at) for at in (0, -1)])
    pairs = np.unique(np.stack([node, cell], axis=1), axis=0)[:, 0]
    gates, cells = np.unique(pairs, return_counts=True)
    known, first = np.unique(node, return_index=True)
    at = first[np.searchsorted(known, gates[cells > 1])]
    where: Floats = shapely.get_coordinates(ends[at])
    return where


def way_off(xy: Floats, ways: Floats, most_m: float = CROSSING_M) -> Floats:
    """Metres from places to the nearest way across, as far as `most_m`; infinite beyond."""
    if not len(ways):
        return np.full(len(xy), np.inf)
    return np.asarray(cKDTree(ways).query(xy, distance_upper_bound=most_m)[0], np.float64)


def barred(turf: Longs, cell: Longs, off: Floats) -> Longs:
    """
    Turfs on both sides of a barrier with no way across near any of their doors.

    Parameters
    ----------
    turf, cell, off
        Of each door: its turf, or -1; its cell; `way_off`.
    """
    within = turf >= 0
    pairs = np.unique(np.stack([turf, cell], axis=1)[within], axis=0)[:, 0]
    found, cells = np.unique(pairs, return_counts=True)
    near: Longs = turf[within & np.isfinite(off)]
    return np.setdiff1d(found[cells > 1], near)
