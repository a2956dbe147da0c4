"""
Soft lines: regions that keep to lines turfs had rather not cross.

What lies between such lines is cut on its own wherever some number of turfs in band fits it. What
is left over, too little for a turf or an awkward number, is united with the neighbour that makes a
good number of both; only turfs of such united places may cross a line.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from turfcutter.arrays import Longs
from turfcutter.cutting.regions import NEIGHBOURS, numbered
from turfcutter.streets.distances import nearest_stops
from turfcutter.streets.footing import Footing

Fits = Callable[[int], bool]


def keep_lines(region: Longs, soft: Longs, load: Longs, footing: Footing, fits: Fits) -> Longs:
    """
    Regions parted at soft lines where that leaves a good number on both sides.

    Parameters
    ----------
    region
        Region of each stop, shape (n_stops,).
    soft
        Number of the area between soft lines of each stop.
    load
        Load of each stop.
    footing
        Where the stops are on the network.
    fits
        Whether turfs in band can share out a load.

    Returns
    -------
    part
        Finer regions, shape (n_stops,).
    """
    part = numbered(region, soft)
    if part.max() == region.max():
        return region
    near = _near(part, region, footing)
    held = dict(enumerate(np.bincount(part, load).astype(np.int64).tolist()))
    group = {number: number for number in held}
    odd = {number for number, total in held.items() if not fits(total)}
    while odd:
        small = min(odd, key=lambda number: (held[number], number))
        others = near.get(small, {})
        if not others:
            odd.remove(small)
            continue
        other = min(
            others,
            key=lambda number: (
                not fits(held[small] + held[number]),
                number not in odd,
                others[number],
                number,
            ),
        )
        _unite(small, other, near, held, odd, group)
        if not fits(held[other]):
            odd.add(other)
    name = {number: _last(group, number) for number in group}
    return numbered(np.array([name[number] for number in part.tolist()]))


def _near(part: Longs, region: Longs, footing: Footing) -> dict[int, dict[int, int]]:
    """For each part the parts of its region next to it, and how far they are on foot."""
    who, far = nearest_stops(footing.ends, footing.reach, NEIGHBOURS)
    a, b = np.repeat(np.arange(len(who)), who.shape[1]), who.ravel().astype(np.int64)
    kept = (b >= 0) & (region[a] == region[b]) & (part[a] != part[b])
    links = pd.DataFrame({"a": part[a[kept]], "b": part[b[kept]], "far": far.ravel()[kept]})
    found: dict[int, dict[int, int]] = {}
    for one, other, gap in links.groupby(["a", "b"])["far"].min().reset_index().to_numpy().tolist():
        for here, there in ((one, other), (other, one)):
            known = found.setdefault(here, {})
            known[there] = min(known.get(there, gap), gap)
    return found


def _unite(
    small: int,
    other: int,
    near: dict[int, dict[int, int]],
    held: dict[int, int],
    odd: set[int],
    group: dict[int, int],
) -> None:
    """Make one part of two: `other` takes over what `small` has."""
    group[small] = other
    held[other] += held.pop(small)
    odd -= {small, other}
    for third, gap in near.pop(small).items():
        del near[third][small]
        if third != other:
            closest = min(gap, near[third].get(other, gap))
            near[third][other] = near[other][third] = closest


def _last(group: dict[int, int], number: int) -> int:
    while group[number] != number:
        number = group[number]
    return number
