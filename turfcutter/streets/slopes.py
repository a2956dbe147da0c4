"""
Slopes: how much longer steps and steep streets take than level ground.

There is no elevation model; what is known is what the map says, `highway=steps` and `incline`.
Both directions count the same, since a walk is walked in either.
"""

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

STEPS: Final = 2.0
"""Steps are walked at half the speed."""
STEEPEST: Final = 0.45
"""Inclines beyond this are taken for it; streets are hardly ever steeper."""

_INCLINE: Final = re.compile(r"[-+]?\s*(\d+(?:\.\d+)?)\s*(%|°)")


def slowness(kind: pd.Series, incline: pd.Series) -> npt.NDArray[np.float64]:
    """
    Time that ways take, as a multiple of what level ones of the same length take.

    Parameters
    ----------
    kind
        OSM highway value of each way, shape (n_ways,).
    incline
        OSM incline of each: ``12%`` or ``7°``; ``up``, ``down`` and other words say how steep
        steps are no better, and say nothing of a street.

    Returns
    -------
    slowness
        At least 1, shape (n_ways,).

    Notes
    -----
    Speed on a slope after Tobler (1993), "Three presentations on geographical analysis and
    modeling": it falls with ``exp(-3.5 |slope + 0.05|)``. Here the mean of going up and down.
    """
    grades = {text: _grade(text) for text in incline.unique()}
    grade = incline.map(grades).to_numpy(np.float64)
    up, down, level = (np.exp(3.5 * np.abs(slope + 0.05)) for slope in (grade, -grade, 0.0))
    factor = np.maximum((up + down) / (2 * level), 1.0)
    steps = (kind == "steps").to_numpy(bool)
    slow: npt.NDArray[np.float64] = np.where(steps, np.maximum(factor, STEPS), factor)
    return slow


def _grade(incline: str) -> float:
    """Rise over run; 0 where the text holds no figure."""
    found = _INCLINE.fullmatch(incline.strip())
    if not found:
        return 0.0
    value = float(found[1])
    steep = value / 100 if found[2] == "%" else np.tan(np.radians(min(value, 45.0)))
    return float(min(steep, STEEPEST))
