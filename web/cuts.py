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
from web.models import Job, PublishedPlan
from web.words import say

blueprint = Blueprint("cuts", __name__)

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
@allow("export", fresh=True)
def add() -> ResponseReturnValue:
    """A job that looks at the files, or cuts them."""
    kind = "cut" if request.form.get("do") == "cut" else "check"
    document: dict[str, Any] = {}
    try:
        document = forms.read(request.form)
        _check(document, kind)
    except InputError as fault:
        return _page(document, fault.sentence, request.form.get("beside", "")), 400
    title = document.get("packet", {}).get("title", "") or _named(document)
    words = {"cut": "Cut: {title}", "check": "Check: {title}"}[kind]
    asked = {"params": document, "title": title, "beside": _beside()}
    account = current_user.account
    job = queue.add(db(), account, kind, "cut", words.format(title=title), asked)
    db().commit()
    return redirect(url_for("jobs.show", job_id=job.id), 303)


def _page(document: dict[str, Any], sentence: str, beside: str) -> str:
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


def _beside() -> str:
    """The plan that a new one is judged beside: the one chosen, if it is one's own."""
    mine = PublishedPlan.organization_id == current_user.account.organization_id
    wanted = request.form.get("beside", "")
    return db().scalar(select(PublishedPlan.id).where(mine, PublishedPlan.id == wanted)) or ""


@blueprint.post("/plans/<plan_id>/judge")
@allow("export")
def judge(plan: PublishedPlan) -> ResponseReturnValue:
    """A job that judges a plan beside k-means, and another plan where one is chosen."""
    other = _beside()
    asked = {"others": [other] if other and other != plan.id else []}
    title = f"What {plan.title} costs"
    job = queue.add(db(), current_user.account, "score", "cut", title, asked, plan.id)
    db().commit()
    flash(say("This takes as long as cutting; the page shows how far it is."))
    return redirect(url_for("jobs.show", job_id=job.id), 303)
