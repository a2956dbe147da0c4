"""
The supply of slices for a printing: turfs are taken out of a plan some hundred at a time, ordered,
and handed out one by one, while the next hundred are made.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from turfcutter.model import Plan
from turfcutter.packets.turfs.slices import Around, Slice, slice_plan
from turfcutter.packets.turfs.streetorder import by_street, whole_turfs
from turfcutter.paramfile import params_of
from turfcutter.plans.layout import network_of_plan

FIRST, TOGETHER = 20, 400
"""Turfs that are taken out of the plan at first, for everybody waits for them, and at a time."""


def slices_of(plan: Plan, turf_ids: Sequence[str], *, as_planned: bool) -> Iterator[Slice]:
    """The turfs of some ids, by street where that is hardly longer unless they are to stay."""
    if not turf_ids:
        return
    cut = params_of(plan.about["params"]).cut
    rows, around = Rows(plan), Around.of(plan)
    network = None if as_planned else network_of_plan(plan)

    def taken(some: Sequence[str]) -> list[Slice]:
        part = rows.part(some)
        if as_planned:
            grouped = whole_turfs(part.doors)
        else:
            part, grouped = by_street(part, some, cut, network)
        return [*slice_plan(part, some, grouped, around)]

    ends = [0, *range(FIRST, len(turf_ids), TOGETHER), len(turf_ids)]
    some = [turf_ids[first:end] for first, end in pairwise(ends)]
    # The next ones are made while these are printed: processes would wait for them.
    with ThreadPoolExecutor(1) as aside:
        coming = aside.submit(taken, some[0])
        for after in [*some[1:], []]:
            ready = coming.result()
            if after:
                coming = aside.submit(taken, after)
            yield from ready


class Rows:
    """Where the rows of each turf are in a plan's tables."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        index = pd.Index(plan.turfs["turf_id"])
        self.place = {name: row for row, name in enumerate(index)}
        self.tables = {
            name: _sorted(index.get_indexer(getattr(plan, name)["turf_id"]), len(index))
            for name in ("turfs", "doors", "voters", "walks", "legs")
        }

    def part(self, turf_ids: Sequence[str]) -> Plan:
        """The plan with the rows of some turfs only; streets and what lies around are whole."""
        turfs = sorted(self.place[turf_id] for turf_id in turf_ids)
        parts = {}
        for name, (order, ends) in self.tables.items():
            rows = np.concatenate([order[ends[turf] : ends[turf + 1]] for turf in turfs])
            parts[name] = getattr(self.plan, name).iloc[rows].reset_index(drop=True)
        return replace(self.plan, **parts)


def _sorted(turf: npt.NDArray[np.intp], count: int) -> tuple[npt.NDArray[np.intp], ...]:
    """Rows in the order of their turfs, and where each turf begins, with the end of the last."""
    order = np.argsort(turf, kind="stable")
    return order, np.searchsorted(turf[order], np.arange(count + 1))
