"""
Local search across turfs, compiled: tear out strings of neighbouring runs, put them back better.

Slack induction by string removals with simulated annealing (Christiaens and Vanden Berghe 2020,
"Slack Induction by String Removals for Vehicle Routing Problems", Transportation Science 54(2)),
without a depot: every turf is a closed tour kept as a ring of links. What is moved is a *run*: one
stop, or several that are walked one after the other, entered at either end. The cost is the length
of all tours plus, for neighbouring runs in different turfs, a penalty that keeps shapes clean. A
turf never leaves the band; one that starts outside is drawn into it. Moves are counted, not timed;
costs are integers, so results repeat. What the bundles `ground`, `rings` and `sums` hold is told in
`turfcutter.cutting.rings`.
"""

import numpy as np

from turfcutter.compiled import compiled
from turfcutter.cutting.chance import below, draw
from turfcutter.cutting.rings import STRAY, forget, give, part, pulled, sums_of, take

LOOK = 40
"""Nearest runs that are looked at."""
_STRING = 10
_RUINED = 10.0
_TRY = 12
_NO_BLINK = np.log(1.0 - 0.01)
"""Logarithm of the chance that a place is not overlooked."""
_NOWHERE = 1 << 60
PRESS_DM = 20_000.0
"""Being off the band by its whole width costs as much as this walk."""


@compiled
def search(ground, rings, turfs, rules, moves, heat, state):
    """
    Improve the turfs of a group of runs in place.

    Parameters
    ----------
    ground, rings
        As in `turfcutter.cutting.rings`; the rings are changed.
    turfs
        Number of turfs; none is empty.
    rules
        Least and most load of a turf, load of walking one decimetre, and what a misplaced run
        costs, decimetres (0: strangers are not counted). A turf that is inside the band stays
        inside; one outside is drawn in.
    moves
        Number of ruin-and-recreate moves.
    heat
        Temperature at the start and at the end, decimetres.
    state
        Chance.
    """
    table, load = ground[0], ground[1]
    count = len(load)
    sums = sums_of(ground, rings, turfs, rules[2])
    press = PRESS_DM / max(rules[1] - rules[0], 1)
    string = min(_STRING, max(1, count // turfs))
    strings = 4.0 * _RUINED / (1.0 + string) - 1.0
    journal = np.empty((256, 6), np.int64)
    removed = np.empty(256, np.int64)
    cooling = (heat[1] / heat[0]) ** (1.0 / max(moves, 1))
    warmth = heat[0]
    outside = _outside(sums, rules)
    for _ in range(moves):
        warmth *= cooling
        seed = below(state, count)
        wanted = int(1.0 + draw(state) * strings)
        out, delta = _ruin(
            seed, wanted, string, ground, rings, sums, rules, journal, removed, state
        )
        _arrange(removed, out, load, table, rings, seed, state)
        entries, complete = out, True
        limit = -warmth * np.log(1.0 - draw(state))
        for slot in range(out):
            cost = _put_back(removed[slot], ground, rings, sums, rules, journal, entries, state)
            if cost == _NOWHERE:
                complete = False
                break
            entries, delta = entries + 1, delta + cost
            if delta > limit and outside == 0:
                complete = False
                break
        if complete:
            eased, complete = _pressure(journal, entries, sums, rules)
            delta += int(press * eased)
        if complete and delta <= limit:
            _keep(journal, entries, sums, rules[2])
            outside = _outside(sums, rules) if outside > 0 else 0
        else:
            _undo(journal, entries, ground, rings, sums, rules[3])


@compiled
def _outside(sums, rules):
    """How many turfs are outside the band."""
    out = 0
    for load in sums[3]:
        out += load < rules[0] or load > rules[1]
    return out


@compiled
def _ruin(seed, wanted, string, ground, rings, sums, rules, journal, removed, state):
    """Tear a string out of each of the `wanted` turfs nearest to a run."""
    near, turf, size = ground[2], rings[0], sums[2]
    ruined = np.empty(32, np.int64)
    hit, out, delta = 0, np.int64(0), np.int64(0)
    for at in range(-1, near.shape[1]):
        run = seed if at < 0 else np.int64(near[seed, at])
        t = turf[run]
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
        out, change = _tear(
            run, t, string, ground, rings, sums, rules, journal, removed, out, state
        )
        delta += change
    return out, delta


@compiled
def _tear(run, t, string, ground, rings, sums, rules, journal, removed, out, state):
    """Remove a string of runs of turf t that holds `run`, half the time sparing one inside."""
    _, before, after, enter, leave, _, _ = rings
    size = sums[2][t]
    wanted = 1 + below(state, min(string, size - 1))
    spare, span = -1, wanted
    if wanted > 1 and wanted + 1 < size and draw(state) < 0.5:
        span, spare = wanted + 1, 1 + below(state, wanted - 1)
    for _ in range(below(state, span)):
        run = before[run]
    delta = np.int64(0)
    for at in range(span):
        onward = after[run]
        if at != spare:
            journal[out, 0], journal[out, 1], journal[out, 2] = run, t, before[run]
            journal[out, 3], journal[out, 4], journal[out, 5] = enter[run], leave[run], 0
            delta -= part(run, ground, rings, rules[3])
            delta += take(run, ground, rings, sums)
            removed[out] = run
            out += 1
        run = onward
    return out, delta


@compiled
def _arrange(removed, out, load, table, rings, seed, state):
    """Put the removed runs in the order in which they go back."""
    enter = rings[3]
    mode = below(state, np.int64(11))
    keys = np.empty(out, np.int64)
    for at in range(out):
        run = removed[at]
        if mode < 4:
            keys[at] = below(state, np.int64(1 << 30))
        elif mode < 8:
            keys[at] = -load[run] * (1 << 20) + below(state, np.int64(1 << 20))
        elif mode < 10:
            keys[at] = -np.int64(table[enter[seed], enter[run]])
        else:
            keys[at] = table[enter[seed], enter[run]]
    for at in range(1, out):
        run, key, slot = removed[at], keys[at], at
        while slot > 0 and keys[slot - 1] > key:
            keys[slot], removed[slot] = keys[slot - 1], removed[slot - 1]
            slot -= 1
        keys[slot], removed[slot] = key, run


@compiled
def _put_back(run, ground, rings, sums, rules, journal, entries, state):
    """Link a run in where it costs least and the band allows; returns the cost."""
    table, load, near = ground[0], ground[1], ground[2]
    turf, before, after, enter, leave, hop, _ = rings
    length, work, _, held, pull, kin = sums
    tied, around = pulled(run, ground, rings, sums, rules[3])
    a, b = enter[run], leave[run]
    ways = 2 if a == b else 4
    best, turned, nowhere = np.int64(_NOWHERE), False, np.int64(-1)
    chosen, left, right = nowhere, nowhere, nowhere
    tried = 0
    blink = int(np.log(1.0 - draw(state)) / _NO_BLINK)
    for at in range(near.shape[1]):
        j = np.int64(near[run, at])
        t = turf[j]
        if t < 0:
            continue
        tried += 1
        if tried > _TRY and chosen >= 0:
            break
        parted = tied - pull[t]
        if around - kin[t] >= STRAY:
            parted += rules[3]
        most = max(rules[1], held[t]) - work[t] - load[run]
        if most < 0 or parted >= best:
            continue
        for way in range(ways):
            p = j if way & 1 == 0 else before[j]
            q = after[j] if way & 1 == 0 else j
            x, y = (a, b) if way < 2 else (b, a)
            change = np.int64(table[x, leave[p]]) + table[y, enter[q]] - hop[p]
            if change + parted >= best:
                continue
            blink -= 1
            if blink < 0:
                blink = int(np.log(1.0 - draw(state)) / _NO_BLINK)
                continue
            if rules[2] * (length[t] + change) > most:
                continue
            best, turned = change + parted, way >= 2
            chosen, left, right = t, p, q
    forget(run, turf, ground, sums)
    if chosen < 0:
        return best
    if turned:
        enter[run], leave[run] = b, a
    give(run, chosen, left, right, ground, rings, sums, rules[3])
    journal[entries, 0], journal[entries, 1], journal[entries, 5] = run, chosen, 1
    return best


@compiled
def _pressure(journal, entries, sums, rules):
    """Load by which turfs get farther out of the band, and whether none that was inside leaves."""
    length, work, _, held, _, _ = sums
    eased = np.int64(0)
    for at in range(entries):
        t = journal[at, 1]
        known = False
        for earlier in range(at):
            known = known or journal[earlier, 1] == t
        if known:
            continue
        now, was = work[t] + rules[2] * length[t], held[t]
        out = max(rules[0] - now, now - rules[1], 0)
        before = max(rules[0] - was, was - rules[1], 0)
        if out > before:
            return eased, False
        eased += out - before
    return eased, True


@compiled
def _keep(journal, entries, sums, pace):
    """The move stands: what turfs hold is brought up to date."""
    length, work, _, held, _, _ = sums
    for at in range(entries):
        t = journal[at, 1]
        held[t] = work[t] + pace * length[t]


@compiled
def _undo(journal, entries, ground, rings, sums, astray):
    """Take back the move's entries, last first."""
    _, _, after, enter, leave, _, _ = rings
    for at in range(entries - 1, -1, -1):
        run, t, p, first, final, placed = journal[at]
        if placed:
            part(run, ground, rings, astray)
            take(run, ground, rings, sums)
        else:
            enter[run], leave[run] = first, final
            give(run, t, p, after[p], ground, rings, sums, astray)
