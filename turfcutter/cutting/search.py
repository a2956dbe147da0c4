"""
Local search across turfs, compiled: tear out strings of neighbouring stops, put them back better.

Slack induction by string removals with simulated annealing (Christiaens and Vanden Berghe 2020,
"Slack Induction by String Removals for Vehicle Routing Problems", Transportation Science 54(2)),
without a depot: every turf is a closed tour kept as a ring of links. The cost is the length of all
tours plus, for neighbouring stops in different turfs, a penalty that keeps shapes clean. A turf
never leaves the band; one that starts outside is drawn into it. Moves are counted, not timed;
costs are integers, so results repeat.
"""

import numpy as np

from turfcutter.compiled import compiled
from turfcutter.cutting.chance import below, draw
from turfcutter.network import Ints

_STRING = 10
_RUINED = 10.0
_LOOK = 60
_TRY = 20
_BLINK = 0.01

PRESS_DM = 20_000.0
"""Being off the band by its whole width costs as much as this walk."""


def nearest_first(table: Ints) -> Ints:
    """The nearest other stops of each stop, as far as `search` looks."""
    count = len(table)
    keys = (table.astype(np.int64) << 32) | np.arange(count)
    np.fill_diagonal(keys, np.iinfo(np.int64).max)
    wide = min(_LOOK, count - 1)
    keys = np.sort(np.partition(keys, wide - 1, axis=1)[:, :wide], axis=1)
    return (keys & 0xFFFFFFFF).astype(np.int32)


@compiled
def search(table, near, load, turfs, turf, before, after, ties, band, pace, moves, heat, state):
    """
    Improve the turfs of a group of stops in place.

    Parameters
    ----------
    table
        Distances, decimetres, shape (n, n).
    near
        The nearest other stops of each stop, nearest first, shape (n, n_looked_at); see
        `nearest_first`.
    load
        Load of each stop, shape (n,).
    turfs
        Number of turfs.
    turf
        Turf of each stop, shape (n,), none empty. Changed.
    before, after
        The stop before and after each one in its turf's tour, shape (n,). Changed.
    ties
        CSR triple (first, other, weight): decimetres it costs to part two neighbours.
    band
        Least and most load of a turf. One inside stays inside; one outside is drawn in.
    pace
        Load of walking one decimetre.
    moves
        Number of ruin-and-recreate moves.
    heat
        Temperature at the start and at the end, decimetres.
    state
        Chance.
    """
    count = len(load)
    length, work, size = _totals(table, load, turf, after, turfs)
    held = work + pace * length
    press = PRESS_DM / max(band[1] - band[0], 1)
    journal = np.empty((256, 5), np.int64)
    string = min(_STRING, max(1, count // turfs))
    strings = 4.0 * _RUINED / (1.0 + string) - 1.0
    removed = np.empty(256, np.int64)
    ruined = np.empty(32, np.int64)
    cooling = (heat[1] / heat[0]) ** (1.0 / max(moves, 1))
    warmth = heat[0]
    for _ in range(moves):
        warmth *= cooling
        entries, delta, out, hit = np.int64(0), np.int64(0), np.int64(0), 0
        wanted = int(1.0 + draw(state) * strings)
        seed = below(state, count)
        for at in range(-1, near.shape[1]):
            stop = seed if at < 0 else near[seed, at]
            t = turf[stop]
            if t < 0 or size[t] < 2:
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
            out, entries, delta = _tear(
                stop,
                t,
                string,
                table,
                load,
                turf,
                before,
                after,
                ties,
                length,
                work,
                size,
                journal,
                entries,
                removed,
                out,
                delta,
                state,
            )
        _arrange(removed, out, load, table, seed, state)
        complete = True
        for slot in range(out):
            entries, delta, complete = _put_back(
                removed[slot],
                table,
                load,
                turf,
                before,
                after,
                near,
                ties,
                length,
                work,
                size,
                held,
                band,
                pace,
                journal,
                entries,
                delta,
                state,
            )
            if not complete:
                break
        if complete:
            eased, complete = _pressure(journal, entries, work, length, held, band, pace)
            delta += int(press * eased)
        if complete and delta <= -warmth * np.log(1.0 - draw(state)):
            for at in range(entries):
                t = journal[at, 1]
                held[t] = work[t] + pace * length[t]
        else:
            _undo(journal, entries, table, load, turf, before, after, length, work, size)


@compiled
def _totals(table, load, turf, after, turfs):
    """Tour length, work without walking, and number of stops of each turf."""
    length = np.zeros(turfs, np.int64)
    work = np.zeros(turfs, np.int64)
    size = np.zeros(turfs, np.int64)
    for i in range(len(turf)):
        length[turf[i]] += table[i, after[i]]
        work[turf[i]] += load[i]
        size[turf[i]] += 1
    return length, work, size


@compiled
def _parted(stop, t, turf, ties):
    """What it costs that neighbours of a stop are in other turfs than t."""
    first, other, weight = ties
    cost = np.int64(0)
    for at in range(first[stop], first[stop + 1]):
        u = turf[other[at]]
        if u >= 0 and u != t:
            cost += weight[at]
    return cost


@compiled
def _take(stop, table, load, turf, before, after, length, work, size):
    """Unlink a stop; returns the change in length."""
    t, p, q = turf[stop], before[stop], after[stop]
    change = np.int64(table[p, q]) - table[p, stop] - table[stop, q]
    after[p], before[q] = q, p
    turf[stop] = -1
    length[t] += change
    work[t] -= load[stop]
    size[t] -= 1
    return change


@compiled
def _give(stop, t, p, q, change, load, turf, before, after, length, work, size):
    """Link a stop into turf t between p and q."""
    before[stop], after[stop] = p, q
    after[p], before[q] = stop, stop
    turf[stop] = t
    length[t] += change
    work[t] += load[stop]
    size[t] += 1


@compiled
def _tear(
    stop,
    t,
    string,
    table,
    load,
    turf,
    before,
    after,
    ties,
    length,
    work,
    size,
    journal,
    entries,
    removed,
    out,
    delta,
    state,
):
    """Remove a string of stops of turf t that holds `stop`, half the time sparing one inside."""
    wanted = 1 + below(state, min(string, size[t] - 1))
    spare = -1
    span = wanted
    if wanted > 1 and wanted + 1 < size[t] and draw(state) < 0.5:
        span, spare = wanted + 1, 1 + below(state, wanted - 1)
    for _ in range(below(state, span)):
        stop = before[stop]
    for at in range(span):
        onward = after[stop]
        if at != spare:
            journal[entries, 0], journal[entries, 1] = stop, t
            journal[entries, 2], journal[entries, 3] = before[stop], onward
            journal[entries, 4] = 0
            delta -= _parted(stop, t, turf, ties)
            delta += _take(stop, table, load, turf, before, after, length, work, size)
            entries += 1
            removed[out] = stop
            out += 1
        stop = onward
    return out, entries, delta


@compiled
def _arrange(removed, out, load, table, seed, state):
    """Put the removed stops in the order in which they go back."""
    mode = below(state, 11)
    keys = np.empty(out, np.int64)
    for at in range(out):
        stop = removed[at]
        if mode < 4:
            keys[at] = below(state, 1 << 30)
        elif mode < 8:
            keys[at] = -load[stop] * (1 << 20) + below(state, 1 << 20)
        elif mode < 10:
            keys[at] = -np.int64(table[seed, stop])
        else:
            keys[at] = table[seed, stop]
    for at in range(1, out):
        stop, key, slot = removed[at], keys[at], at
        while slot > 0 and keys[slot - 1] > key:
            keys[slot], removed[slot] = keys[slot - 1], removed[slot - 1]
            slot -= 1
        keys[slot], removed[slot] = key, stop


@compiled
def _put_back(
    stop,
    table,
    load,
    turf,
    before,
    after,
    near,
    ties,
    length,
    work,
    size,
    held,
    band,
    pace,
    journal,
    entries,
    delta,
    state,
):
    """Link a stop in where it costs least and the band allows."""
    best, chosen, left, right = np.int64(1) << 60, -1, 0, 0
    gained = np.int64(0)
    last, parted = -1, np.int64(0)
    tried = 0
    for at in range(near.shape[1]):
        j = near[stop, at]
        t = turf[j]
        if t < 0:
            continue
        tried += 1
        if tried > _TRY and chosen >= 0:
            break
        if t != last:
            last, parted = t, _parted(stop, t, turf, ties)
        most = max(band[1], held[t])
        if work[t] + load[stop] > most:
            continue
        for way in range(2):
            p = j if way == 0 else before[j]
            q = after[j] if way == 0 else j
            change = np.int64(table[p, stop]) + table[stop, q] - table[p, q]
            if change + parted >= best or draw(state) < _BLINK:
                continue
            if work[t] + load[stop] + pace * (length[t] + change) > most:
                continue
            best, gained = change + parted, change
            chosen, left, right = t, p, q
    if chosen < 0:
        return entries, delta, False
    _give(stop, chosen, left, right, gained, load, turf, before, after, length, work, size)
    journal[entries, 0], journal[entries, 1] = stop, chosen
    journal[entries, 4] = 1
    return entries + 1, delta + best, True


@compiled
def _pressure(journal, entries, work, length, held, band, pace):
    """Load by which turfs get farther out of the band, and whether none that was inside leaves."""
    eased = np.int64(0)
    for at in range(entries):
        t = journal[at, 1]
        known = False
        for earlier in range(at):
            known = known or journal[earlier, 1] == t
        if known:
            continue
        now, was = work[t] + pace * length[t], held[t]
        out = max(band[0] - now, now - band[1], 0)
        before = max(band[0] - was, was - band[1], 0)
        if out > before:
            return eased, False
        eased += out - before
    return eased, True


@compiled
def _undo(journal, entries, table, load, turf, before, after, length, work, size):
    """Take back the move's entries, last first."""
    for at in range(entries - 1, -1, -1):
        stop, t, p, q, placed = journal[at]
        if placed:
            _take(stop, table, load, turf, before, after, length, work, size)
        else:
            change = np.int64(table[p, stop]) + table[stop, q] - table[p, q]
            _give(stop, t, p, q, change, load, turf, before, after, length, work, size)
