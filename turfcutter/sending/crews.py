"""
Crews: adjoining turfs in groups, each let out of the car at one drop-off point.

They are as few as can be, hang together where that can be, and are near together on foot.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from turfcutter.arrays import Floats, Longs
from turfcutter.sending.grouping import grouped, parts_of
from turfcutter.streets.network import Network

NEAR_M: Final = 30.0
"""Turfs whose outlines are this near adjoin: a wide street lies between them at most."""
AREA_DM: Final = 15_000
"""A start 1.5 km on foot from all others is let out of the car at a point of its own."""
REACH_DM: Final = 30_000
"""Turfs farther apart on foot than 3 km are taken to be as far as they look, and half more."""
MOST: Final = 300
"""Turfs that can be grouped at a time: cost grows with their square, and faster."""

_ROWS: Final = 16
_DM: Final = 10


@dataclass(frozen=True)
class Crews:
    """
    Turfs in groups.

    Parameters
    ----------
    crew
        Crew of each turf, from 0, numbered by the first of its turfs, shape (n_turfs,).
    drop_off
        Of each crew the turf at whose start the car stops: the one nearest to all others.
    apart
        How many crews do not hang together.
    """

    crew: Longs
    drop_off: Longs
    apart: int


def group_turfs(far: Longs, adjoins: list[set[int]], size: int) -> Crews:
    """
    Group turfs into crews of at most `size`.

    Turfs that lie apart from all others, see `AREA_DM`, are areas of their own. Each area has the
    fewest crews, even to one turf where they hang together so.

    Parameters
    ----------
    far
        Distance on foot between the starts of the turfs, decimetres, symmetric, shape (n, n).
    adjoins
        Of each turf those that adjoin it.
    size
        Most turfs of a crew.
    """
    area = connected_components(far <= AREA_DM, directed=False)[1]
    crew = np.full(len(far), -1, np.int64)
    for number in range(int(area.max()) + 1):
        here = np.flatnonzero(area == number)
        place = {turf: k for k, turf in enumerate(here.tolist())}
        near = [{place[other] for other in adjoins[turf] if other in place} for turf in place]
        crew[here] = crew.max() + 1 + grouped(far[np.ix_(here, here)], near, size)
    groups = int(crew.max()) + 1
    order = np.argsort(np.unique(crew, return_index=True)[1], kind="stable")
    number_of = np.empty(groups, np.int64)
    number_of[order] = np.arange(groups)
    crew = number_of[crew]
    drop_off, apart = [], 0
    for each in range(groups):
        here = np.flatnonzero(crew == each)
        drop_off.append(int(here[far[np.ix_(here, here)].sum(axis=1).argmin()]))
        apart += parts_of({*here.tolist()}, adjoins) > 1
    return Crews(crew, np.array(drop_off, np.int64), apart)


def adjoining(outlines: npt.NDArray[np.object_]) -> list[set[int]]:
    """Of each outline (polygons, metres, shape (n_turfs,)) the numbers of those that adjoin it."""
    pairs = shapely.STRtree(outlines).query(outlines, predicate="dwithin", distance=NEAR_M)
    found: list[set[int]] = [set() for _ in outlines]
    for one, other in pairs.T.tolist():
        if one != other:
            found[one].add(other)
    return found


def walks_between(network: Network, starts: Floats) -> Longs:
    """
    Distances on foot between the starts of turfs.

    Parameters
    ----------
    network
        The streets.
    starts
        Positions, metres, shape (n_turfs, 2); each counts as the corner nearest to it.

    Returns
    -------
    far
        Decimetres, symmetric, shape (n_turfs, n_turfs).
    """
    order = np.lexsort(network.corner_xy.T)
    corner = order[cKDTree(network.corner_xy[order]).query(starts)[1]]
    gap = np.hypot(*(starts[:, None] - starts[None]).transpose(2, 0, 1))
    far = np.rint(1.5 * _DM * gap).astype(np.int64)
    far = np.where(far > 0, np.maximum(far, REACH_DM), 0)
    for first in range(0, len(starts), _ROWS):
        some = corner[first : first + _ROWS]
        walk = dijkstra(network.graph, indices=some, limit=REACH_DM)[:, corner]
        found = np.isfinite(walk)
        far[first : first + _ROWS][found] = np.rint(walk[found]).astype(np.int64)
    return far
