"""
Tours as rings of links: runs are taken out and put in, and ties among neighbours are told.

Compiled functions of `turfcutter.cutting.search`; their arguments come in three bundles:

ground
    `table` (decimetres between ends, shape (n_ends, n_ends)), `load` of each run, `near` (the
    nearest other runs of each run, nearest first), ties as a CSR triple `first, other, weight`;
    along them how many of a run's nearest doors are the other's (`mine`) and the other way round
    (`theirs`), and of each run how many are in turfs not searched here (`away`).
rings
    `turf` of each run, the run `before` and `after` it in the turf's tour, the ends at which the
    tour does `enter` and `leave` it, the `hop` from it to the run after, and how many `strangers`,
    doors of other turfs, are among its nearest.
sums
    Of each turf: `length` of the tour, `work` without walking, `size` in runs, `held`, the load
    that counts for the band, as it was before the move, and `pull` and `kin`, zeros to count in.

`astray` is what a misplaced run costs, decimetres; where it is 0, strangers are not counted.
"""

import numpy as np

from turfcutter.compiled import compiled

STRAY = 3
"""So many strangers among its four nearest doors, and a door is misplaced."""


@compiled
def sums_of(ground, rings, turfs, pace):
    """The bundle of sums; hops and strangers are filled in."""
    table, load = ground[0], ground[1]
    turf, _, after, enter, leave, hop, strangers = rings
    length = np.zeros(turfs, np.int64)
    work = np.zeros(turfs, np.int64)
    size = np.zeros(turfs, np.int64)
    for i in range(len(turf)):
        hop[i] = table[leave[i], enter[after[i]]]
        length[turf[i]] += hop[i]
        work[turf[i]] += load[i]
        size[turf[i]] += 1
        strangers[i] = ground[8][i]
        for at in range(ground[3][i], ground[3][i + 1]):
            if turf[ground[4][at]] != turf[i]:
                strangers[i] += ground[6][at]
    pull, kin = np.zeros(turfs, np.int64), np.zeros(turfs, np.int64)
    return length, work, size, work + pace * length, pull, kin


@compiled
def take(run, ground, rings, sums):
    """Unlink a run; returns the change in length."""
    turf, before, after, enter, leave, hop, _ = rings
    t, p, q = turf[run], before[run], after[run]
    direct = np.int64(ground[0][leave[p], enter[q]])
    change = direct - hop[p] - hop[run]
    hop[p] = direct
    after[p], before[q] = q, p
    turf[run] = -1
    sums[0][t] += change
    sums[1][t] -= ground[1][run]
    sums[2][t] -= 1
    return change


@compiled
def give(run, t, p, q, ground, rings, sums, astray):
    """Link a run into turf t between p and q."""
    turf, before, after, enter, leave, hop, _ = rings
    table = ground[0]
    _meet(run, t, ground, rings, astray)
    there, onward = np.int64(table[enter[run], leave[p]]), np.int64(table[leave[run], enter[q]])
    change = there + onward - hop[p]
    hop[p], hop[run] = there, onward
    before[run], after[run] = p, q
    after[p], before[q] = run, run
    turf[run] = t
    sums[0][t] += change
    sums[1][t] += ground[1][run]
    sums[2][t] += 1


@compiled
def part(run, ground, rings, astray):
    """Run and neighbours in other turfs forget each other; returns what they cost till then."""
    turf, strangers = rings[0], rings[6]
    first, other, weight, theirs = ground[3], ground[4], ground[5], ground[7]
    t = turf[run]
    cost = astray if strangers[run] >= STRAY else np.int64(0)
    for at in range(first[run], first[run + 1]):
        j = other[at]
        if turf[j] < 0 or turf[j] == t:
            continue
        cost += weight[at]
        if astray > 0 and theirs[at] > 0:
            was = strangers[j]
            strangers[j] = was - theirs[at]
            if was >= STRAY and strangers[j] < STRAY:
                cost += astray
    return cost


@compiled
def _meet(run, t, ground, rings, astray):
    """Count the strangers that a run in turf t gets and is, where that matters."""
    if astray == 0:
        return
    turf, strangers = rings[0], rings[6]
    first, other, mine, theirs = ground[3], ground[4], ground[6], ground[7]
    count = ground[8][run]
    for at in range(first[run], first[run + 1]):
        j = other[at]
        if turf[j] >= 0 and turf[j] != t:
            count += mine[at]
            strangers[j] += theirs[at]
    strangers[run] = count


@compiled
def pulled(run, ground, rings, sums, astray):
    """
    What a run costs apart from all its neighbours, and how many of its nearest doors there are.

    What neighbours in a turf take off is added to its `pull`, how many they are to its `kin`.
    """
    turf, strangers = rings[0], rings[6]
    first, other, weight, mine, theirs = ground[3], ground[4], ground[5], ground[6], ground[7]
    pull, kin = sums[4], sums[5]
    tied, around = np.int64(0), ground[8][run]
    for at in range(first[run], first[run + 1]):
        j = other[at]
        u = turf[j]
        if u < 0:
            continue
        cost = np.int64(weight[at])
        if strangers[j] < STRAY and strangers[j] + theirs[at] >= STRAY:
            cost += astray
        pull[u] += cost
        kin[u] += mine[at]
        tied += cost
        around += mine[at]
    return tied, around


@compiled
def forget(run, turf, ground, sums):
    """Set `pull` and `kin` back to zeros."""
    first, other = ground[3], ground[4]
    for at in range(first[run], first[run + 1]):
        u = turf[other[at]]
        if u >= 0:
            sums[4][u] = 0
            sums[5][u] = 0
