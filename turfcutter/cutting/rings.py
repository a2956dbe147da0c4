"""
Tours as rings of links: runs are taken out and put in, and ties among neighbours are told.

Compiled functions of `turfcutter.cutting.search`. What is known of a run lies together in one
record: bundles of arrays are counted in and out of every call, which took a third of all time.

table
    Decimetres between ends of runs, shape (n_ends, n_ends).
near
    `NEAR` records, shape (n_runs, n_near): the nearest other runs of each run, nearest first.
first, ties
    `TIE` records; those of a run are ``ties[first[run] : first[run + 1]]``.
runs, turfs
    `RUN` and `TURF` records, which the search changes.
astray
    What a misplaced run costs, decimetres; where it is 0, strangers are not counted.
"""

from typing import Final

import numpy as np

from turfcutter.compiled import compiled, inlined

STRAY: Final = 3
"""So many strangers among its four nearest doors, and a door is misplaced."""

NEAR: Final = np.dtype([(name, np.int32) for name in ("run", "gap")])
"""A run, and the decimetres to it between the ends that are nearest."""

TIE: Final = np.dtype([(name, np.int32) for name in ("other", "weight", "mine", "theirs")])
"""The other run; what parting costs, decimetres; how many of the nearest doors are the other's."""

RUN: Final = np.dtype(
    [
        (name, np.int32)
        for name in (
            *("turf", "before", "after"),  # the runs next to it in its turf's tour
            *("enter", "leave", "hop"),  # its ends as they are walked, and decimetres to the next
            *("load", "strangers", "away"),  # nearest doors in other turfs; in turfs not searched
        )
    ]
)

TURF: Final = np.dtype(
    [
        (name, np.int64)
        for name in (
            *("length", "work", "size"),  # of the tour; load without walking; runs
            "held",  # the load that counts for the band, as it was before the move
            *("pull", "kin"),  # zeros to count in
        )
    ]
)


@compiled
def add_up(table, first, ties, runs, turfs, pace):
    """Count hops, strangers and what turfs hold."""
    for i in range(len(runs)):
        run = runs[i]
        run.hop = table[run.leave, runs[run.after].enter]
        turf = turfs[run.turf]
        turf.length += run.hop
        turf.work += run.load
        turf.size += 1
        run.strangers = run.away
        for at in range(first[i], first[i + 1]):
            if runs[ties[at].other].turf != run.turf:
                run.strangers += ties[at].mine
    for t in range(len(turfs)):
        turfs[t].held = turfs[t].work + pace * turfs[t].length


@inlined
def lift(i, t, runs, turfs):
    """Take a run out of turf t; its neighbours are linked by `close`."""
    runs[i].turf = -1
    turfs[t].work -= runs[i].load
    turfs[t].size -= 1


@inlined
def close(t, p, q, table, runs, turfs):
    """Link two runs of turf t between which all were lifted; returns the change in length."""
    direct = table[runs[p].leave, runs[q].enter]
    change, i = np.int64(direct) - runs[p].hop, runs[p].after
    while i != q:
        change -= runs[i].hop
        i = runs[i].after
    runs[p].hop = direct
    runs[p].after, runs[q].before = q, p
    turfs[t].length += change
    return change


@inlined
def link(i, t, p, hop, onward, first, ties, runs, turfs, astray):
    """Link a run into turf t behind p; `hop` leads to it and `onward` from it."""
    meet(i, t, first, ties, runs, astray)
    run, q = runs[i], runs[p].after
    turfs[t].length += np.int64(hop) + onward - runs[p].hop
    turfs[t].work += run.load
    turfs[t].size += 1
    run.turf, run.before, run.after, run.hop = t, p, q, onward
    runs[p].after, runs[p].hop, runs[q].before = i, hop, i


@inlined
def part(i, first, ties, runs, astray):
    """Run and neighbours in other turfs forget each other; returns what they cost till then."""
    t = runs[i].turf
    cost = np.int64(astray if runs[i].strangers >= STRAY else 0)
    for at in range(first[i], first[i + 1]):
        tie = ties[at]
        other = runs[tie.other]
        if other.turf < 0 or other.turf == t:
            continue
        cost += tie.weight
        if astray > 0 and tie.theirs > 0:
            was = other.strangers
            other.strangers = was - tie.theirs
            if was >= STRAY and was - tie.theirs < STRAY:
                cost += astray
    return cost


@inlined
def meet(i, t, first, ties, runs, astray):
    """Count the strangers that a run in turf t gets and is, where that matters."""
    if astray == 0:
        return
    count = runs[i].away
    for at in range(first[i], first[i + 1]):
        tie = ties[at]
        other = runs[tie.other]
        if other.turf >= 0 and other.turf != t:
            count += tie.mine
            other.strangers += tie.theirs
    runs[i].strangers = count


@inlined
def pulled(i, first, ties, runs, turfs, astray):
    """
    What a run costs apart from all its neighbours, and how many of its nearest doors there are.

    What neighbours in a turf take off is added to its `pull`, how many they are to its `kin`.
    """
    tied, around = np.int64(0), np.int64(runs[i].away)
    for at in range(first[i], first[i + 1]):
        tie = ties[at]
        other = runs[tie.other]
        if other.turf < 0:
            continue
        cost = np.int64(tie.weight)
        if other.strangers < STRAY and other.strangers + tie.theirs >= STRAY:
            cost += astray
        turfs[other.turf].pull += cost
        turfs[other.turf].kin += tie.mine
        tied += cost
        around += tie.mine
    return tied, around


@inlined
def forget(i, first, ties, runs, turfs):
    """Set `pull` and `kin` back to zeros."""
    for at in range(first[i], first[i + 1]):
        t = runs[ties[at].other].turf
        if t >= 0:
            turfs[t].pull = 0
            turfs[t].kin = 0


@compiled
def find_near(table, runs, near):
    """Fill in `near`; of runs that are as near, those that come first."""
    count, wide = near.shape
    for i in range(count):
        a, b, kept = runs[i].enter, runs[i].leave, 0
        for j in range(count):
            c, d = runs[j].enter, runs[j].leave
            gap = table[a, c]
            if a != b or c != d:
                gap = min(gap, table[a, d], table[b, c], table[b, d])
            if j == i or (kept == wide and gap >= near[i, wide - 1].gap):
                continue
            slot = kept if kept < wide else wide - 1
            kept = slot + 1
            while slot > 0 and near[i, slot - 1].gap > gap:
                near[i, slot] = near[i, slot - 1]
                slot -= 1
            near[i, slot].run, near[i, slot].gap = j, gap
