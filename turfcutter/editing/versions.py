"""
Versions: how an edited plan comes from the plan before it.

An edit is a function from a plan to the next one; the plan before is never changed. The next plan
says what was done (`edit`), keeps where the doors of changed turfs were (`before`), and remembers
the ids of turfs that are no more (`retired`), so that no id ever means two turfs.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from geodata.errors import InputError
from turfcutter.editing.continuity import check_edit
from turfcutter.model import PLAN_TABLES, Plan
from turfcutter.paramfile import params_of
from turfcutter.params import CutParams
from turfcutter.plans.accounting import DROPPED, check_plan, in_no_turf
from turfcutter.plans.layout import KEPT, Drawing, Layout, draw, held, ordered_voters
from turfcutter.plans.measures import LINES_CROSSED, line_notes, scorecard
from turfcutter.plans.naming import fresh_id

MOST_NAMED: Final = 5
"""So many turfs are named in a sentence."""


def cut_params(plan: Plan) -> CutParams:
    """The parameters a plan was cut with."""
    return params_of(plan.about["params"]).cut


def next_version(
    plan: Plan,
    layout: Layout,
    edit: dict[str, Any],
    voters: pd.DataFrame | None = None,
    exceptions: pd.DataFrame | None = None,
) -> Plan:
    """
    The plan of an edited layout, checked.

    Parameters
    ----------
    plan
        The plan before.
    layout
        Doors in turfs after the edit; turfs that hold no door are left out.
    edit
        Verb and arguments, ready for JSON.
    voters, exceptions
        Where the edit changes them. Voters who came are counted among the rows read, those who
        went as dropped.

    Raises
    ------
    GeodataError
        INVARIANT, as `check_plan` and `check_edit`.
    """
    cut = cut_params(plan)
    used = layout.turfs["turf_id"].isin(layout.doors["turf_id"]).to_numpy(bool)
    drawing = draw(replace(layout, turfs=layout.turfs[used]), cut)
    known = {*plan.about["retired"], *plan.turfs["turf_id"]}
    voters = plan.voters if voters is None else voters
    exceptions = plan.exceptions if exceptions is None else exceptions
    about = {
        **plan.about,
        "counts": _counts(plan, voters, exceptions) | held(drawing),
        "scorecard": scorecard(drawing.turfs, cut),
        "notes": _notes(plan, drawing, cut),
        "parent": "",
        "edit": edit,
        "retired": sorted(known - {*drawing.turfs["turf_id"]}),
    }
    edited = replace(
        plan,
        about=about,
        turfs=drawing.turfs,
        doors=drawing.doors,
        walks=drawing.walks,
        legs=drawing.legs,
        voters=ordered_voters(voters, drawing.doors),
        exceptions=exceptions,
        before=_before(plan, drawing),
    )
    edited.about["counts"].update(in_no_turf(edited.exceptions["reason"]))
    check_plan(edited)
    check_edit(plan, edited)
    return edited


def _notes(plan: Plan, drawing: Drawing, cut: CutParams) -> list[dict[str, Any]]:
    """The notes of the cut, with what is true now of the lines that turfs cross."""
    kept = [note for note in plan.about["notes"] if note["code"] != LINES_CROSSED]
    return kept + [note.told() for note in line_notes(drawing.doors, cut)]


def _counts(plan: Plan, voters: pd.DataFrame, exceptions: pd.DataFrame) -> dict[str, int]:
    """Counts of rows after voters came or went."""
    ids = {*voters["voter_id"], *exceptions["voter_id"]}
    had = {*plan.voters["voter_id"], *plan.exceptions["voter_id"]}
    counts = dict(plan.about["counts"]) | in_no_turf(exceptions["reason"])
    counts["rows"] += len(ids - had)
    if had - ids:
        counts[DROPPED] = counts.get(DROPPED, 0) + len(had - ids)
    return counts


def _before(plan: Plan, drawing: Drawing) -> pd.DataFrame:
    """Doors, as they were, of turfs that hold other doors now, walk them otherwise, or look so."""
    where = ["door_id", "turf_id", "stop"]
    both = plan.doors[where].merge(
        drawing.doors[where], on="door_id", how="outer", suffixes=("", "_now")
    )
    moved = both[(both["turf_id"] != both["turf_id_now"]) | (both["stop"] != both["stop_now"])]
    kept = [name for name in KEPT if name != "locked"]
    turfs, now = (pd.DataFrame(table[kept]) for table in (plan.turfs, drawing.turfs))
    same = turfs.merge(now, on=kept)["turf_id"]
    changed = {*moved["turf_id"].dropna(), *moved["turf_id_now"].dropna()}
    changed |= {*turfs["turf_id"]} - {*same}
    rows = plan.doors.loc[plan.doors["turf_id"].isin(changed), ["door_id", "turf_id", "stop"]]
    return rows.merge(turfs, on="turf_id")[[*PLAN_TABLES["before"]]]


def unlocked(plan: Plan, turf_ids: Iterable[str]) -> list[str]:
    """
    The turfs of some ids, each once, in the order given.

    Raises
    ------
    InputError
        PARAMETER: no turf has this id. LOCKED: an edit may not change it.
    """
    wanted = list(dict.fromkeys(known(plan, turf_ids)))
    shut = set(plan.turfs.loc[plan.turfs["locked"].to_numpy(bool), "turf_id"])
    refuse_locked([name for name in wanted if name in shut])
    return wanted


def refuse_locked(turf_ids: Collection[str]) -> None:
    """
    Stop an edit that would change locked turfs.

    Raises
    ------
    InputError
        LOCKED.
    """
    if turf_ids:
        one = len(turf_ids) == 1
        message = (
            f"{listed(turf_ids)} {'is' if one else 'are'} locked; unlock {'it' if one else 'them'}"
            " first, or leave the doors there."
        )
        raise InputError("LOCKED", message)


def known(plan: Plan, turf_ids: Iterable[str]) -> list[str]:
    """
    Ids that are known to be of turfs of the plan.

    Raises
    ------
    InputError
        PARAMETER.
    """
    wanted = list(turf_ids)
    strange = sorted({*wanted} - {*plan.turfs["turf_id"]})
    if strange:
        names = plan.turfs["turf_id"].tolist()
        message = (
            f"{listed(strange)} {'is no turf' if len(strange) == 1 else 'are no turfs'} of this"
            f" plan; its turfs are {names[0]} to {names[-1]}."
        )
        raise InputError("PARAMETER", message)
    return wanted


def listed(names: Collection[str]) -> str:
    """Names in a sentence, the first few of many."""
    plain = [name if name.strip() and name.isprintable() else repr(name) for name in names]
    first = plain[:MOST_NAMED]
    more = f" and {len(names) - len(first)} more" if len(names) > len(first) else ""
    return ", ".join(first) + more


def with_turfs(plan: Plan, turfs: pd.DataFrame, like: str, count: int) -> pd.DataFrame:
    """
    Turfs with `count` more at the end, of ids that are new in the plan's history.

    Parameters
    ----------
    plan, turfs
        The plan before, and the layout's turfs so far.
    like
        Turf that gives region and the kind of id.
    """
    taken = [*plan.about["retired"], *plan.turfs["turf_id"], *turfs["turf_id"]]
    origin = turfs[turfs["turf_id"] == like].iloc[0]
    rows = []
    for _ in range(count):
        name = fresh_id(like, taken)
        taken.append(name)
        rows.append({**origin[[*KEPT]], "turf_id": name, "colour": -1, "locked": False})
    return pd.concat([turfs, pd.DataFrame(rows, columns=turfs.columns)], ignore_index=True)
