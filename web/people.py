"""An organization's accounts, and its log."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from web import accounts, audit, library
from web.access import allow
from web.db import db
from web.models import ROLES, Account, PublishedPlan
from web.words import say

MOST_EVENTS = 500

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@allow("govern")
def people() -> str:
    """Who can log in."""
    mine = Account.organization_id == current_user.account.organization_id
    known = list(db().scalars(select(Account).where(mine).order_by(Account.name)))
    return render_template("people.html", people=known, roles=ROLES[::-1])


@blueprint.post("/people")
@allow("govern", fresh=True)
def add() -> ResponseReturnValue:
    """One account more in one's own organization."""
    asked = {name: request.form.get(name, "") for name in ("name", "role", "password")}
    organization = current_user.account.organization.name
    account = accounts.add_account(db(), organization, **asked)
    db().commit()
    flash(say("{name} can log in now.", name=account.name))
    return redirect(url_for("people.people"), 303)


@blueprint.post("/people/<account_id>/close")
@allow("govern", fresh=True)
def close(account: Account) -> ResponseReturnValue:
    """Close an account, or open it again; its visits end at once."""
    if account.id == current_user.account.id:
        abort(404)
    accounts.set_open(db(), account, current_user.account, is_open=not account.open)
    db().commit()
    told = "{name} is open again." if account.open else "{name} is closed."
    flash(say(told, name=account.name))
    return redirect(url_for("people.people"), 303)


@blueprint.get("/people/<account_id>/password")
@allow("govern")
def password(account: Account) -> str:
    """A form for a new password of somebody who forgot the own one."""
    return render_template("password.html", account=account)


@blueprint.post("/people/<account_id>/password")
@allow("govern", fresh=True)
def give_password(account: Account) -> ResponseReturnValue:
    """A new password for somebody else; all visits end."""
    if account.id == current_user.account.id:
        abort(404)  # one's own is changed by whoever knows it
    accounts.give_password(db(), account, current_user.account, request.form.get("password", ""))
    db().commit()
    flash(say("{name} has a new password.", name=account.name))
    return redirect(url_for("people.people"), 303)


@blueprint.get("/log")
@allow("govern", fresh=True)
def log() -> str:
    """What was done in the organization, newest first."""
    mine = current_user.account.organization_id
    events = audit.lines_of(db(), mine, MOST_EVENTS)
    names = dict(
        db().execute(select(Account.id, Account.name).where(Account.organization_id == mine)).all()
    )
    plans = select(PublishedPlan.id, PublishedPlan.title)
    titles = dict(db().execute(plans.where(PublishedPlan.organization_id == mine)).all())
    return render_template("log.html", events=events, names=names, titles=titles, most=MOST_EVENTS)


@blueprint.get("/people/<account_id>/seen")
@allow("govern", fresh=True)
def seen(account: Account) -> str:
    """Which voters an account was shown: their ids."""
    voters = sorted(audit.voters_seen(db(), account.id, library.folder_of))
    audit.note(db(), "voters seen looked up", current_user.account, detail=account.name)
    db().commit()
    return render_template("seen.html", account=account, voters=voters)
