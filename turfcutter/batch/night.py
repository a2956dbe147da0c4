"""
The night as a unit: a plan brought up to tomorrow's files of voters and ballots.

Turfs keep their doors and walks unless their own rows changed. A voter who is gone leaves every
list, those of locked turfs too; a door without voters leaves its turf unless that is locked; a
turf that becomes too small goes to a neighbour, as in `turfcutter.editing.relaunch`; a new door
goes to the nearest unlocked turf.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from geodata.errors import InputError
from geodata.storage.store import Store
from turfcutter.batch.county import Told, patiently_read, write_county
from turfcutter.batch.jobs import CountyJob
from turfcutter.editing import add, churn, lock, relaunch, unlock
from turfcutter.inputs import Inputs
from turfcutter.model import Plan, Progress, silent
from turfcutter.paramfile import params_of
from turfcutter.params import to_dict
from turfcutter.plans.accounting import DROPPED, check_plan, in_no_turf
from turfcutter.plans.assembly import exception_table
from turfcutter.plans.layout import ordered_voters
from turfcutter.plans.measures import line_notes
from turfcutter.plans.plan import keep_columns, plan_digest, read_plan
from turfcutter.plans.planning import Found, find_doors

ROWS: Final = ("voters", "older", "history", "returned", "flags", "lists")
"""Inputs that change from night to night; where others change, a county is cut anew."""
OF_STREETS: Final = ("R-off_network", "R-unreachable", "R-too_far_to_walk", "R-not_chosen")
"""Reasons that only a cut can tell: a voter who has one keeps it while the address is the same."""
GONE: Final = "gone"


@dataclass(frozen=True)
class NightJob:
    """
    One county to bring up to date.

    Parameters
    ----------
    county
        As for a cut; its folder holds the plan before.
    locked
        Turfs to lock, all others to unlock; None leaves locks as they are.
    pending
        Turfs that nights before changed and nobody has printed since: they count as changed.
    """

    county: CountyJob
    locked: tuple[str, ...] | None = None
    pending: tuple[str, ...] = ()


def only_rows_differ(told: Mapping[str, Any], digests: Mapping[str, str]) -> bool:
    """Whether a county's inputs differ in those of `ROWS` alone from what it was made of."""
    differ = {*told["inputs"].items()} ^ {*digests.items()}
    return all(name.partition(":")[0] in ROWS for name, _ in differ)


def do_night(job: NightJob, progress: Progress = silent) -> Told:
    """
    Bring a county up to date.

    Returns
    -------
    told
        As `cut_county`, with ``night``: turfs `changed`, voters `gone` and `came`, doors `moved`,
        turfs `retired`.

    Raises
    ------
    GeodataError
        As `cut_county`; also PARAMETER where `[cut]` is not that of the plan.
    """
    county = job.county
    before = read_plan(county.out)
    if before.about["params"]["cut"] != to_dict(county.params)["cut"]:
        message = f"[cut] of {county.name} changed since; run turfcutter batch, it is cut anew."
        raise InputError("PARAMETER", message)
    parent = plan_digest(county.out)
    store = Store(county.workspace)
    inputs = patiently_read(county.params, store, progress)
    progress("doors")
    found = find_doors(county.params, inputs)
    progress("editing")
    plan = _with_locks(before, job.locked)
    plan, came = with_rows(plan, found, inputs)
    emptied = _emptied(plan)
    gone = len({*before.voters["voter_id"]} - {*found.universe.table["voter_id"]})
    if len(emptied):
        attempts = pd.DataFrame({"door_id": emptied, "outcome": GONE})
        plan = relaunch(plan, attempts, [GONE], everywhere=False)
    if len(came):
        plan = add(plan, came)
    plan = _finished(plan, found, inputs, parent)
    check_plan(plan)
    told = {*changed_turfs(before, plan), *job.pending}
    changed = [name for name in plan.turfs["turf_id"] if name in told]
    moved = churn(before, plan)
    night = {
        "changed": changed,
        "gone": gone,
        "came": len(came),
        "moved": moved["doors_moved"],
        "retired": sorted({*before.turfs["turf_id"]} - {*plan.turfs["turf_id"]}),
    }
    return write_county(county, plan, inputs, store, progress, night=night)


def with_rows(plan: Plan, found: Found, inputs: Inputs) -> tuple[Plan, pd.DataFrame]:
    """
    The plan with the voters of new files at the doors it has, and counts of those files.

    Doors, turfs and walks are as they were; a door may be left without voters.

    Returns
    -------
    plan, came
        The plan; and voters at no door of it, to be added.
    """
    gathered = found.gathered
    params = {"params": to_dict(found.params)}
    keep = [*dict.fromkeys((*plan.voters.columns, *keep_columns(params)))]
    voters = gathered.voters
    at = voters["door"].to_numpy()
    ids = gathered.doors["door_id"].to_numpy(object)
    door_id = pd.Series(ids[at] if len(ids) else "", voters.index).where(at >= 0, "")
    there = door_id.isin(plan.doors["door_id"]).to_numpy(bool)
    text = voters["address"].astype(str).str.strip()
    unit = voters["unit"].astype(str).str.strip()
    text = text.where(unit == "", text + " " + unit)
    told = plan.exceptions[plan.exceptions["reason"].isin(OF_STREETS)]
    earlier = pd.MultiIndex.from_frame(told[["voter_id", "address"]])
    now = pd.MultiIndex.from_arrays([voters["voter_id"], text])
    excepted = now.isin(earlier) & ~there & (at >= 0)
    strange = (at >= 0) & ~there & ~excepted
    home = voters[there].assign(door_id=door_id[there], turf_id="").reindex(columns=keep)
    home = ordered_voters(home.fillna(""), plan.doors)
    count = plan.doors["door_id"].map(home["door_id"].value_counts()).fillna(0).astype("int64")
    doors = plan.doors.assign(voters=count)
    per_turf = doors.groupby("turf_id")["voters"].sum()
    turfs = plan.turfs.assign(voters=plan.turfs["turf_id"].map(per_turf).astype("int64"))
    kept = told[told["voter_id"].isin(voters["voter_id"][excepted])]
    left = pd.concat([exception_table(gathered), kept], ignore_index=True)
    left = left.sort_values("voter_id", ignore_index=True)
    counts = {name: n for name, n in inputs.voters.counts.items() if name != "loaded"}
    counts |= {"outside": found.universe.outside, "voted": found.universe.voted}
    counts |= in_no_turf(left["reason"]) | {"in_turfs": len(home)}
    counts["rows"] -= int(strange.sum())  # those are counted when they are added
    old = {name: n for name, n in plan.about["counts"].items() if name != DROPPED}
    about = {**plan.about, **params, "inputs": inputs.digests, "counts": {**old, **counts}}
    changed = replace(plan, about=about, doors=doors, turfs=turfs, voters=home, exceptions=left)
    return changed, voters[strange].drop(columns="door").reset_index(drop=True)


def _with_locks(plan: Plan, locked: Collection[str] | None) -> Plan:
    """The plan with just some turfs locked; ids that are no more are passed over."""
    if locked is None:
        return plan
    now = {*plan.turfs.loc[plan.turfs["locked"].to_numpy(bool), "turf_id"]}
    wanted = {*locked} & {*plan.turfs["turf_id"]}
    plan = lock(plan, sorted(wanted - now)) if wanted - now else plan
    return unlock(plan, sorted(now - wanted)) if now - wanted else plan


def _emptied(plan: Plan) -> list[str]:
    """Doors without voters in turfs that may be changed."""
    locked = plan.turfs.loc[plan.turfs["locked"].to_numpy(bool), "turf_id"]
    empty = (plan.doors["voters"] == 0) & ~plan.doors["turf_id"].isin(locked)
    return [str(name) for name in plan.doors.loc[empty, "door_id"]]


def _finished(plan: Plan, found: Found, inputs: Inputs, parent: str) -> Plan:
    """The plan as an edit of the one before, with what is known of its doors today."""
    known = found.gathered.doors.set_index("door_id").get("flags")
    doors = plan.doors
    if known is not None:
        flags = doors["door_id"].map(known).fillna(doors["flags"])
        doors = doors.assign(flags=flags)
    read = (*inputs.precincts.notes, *inputs.streets.notes, *inputs.voters.notes)
    lines = line_notes(doors, params_of(plan.about["params"]).cut)
    notes = [note.told() for note in (*read, *found.notes, *lines)]
    about = {**plan.about, "parent": parent, "edit": {"verb": "night"}, "notes": notes}
    return replace(plan, about=about, doors=doors, before=plan.before.iloc[:0])


def changed_turfs(before: Plan, after: Plan) -> list[str]:
    """Turfs of the later plan whose paper would be another: new, or with other doors or voters."""
    was, now = turf_digests(before), turf_digests(after)
    return [name for name in after.turfs["turf_id"] if was.get(name) != now[name]]


def turf_digests(plan: Plan) -> dict[str, str]:
    """Turf -> digest of its doors, voters and walk."""
    found = {name: hashlib.sha256() for name in plan.turfs["turf_id"]}
    walks = pd.DataFrame(plan.walks).assign(geometry=plan.walks.geometry.to_wkb())
    doors = plan.doors.drop(columns=["site", "stop_id", "edge", "soft", "zone"])
    for table in (doors, plan.voters, walks):
        for name, rows in table.groupby("turf_id", sort=False):
            found[str(name)].update(repr(rows.to_numpy(object).tolist()).encode())
    return {name: digest.hexdigest() for name, digest in found.items()}
