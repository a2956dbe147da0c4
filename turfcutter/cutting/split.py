"""
Splitting a giant tour into turfs of the right load, compiled.

An optimal split by dynamic programming over the doors in tour order (Beasley 1983, "Route
first-cluster second methods for vehicle routing"; Prins 2004), with loops instead of routes.
"""

import numpy as np

from turfcutter.compiled import compiled
from turfcutter.cutting.tour import guessed

SPLIT_DM = 600
"""Splitting the doors of one building over two turfs costs as much as this walk."""

_OFF_BAND = 1_000_000_000
"""One unit of load outside the band outweighs any walk."""


@compiled
def split_tour(stop, load, close, band, target, pace, pull, toll):
    """
    First door of each turf, in tour order.

    Parameters
    ----------
    stop
        Stop of each door in tour order, shape (n_doors,).
    load
        Load of each door, shape (n_doors,).
    close
        Decimetres between door p and door p + w, shape (n_doors, window); see `loops_back`.
    band
        Least and most load.
    target
        Wished load.
    pace
        Load of walking one decimetre.
    pull
        Decimetres that being off target by the whole band's half-width costs.
    toll
        Decimetres that each turf costs; less than nothing makes more turfs.
    """
    count = len(stop)
    window = close.shape[1]
    half = max((band[1] - band[0]) / 2.0, 1.0)
    best = np.full(count + 1, np.inf)
    begin = np.full(count + 1, -1, np.int64)
    best[0] = 0.0
    for p in range(count):
        if best[p] == np.inf:
            continue
        work, walk = np.int64(0), np.int64(0)
        for q in range(p + 1, min(count, p + window) + 1):
            last = q - 1
            work += load[last]
            walk += close[last - 1, 1] if last > p else 0
            loop = walk + close[p, last - p]
            total = work + pace * loop
            over, under = total - band[1], band[0] - total
            off = (total - target) / half
            cost = best[p] + loop + toll + pull * off * off
            cost += float(_OFF_BAND) * max(over, under, 0)
            if q < count and stop[q] == stop[last]:
                cost += SPLIT_DM
            if cost < best[q]:
                best[q] = cost
                begin[q] = p
            if over > 0 and q > p + 1:
                break
    turfs, q = 0, count
    while q > 0:
        q = begin[q]
        turfs += 1
    firsts = np.empty(turfs, np.int64)
    q = count
    for turf in range(turfs - 1, -1, -1):
        q = begin[q]
        firsts[turf] = q
    return firsts


@compiled
def loops_back(stop, window, who, far, xy):
    """Decimetres between door p and door p + w in tour order, shape (n_doors, window)."""
    count = len(stop)
    close = np.zeros((count, window), np.int64)
    for p in range(count):
        for w in range(1, min(window, count - p)):
            a, b = stop[p], stop[p + w]
            if a != b:
                close[p, w] = guessed(a, b, who, far, xy)
    return close
