"""
Deleting a published plan: its files, links and printed lists go, the log stays.

The log has to tell for ever which voters somebody saw, and does so by the tables of plans. So of
voters who were seen the bare ids are kept where the plan was, and nothing else of anybody.
"""

import shutil
from pathlib import Path
from typing import Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from web import audit, library
from web.access import allow
from web.db import db
from web.faults import CannotError
from web.jobs.places import job_folder
from web.jobs.queue import OVER
from web.models import Account, Job, Printing, PublishedPlan, Share, Sight
from web.words import say

HOLDING: Final = ("print", "split")
"""Kinds of jobs whose folders hold voters of the plan they are about."""
BUSY: Final = "A job on this plan is not over. Wait for its end, or cancel it."
NOT_ITS_NAME: Final = "This is not the name of the plan; nothing was deleted."

blueprint = Blueprint("removals", __name__)


@blueprint.get("/plans/<plan_id>/delete")
@allow("govern")
def form(plan: PublishedPlan) -> str:
    """What goes, what stays, and a field for the name of the plan."""
    return render_template("delete.html", plan=plan)


@blueprint.post("/plans/<plan_id>/delete")
@allow("govern", fresh=True)
def confirmed(plan: PublishedPlan) -> ResponseReturnValue:
    """Delete a plan whose name was typed."""
    if _plain(request.form.get("name", "")) != _plain(plan.title):
        return render_template("delete.html", plan=plan, sentence=NOT_ITS_NAME), 400
    remove(db(), current_app.config["STATE"], plan, current_user.account)
    flash(say("{name} is deleted.", name=plan.title))
    return redirect(url_for("plans.index"), 303)


def _plain(name: str) -> str:
    """A name as a page shows it: blanks in a row are one."""
    return " ".join(name.split())


def remove(session: Session, state: Path, plan: PublishedPlan, account: Account) -> None:
    """
    Delete a plan, its links, and what was printed or split from it; commits.

    Raises
    ------
    CannotError
        A job on it waits or runs.
    """
    if _worked_on(session, plan):
        raise CannotError(409, BUSY)
    about = Job.plan_id == plan.id
    jobs = list(session.scalars(select(Job.id).where(about, Job.kind.in_(HOLDING))))
    printed = list(session.scalars(select(Printing.id).where(Printing.plan_id == plan.id)))
    seen = set(session.scalars(select(Sight.turf_id).where(Sight.plan_id == plan.id)))
    session.execute(delete(Share).where(Share.plan_id == plan.id))
    session.execute(delete(Printing).where(Printing.plan_id == plan.id))
    session.delete(plan)
    audit.note(session, "plan deleted", account, plan_id=plan.id, detail=plan.title)
    session.flush()  # now nobody else writes; what is left can hardly go wrong
    library.strip(library.plan_folder(state, plan.id), seen)
    session.commit()
    for folder in [*(job_folder(state, each) for each in jobs), *_old(state, printed)]:
        shutil.rmtree(folder, ignore_errors=True)


def _old(state: Path, printed: list[str]) -> list[Path]:
    """Folders of lists that were printed before there were jobs."""
    return [state / "printings" / each for each in printed]


def _worked_on(session: Session, plan: PublishedPlan) -> bool:
    """Whether a job that is not over reads the plan."""
    about = (Job.plan_id == plan.id) | ((Job.kind == "score") & Job.asked.contains(plan.id))
    return session.scalar(select(Job.id).where(about, Job.state.not_in(OVER)).limit(1)) is not None
