"""Looking at files and cutting them, from the browser."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from geodata.errors import InputError
from turfcutter.paramfile import params_from
from web import forms, uploads
from web.access import allow
from web.db import db
from web.jobs import queue
from web.jobs.titles import title_of
from web.limits import Limit
from web.models import Job, PublishedPlan
from web.words import explained, say

blueprint = Blueprint("cuts", __name__)

JOBS_AN_HOUR = Limit(100, 3600, "job asked for")
NEEDED = ("precincts", "voters", "streets")


@blueprint.get("/cut")
@allow("export")
def form() -> str:
    """The form, blank or filled in as an earlier job had it."""
    mine = Job.organization_id == current_user.account.organization_id
    like = db().scalar(select(Job).where(Job.id == request.args.get("like", ""), mine))
    asked = queue.asked_of(like) if like and like.kind in ("check", "cut") else {}
    return _page(asked.get("params", {}), "", asked.get("beside", ""))


@blueprint.post("/cut")
@allow("export", fresh=True, limit=JOBS_AN_HOUR)
def add() -> ResponseReturnValue:
    """A job that looks at the files, or cuts them."""
    document: dict[str, Any] = {}
    beside = request.form.get("beside", "")
    try:
        document = forms.read(request.form)
        job = ask(document, "cut" if request.form.get("do") == "cut" else "check", beside)
    except InputError as fault:
        why = explained(fault.code, fault.sentence)
        return _page(document, fault.sentence, beside, why), 400
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def ask(document: dict[str, Any], kind: str, beside: str) -> Job:
    """
    A job that looks at files or cuts them.

    Parameters
    ----------
    document
        As `web.forms` reads it.
    kind
        ``check`` or ``cut``.
    beside
        The id of a plan that the new one is judged beside; one's own, or it does not count.

    Raises
    ------
    InputError
        PARAMETER or NO_FILE: no job could do that.
    """
    _check(document, kind)
    title = queue.printable(document.get("packet", {}).get("title", "")) or _named(document)
    asked = {"params": document, "title": title, "beside": own_plan(beside)}
    job = queue.add(db(), current_user.account, kind, "cut", title_of(kind, plan=title), asked)
    db().commit()
    return job


def _page(document: dict[str, Any], sentence: str, beside: str, why: str = "") -> str:
    organization = current_user.account.organization_id
    mine = PublishedPlan.organization_id == organization
    plans = select(PublishedPlan).where(mine).order_by(PublishedPlan.published.desc())
    return render_template(
        "cut.html",
        sections=list(forms.sections(document)),
        files=uploads.files_of(db(), organization),
        plans=list(db().scalars(plans)),
        beside=beside,
        words=request.form.get("words", ""),
        sentence=sentence,
        why=why,
    )


def _check(document: dict[str, Any], kind: str) -> None:
    """
    Refuse what no job could do, before one waits.

    Raises
    ------
    InputError
        PARAMETER or NO_FILE.
    """
    params_from(forms.with_days(document), forms.ROOT)
    for table, _, name in (each.partition(".") for each in forms.LEFT_OUT):
        if name in document.get(table, {}):
            raise InputError("PARAMETER", f"{name} is for the command line; leave it out here.")
    state, organization = uploads.state(), current_user.account.organization_id
    uploads.placed(db(), state, organization, document)
    chosen = document.get("inputs", {})
    missing = [name for name in NEEDED if name not in chosen]
    if len(missing) == len(NEEDED) or (kind == "cut" and missing):
        names = ", ".join(say(forms.FIRST["Files"][f"inputs.{name}"]) for name in missing)
        raise InputError("PARAMETER", say("No file is chosen for {names}.", names=names))


def _named(document: dict[str, Any]) -> str:
    """What a job is called where its plan has no name: its voters, or what else it has."""
    chosen = document["inputs"]
    known = {
        each.id: each.name for each in uploads.files_of(db(), current_user.account.organization_id)
    }
    first = next(chosen[name] for name in ("voters", "precincts", "streets") if name in chosen)
    return known[first].partition(".")[0]


def own_plan(text: str) -> str:
    """The id of a plan of one's own; empty where there is none of that id."""
    mine = PublishedPlan.organization_id == current_user.account.organization_id
    query = select(PublishedPlan.id).where(mine, PublishedPlan.id == text)
    return db().scalar(query) or ""


@blueprint.post("/plans/<plan_id>/judge")
@allow("export", limit=JOBS_AN_HOUR)
def judge(plan: PublishedPlan) -> ResponseReturnValue:
    """A job that judges a plan beside k-means, and another plan where one is chosen."""
    job = ask_score(plan, request.form.get("beside", ""))
    flash(say("This takes as long as cutting; the page shows how far it is."))
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def ask_score(plan: PublishedPlan, beside: str) -> Job:
    """A job that judges a plan beside k-means, and beside another of one's own."""
    other = own_plan(beside)
    asked = {"others": [other] if other and other != plan.id else []}
    title = title_of("score", plan=plan.title)
    job = queue.add(db(), current_user.account, "score", "cut", title, asked, plan.id)
    db().commit()
    return job
