"""
Kinds of jobs on the viewer's side: what a job's process is given, and what is made of its result.

Both run in the worker, which knows the database; the process in between does not.
"""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from geodata.errors import InputError
from turfcutter.packets.lists.register import reserve
from web import audit, library, uploads
from web.jobs import queue
from web.jobs.confine import GIB, HOUR_S, Limits
from web.jobs.places import PLAN, job_folder
from web.jobs.titles import title_of
from web.models import Account, Job, Organization, Printing, PublishedPlan

Result = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """
    A kind of job.

    Parameters
    ----------
    prepare
        From session, state folder and job to what its process needs beyond what all need.
    close
        From session, state folder, job and what its process said at the end to the job's result.
    hours
        Hours of processors it may use.
    """

    prepare: Callable[[Session, Path, Job], Result]
    close: Callable[[Session, Path, Job, Result], Result]
    hours: int


def cores() -> int:
    """Threads or processes a job may use: one core is left for the pages."""
    return max(1, len(os.sched_getaffinity(0)) - 1)


def spec_of(session: Session, state: Path, job: Job) -> Result:
    """
    All that a job's process is told.

    Raises
    ------
    InputError
        What it needs is not there any more.
    """
    kind = KINDS[job.kind]
    folder = job_folder(state, job.id).resolve()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    common = {
        "kind": job.kind,
        "folder": str(folder),
        "workers": cores(),
        "limits": vars(Limits(max(memory, 8 * GIB), kind.hours * HOUR_S)),
        "reads": [],
        "worker": os.getpid(),
    }
    names = {f"{state.resolve()}/": ""}
    own = kind.prepare(session, state, job)
    own["names"] = {**names, **own.get("names", {})}
    own["writes"] = [str(folder), *own.get("writes", [])]
    return {**common, **own}


def _plan(session: Session, job: Job) -> PublishedPlan:
    mine = PublishedPlan.organization_id == job.organization_id
    plan = session.scalar(select(PublishedPlan).where(PublishedPlan.id == job.plan_id, mine))
    if plan is None:
        raise InputError("NO_FILE", "The plan is not there any more.")
    return plan


def _prepare_print(session: Session, state: Path, job: Job) -> Result:
    """Numbers of the lists are taken once, so that a job begun anew prints the same."""
    plan, asked = _plan(session, job), queue.asked_of(job)
    kept = queue.result_of(job)
    if not kept:
        source = library.plan_folder(state, plan.id)
        about = library.about_of(source)
        pair = bool(about["params"].get("packet", {}).get("pair"))
        count = len(asked["turfs"] or library.turf_ids(source)) * (2 if pair else 1)
        issued = f"{datetime.fromtimestamp(job.begun, UTC):%Y-%m-%d %H:%M} UTC"
        kept = {"serial": reserve(state / "next-list", count), "issued": issued}
        queue.keep(job, kept)
    source = library.plan_folder(state, plan.id).resolve()
    return {**kept, "turfs": asked["turfs"], "plan": str(source), "reads": [str(source)]}


def _close_print(session: Session, _state: Path, job: Job, done: Result) -> Result:
    now = int(time.time())
    account = session.get_one(Account, job.account_id)
    for each in done["lists"]:
        session.add(
            Printing(
                plan_id=job.plan_id,
                account_id=job.account_id,
                turf_id=each["turf_id"],
                serial=each["serial"],
                at=now,
                job_id=job.id,
                name=each["name"],
            )
        )
        audit.note(
            session,
            "list printed",
            account,
            plan_id=job.plan_id,
            turf_id=each["turf_id"],
            voters=each["voters"],
        )
    return {"lists": len(done["lists"])}


def _prepare_files(session: Session, state: Path, job: Job) -> Result:
    """The parameters with the places of the files that they name."""
    params = queue.asked_of(job)["params"]
    placed, names = uploads.placed(session, state, job.organization_id, params)
    workspace = uploads.workspace(state, job.organization_id).resolve()
    workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
    return {
        "params": placed,
        "names": names,
        "workspace": str(workspace),
        "reads": [*names],
        "writes": [str(workspace)],
    }


def _close_check(_session: Session, _state: Path, _job: Job, done: Result) -> Result:
    return {"exit_code": done["exit_code"]}


def _close_cut(session: Session, state: Path, job: Job, done: Result) -> Result:
    """The plan is the organization's, and is judged beside the one before it."""
    folder = job_folder(state, job.id)
    asked = queue.asked_of(job)
    account = session.get_one(Account, job.account_id)
    title = asked["title"] or done.pop("title") or job.title
    plan_id = library.take_over(session, state, folder / PLAN, job.organization_id, title, done)
    audit.note(session, "plan cut", account, plan_id=plan_id, detail=title)
    shutil.rmtree(folder / "cut", ignore_errors=True)
    before = asked.get("beside", "")
    judged = queue.add(
        session,
        account,
        "score",
        "cut",
        title_of("score", plan=title),
        {"others": [before] if before else []},
        plan_id,
    )
    return {"plan_id": plan_id, "score": judged.id}


def _prepare_score(session: Session, state: Path, job: Job) -> Result:
    plan = _plan(session, job)
    mine = PublishedPlan.organization_id == job.organization_id
    wanted = PublishedPlan.id.in_(queue.asked_of(job)["others"])
    others = session.scalars(select(PublishedPlan).where(mine, wanted))
    folder = library.plan_folder(state, plan.id).resolve()
    beside = {each.title: str(library.plan_folder(state, each.id).resolve()) for each in others}
    return {"plan": str(folder), "others": beside, "reads": [str(folder), *beside.values()]}


def _close_score(_session: Session, _state: Path, _job: Job, done: Result) -> Result:
    return {"scores": done["scores"]}


def _prepare_split(session: Session, state: Path, job: Job) -> Result:
    plan, asked = _plan(session, job), queue.asked_of(job)
    path = uploads.find(session, state, job.organization_id, asked["areas"])
    folder = library.plan_folder(state, plan.id).resolve()
    names = {str(path): path.name}
    reads = [str(folder), str(path)]
    own = {"plan": str(folder), "areas": str(path), "column": asked["column"]}
    return {**own, "names": names, "reads": reads}


def _close_split(session: Session, _state: Path, _job: Job, done: Result) -> Result:
    """Which organization each area means: names are compared without case and blanks around."""
    rows = session.execute(select(Organization.name, Organization.id)).all()
    known = {name.strip().casefold(): organization for name, organization in rows}
    for part in done["parts"]:
        part["organization_id"] = known.get(part["area"].strip().casefold(), "")
    return {**done, "given": False}


KINDS: Final[dict[str, Kind]] = {
    "print": Kind(_prepare_print, _close_print, 8),
    "check": Kind(_prepare_files, _close_check, 8),
    "cut": Kind(_prepare_files, _close_cut, 200),
    "score": Kind(_prepare_score, _close_score, 48),
    "split": Kind(_prepare_split, _close_split, 48),
}
"""Kind of a job -> its ways in and out; what happens between is in `tasks`."""
