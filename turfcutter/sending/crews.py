"""
Crews: adjoining turfs in groups, each let out of the car at one drop-off point.

Crews are even, hang together where that can be, and are near together on foot: a greedy start from
the rim inwards, then swaps and moves of turfs between crews while the sum of all distances within
crews, and what parts of a crew lie apart, becomes less.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from turfcutter.arrays import Floats, Longs
from turfcutter.streets.network import Network

NEAR_M: Final = 30.0
"""Turfs whose outlines are this near adjoin: a wide street lies between them at most."""
AREA_DM: Final = 15_000
"""A start 1.5 km on foot from all others is let out of the car at a point of its own."""
REACH_DM: Final = 30_000
"""Turfs farther apart on foot than 3 km are taken to be as far as they look, and half more."""
APART_DM: Final = 50_000
"""A crew whose turfs do not hang together counts as so much farther apart, for each part."""
PARTNERS: Final = 24
"""Turfs each turf may change places with: its nearest."""

MOST: Final = 300
"""Turfs that can be grouped at a time: cost grows with their square, and faster."""

_NOBODY: Final = -1
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
    """

    crew: Longs
    drop_off: Longs


def group_turfs(far: Longs, adjoins: list[set[int]], size: int) -> Crews:
    """
    Group turfs into crews of at most `size`.

    Turfs that lie apart from all others, see `AREA_DM`, are areas of their own. Each area has the
    fewest crews, even to one turf.

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
        crew[here] = crew.max() + 1 + _grouped(far[np.ix_(here, here)], near, size)
    groups = int(crew.max()) + 1
    order = np.argsort(np.unique(crew, return_index=True)[1], kind="stable")
    number_of = np.empty(groups, np.int64)
    number_of[order] = np.arange(groups)
    crew = number_of[crew]
    drop_off = []
    for each in range(groups):
        here = np.flatnonzero(crew == each)
        drop_off.append(int(here[far[np.ix_(here, here)].sum(axis=1).argmin()]))
    return Crews(crew, np.array(drop_off, np.int64))


def _grouped(far: Longs, adjoins: list[set[int]], size: int) -> Longs:
    """Crew of each turf of one area."""
    count = len(far)
    groups = -(-count // size)
    sizes = [count // groups + (number < count % groups) for number in range(groups)]
    crew = _greedy(far, sizes)
    if groups == 1:
        return crew
    grouping = _Grouping(crew, far, adjoins)
    partners = np.argsort(far, axis=1, kind="stable")[:, 1 : PARTNERS + 1].tolist()
    while any([grouping.improve(one, partners[one]) for one in range(count)]):  # noqa: C419
        pass
    return grouping.crew


def _greedy(far: Longs, sizes: list[int]) -> Longs:
    """Crews grown one after another, each from the turf farthest from all that are left."""
    crew = np.full(len(far), -1, np.int64)
    for number, size in enumerate(sizes):
        left = np.flatnonzero(crew < 0)
        seed = left[far[np.ix_(left, left)].sum(axis=1).argmax()]
        crew[seed] = number
        way = far[seed].copy()
        for _ in range(size - 1):
            left = np.flatnonzero(crew < 0)
            nearest = left[way[left].argmin()]
            crew[nearest] = number
            way += far[nearest]
    return crew


class _Grouping:
    """Crews that are being improved: who is in which, how far from each, in how many parts."""

    def __init__(self, crew: Longs, far: Longs, adjoins: list[set[int]]) -> None:
        self.crew, self.far, self.adjoins = crew.copy(), far, adjoins
        groups = int(crew.max()) + 1
        self.to_crew = np.zeros((len(crew), groups), np.int64)
        np.add.at(self.to_crew.T, crew, far)
        self.members = [set(np.flatnonzero(crew == each).tolist()) for each in range(groups)]
        self.most = max(map(len, self.members))
        self.parts = [_parts(each, adjoins) for each in self.members]

    def improve(self, one: int, partners: list[int]) -> bool:
        """Let a turf change places with the best of its partners, or move to their crew."""
        here = int(self.crew[one])
        moves = [(other, int(self.crew[other])) for other in partners]
        moves = [(other, there) for other, there in moves if there != here]
        if len(self.members[here]) == self.most:
            roomy = {there for _, there in moves if len(self.members[there]) < self.most}
            moves += [(_NOBODY, there) for there in sorted(roomy)]
        gains = [self._gain(one, other, there) for other, there in moves]
        if max(gains, default=0) <= 0:
            return False
        other, there = moves[gains.index(max(gains))]
        self._put(one, there)
        if other != _NOBODY:
            self._put(other, here)
        for each in (here, there):
            self.parts[each] = _parts(self.members[each], self.adjoins)
        return True

    def _gain(self, one: int, other: int, there: int) -> int:
        """What it saves that a turf goes to another crew, and maybe one of that crew comes."""
        here = int(self.crew[one])
        saved = int(self.to_crew[one, here] - self.to_crew[one, there])
        back = {other} - {_NOBODY}
        if back:
            saved += int(self.to_crew[other, there] - self.to_crew[other, here])
            saved += 2 * int(self.far[one, other])
        before = self.parts[here] + self.parts[there]
        if saved <= 0 and before == len((here, there)):
            return saved
        left, right = self.members[here] - {one} | back, self.members[there] - back | {one}
        after = _parts(left, self.adjoins) + _parts(right, self.adjoins)
        return saved + APART_DM * (before - after)

    def _put(self, one: int, there: int) -> None:
        here = int(self.crew[one])
        self.to_crew[:, here] -= self.far[:, one]
        self.to_crew[:, there] += self.far[:, one]
        self.members[here].remove(one)
        self.members[there].add(one)
        self.crew[one] = there


def _parts(turfs: set[int], adjoins: list[set[int]]) -> int:
    """Into how many parts some turfs fall."""
    left, count = set(turfs), 0
    while left:
        count += 1
        edge = {min(left)}
        while edge:
            left -= edge
            edge = set().union(*(adjoins[turf] for turf in edge)) & left
    return count


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
