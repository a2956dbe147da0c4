"""Invented voters: one to three at most doors, with the columns a county's own export has."""

from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from turfcutter.sample import names
from turfcutter.sample.chance import likely_each
from turfcutter.sample.sketch import FloatArray, IntArray

PER_DOOR: Final = np.array([0.42, 0.40, 0.18])
"""How often 1, 2 and 3 voters live behind one door."""

MOST: Final = len(PER_DOOR)

PARTIES: Final = {
    "Democratic": 0.45,
    "No Party Preference": 0.23,
    "Republican": 0.23,
    "American Independent": 0.04,
    "Libertarian": 0.02,
    "Green": 0.015,
    "Peace and Freedom": 0.015,
}

NEWEST: Final = np.datetime64("2026-09-01")
"""All dates lie before this day: a sample has no today."""

MIXED, OTHER_NAME, OWN_LANGUAGE = 0.08, 0.2, 0.25
"""Shares: of another origin or another name than the household, asking for another language."""

WOMEN, UNSTATED, INACTIVE, WITH_PHONE = 0.515, 0.02, 0.06, 0.6


def voters_per_door(doors: int, voters: int, rng: np.random.Generator) -> IntArray:
    """
    How many voters live behind each door: exactly `voters` in all, 1 to 3 where any.

    Raises
    ------
    ValueError
        There are more than three voters a door, or none at all.
    """
    if not 0 < voters <= MOST * doors:
        raise ValueError(voters, doors)
    usual = float(PER_DOOR @ [1, 2, 3])
    lived = min(1.0, voters / (usual * doors))
    count = np.where(rng.random(doors) < lived, 1 + rng.choice(MOST, doors, p=PER_DOOR), 0)
    return _exactly(count.astype(np.int64), voters, rng)


def some_at_every_door(doors: int, mean: float, rng: np.random.Generator) -> IntArray:
    """1 to 3 voters behind every door, `mean` on average (exactly, rounded to whole voters)."""
    wanted = min(max(round(doors * mean), doors), MOST * doors)
    count = 1 + rng.binomial(2, (mean - 1) / 2, doors)
    return _exactly(count.astype(np.int64), wanted, rng, least=1)


def _exactly(count: IntArray, wanted: int, rng: np.random.Generator, least: int = 0) -> IntArray:
    """Add or take single voters at random doors until the sum is right."""
    count = count.copy()
    while (missing := wanted - int(count.sum())) != 0:
        step = 1 if missing > 0 else -1
        # nobody moves into an empty house while others have room, nobody leaves one empty
        room = (count < MOST) & (count > 0) if step > 0 else count > max(least, 1)
        if not room.any():
            room = count < MOST if step > 0 else count > least
        where = np.flatnonzero(room)
        count[rng.permutation(where)[: abs(missing)]] += step
    return count


class People(NamedTuple):
    """Columns of invented people, in order of their doors; every array has shape (n,)."""

    door: IntArray
    table: pd.DataFrame


def invent_people(per_door: IntArray, rng: np.random.Generator) -> People:
    """
    Invent the voters behind doors.

    Parameters
    ----------
    per_door
        Voters of each door, shape (n_doors,).

    Returns
    -------
    people
        `door` (position) and a table of `first`, `last`, `gender` (F, M, U), `language`, `party`,
        `born`, `registered` (YYYY-MM-DD), `status` (Active, Inactive), `phone` (or empty).
    """
    door = np.repeat(np.arange(len(per_door)), per_door)
    size = len(door)
    shares = np.array([heritage.share for heritage in names.HERITAGES])
    of_door = rng.choice(len(shares), len(per_door), p=shares / shares.sum())
    mixed = likely_each(rng, MIXED, size)
    heritage = np.where(
        mixed, rng.choice(len(shares), size, p=shares / shares.sum()), of_door[door]
    )
    family = rng.random(len(per_door))[door]
    family = np.where(likely_each(rng, OTHER_NAME, size), rng.random(size), family)
    woman = likely_each(rng, WOMEN, size)
    first, last = _names(heritage, woman, family, rng)
    own = np.array([item.language for item in names.HERITAGES])[heritage]
    table = pd.DataFrame(
        {
            "first": first,
            "last": last,
            "gender": np.where(likely_each(rng, UNSTATED, size), "U", np.where(woman, "F", "M")),
            "language": np.where(likely_each(rng, OWN_LANGUAGE, size), own, "English"),
            "party": rng.choice(list(PARTIES), size, p=list(PARTIES.values())),
            **_dates(size, rng),
            "status": np.where(likely_each(rng, INACTIVE, size), "Inactive", "Active"),
            "phone": _phones(size, rng),
        }
    )
    return People(door, table)


def _names(
    heritage: IntArray, woman: np.ndarray, family: FloatArray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """First and last names; `family` in [0, 1) chooses the last name, common ones more often."""
    first = np.empty(len(heritage), dtype="U24")
    last = np.empty(len(heritage), dtype="U24")
    draw = rng.random(len(heritage))
    for k, item in enumerate(names.HERITAGES):
        here = heritage == k
        for women, given in ((True, item.women), (False, item.men)):
            some = here & (woman == women)
            first[some] = np.array(given)[(draw[some] * len(given)).astype(int)]
        last[here] = np.array(item.families)[(family[here] * len(item.families)).astype(int)]
    return first, last


def _dates(size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Birth dates of adults (most of them 25 to 75), and registration dates after that."""
    age = 18 + 78 * rng.beta(1.5, 2.1, size)
    born = NEWEST - np.round(age * 365.25).astype("timedelta64[D]")
    since = (age - 18) * rng.beta(1.1, 2.2, size)
    registered = NEWEST - np.round(since * 365.25).astype("timedelta64[D]")
    return {"born": np.datetime_as_string(born), "registered": np.datetime_as_string(registered)}


def _phones(size: int, rng: np.random.Generator) -> np.ndarray:
    """Numbers from the range that is kept free for fiction, or none."""
    area = np.array(["209", "408", "415", "510", "559", "650", "707", "831", "916", "925"])
    number = np.char.add("-555-01", np.char.zfill(rng.integers(0, 100, size).astype("U2"), 2))
    phone = np.char.add(area[rng.integers(0, len(area), size)], number)
    return np.where(likely_each(rng, WITH_PHONE, size), phone, "")


def voter_ids(size: int, start: int, rng: np.random.Generator) -> pd.Series:
    """Identifiers without order or gaps to learn from: eight digits, zero-padded."""
    return pd.Series(start + rng.permutation(size)).astype("str").str.zfill(8)
