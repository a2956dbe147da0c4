"""
Grouping: turfs in the fewest crews, each hanging together where that can be, near together on foot.

A greedy start from the rim inwards is improved by swaps and moves while the sum of all distances
within crews, and what parts of a crew lie apart, becomes less. Crews that fall apart even so are
broken up with those beside them, and grown anew from turf to adjoining turf in other ways.
"""

from typing import Final

import numpy as np

from turfcutter.arrays import Longs

APART_DM: Final = 10_000_000
"""A crew whose turfs do not hang together counts as so much farther apart, for each part."""
PARTNERS: Final = 24
"""Turfs each turf may change places with: its nearest."""
TRIES: Final = 2000
"""Ways in which crews that fall apart are grown anew in vain before they are left so."""
BROKEN_UP: Final = 4
"""At most so many crews are broken up at a time."""

_NOBODY: Final = -1


def grouped(far: Longs, adjoins: list[set[int]], size: int) -> Longs:
    """
    Crew of each turf: the fewest crews, even to one turf unless one would fall apart.

    Parameters
    ----------
    far
        Distance on foot between the turfs, decimetres, symmetric, shape (n, n).
    adjoins
        Of each turf those that adjoin it.
    size
        Most turfs of a crew.
    """
    count = len(far)
    groups = -(-count // size)
    sizes = [count // groups + (number < count % groups) for number in range(groups)]
    crew = _greedy(far, sizes)
    if groups == 1:
        return crew
    even = _Grouping(crew, far, adjoins, sizes[0])
    even.improve()
    if max(even.parts) == 1:
        return even.crew
    full = _Grouping(even.crew, far, adjoins, size)
    full.improve()
    full.mend()
    full.improve()
    return full.crew


def parts_of(turfs: set[int], adjoins: list[set[int]]) -> int:
    """Into how many parts some turfs fall."""
    left, count = set(turfs), 0
    while left:
        count += 1
        edge = {min(left)}
        while edge:
            left -= edge
            edge = set().union(*(adjoins[turf] for turf in edge)) & left
    return count


def _fewest_parts(adjoins: list[set[int]], size: int) -> int:
    """Parts that crews of at most `size` make at least: no part reaches over a gap."""
    left, count = set(range(len(adjoins))), 0
    while left:
        piece = edge = {min(left)}
        while edge:
            piece = piece | edge
            edge = set().union(*(adjoins[turf] for turf in edge)) - piece
        left -= piece
        count += -(-len(piece) // size)
    return count


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

    def __init__(self, crew: Longs, far: Longs, adjoins: list[set[int]], most: int) -> None:
        self.crew, self.far, self.adjoins, self.most = crew.copy(), far, adjoins, most
        self.rows: list[list[int]] = far.tolist()
        groups = int(crew.max()) + 1
        self.to_crew = np.zeros((len(crew), groups), np.int64)
        np.add.at(self.to_crew.T, crew, far)
        self.members = [set(np.flatnonzero(crew == each).tolist()) for each in range(groups)]
        self.parts = [parts_of(each, adjoins) for each in self.members]
        self.partners = np.argsort(far, axis=1, kind="stable")[:, 1 : PARTNERS + 1].tolist()
        self.even = most == -(-len(crew) // groups)

    def improve(self) -> None:
        """Let turfs change places or move as long as that saves something."""
        while any([self._improved(one) for one in range(len(self.crew))]):  # noqa: C419
            pass

    def mend(self) -> None:
        """Grow crews that fall apart anew, with some of those beside them, while that helps."""
        rng = np.random.default_rng(len(self.crew))
        least = max(len(self.members), _fewest_parts(self.adjoins, self.most))
        in_vain = 0
        while in_vain < TRIES and sum(self.parts) > least:
            broken = [crew for crew, parts in enumerate(self.parts) if parts > 1]
            crews = self._some_around(broken[int(rng.integers(len(broken)))], rng)
            before = sum(self.parts)
            self._regrow(crews, rng)
            in_vain = in_vain + 1 if sum(self.parts) == before else 0

    def _regrow(self, crews: list[int], rng: np.random.Generator) -> None:
        """Grow some crews anew; as they were where that is better."""
        old = [self.members[each] for each in crews]
        grown = self._grown(set().union(*old), len(crews), rng)
        if grown is None or self._cost(grown) > self._cost(old):
            return
        for each, turfs in zip(crews, grown, strict=True):
            for turf in sorted(turfs - self.members[each]):
                self._put(turf, each)
        for each in crews:
            self.parts[each] = parts_of(self.members[each], self.adjoins)

    def _improved(self, one: int) -> bool:
        """Let a turf change places with the best of its partners, or move to their crew."""
        here = int(self.crew[one])
        moves = [(other, int(self.crew[other])) for other in self.partners[one]]
        moves = [(other, there) for other, there in moves if there != here]
        if len(self.members[here]) > 1 and (not self.even or len(self.members[here]) == self.most):
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
            self.parts[each] = parts_of(self.members[each], self.adjoins)
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
        after = parts_of(left, self.adjoins) + parts_of(right, self.adjoins)
        return saved + APART_DM * (before - after)

    def _put(self, one: int, there: int) -> None:
        here = int(self.crew[one])
        self.to_crew[:, here] -= self.far[:, one]
        self.to_crew[:, there] += self.far[:, one]
        self.members[here].remove(one)
        self.members[there].add(one)
        self.crew[one] = there

    def _some_around(self, one: int, rng: np.random.Generator) -> list[int]:
        """A crew and some of those beside it, or beside these."""
        chosen = [one]
        for _ in range(int(rng.integers(1, BROKEN_UP))):
            turfs = set().union(*(self.members[each] for each in chosen))
            near = set().union(*(self.adjoins[turf] for turf in turfs)) - turfs
            if not near or rng.random() < 1 / BROKEN_UP:
                near |= {turf for each in sorted(turfs) for turf in self.partners[each]} - turfs
            beside = sorted({int(self.crew[turf]) for turf in near})
            if beside:
                chosen.append(beside[int(rng.integers(len(beside)))])
        return chosen

    def _grown(
        self, pool: set[int], groups: int, rng: np.random.Generator
    ) -> list[set[int]] | None:
        """Turfs in so many crews, each grown along the turfs that adjoin; None without room."""
        left, crews = set(pool), []
        for more in range(groups - 1, -1, -1):
            least, room = max(1, len(left) - more * self.most), min(self.most, len(left) - more)
            if least > room:
                return None
            crews.append(self._one_grown(left, least, int(rng.integers(least, room + 1)), rng))
            left -= crews[-1]
        return crews

    def _one_grown(
        self, left: set[int], least: int, size: int, rng: np.random.Generator
    ) -> set[int]:
        """A crew of some turfs, from their rim; those that would be left alone come first."""
        free = {turf: len(self.adjoins[turf] & left) for turf in sorted(left)}
        rim = [turf for turf in free if free[turf] <= min(free.values()) + 1]
        last = rim[int(rng.integers(len(rim)))]
        turfs, rest = {last}, left - {last}
        edge: set[int] = set()
        way = dict.fromkeys(left, 0)
        while len(turfs) < size:
            edge = (edge | self.adjoins[last]) & rest
            if not edge and len(turfs) >= least:
                break
            for turf in rest:
                way[turf] += self.rows[last][turf]
            some = sorted(edge or rest)
            luck = (1 + rng.random(len(some))).tolist()
            weight = [
                way[turf] * more if self.adjoins[turf] & rest else way[turf] * more / 10
                for turf, more in zip(some, luck, strict=True)
            ]
            last = some[weight.index(min(weight))]
            turfs.add(last)
            rest.remove(last)
        return turfs

    def _cost(self, crews: list[set[int]]) -> int:
        """Distances within crews, and what their parts lie apart."""
        apart = sum(parts_of(turfs, self.adjoins) for turfs in crews)
        ways = sum(self.rows[one][other] for turfs in crews for one in turfs for other in turfs)
        return APART_DM * apart + ways
