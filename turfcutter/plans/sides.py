"""Sides: turfs across a barrier, far from any way over or under it, become one a side."""

from dataclasses import replace

import numpy as np

from turfcutter.arrays import Longs
from turfcutter.cutting.regions import numbered
from turfcutter.doors.placing import Stops
from turfcutter.plans.turfs import Turfs
from turfcutter.streets.barriers import barred, way_off, ways_across
from turfcutter.streets.network import Network
from turfcutter.walks.effort import DRIVE


def part_sides(turfs: Turfs, stops: Stops, cell: Longs, network: Network) -> Turfs:
    """
    Turfs none of which is cut off from a part of itself.

    A cell too small for a turf shares the turfs of one it reaches over a crossing nearby; which of
    their doors fall together is the search's choice, and may be those far from the crossing.

    Parameters
    ----------
    cell
        Cell of the network of each stop.
    """
    side = cell[turfs.stop]
    several = numbered(turfs.turf, side).max() > turfs.turf.max()
    if not several:
        return turfs
    off = way_off(stops.doors[["x", "y"]].to_numpy(), ways_across(network.edges, network.lines))
    opens = np.flatnonzero(np.diff(stops.doors["stop"].to_numpy(), prepend=-1))
    nearest = np.minimum.reduceat(off, opens)[turfs.stop]
    walked = turfs.kind[turfs.region[turfs.turf]] != DRIVE
    parted = np.isin(turfs.turf, barred(np.where(walked, turfs.turf, -1), side, nearest))
    turf = numbered(turfs.turf, np.where(parted, side, 0))
    order = np.lexsort((turfs.place, turf))
    pieces = {name: getattr(turfs, name)[order] for name in ("stop", "first", "doors", "place")}
    begins = np.unique(turf, return_index=True)[1]
    return replace(turfs, turf=turf[order], region=turfs.region[turfs.turf[begins]], **pieces)
