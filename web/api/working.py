"""Files, jobs, cuts, printing and splitting as JSON."""

from typing import Any

from flask import Blueprint, abort, current_app, request
from flask_login import current_user
from sqlalchemy import select

from geodata.errors import InputError
from web import cuts, printed, printings, splits, uploads
from web.access import allow
from web.api import workshapes as shapes
from web.api.described import CREATED, described
from web.cuts import JOBS_AN_HOUR
from web.db import db
from web.jobs import queue, views
from web.models import Job, PublishedPlan, Upload
from web.printings import LISTS_AN_HOUR

blueprint = Blueprint("api_jobs", __name__, url_prefix="/api")


@blueprint.get("/files")
@allow("export")
@described(shapes.Files)
def files() -> dict[str, Any]:
    """The files of the organization."""
    return {"files": uploads.files_of(db(), current_user.account.organization_id)}


@blueprint.post("/files")
@allow("export", fresh=True)
@described(shapes.FileRow, status=CREATED, file=True)
def send() -> Upload:
    """Send a file, as the field `file` of a form; only jobs read what is in it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InputError("PARAMETER", "Send one file as the field `file` of a form, with its name.")
    state = current_app.config["STATE"]
    return uploads.store(db(), state, current_user.account, sent.filename, sent.stream)


@blueprint.delete("/files/<upload_id>")
@allow("export", fresh=True)
@described(shapes.FileRow)
def delete(upload: Upload) -> dict[str, Any]:
    """Erase a file, and what was read from the organization's files."""
    row = {name: getattr(upload, name) for name in shapes.FileRow.model_fields}
    uploads.delete(db(), current_app.config["STATE"], upload, current_user.account)
    db().commit()
    return row


@blueprint.get("/jobs")
@allow("look")
@described(shapes.Jobs)
def jobs() -> dict[str, Any]:
    """What goes on and what was done, newest first."""
    mine = Job.organization_id == current_user.account.organization_id
    query = select(Job).where(mine).order_by(Job.queued.desc(), Job.id).limit(views.MOST)
    return {"jobs": [_row(job) for job in db().scalars(query)]}


@blueprint.get("/jobs/<job_id>")
@allow("look", quiet=True)
@described(shapes.JobDetail)
def job(job: Job) -> dict[str, Any]:
    """A job, how far it is, and what came out of it."""
    told = views.told(job)
    lists = [
        {"id": each.id, "turf_id": each.turf_id, "number": each.serial}
        for each in printed.printings_of(job.id)
    ]
    return {
        **_row(job),
        "share": told["share"],
        "said": told["said"],
        "sentence": job.sentence,
        "result": queue.result_of(job) if job.state == queue.DONE else {},
        "lists": lists,
        "files": list(printed.job_files(job)),
    }


@blueprint.delete("/jobs/<job_id>")
@allow("look")
@described(shapes.JobRow)
def cancel(job: Job) -> dict[str, Any]:
    """Cancel a job: one's own, or as an organizer anybody's; one that is over stays as it is."""
    if job.state not in queue.OVER and not job.stop:
        if not views.may_cancel(job):
            abort(404)
        views.end(job)
    return _row(job)


@blueprint.post("/cut")
@allow("export", fresh=True, limit=JOBS_AN_HOUR)
@described(shapes.JobRow, body=shapes.CutWish, status=CREATED)
def cut(asked: shapes.CutWish) -> dict[str, Any]:
    """A job that looks at files or cuts them."""
    return _row(cuts.ask(asked.params, asked.do, asked.beside))


@blueprint.post("/plans/<plan_id>/turfs/<turf_id>/print")
@allow("names", fresh=True, limit=LISTS_AN_HOUR)
@described(shapes.JobRow, status=CREATED)
def print_one(plan: PublishedPlan, turf: str) -> dict[str, Any]:
    """A job that prints the list of one turf."""
    return _row(printings.ask_one(plan, turf))


@blueprint.post("/plans/<plan_id>/print")
@allow("export", fresh=True, limit=LISTS_AN_HOUR)
@described(shapes.JobRow, body=shapes.PrintWish, status=CREATED)
def print_many(plan: PublishedPlan, asked: shapes.PrintWish) -> dict[str, Any]:
    """A job that prints some turfs, or all where none is named."""
    return _row(printings.ask_many(plan, [*asked.turfs]))


@blueprint.post("/plans/<plan_id>/judge")
@allow("export", limit=JOBS_AN_HOUR)
@described(shapes.JobRow, body=shapes.ScoreWish, status=CREATED)
def judge(plan: PublishedPlan, asked: shapes.ScoreWish) -> dict[str, Any]:
    """A job that judges a plan beside k-means and another plan."""
    return _row(cuts.ask_score(plan, asked.beside))


@blueprint.post("/plans/<plan_id>/split")
@allow("govern", fresh=True, limit=JOBS_AN_HOUR)
@described(shapes.JobRow, body=shapes.SplitWish, status=CREATED)
def split(plan: PublishedPlan, asked: shapes.SplitWish) -> dict[str, Any]:
    """A job that divides a plan by areas; nothing is given yet."""
    return _row(splits.ask(plan, asked.areas, asked.column))


@blueprint.post("/jobs/<job_id>/give")
@allow("govern", fresh=True)
@described(shapes.JobRow)
def give(job: Job) -> dict[str, Any]:
    """Give each organization its part of a plan that was split."""
    splits.give_parts(job)
    return _row(job)


def _row(job: Job) -> dict[str, Any]:
    names = ("id", "kind", "state", "title", "plan_id", "queued", "begun", "ended")
    return {name: getattr(job, name) for name in names} | {"asked_by": job.account.name}
