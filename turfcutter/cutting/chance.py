"""
Chance that is the same on every machine: a xorshift generator (Marsaglia 2003), compiled.

Its state is a one-element uint64 array, made by `seeded` and handed to whoever draws.
"""

import hashlib

import numpy as np
import numpy.typing as npt

from turfcutter.compiled import compiled


def seeded(seed: int, *names: str | int) -> npt.NDArray[np.uint64]:
    """Generator state from a seed and the names of what it is used for."""
    text = "\0".join([str(seed), *map(str, names)])
    digest = hashlib.sha256(text.encode()).digest()
    return np.array([int.from_bytes(digest[:8], "little") | 1], np.uint64)


@compiled
def draw(state):
    """Next float in [0, 1)."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return (x >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def below(state, count):
    """Next whole number in [0, count)."""
    return int(draw(state) * count)
