"""
The first order of a giant tour, compiled: stops joined to their nearest ones, greedily.

Links are taken shortest first (Bentley 1992, as of `turfcutter.cutting.tour`); the pieces that come
of it are strung together end to nearest end.
"""

import numpy as np

from turfcutter.compiled import compiled


@compiled
def string_fragments(keys, who, xy):
    """Join neighbours shortest first while no stop gets three links, then string the pieces."""
    count, wide = who.shape
    links = np.full((count, 2), -1, np.int64)
    root = np.arange(count)
    for key in keys:
        i, j = key // wide, who[key // wide, key % wide]
        if links[i, 1] >= 0 or links[j, 1] >= 0:
            continue
        a, b = i, np.int64(j)
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        if a != b:
            root[a] = b
            links[i, 0 if links[i, 0] < 0 else 1] = j
            links[j, 0 if links[j, 0] < 0 else 1] = i
    return _string(links, xy)


@compiled
def _string(links, xy):
    """Walk each piece from an open end, then hop to the nearest open end of another."""
    count = len(links)
    order = np.empty(count, np.int64)
    done = np.zeros(count, np.bool_)
    ends = np.empty(count, np.int64)
    open_ends, filled = 0, 0
    for stop in range(count):
        if links[stop, 1] < 0:
            ends[open_ends] = stop
            open_ends += 1
    at = ends[0] if open_ends else 0
    while filled < count:
        before = np.int64(-1)
        while True:
            done[at] = True
            order[filled] = at
            filled += 1
            onward = links[at, 0] if links[at, 0] != before else links[at, 1]
            if onward < 0 or done[onward]:
                break
            before, at = at, onward
        best, chosen, kept = np.inf, np.int64(-1), 0
        for slot in range(open_ends):
            end = ends[slot]
            if done[end]:
                continue
            ends[kept] = end
            kept += 1
            gap = (xy[end, 0] - xy[at, 0]) ** 2 + (xy[end, 1] - xy[at, 1]) ** 2
            if gap < best:
                best, chosen = gap, end
        open_ends = kept
        if chosen >= 0:
            at = chosen
    return order
