"""Recutting: the doors of some turfs cut anew, by the same machinery as the cut itself."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from geodata.errors import InputError
from turfcutter.editing.regrouping import renumbered
from turfcutter.editing.tours import pieces_by_door, places, stops_of
from turfcutter.editing.versions import cut_params, unlocked
from turfcutter.model import Plan, silent
from turfcutter.plans.layout import layout_of
from turfcutter.plans.turfs import cut_turfs, in_threads
from turfcutter.streets.footing import find_footing
from turfcutter.walks.effort import DRIVE


def recut(
    plan: Plan,
    turf_ids: Iterable[str],
    changed: Mapping[str, Any] | None = None,
    *,
    workers: int = 1,
) -> Plan:
    """
    Cut the doors of some turfs anew.

    A new turf keeps the id of the turf most of its doors come from.

    Parameters
    ----------
    plan
        The plan before.
    turf_ids
        Turfs to cut again.
    changed
        Parameters of the cut that shall differ from the plan's, such as ``target``.
    workers
        Threads; no influence on the result.

    Raises
    ------
    InputError
        PARAMETER: no turf, unknown ones, or a parameter out of its range. LOCKED.
    """
    wanted = unlocked(plan, turf_ids)
    if not wanted:
        raise InputError("PARAMETER", "No turf is named; name those to cut anew.")
    cut = replace(cut_params(plan), **(changed or {}))
    layout = layout_of(plan)
    chosen = layout.doors["turf_id"].isin(wanted)
    kinds = layout.turfs.set_index("turf_id")["kind"]
    driven = set(kinds.index[kinds == DRIVE])
    stops = stops_of(layout.doors[chosen])
    stops = replace(stops, doors=stops.doors.assign(drive=stops.doors["turf_id"].isin(driven)))
    footing = find_footing(stops.frontage, layout.network, workers)
    found = cut_turfs(stops, footing, cut, cutter=in_threads(workers), progress=silent)
    found = replace(found, place=places(found, footing, stops.frontage, layout.network, cut))
    size = {"by": cut.by, "target": cut.size, "tolerance": cut.tolerance, "seed": cut.seed}
    edit = {"verb": "recut", "turfs": wanted, **size}
    kind = dict(enumerate(found.kind[found.region].tolist()))
    return renumbered(plan, layout, pieces_by_door(stops, found), edit, kind)
