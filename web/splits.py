"""Giving organizations their turfs of a plan, by areas that bear their names."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from geodata.errors import InputError
from web import audit, library, uploads
from web.access import allow
from web.cuts import JOBS_AN_HOUR
from web.db import db
from web.jobs import queue
from web.jobs.places import job_folder, part_name
from web.jobs.titles import title_of
from web.models import Job, Organization, PublishedPlan
from web.words import explained, say

blueprint = Blueprint("splits", __name__)


@blueprint.get("/plans/<plan_id>/split")
@allow("govern")
def form(plan: PublishedPlan) -> str:
    """Which file has the areas, and which of its columns names the organizations."""
    files = uploads.files_of(db(), current_user.account.organization_id)
    return render_template("split.html", plan=plan, files=files, chosen="", column="")


@blueprint.post("/plans/<plan_id>/split")
@allow("govern", fresh=True, limit=JOBS_AN_HOUR)
def add(plan: PublishedPlan) -> ResponseReturnValue:
    """A job that divides the plan; nothing is given yet."""
    chosen, column = request.form.get("areas", ""), request.form.get("column", "").strip()[:100]
    try:
        job = ask(plan, chosen, column)
    except InputError as fault:
        files = uploads.files_of(db(), current_user.account.organization_id)
        common = {"plan": plan, "files": files, "chosen": chosen, "column": column}
        why = explained(fault.code, fault.sentence)
        return render_template("split.html", **common, sentence=fault.sentence, why=why), 400
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def ask(plan: PublishedPlan, areas: str, column: str) -> Job:
    """
    A job that divides a plan by areas.

    Raises
    ------
    InputError
        PARAMETER: no file or no column is named.
    """
    files = uploads.files_of(db(), current_user.account.organization_id)
    if areas not in {each.id for each in files} or not column:
        message = say("Choose a file, and write which of its columns names the organizations.")
        raise InputError("PARAMETER", message)
    asked = {"areas": areas, "column": column}
    title = title_of("split", plan=plan.title)
    job = queue.add(db(), current_user.account, "split", "cut", title, asked, plan.id)
    db().commit()
    return job


@blueprint.post("/jobs/<job_id>/give")
@allow("govern", fresh=True)
def give(job: Job) -> ResponseReturnValue:
    """Give each organization its part, once."""
    give_parts(job)
    flash(say("Each organization has its own plan now."))
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def give_parts(job: Job) -> None:
    """
    Give each organization its part.

    Raises
    ------
    InputError
        PARAMETER: the job split no plan, or all is given already.
    """
    if job.kind != "split" or job.state != queue.DONE:
        raise InputError("PARAMETER", say("Only a plan that was split can be given."))
    result = queue.result_of(job)
    if result["given"]:
        raise InputError("PARAMETER", say("This was given already."))
    plan = db().get(PublishedPlan, job.plan_id)
    if plan is None or not job_folder(current_app.config["STATE"], job.id).is_dir():
        raise InputError("PARAMETER", say("What this job made is not there any more; split anew."))
    for each in result["parts"]:
        if each["organization_id"]:
            _give(db(), plan, job, each)
    queue.keep(job, {**result, "given": True})
    db().commit()


def _give(session: Session, plan: PublishedPlan, job: Job, part: dict[str, Any]) -> None:
    """One part becomes a plan of its organization; both logs tell it."""
    owner = session.get_one(Organization, part["organization_id"])
    state = current_app.config["STATE"]
    folder = job_folder(state, job.id) / part_name(part["number"])
    title = f"{plan.title}: {part['area']}"
    given = library.take_over(session, state, folder, owner.id, title, part)
    detail = f"{owner.name}: {part['turfs']} turfs"
    audit.note(session, "plan given", current_user.account, plan_id=plan.id, detail=detail)
    giver = current_user.account.organization.name
    audit.note(
        session,
        "plan received",
        None,
        organization_id=owner.id,
        plan_id=given,
        detail=f"from {giver}",
    )
