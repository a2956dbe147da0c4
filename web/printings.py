"""Printing lists: of one turf, of a selection, of a whole plan; and their files."""

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from geodata.errors import InputError
from web import audit, contents, printed
from web.access import allow
from web.db import db
from web.jobs import queue
from web.jobs.tidying import DAYS
from web.jobs.titles import title_of
from web.limits import Limit
from web.models import Job, Printing, PublishedPlan
from web.plans import FILES_AN_HOUR
from web.words import say

blueprint = Blueprint("printings", __name__)

LISTS_AN_HOUR = Limit(300, 3600, "list printed")
"""Printings that one account asks for."""


@blueprint.post("/plans/<plan_id>/turfs/<turf_id>/print")
@allow("names", fresh=True, limit=LISTS_AN_HOUR)
def add(plan: PublishedPlan, turf: str) -> ResponseReturnValue:
    """Print the list of a turf, with a number of its own."""
    return _page_of(ask_one(plan, turf))


@blueprint.post("/plans/<plan_id>/print")
@allow("export", fresh=True, limit=LISTS_AN_HOUR)
def add_many(plan: PublishedPlan) -> ResponseReturnValue:
    """Print the turfs that were chosen, or all, with sign-out sheet and wall map."""
    chosen = request.form.getlist("turf")
    whole = request.form.get("what") == "all"
    if not whole and not chosen:
        raise InputError("PARAMETER", say("Choose turfs first, or print the whole plan."))
    return _page_of(ask_many(plan, [] if whole else chosen))


def ask_one(plan: PublishedPlan, turf: str) -> Job:
    """A job that prints one turf, soon."""
    return _asked(plan, [turf], "list", title_of("turf", turf=turf, plan=plan.title))


def ask_many(plan: PublishedPlan, turfs: list[str]) -> Job:
    """
    A job that prints some turfs, or all where none is named.

    Raises
    ------
    InputError
        PARAMETER: the plan has no such turf.
    """
    known = contents.turfs_of(plan.id)
    if strange := [turf for turf in turfs if turf not in known]:
        raise InputError("PARAMETER", f"{strange[0][:40]!r} is no turf of this plan.")
    count = f"{len(set(turfs)):,}"
    title = title_of("turfs" if turfs else "plan", count=count, plan=plan.title)
    return _asked(plan, list(dict.fromkeys(turfs)), "print", title)


def _asked(plan: PublishedPlan, turfs: list[str], lane: str, title: str) -> Job:
    asked = {"turfs": turfs}
    job = queue.add(db(), current_user.account, "print", lane, title, asked, plan.id)
    db().commit()
    return job


def _page_of(job: Job) -> ResponseReturnValue:
    return redirect(url_for("jobs.show", job_id=job.id), 303)


@blueprint.get("/plans/<plan_id>/printings/<printing_id>")
@allow("names")
def show(plan: PublishedPlan, printing: Printing) -> str:
    """The files of a list."""
    files = list(printed.files_of(printing))
    return render_template(
        "printing.html", plan=plan, printing=printing, files=files, kept_days=DAYS
    )


@blueprint.get("/plans/<plan_id>/printings/<printing_id>/<file>")
@allow("names", fresh=True, limit=FILES_AN_HOUR)
def save(plan: PublishedPlan, printing: Printing, file: str) -> Response:
    """One file of a list, which the log tells."""
    named = file != "walk.gpx"
    voters = contents.voters_in(plan.id, printing.turf_id) if named else 0
    audit.note(
        db(),
        "list saved",
        current_user.account,
        plan_id=plan.id,
        turf_id=printing.turf_id,
        detail=file,
        voters=voters,
    )
    db().commit()
    path = printed.files_of(printing)[file]
    name = f"{printing.name or printing.turf_id}-{file}"
    return send_file(path, as_attachment=not file.endswith(".pdf"), download_name=name)
