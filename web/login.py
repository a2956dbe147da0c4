"""Logging in and out, and one's own account."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask import session as flask_session
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from sqlalchemy import select

from web import accounts, audit
from web.access import allow, own_path, public
from web.db import db
from web.limits import TooManyError
from web.models import Visit
from web.visits import Visitor

WRONG = "Name and password do not fit together."
LOCKED = "Too many wrong passwords. Wait five minutes, then try again."
RENEWED = "Your password is changed, and all other browsers are logged out."
NOT_RENEWED = "The present password is not right; nothing was changed."

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
@public
def log_in() -> str:
    """The form."""
    return render_template("login.html", next=own_path(request.args.get("next", "/")))


@blueprint.post("/login")
@public
def logged_in() -> ResponseReturnValue:
    """A visit begins where name and password fit."""
    return _try(request.form.get("name", ""), "login.html")


@blueprint.get("/confirm")
@allow("look")
def confirm() -> str:
    """Ask for the password again."""
    return render_template("confirm.html", next=own_path(request.args.get("next", "/")))


@blueprint.post("/confirm")
@allow("look")
def confirmed() -> ResponseReturnValue:
    """A new visit takes the place of this one."""
    return _try(current_user.account.name, "confirm.html")


def _try(name: str, template: str) -> ResponseReturnValue:
    goal = own_path(request.form.get("next", "/"))
    try:
        known = enter(name, request.form.get("password", ""))
    except TooManyError as fault:
        wait = {"Retry-After": str(fault.wait_s)}
        return render_template(template, next=goal, sentence=LOCKED), 429, wait
    if not known:
        return render_template(template, next=goal, sentence=WRONG), 401
    return redirect(goal, 303)


def enter(name: str, password: str) -> bool:
    """
    Begin a visit in this browser, in the place of the one before; False where they do not fit.

    Raises
    ------
    TooManyError
        Too many wrong passwords were given.
    """
    account = accounts.log_in(db(), name, password, request.remote_addr or "")
    if account is None:
        return False
    token = accounts.begin_visit(db(), account, request.user_agent.string)
    if "visit" in g:
        g.visit.open = False
    db().commit()
    flask_session.clear()
    login_user(Visitor(token, account))
    return True


@blueprint.post("/logout")
@allow("look")
def log_out() -> ResponseReturnValue:
    """The visit ends."""
    leave()
    return redirect(url_for("login.log_in"), 303)


def leave() -> None:
    """End the visit of this browser."""
    g.visit.open = False
    audit.note(db(), "logout", current_user.account)
    db().commit()
    logout_user()


@blueprint.get("/account")
@allow("look")
def account() -> str:
    """One's own account: its visits, and a new password."""
    mine = Visit.account_id == current_user.account.id
    query = select(Visit).where(mine, Visit.open).order_by(Visit.seen.desc())
    return render_template("account.html", visits=list(db().scalars(query)), this=g.visit)


@blueprint.post("/account/visits/<visit_id>/end")
@allow("look")
def end_visit(visit: Visit) -> ResponseReturnValue:
    """Log one's other browser out."""
    end(visit)
    return redirect(url_for("login.account"), 303)


def end(visit: Visit) -> None:
    """End a visit of the visitor."""
    visit.open = False
    audit.note(db(), "visit ended", current_user.account)
    db().commit()


@blueprint.post("/account/password")
@allow("look")
def change_password() -> ResponseReturnValue:
    """A new password; all other visits end."""
    try:
        known = renew(request.form.get("password", ""), request.form.get("new", ""))
    except TooManyError:
        flash(LOCKED)
        return redirect(url_for("login.account"), 303)
    flash(RENEWED if known else NOT_RENEWED)
    return redirect(url_for("login.account"), 303)


def renew(password: str, new: str) -> bool:
    """
    Give the visitor a new password and end all other visits; False where the present one is wrong.

    Raises
    ------
    InputError
        PARAMETER: the new one is too short or too long.
    TooManyError
        Too many wrong passwords were given.
    """
    account = current_user.account
    if accounts.log_in(db(), account.name, password, request.remote_addr or "") is None:
        return False
    account.password = accounts.hashed(new)
    accounts.end_visits(db(), account, but=g.visit.id)
    audit.note(db(), "password changed", account)
    db().commit()
    return True
