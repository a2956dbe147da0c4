"""Even out the electorates of precincts by moving single blocks across their lines."""

from typing import Final

import numpy as np

from turfcutter.sample.sketch import IntArray

NEAR: Final = 0.15
"""Precincts within this share of the mean are even enough."""


def even_out(pairs: IntArray, weight: IntArray, label: IntArray) -> IntArray:
    """
    Move blocks between neighbouring precincts until none gains by it; none falls apart.

    Parameters
    ----------
    pairs
        Neighbouring blocks, shape (m, 2).
    weight
        Voters of each block, shape (n,).
    label
        Precinct of each block, shape (n,).

    Returns
    -------
    label
        A changed copy.
    """
    near: list[list[int]] = [[] for _ in range(len(label))]
    for a, b in pairs.tolist():
        near[a].append(b)
        near[b].append(a)
    label = label.copy()
    tally = np.bincount(label, weights=weight)
    mean = float(tally.mean())
    stuck = np.zeros(len(tally), dtype=bool)
    moves = 0
    while True:
        off = np.where(stuck, 0.0, np.abs(tally - mean))
        worst = int(off.argmax())
        if off[worst] <= NEAR * mean:
            if not moves or not stuck.any():
                return label
            stuck[:] = False  # what others moved may have freed them
            moves = 0
            continue
        moved = _best_move(near, weight, label, tally, worst)
        if moved is None:
            stuck[worst] = True
            continue
        moves += 1
        block, target = moved
        tally[label[block]] -= weight[block]
        tally[target] += weight[block]
        label[block] = target


def _best_move(
    near: list[list[int]], weight: IntArray, label: IntArray, tally: np.ndarray, worst: int
) -> tuple[int, int] | None:
    """The block that evens out most when it joins or leaves a precinct, and where it goes."""
    moves = []
    for block in np.flatnonzero(label == worst).tolist():
        for other in near[block]:
            if label[other] != worst:
                moves.append((block, int(label[other])))
                moves.append((other, worst))
    gains = {}
    for block, target in moves:
        gap = float(tally[label[block]] - tally[target])
        gain = int(weight[block]) * (gap - int(weight[block]))
        if gain > 0:
            gains[block, target] = gain
    for move in sorted(gains, key=lambda move: (-gains[move], move)):
        if _stays_whole(near, label, move[0]):
            return move
    return None


def _stays_whole(near: list[list[int]], label: IntArray, block: int) -> bool:
    """Whether the neighbours of a block within its precinct hang together without it."""
    home = label[block]
    apart = {other for other in near[block] if label[other] == home}
    if not apart:
        return bool((label == home).sum() > 1)
    start = apart.pop()
    seen, todo = {start}, [start]
    while todo and apart:
        for other in near[todo.pop()]:
            if other != block and label[other] == home and other not in seen:
                seen.add(other)
                apart.discard(other)
                todo.append(other)
    return not apart
