"""Throwing dice: the only way chance enters an invented county is a generator handed down."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Item = TypeVar("Item")


def likely(rng: np.random.Generator, share: float) -> bool:
    """True with probability `share`."""
    return bool(rng.random() < share)


def likely_each(rng: np.random.Generator, share: float, size: int) -> npt.NDArray[np.bool_]:
    """`size` throws of `likely`."""
    return rng.random(size) < share


def one_of(rng: np.random.Generator, items: Sequence[Item]) -> Item:
    """Any of the items."""
    return items[int(rng.integers(len(items)))]


def shuffled(rng: np.random.Generator, items: Sequence[Item]) -> list[Item]:
    """The items in any order."""
    return [items[int(k)] for k in rng.permutation(len(items))]
