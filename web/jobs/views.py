"""Jobs of an organization: what goes on, what came out, and cancelling."""

import json
from math import nan
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select

from geodata.schema import REASONS
from turfcutter.cli.score import FIGURES
from web import audit, contents, printed, visits
from web.access import allow
from web.db import db
from web.jobs import queue, tidying
from web.jobs.places import PROBLEMS, REPORT, job_folder
from web.models import Job, Printing, PublishedPlan
from web.plans import FILES_AN_HOUR
from web.words import say

blueprint = Blueprint("jobs", __name__)

MOST = 100
"""Jobs on the list."""
STATES = {
    queue.WAITING: "Waiting for its turn",
    queue.RUNNING: "Running",
    queue.DONE: "Done",
    queue.FAILED: "Not done",
    queue.CANCELLED: "Cancelled",
}


@blueprint.get("/jobs")
@allow("look")
def index() -> str:
    """What goes on and what was done, newest first."""
    mine = Job.organization_id == current_user.account.organization_id
    jobs = db().scalars(select(Job).where(mine).order_by(Job.queued.desc(), Job.id).limit(MOST))
    return render_template("jobs.html", jobs=list(jobs), states=STATES, over=queue.OVER)


@blueprint.get("/jobs/<job_id>")
@allow("look")
def show(job: Job) -> str:
    """How far a job is, or what came out of it."""
    mine = PublishedPlan.organization_id == current_user.account.organization_id
    plan = db().scalar(select(PublishedPlan).where(PublishedPlan.id == job.plan_id, mine))
    common = {"job": job, "states": STATES, "plan": plan, "may_cancel": may_cancel(job)}
    if job.state not in queue.OVER:
        return render_template("job.html", **common, **told(job))
    common |= {"kept_days": tidying.DAYS, "erased": erased(job)}
    found = VIEWS[job.kind](job) if job.state == queue.DONE and not erased(job) else {}
    return render_template("job.html", **common, **told(job), **found)


def erased(job: Job) -> bool:
    """Whether what a job left is not there any more; plans that were cut stay."""
    left = job.kind in ("print", "check", "split") and job.state == queue.DONE
    return left and not job_folder(current_app.config["STATE"], job.id).is_dir()


@blueprint.get("/jobs/<job_id>/state.json")
@allow("look", quiet=True)
def state(job: Job) -> Response:
    """How far a job is, for the page that shows it."""
    return jsonify(told(job))


@blueprint.post("/jobs/<job_id>/cancel")
@allow("look")
def cancel(job: Job) -> ResponseReturnValue:
    """Cancel a job: one's own, or as an organizer anybody's."""
    if not may_cancel(job):
        abort(404)
    if not end(job):
        flash(say("This was over already."))
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.get("/jobs/<job_id>/files/<file>")
@allow("export", fresh=True, limit=FILES_AN_HOUR)
def save(job: Job, file: str) -> Response:
    """A file of all lists of a printing, which the log tells turf by turf."""
    if file not in UNNAMED:
        for printing in printed.printings_of(job.id):
            audit.note(
                db(),
                "list saved",
                current_user.account,
                plan_id=job.plan_id,
                turf_id=printing.turf_id,
                detail=file,
                voters=contents.voters_in(job.plan_id, printing.turf_id),
            )
    else:
        audit.note(db(), "list saved", current_user.account, plan_id=job.plan_id, detail=file)
    db().commit()
    path = printed.job_files(job)[file]
    return send_file(path, as_attachment=not file.endswith(".pdf"), download_name=file)


def end(job: Job) -> bool:
    """Cancel a job, which the log tells; False where it was over."""
    stopped = queue.cancel(db(), job)
    if stopped:
        account = current_user.account
        audit.note(db(), "job cancelled", account, plan_id=job.plan_id, detail=job.title)
    db().commit()
    return stopped


def may_cancel(job: Job) -> bool:
    """Whether the visitor may cancel a job: one's own, or as an organizer anybody's."""
    own = job.account_id == current_user.account.id
    return job.state not in queue.OVER and not job.stop and (own or visits.may("export"))


def told(job: Job) -> dict[str, Any]:
    """How far a job is, in words and as a share."""
    numbers = [part.replace(",", "") for part in job.detail.split()[:3]]
    share = None
    match numbers:
        case [done, "of", whole] if done.isdigit() and whole.isdigit() and int(whole):
            share = int(done) / int(whole)
    step = say(STEPS.get(job.step, job.step)) if job.step else ""
    ending = say("It is being cancelled.") if job.stop and job.state not in queue.OVER else ""
    said = ": ".join(filter(None, [step, job.detail if job.step not in PATHS else ""]))
    return {"state": say(STATES[job.state]), "over": job.state in queue.OVER, "share": share} | {
        "said": ending or said
    }


STEPS = {
    "reading": "Reading the plan",
    "packets": "Setting packets",
    "launch table": "Sign-out sheet and wall map",
    "lists": "Tables and layers of all lists",
    "precincts": "Precincts",
    "streets": "Streets",
    "addresses": "Addresses",
    "voters": "Voters",
    "looking": "Looking at what was read",
    "compiling": "Getting ready, only the first time",
    "doors": "Doors",
    "network": "Street network",
    "stops": "Stops",
    "cutting": "Cutting turfs",
    "walks": "Walks",
    "checking": "Checking that nobody is lost",
    "writing": "Writing",
    "publishing": "Making the plan's map",
    "drawing": "Drawing the maps of turfs",
    "splitting": "Making each area's plan",
    "judging": "Judging beside other cuts; this takes as long as cutting",
}
"""Step of a job -> what pages say."""
PATHS = ("writing", "compiling")
"""Steps whose details are no news."""
UNNAMED = ("wall-map.pdf", "gpx.zip", "turfs.gpkg", "launch.pdf", "slip-sheets.pdf")
"""Files of a printing that name no voter."""


def _printed(job: Job) -> dict[str, Any]:
    found = db().scalars(
        select(Printing).where(Printing.job_id == job.id).order_by(Printing.serial)
    )
    return {"printings": list(found), "files": printed.job_files(job)}


def _checked(job: Job) -> dict[str, Any]:
    folder = job_folder(current_app.config["STATE"], job.id)
    report = json.loads((folder / REPORT).read_text(encoding="utf-8"))
    drawing = (folder / PROBLEMS).read_text(encoding="utf-8")
    return {"report": report, "reasons": REASONS, "drawing": Markup(drawing)}  # noqa: S704 - escaped where it was drawn


def _cut(job: Job) -> dict[str, Any]:
    result = queue.result_of(job)
    mine = PublishedPlan.organization_id == job.organization_id
    wanted = PublishedPlan.id == result["plan_id"]
    return {
        "made": db().scalar(select(PublishedPlan).where(wanted, mine)),
        "score": result["score"],
    }


def _scored(job: Job) -> dict[str, Any]:
    """The figures as `turfcutter score` has them; JSON knows no number that is none."""
    rows = queue.result_of(job)["scores"]
    scores = [
        {name: nan if value is None else value for name, value in row.items()} for row in rows
    ]
    return {"scores": scores, "figures": FIGURES}


def _split(job: Job) -> dict[str, Any]:
    return {"result": queue.result_of(job)}


VIEWS = {"print": _printed, "check": _checked, "cut": _cut, "score": _scored, "split": _split}
"""Kind of a job -> what its page shows when it is done."""
