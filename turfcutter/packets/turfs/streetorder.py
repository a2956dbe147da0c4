"""
Street order: all of one street before the next, where that makes a walk hardly longer.

A door is found sooner on a list that has each street once. The walks of a plan are as short as can
be and may come back to a street. Here the same doors are ordered anew, then walked by
`turfcutter.plans.layout` as those of a cut.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

import numpy as np
import pandas as pd

from turfcutter.arrays import Longs
from turfcutter.cutting.chance import seeded
from turfcutter.cutting.tour import short_tour
from turfcutter.model import Plan
from turfcutter.params import CutParams
from turfcutter.plans.layout import Drawing, draw, frontage_of, layout_of, ordered_voters
from turfcutter.streets.distances import distance_table, stop_ends, terminal_reach
from turfcutter.streets.network import Network

LONGER: Final = 1.1
"""How many times as long as the plan's walk one by street may be."""
KICKS: Final = 4
"""Kicks a stop, as many as the walks of a cut have."""
APART: Final = 20_000_000
"""Decimetres added between streets: more than any walk, and sums still fit 32 bits."""
_WALKED: Final = (
    *("walk_m", "steps_m", "minutes", "minutes_low", "minutes_high", "effort"),
    *("start", "start_lon", "start_lat"),
)
"""Columns of turfs that follow from the walk."""


def by_street(
    plan: Plan, turf_ids: Sequence[str], cut: CutParams, network: Network | None = None
) -> tuple[Plan, frozenset[str]]:
    """
    The plan with turfs ordered by street where that is at most `LONGER` times as long.

    Parameters
    ----------
    plan
        A plan with its streets.
    turf_ids
        Turfs to look at; the others are left as they are.
    cut
        As the plan was cut.
    network
        The plan's streets, where they are known already.

    Returns
    -------
    plan, grouped
        The plan, in which stops, walks, legs and minutes are those of the new order; and the turfs
        that are by street, with those that were so already.
    """
    layout = layout_of(plan, network)
    doors = layout.doors[layout.doors["turf_id"].isin({*turf_ids})]
    grouped = whole_turfs(doors)
    left = doors[~doors["turf_id"].isin(grouped)]
    if left.empty:
        return plan, grouped
    place = _places(left, layout.network, cut)
    turfs = layout.turfs[layout.turfs["turf_id"].isin(left["turf_id"])]
    outlines = plan.turfs.set_index("turf_id").geometry
    drawing = draw(replace(layout, doors=left.assign(place=place), turfs=turfs), cut, outlines)
    before = plan.turfs.set_index("turf_id")["walk_m"]
    walk_m = drawing.turfs.set_index("turf_id")["walk_m"]
    short = {*walk_m.index[walk_m <= LONGER * before[walk_m.index]]}
    kept = short & whole_turfs(drawing.doors)
    return _with(plan, drawing, kept), grouped | kept


def whole_turfs(doors: pd.DataFrame) -> frozenset[str]:
    """The turfs whose doors have each street once; see `whole_streets`."""
    return frozenset(name for name, group in _turfs(doors) if whole_streets(group["street"]))


def whole_streets(streets: Sequence[str]) -> bool:
    """
    Whether doors in walking order have each street once.

    A walk may begin and end in the middle of one: at a corner that can be named, or between doors.
    What has no name may come any time.
    """
    runs = [name for name, _ in groupby(name for name in streets if name)]
    if len(runs) > 1 and runs[0] == runs[-1]:
        runs.pop()
    return len(runs) == len({*runs})


def _turfs(doors: pd.DataFrame) -> Any:  # noqa: ANN401 - a grouping
    """Turf by turf in walking order."""
    return doors.sort_values(["turf_id", "stop"], kind="stable").groupby("turf_id", sort=True)


def _places(doors: pd.DataFrame, network: Network, cut: CutParams) -> Longs:
    """Place of each door's stop in a walk by street, shape (n_doors,)."""
    places = pd.Series(0, doors.index, np.int64)
    for turf_id, group in _turfs(doors):
        heads = group.drop_duplicates("stop")
        order = _order(heads, network, cut, turf_id)
        rank = pd.Series(np.argsort(order), heads["stop"])
        places[group.index] = rank[group["stop"]].to_numpy()
    return places.to_numpy().astype(np.int64)


def _order(heads: pd.DataFrame, network: Network, cut: CutParams, turf_id: str) -> Longs:
    """Rows of a turf's stops in a short walk by street, found from their order in the plan."""
    street = heads["street"].to_numpy(object)
    first = {name: row for row, name in reversed([*enumerate(street)])}
    code = np.array([first[name] if name else row for row, name in enumerate(street)])
    rows = np.argsort(code, kind="stable")
    ends, terminals = stop_ends(frontage_of(heads.iloc[rows]), network)
    table = distance_table(ends, terminal_reach(network, terminals, 1))
    table = (table + APART * (code[rows, None] != code[None, rows])).astype(np.int32)
    if cut.end != "start":
        table = np.pad(table, ((1, 0), (1, 0)))
    tour = short_tour(table, KICKS * len(rows), seeded(cut.seed, "street", turf_id))
    if cut.end != "start":
        tour = np.roll(tour, -int(np.argmin(tour)))[1:] - 1
    return rows[tour].astype(np.int64)


def _with(plan: Plan, drawing: Drawing, kept: set[str]) -> Plan:
    """The plan with what a drawing says of some turfs."""
    turfs = plan.turfs.copy()
    mine = turfs["turf_id"].isin(kept)
    drawn = drawing.turfs.set_index("turf_id").loc[turfs["turf_id"][mine]]
    for name in _WALKED:
        turfs.loc[mine, name] = drawn[name].to_numpy()
    doors = _spliced(plan.doors, drawing.doors, plan, kept)
    return replace(
        plan,
        turfs=turfs,
        doors=doors,
        voters=ordered_voters(plan.voters, doors),
        walks=_spliced(plan.walks, drawing.walks, plan, kept),
        legs=_spliced(plan.legs, drawing.legs, plan, kept),
    )


def _spliced(old: pd.DataFrame, new: pd.DataFrame, plan: Plan, kept: set[str]) -> Any:  # noqa: ANN401 - a table as the old one
    """A table with the rows of some turfs replaced, in the order of the plan's turfs."""
    both = pd.concat(
        [old[~old["turf_id"].isin(kept)], new[new["turf_id"].isin(kept)]], ignore_index=True
    )
    turf = pd.Index(plan.turfs["turf_id"]).get_indexer(both["turf_id"])
    return both.iloc[np.argsort(turf, kind="stable")].reset_index(drop=True)
