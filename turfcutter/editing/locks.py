"""Locks: turfs that edits leave alone, because they are printed, assigned or being walked."""

from collections.abc import Iterable
from dataclasses import replace

from turfcutter.editing.versions import known, next_version
from turfcutter.model import Plan
from turfcutter.plans.layout import layout_of


def lock(plan: Plan, turf_ids: Iterable[str]) -> Plan:
    """
    Lock turfs; those that are locked stay so.

    Raises
    ------
    InputError
        PARAMETER: no turf has this id.
    """
    return _set(plan, turf_ids, locked=True)


def unlock(plan: Plan, turf_ids: Iterable[str]) -> Plan:
    """
    Unlock turfs; those that are not locked stay so.

    Raises
    ------
    InputError
        PARAMETER: no turf has this id.
    """
    return _set(plan, turf_ids, locked=False)


def _set(plan: Plan, turf_ids: Iterable[str], *, locked: bool) -> Plan:
    wanted = list(dict.fromkeys(known(plan, turf_ids)))
    layout = layout_of(plan)
    chosen = layout.turfs["turf_id"].isin(wanted)
    changed = chosen & (layout.turfs["locked"].astype(bool) != locked)
    turfs = layout.turfs.assign(locked=layout.turfs["locked"].astype(bool).mask(chosen, locked))
    names = layout.turfs.loc[changed, "turf_id"].tolist()
    edit = {"verb": "lock" if locked else "unlock", "turfs": wanted, "changed": names}
    return next_version(plan, replace(layout, turfs=turfs), edit)
