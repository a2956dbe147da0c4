"""
Ruins: strings of neighbouring runs torn out of some turfs, written down so that they can be undone.

Compiled functions of `turfcutter.cutting.search`; `turfcutter.cutting.rings` tells their arguments.
"""

from typing import Final

import numpy as np

from turfcutter.compiled import inlined
from turfcutter.cutting.chance import below, draw
from turfcutter.cutting.rings import close, lift, meet, part

MOST: Final = 256
"""Runs and places that a move may hold."""
ENTRY: Final = np.dtype(
    [
        (name, np.int64)
        for name in (
            *("run", "turf", "before", "enter", "leave"),  # as they were, or are after placing
            "placed",
            *("hop_there", "hop", "length"),  # of the run before, the run and the turf till then
        )
    ]
)
"""A run that a move took out or put in."""


@inlined
def ruin(
    seed, wanted, string, table, near, first, ties, runs, turfs, astray, journal, ruined, state
):
    """Tear a string out of each of the `wanted` turfs nearest to a run."""
    hit, out, delta = 0, np.int64(0), np.int64(0)
    for at in range(-1, near.shape[1]):
        i = seed if at < 0 else np.int64(near[seed, at].run)
        t = np.int64(runs[i].turf)
        if t < 0 or turfs[t].size < 2:
            continue
        known = False
        for slot in range(hit):
            known = known or ruined[slot] == t
        if known:
            continue
        if hit >= wanted:
            break
        ruined[hit] = t
        hit += 1
        out, change = _tear(
            i, t, string, table, first, ties, runs, turfs, astray, journal, out, state
        )
        delta += change
    return out, delta


@inlined
def _tear(i, t, string, table, first, ties, runs, turfs, astray, journal, out, state):
    """Remove a string of runs of turf t that holds run i, half the time sparing one inside."""
    size = turfs[t].size
    wanted = 1 + below(state, min(string, size - 1))
    spare, span = -1, wanted
    if wanted > 1 and wanted + 1 < size and draw(state) < 0.5:
        span, spare = wanted + 1, 1 + below(state, wanted - 1)
    for _ in range(below(state, span)):
        i = np.int64(runs[i].before)
    delta, last = np.int64(0), np.int64(runs[i].before)
    for at in range(span):
        if at == spare:
            delta += close(t, last, i, table, runs, turfs)
            last = i
        else:
            entry, run = journal[out], runs[i]
            entry.run, entry.turf, entry.before, entry.placed = i, t, last, 0
            entry.enter, entry.leave, entry.hop = run.enter, run.leave, run.hop
            entry.hop_there, entry.length = runs[last].hop, turfs[t].length
            delta -= part(i, first, ties, runs, astray)
            lift(i, t, runs, turfs)
            out += 1
        i = np.int64(runs[i].after)
    return out, delta + close(t, last, i, table, runs, turfs)


@inlined
def arrange(journal, out, removed, keys, table, runs, seed, state):
    """Put the removed runs in the order in which they go back."""
    here = runs[seed].enter
    mode = below(state, np.int64(11))
    for at in range(out):
        i = journal[at].run
        if mode < 4:
            key = below(state, np.int64(1 << 30))
        elif mode < 8:
            key = -runs[i].load * (1 << 20) + below(state, np.int64(1 << 20))
        elif mode < 10:
            key = -np.int64(table[here, runs[i].enter])
        else:
            key = np.int64(table[here, runs[i].enter])
        slot = at
        while slot > 0 and keys[slot - 1] > key:
            keys[slot], removed[slot] = keys[slot - 1], removed[slot - 1]
            slot -= 1
        keys[slot], removed[slot] = key, i


@inlined
def undo(journal, entries, first, ties, runs, turfs, astray):
    """Take back the move's entries, last first."""
    for at in range(entries - 1, -1, -1):
        entry = journal[at]
        i, p, turf = entry.run, entry.before, turfs[entry.turf]
        run = runs[i]
        if entry.placed:
            if astray > 0:
                part(i, first, ties, runs, astray)
            q = run.after
            runs[p].after, runs[q].before = q, p
            run.turf = -1
            turf.work -= run.load
            turf.size -= 1
        else:
            meet(i, entry.turf, first, ties, runs, astray)
            q = runs[p].after
            run.turf, run.before, run.after = entry.turf, p, q
            run.enter, run.leave, run.hop = entry.enter, entry.leave, entry.hop
            runs[p].after, runs[q].before = i, i
            turf.work += run.load
            turf.size += 1
        runs[p].hop, turf.length = entry.hop_there, entry.length
