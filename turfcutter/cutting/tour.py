"""
Short closed tours, compiled.

`giant_tour` runs through all stops of a region; `short_tour` is the walk of one turf. Both start
from an order and improve it by 2-opt and Or-opt on neighbour lists (Bentley 1992, "Fast algorithms
for geometric traveling salesman problems"); `short_tour` then kicks and repairs a fixed number of
times (Martin, Otto and Felten 1991). All lengths are decimetres.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from turfcutter.arrays import Floats, Ints, Longs
from turfcutter.compiled import compiled
from turfcutter.cutting.chance import below, seeded
from turfcutter.cutting.fragments import string_fragments
from turfcutter.streets.distances import guess

_NO_TABLE = np.zeros((1, 1), np.int32)
_NO_XY = np.zeros((1, 2))
_FEW: Final = 4
_KICKED: Final = 8
"""Tours of fewer stops have nothing to improve, or nothing to kick."""
_ROW: Final = 10
"""Neighbours of a stop in a short tour."""


def giant_tour(who: Ints, far: Ints, xy: Floats) -> Longs:
    """
    A short closed tour through all stops.

    Parameters
    ----------
    who, far
        Nearest stops on foot and their distance, shape (n_stops, n_neighbours).
    xy
        Position of each stop, metres, shape (n_stops, 2): where stops are no neighbours, their
        distance is guessed from it.
    """
    keys = np.argsort(far, axis=None, kind="stable")
    order: Longs = string_fragments(keys[who.ravel()[keys] >= 0], who, xy)
    _shorten(order, _NO_TABLE, who, far, xy, 0, seeded(0))
    return order


@compiled
def _length(i, j, table, who, far, xy):
    """Distance from the dense table if there is one, else as `guessed`."""
    return np.int64(table[i, j]) if len(table) > 1 else guessed(i, j, who, far, xy)


@compiled
def guessed(i, j, who, far, xy):
    """Distance from the neighbour rows, else a guess from the straight line, decimetres."""
    for at in range(who.shape[1]):
        if who[i, at] == j:
            return np.int64(far[i, at])
        if who[j, at] == i:
            return np.int64(far[j, at])
    return np.int64(guess(xy[i, 0] - xy[j, 0], xy[i, 1] - xy[j, 1]))


@compiled
def _reverse(order, place, i, size):
    """Reverse the `size` places from position i on."""
    count = len(order)
    i %= count
    j = (i + size - 1) % count
    for _ in range(size // 2):
        a, b = order[i], order[j]
        order[i], order[j] = b, a
        place[a], place[b] = j, i
        i, j = (i + 1) % count, (j - 1) % count


@compiled
def _two_opt(a, order, place, table, who, far, xy, wake):
    """Replace a's link to its successor or predecessor; returns the decimetres won."""
    count = len(order)
    for step in (1, -1):
        b = order[(place[a] + step) % count]
        ab = _length(a, b, table, who, far, xy)
        for at in range(who.shape[1]):
            c = np.int64(who[a, at])
            if c < 0 or far[a, at] >= ab:
                break
            d = order[(place[c] + step) % count]
            if d == a or c == b:
                continue
            old = ab + _length(c, d, table, who, far, xy)
            won = old - far[a, at] - _length(b, d, table, who, far, xy)
            if won > 0:
                first, last = (b, c) if step == 1 else (c, b)
                size = (place[last] - place[first]) % count + 1
                if 2 * size <= count:
                    _reverse(order, place, place[first], size)
                else:
                    _reverse(order, place, place[last] + 1, count - size)
                wake[a] = wake[b] = wake[c] = wake[d] = True
                return won
    return np.int64(0)


@compiled
def _or_opt(a, order, place, table, who, far, xy, wake):
    """Move a run of up to three stops that begins at a beside a neighbour of a."""
    count = len(order)
    for step in (1, -1):
        z = a
        for size in range(1, min(3, count - 3) + 1):
            if size > 1:
                z = order[(place[z] + step) % count]
            p = order[(place[a] - step) % count]
            n = order[(place[z] + step) % count]
            freed = _length(p, a, table, who, far, xy) + _length(z, n, table, who, far, xy)
            freed -= _length(p, n, table, who, far, xy)
            for at in range(who.shape[1]):
                c = np.int64(who[a, at])
                if c < 0 or far[a, at] >= freed:
                    break
                if (place[c] - place[a]) * step % count < size:
                    continue
                for onward in (step, -step):
                    d = order[(place[c] + onward) % count]
                    if (place[d] - place[a]) * step % count < size:
                        continue
                    extra = far[a, at] + _length(z, d, table, who, far, xy)
                    extra -= _length(c, d, table, who, far, xy)
                    if extra < freed:
                        same = onward == step
                        _move(order, place, a, z, c if same else d, step, not same)
                        wake[a] = wake[z] = wake[p] = wake[n] = wake[c] = wake[d] = True
                        return freed - extra
    return np.int64(0)


@compiled
def _move(order, place, a, z, e, step, flip):
    """Put the run a…z (read in direction `step`) behind e, reversed if `flip`."""
    count = len(order)
    size = (place[z] - place[a]) * step % count + 1
    ahead = (place[e] - place[z]) * step % count
    behind = count - size - ahead
    # The run changes places with the shorter of its two neighbouring blocks.
    if ahead <= behind and step == 1:
        start, first, second, run = place[a], size, ahead, ahead
    elif ahead <= behind:
        start, first, second, run = place[e], ahead, size, 0
    elif step == 1:
        start, first, second, run = place[e] + 1, behind, size, 0
    else:
        start, first, second, run = place[z], size, behind, behind
    _reverse(order, place, start, first)
    _reverse(order, place, start + first, second)
    _reverse(order, place, start, first + second)
    if flip:
        _reverse(order, place, start + run, size)


@compiled
def _improve(order, table, who, far, xy, wake):
    """Apply 2-opt and Or-opt from the awake stops until none helps; returns what was won."""
    count = len(order)
    place = np.empty(count, np.int64)
    for at in range(count):
        place[order[at]] = at
    total, busy = np.int64(0), count > 3
    while busy:
        busy = False
        for a in range(count):
            while wake[a]:
                wake[a] = False
                won = _two_opt(a, order, place, table, who, far, xy, wake)
                if won == 0:
                    won = _or_opt(a, order, place, table, who, far, xy, wake)
                if won > 0:
                    total += won
                    wake[a] = busy = True
    return total


@compiled
def tour_length(order, table):
    """Length of a closed tour, decimetres."""
    total = np.int64(0)
    for at in range(len(order)):
        total += table[order[at - 1], order[at]]
    return total


def short_tour(table: Ints, kicks: int, state: npt.NDArray[np.uint64]) -> Longs:
    """
    The given tour made as short as a fixed number of kicks finds.

    Parameters
    ----------
    table
        Distances between the stops in the order of the given tour, decimetres, shape (n, n).
    kicks
        Number of double-bridge kicks, each repaired and kept unless the tour got longer.
    state
        Chance, see `turfcutter.cutting.chance`.

    Returns
    -------
    order
        Rows of `table` in the order of the shorter tour, shape (n,).
    """
    count = len(table)
    order = np.arange(count, dtype=np.int64)
    if count < _FEW:
        return order
    keys = (table.astype(np.int64) << 32) | order
    np.fill_diagonal(keys, np.iinfo(np.int64).max)
    near = np.sort(keys, axis=1)[:, : min(count - 1, _ROW)]
    who, far = (near & 0xFFFFFFFF).astype(np.int32), (near >> 32).astype(np.int32)
    _shorten(order, table, who, far, _NO_XY, kicks if count >= _KICKED else 0, state)
    return order


@compiled
def _shorten(order, table, who, far, xy, kicks, state):
    """Improve a tour, then kick and repair it."""
    count = len(order)
    _improve(order, table, who, far, xy, np.ones(count, np.bool_))
    length = tour_length(order, table) if kicks > 0 else np.int64(0)
    trial = order.copy()
    for _ in range(kicks):
        for at in range(count):
            trial[at] = order[at]
        wake = np.zeros(count, np.bool_)
        _kick(trial, wake, state)
        _improve(trial, table, who, far, xy, wake)
        new = tour_length(trial, table)
        if new <= length:
            for at in range(count):
                order[at] = trial[at]
            length = new


@compiled
def _kick(order, wake, state):
    """Double bridge on a window of at most 30 places: swap two adjacent runs."""
    count = len(order)
    span = min(count, 30)
    start = below(state, count)
    a, b, c = below(state, span - 2), below(state, span - 2), below(state, span - 2)
    i, k = min(a, b, c), max(a, b, c) + 2
    j = a + b + c - i - k + 3
    old = np.empty(k - i, order.dtype)
    for at in range(i, k):
        old[at - i] = order[(start + at) % count]
    for at in range(k - j):
        order[(start + i + at) % count] = old[j - i + at]
    for at in range(j - i):
        order[(start + i + k - j + at) % count] = old[at]
    for at in (i - 1, i, i + k - j - 1, i + k - j, k - 1, k):
        wake[order[(start + at) % count]] = True
