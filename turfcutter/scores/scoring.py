"""
Scores: any cut of a plan's doors, judged as every other on the same ground.

A cut is an array of labels: the turf of each door, and perhaps the order of its doors. So the
turfs of last year, k-means and the plan itself stand side by side.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from geodata.crs import project
from geodata.errors import InputError
from turfcutter.arrays import Floats, Longs
from turfcutter.model import Plan
from turfcutter.params import CutParams
from turfcutter.plans.layout import frontage_of, network_of_plan
from turfcutter.scores.closedwalks import closed_walks
from turfcutter.scores.ground import Ground, barred_turfs, misplaced, split_sides, survey
from turfcutter.walks.effort import DRIVE

Labels = tuple[npt.ArrayLike, npt.ArrayLike | None]
"""Turf of each door, and the order of the doors where it is known."""
KMEANS: Final = "k-means"
THIS: Final = "this plan"


@dataclass(frozen=True)
class Score:
    """
    Figures of one cut.

    Parameters
    ----------
    turfs, doors, left_out
        Number of turfs, of doors in them, and of doors in none.
    doors_low, doors_high
        Doors of the smallest and the largest turf.
    minutes_low, minutes_high
        Minutes of work of the shortest and the longest turf: at the doors and between them.
    in_band
        Share of turfs whose size is within the tolerance.
    walk_m_per_door
        Closed walks, as short as was found whatever order the cut has, metres a door.
    order_ratio
        Length of the walks in the cut's own order, as a multiple of the shortest found; NaN where
        it has none.
    misplaced
        Share of doors of whose four nearest doors on foot three or more are in other turfs.
    split_sides
        Share of block sides (of two doors or more) whose doors are in several turfs.
    barrier_turfs
        Turfs on both sides of a freeway, river or railway with no way across within 150 m of
        their doors, or of streets that are not connected at all.
    hours
        Hours of work of all turfs.
    """

    turfs: int
    doors: int
    left_out: int
    doors_low: int
    doors_high: int
    minutes_low: float
    minutes_high: float
    in_band: float
    walk_m_per_door: float
    order_ratio: float
    misplaced: float
    split_sides: float
    barrier_turfs: int
    hours: float


def on_foot(plan: Plan) -> Plan:
    """
    The turfs of a plan that are walked, with their doors: what can be judged.

    Metres of turfs for a car are in no figure of walks.

    Raises
    ------
    InputError
        EMPTY: all turfs are for a car.
    """
    turfs = plan.turfs[(plan.turfs["kind"] != DRIVE).to_numpy()]
    if turfs.empty:
        raise InputError("EMPTY", "No turf of this plan is walked, so there is nothing to judge.")
    doors = plan.doors[plan.doors["turf_id"].isin(turfs["turf_id"]).to_numpy()]
    return replace(plan, turfs=turfs, doors=doors.reset_index(drop=True))


def score_plan(plan: Plan, old: Mapping[str, Labels], *, workers: int) -> pd.DataFrame:
    """
    A plan beside cuts made elsewhere and k-means.

    Parameters
    ----------
    plan
        The plan, `on_foot`.
    old
        Name -> turf of each of the plan's doors, and their order or None.
    workers
        Threads; no influence on the result.

    Returns
    -------
    scores
        As `compare`.

    Raises
    ------
    InputError
        PARAMETER: a cut is called what the plan's own or k-means is called.
    """
    if taken := sorted({THIS, KMEANS} & {*old}):
        message = f"A cut is called {taken[0]!r}, as a line of the table already is; rename it."
        raise InputError("PARAMETER", message)
    doors, about = plan.doors, plan.about["params"]["cut"]
    cut = CutParams(target=about["target"], by=about["by"], tolerance=about["tolerance"])
    xy = np.stack(project(doors["lon"], doors["lat"], plan.turfs.crs), axis=1)
    ground = survey(
        frontage_of(doors),
        xy,
        doors["minutes"].to_numpy(np.float64),
        network_of_plan(plan),
        speed_mps=about["speed_mps"],
        workers=workers,
    )
    cuts: dict[str, Labels] = {THIS: (doors["turf_id"], doors["order"])}
    return compare(ground, {**cuts, **old}, by=cut.by, band=cut.band, workers=workers)


def judge(
    ground: Ground,
    labels: npt.ArrayLike,
    order: npt.ArrayLike | None = None,
    *,
    by: str,
    band: tuple[float, float],
    workers: int = 1,
) -> Score:
    """
    Figures of any cut of the ground's doors.

    Parameters
    ----------
    ground
        The doors.
    labels
        Turf of each door, shape (n_doors,): any values; missing, empty or negative ones mean that
        a door is in no turf.
    order
        Rank of each door within its turf, where the cut has an order; shape (n_doors,).
    by, band
        What a turf's size counts, ``doors`` or ``minutes``, and the least and most of it.
    workers
        Threads; no influence on the result.

    Raises
    ------
    ValueError
        No door is in any turf.
    """
    turf = turf_numbers(labels)
    given = turf >= 0
    if not given.any():
        raise ValueError("no door is in any turf")
    doors = np.bincount(turf[given])
    rank = None if order is None else np.asarray(order, np.float64)
    best, own = closed_walks(ground, turf, rank, workers=workers)
    walk_m, own_m = best[:, 0].sum(), own[:, 0].sum()
    at_doors = np.bincount(turf[given], ground.minutes[given])
    minutes = at_doors + best[:, 1] / (60 * ground.speed_mps)
    load = doors if by == "doors" else minutes
    split, sides = split_sides(ground, turf)
    return Score(
        turfs=len(doors),
        doors=int(doors.sum()),
        left_out=int((~given).sum()),
        doors_low=int(doors.min()),
        doors_high=int(doors.max()),
        minutes_low=round(float(minutes.min()), 1),
        minutes_high=round(float(minutes.max()), 1),
        in_band=float(((load >= band[0] - 1e-9) & (load <= band[1] + 1e-9)).mean()),
        walk_m_per_door=float(walk_m / doors.sum()),
        order_ratio=float(own_m / walk_m) if walk_m > 0 else float("nan"),
        misplaced=float(misplaced(ground, turf).sum() / doors.sum()),
        split_sides=split / max(sides, 1),
        barrier_turfs=len(barred_turfs(ground, turf)),
        hours=float(minutes.sum() / 60),
    )


def compare(
    ground: Ground,
    cuts: Mapping[str, Labels],
    *,
    by: str,
    band: tuple[float, float],
    workers: int = 1,
) -> pd.DataFrame:
    """
    A plan's cut beside others of the same doors, and beside k-means with as many turfs.

    Parameters
    ----------
    ground, by, band, workers
        As in `judge`.
    cuts
        Name -> labels and order (or None); the first is the plan's.

    Returns
    -------
    scores
        One row a cut, k-means last: `cut` (name), the figures of `Score`, `of_kmeans` (walk a door
        as a share of k-means's), and `hours_saved` (by the plan, for its own number of doors).
    """
    scores = {
        name: judge(ground, labels, order, by=by, band=band, workers=workers)
        for name, (labels, order) in cuts.items()
    }
    plan = next(iter(scores.values()))
    straight = kmeans_turfs(ground.xy, plan.turfs)
    scores[KMEANS] = judge(ground, straight, by=by, band=band, workers=workers)
    table = pd.DataFrame([asdict(score) for score in scores.values()])
    table.insert(0, "cut", list(scores))
    least = max(scores[KMEANS].walk_m_per_door, 1e-9)
    table["of_kmeans"] = table["walk_m_per_door"] / least
    table["hours_saved"] = table["hours"] / table["doors"] * plan.doors - plan.hours
    return table


def turf_numbers(labels: npt.ArrayLike) -> Longs:
    """Labels as 0, 1, 2 … in their order; -1 for doors in no turf."""
    column = pd.Series(np.asarray(labels))
    missing = column.isna() | (column.astype(str) == "")
    if pd.api.types.is_numeric_dtype(column):
        missing |= column < 0
    numbers: Longs = pd.factorize(column.mask(missing), sort=True)[0].astype(np.int64)
    return numbers


def kmeans_turfs(xy: Floats, turfs: int) -> Longs:
    """Turf of each door by k-means on straight lines, as most cutters do it; shape (n_doors,)."""
    # one thread: sums in another order could put a door elsewhere
    with threadpool_limits(1):
        model = KMeans(min(turfs, len(np.unique(xy, axis=0))), n_init=1, random_state=0)
        labels: Longs = model.fit_predict(xy - xy.mean(axis=0)).astype(np.int64)
    return labels
