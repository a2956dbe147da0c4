"""
Local search across turfs, compiled: tear out strings of neighbouring runs, put them back better.

Slack induction by string removals with simulated annealing (Christiaens and Vanden Berghe 2020,
"Slack Induction by String Removals for Vehicle Routing Problems", Transportation Science 54(2)),
without a depot: every turf is a closed tour kept as a ring of links. What is moved is a *run*: one
stop, or several that are walked one after the other, entered at either end. The cost is the length
of all tours plus, for neighbouring runs in different turfs, a penalty that keeps shapes clean. A
turf never leaves the band; one that starts outside is drawn into it. Moves are counted, not timed;
costs are integers, so results repeat. What `table`, `near`, `first`, `ties`, `runs` and `turfs` are
is told in `turfcutter.cutting.rings`.
"""

from typing import Final

import numpy as np

from turfcutter.compiled import compiled, inlined
from turfcutter.cutting.chance import below, draw
from turfcutter.cutting.rings import STRAY, add_up, forget, link, pulled
from turfcutter.cutting.ruins import ENTRY, MOST, arrange, ruin, undo

LOOK: Final = 40
"""Nearest runs that are looked at."""
PRESS_DM: Final = 20_000.0
"""Being off the band by its whole width costs as much as this walk."""
_STRING = 10
_RUINED = 10.0
_TRY = 12
_NO_BLINK = np.log(1.0 - 0.01)
"""Logarithm of the chance that a place is not overlooked."""
_NOWHERE = 1 << 60


@compiled
def search(table, near, first, ties, runs, turfs, rules, moves, heat, state):
    """
    Improve the turfs of a group of runs in place.

    Parameters
    ----------
    table, near, first, ties, runs, turfs
        As in `turfcutter.cutting.rings`. Turfs come as zeros and none is without runs; of runs,
        hops and strangers need not be known.
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
    count, astray = len(runs), rules[3]
    add_up(table, first, ties, runs, turfs, rules[2])
    press = PRESS_DM / max(rules[1] - rules[0], 1)
    string = min(_STRING, max(1, count // len(turfs)))
    strings = 4.0 * _RUINED / (1.0 + string) - 1.0
    journal = np.empty(MOST, ENTRY)
    removed, keys = np.empty(MOST, np.int64), np.empty(MOST, np.int64)
    ruined = np.empty(MOST, np.int64)
    cooling = (heat[1] / heat[0]) ** (1.0 / max(moves, 1))
    warmth = heat[0]
    outside = _outside(turfs, rules)
    for _ in range(moves):
        warmth *= cooling
        seed = below(state, count)
        wanted = int(1.0 + draw(state) * strings)
        out, delta = ruin(
            seed,
            wanted,
            string,
            table,
            near,
            first,
            ties,
            runs,
            turfs,
            astray,
            journal,
            ruined,
            state,
        )
        arrange(journal, out, removed, keys, table, runs, seed, state)
        entries, complete = out, True
        limit = -warmth * np.log(1.0 - draw(state))
        for slot in range(out):
            cost = _put_back(
                removed[slot], table, near, first, ties, runs, turfs, rules, journal, entries, state
            )
            if cost == _NOWHERE:
                complete = False
                break
            entries, delta = entries + 1, delta + cost
            if delta > limit and outside == 0:
                complete = False
                break
        if complete:
            eased, complete = _pressure(journal, entries, turfs, rules)
            delta += int(press * eased)
        if complete and delta <= limit:
            _keep(journal, entries, turfs, rules[2])
            outside = _outside(turfs, rules) if outside > 0 else 0
        else:
            undo(journal, entries, first, ties, runs, turfs, astray)


@inlined
def _outside(turfs, rules):
    """How many turfs are outside the band."""
    out = 0
    for t in range(len(turfs)):
        out += turfs[t].held < rules[0] or turfs[t].held > rules[1]
    return out


@inlined
def _put_back(i, table, near, first, ties, runs, turfs, rules, journal, entries, state):
    """Link a run in where it costs least and the band allows; returns the cost."""
    tied, around = pulled(i, first, ties, runs, turfs, rules[3])
    run = runs[i]
    a, b = np.int64(run.enter), np.int64(run.leave)
    ways = 1 if a == b else 2
    best, turned = np.int64(_NOWHERE), False
    left, hop, onward = np.int64(-1), np.int64(0), np.int64(0)
    tried = 0
    blink = int(np.log(1.0 - draw(state)) / _NO_BLINK)
    for at in range(near.shape[1]):
        j = np.int64(near[i, at].run)
        t = np.int64(runs[j].turf)
        if t < 0:
            continue
        tried += 1
        if tried > _TRY and left >= 0:
            break
        turf = turfs[t]
        parted = tied - turf.pull
        if around - turf.kin >= STRAY:
            parted += rules[3]
        most = max(rules[1], turf.held) - turf.work - run.load
        if most < 0 or parted >= best:
            continue
        # The other ends of these places are no nearer than j, or were looked at before it.
        least = 2 * np.int64(near[i, at].gap) + parted - best
        for side in range(2):
            p = j if side == 0 else np.int64(runs[j].before)
            if least >= runs[p].hop:
                continue
            q = np.int64(runs[j].after) if side == 0 else j
            for way in range(ways):
                x, y = (a, b) if way == 0 else (b, a)
                there = np.int64(table[x, runs[p].leave])
                on = np.int64(table[y, runs[q].enter])
                change = there + on - runs[p].hop
                if change + parted >= best:
                    continue
                blink -= 1
                if blink < 0:
                    blink = int(np.log(1.0 - draw(state)) / _NO_BLINK)
                    continue
                if rules[2] * (turf.length + change) > most:
                    continue
                best, turned, left, hop, onward = change + parted, way > 0, p, there, on
    forget(i, first, ties, runs, turfs)
    if left < 0:
        return best
    if turned:
        run.enter, run.leave = b, a
    t, entry = np.int64(runs[left].turf), journal[entries]
    entry.run, entry.turf, entry.before, entry.placed = i, t, left, 1
    entry.hop_there, entry.length = runs[left].hop, turfs[t].length
    link(i, t, left, hop, onward, first, ties, runs, turfs, rules[3])
    return best


@inlined
def _pressure(journal, entries, turfs, rules):
    """Load by which turfs get farther out of the band, and whether none that was inside leaves."""
    eased = np.int64(0)
    for at in range(entries):
        t = journal[at].turf
        known = False
        for earlier in range(at):
            known = known or journal[earlier].turf == t
        if known:
            continue
        turf = turfs[t]
        now, was = turf.work + rules[2] * turf.length, turf.held
        out = max(rules[0] - now, now - rules[1], 0)
        before = max(rules[0] - was, was - rules[1], 0)
        if out > before:
            return eased, False
        eased += out - before
    return eased, True


@inlined
def _keep(journal, entries, turfs, pace):
    """The move stands: what turfs hold is brought up to date."""
    for at in range(entries):
        turf = turfs[journal[at].turf]
        turf.held = turf.work + pace * turf.length
