"""Borders: what no turf may reach across, whoever asks for it."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from geodata.crs import project
from geodata.errors import InputError
from turfcutter.arrays import Ints
from turfcutter.plans.layout import Layout
from turfcutter.streets.barriers import CROSSING_M, way_off, ways_across


def check_borders(before: pd.DataFrame, layout: Layout, turf_ids: Collection[str]) -> None:
    """
    Stop an edit after which turfs would reach across hard lines or what nobody can cross on foot.

    Parameters
    ----------
    before
        Doors of the plan before: what lay in one turf there may stay together.
    layout
        After the edit.
    turf_ids
        Turfs that the edit changes.

    Raises
    ------
    InputError
        CROSSES: names the turf and what lies between its doors.
    """
    edges = layout.network.edges
    cell, component = (edges[name].to_numpy(np.int32) for name in ("cell", "component"))
    together = {frozenset(own) for _, own in _cells(before, cell).groupby(before["turf_id"])}
    for name in sorted(turf_ids):
        members = layout.doors[layout.doors["turf_id"] == name]
        edge = members["edge"].to_numpy()
        if len({*members["zone"]}) > 1:
            raise _crosses(name, "a line that no turf may cross")
        if len({*component[edge].tolist()}) > 1:
            raise _crosses(name, "streets that no way on foot connects")
        own = frozenset(_cells(members, cell))
        if len(own) > 1 and not any(own <= other for other in together):
            _check_way_across(name, members, layout)


def _cells(doors: pd.DataFrame, cell: Ints) -> pd.Series:
    """Cell of the network of each door."""
    return pd.Series(cell[doors["edge"].to_numpy()], doors.index)


def _check_way_across(name: str, doors: pd.DataFrame, layout: Layout) -> None:
    """One of the doors must be near a way across a barrier."""
    ways = ways_across(layout.network.edges, layout.network.lines)
    spots = np.stack(project(doors["lon"], doors["lat"], layout.crs), axis=1)
    if not np.isfinite(way_off(spots, ways)).any():
        what = f"a freeway, river or railway without a way across within {CROSSING_M:g} m of them"
        raise _crosses(name, what)


def _crosses(name: str, what: str) -> InputError:
    sentence = f"Between the doors of {name} would lie {what}; choose other doors."
    return InputError("CROSSES", sentence)
