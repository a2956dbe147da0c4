"""Logging in, accounts and the log as JSON."""

from typing import Any

from flask import Blueprint, abort
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from web import accounts, audit, languages, library, login
from web.access import allow, public
from web.api import shapes
from web.api.described import CREATED, described
from web.db import db
from web.faults import CannotError
from web.models import Account, Visit
from web.people import MOST_EVENTS

blueprint = Blueprint("api_people", __name__, url_prefix="/api")


@blueprint.get("/session")
@public
@described(shapes.Session)
def session() -> dict[str, Any]:
    """The token for what changes something, and who is logged in."""
    return _session()


@blueprint.post("/session")
@public
@described(shapes.Session, body=shapes.LogIn, status=CREATED)
def log_in(asked: shapes.LogIn) -> dict[str, Any]:
    """Log in."""
    if not login.enter(asked.name, asked.password):
        raise CannotError(401, login.WRONG)
    return _session()


@blueprint.post("/session/confirm")
@allow("look")
@described(shapes.Session, body=shapes.Confirm, status=CREATED)
def confirm(asked: shapes.Confirm) -> dict[str, Any]:
    """Give the password again, after a pause."""
    if not login.enter(current_user.account.name, asked.password):
        raise CannotError(401, login.WRONG)
    return _session()


@blueprint.delete("/session")
@allow("look")
@described(shapes.Session)
def log_out() -> dict[str, Any]:
    """Log out."""
    login.leave()
    return _session()


@blueprint.get("/account/visits")
@allow("look")
@described(shapes.Visits)
def visits() -> dict[str, Any]:
    """Where one is logged in."""
    mine = Visit.account_id == current_user.account.id
    query = select(Visit).where(mine, Visit.open).order_by(Visit.seen.desc())
    return {"visits": list(db().scalars(query))}


@blueprint.delete("/account/visits/<visit_id>")
@allow("look")
@described(shapes.VisitRow)
def end_visit(visit: Visit) -> Visit:
    """Log one's other browser out."""
    login.end(visit)
    return visit


@blueprint.put("/account/password")
@allow("look")
@described(shapes.Session, body=shapes.NewPassword)
def password(asked: shapes.NewPassword) -> dict[str, Any]:
    """A new password; all other visits end."""
    if not login.renew(asked.password, asked.new):
        raise CannotError(401, login.NOT_RENEWED)
    return _session()


@blueprint.put("/account/language")
@allow("look")
@described(shapes.Session, body=shapes.Language)
def language(asked: shapes.Language) -> dict[str, Any]:
    """The language of one's pages, in every browser."""
    languages.keep(asked.language)
    current_user.account.language = asked.language
    return _session()


@blueprint.get("/people")
@allow("govern")
@described(shapes.People)
def people() -> dict[str, Any]:
    """Who can log in."""
    mine = Account.organization_id == current_user.account.organization_id
    return {"people": list(db().scalars(select(Account).where(mine).order_by(Account.name)))}


@blueprint.post("/people")
@allow("govern", fresh=True)
@described(shapes.Person, body=shapes.NewPerson, status=CREATED)
def add(asked: shapes.NewPerson) -> Account:
    """One account more in one's own organization."""
    organization = current_user.account.organization.name
    account = accounts.add_account(db(), organization, asked.name, asked.role, asked.password)
    db().commit()
    return account


@blueprint.put("/people/<account_id>/open")
@allow("govern", fresh=True)
@described(shapes.Person, body=shapes.Opening)
def set_open(account: Account, asked: shapes.Opening) -> Account:
    """Close somebody's account, or open it again; its visits end at once."""
    if account.id == current_user.account.id:
        abort(404)
    accounts.set_open(db(), account, current_user.account, is_open=asked.open)
    db().commit()
    return account


@blueprint.put("/people/<account_id>/password")
@allow("govern", fresh=True)
@described(shapes.Person, body=shapes.FirstPassword)
def give_password(account: Account, asked: shapes.FirstPassword) -> Account:
    """A new password for somebody who forgot the own one; all visits end."""
    if account.id == current_user.account.id:
        abort(404)
    accounts.give_password(db(), account, current_user.account, asked.password)
    db().commit()
    return account


@blueprint.get("/people/<account_id>/seen")
@allow("govern", fresh=True)
@described(shapes.Seen)
def seen(account: Account) -> dict[str, Any]:
    """Which voters an account was shown; the log says who asked."""
    voters = sorted(audit.voters_seen(db(), account.id, library.folder_of))
    audit.note(db(), "voters seen looked up", current_user.account, detail=account.name)
    db().commit()
    return {"voters": voters}


@blueprint.get("/log")
@allow("govern", fresh=True)
@described(shapes.Events)
def log() -> dict[str, Any]:
    """What was done in the organization, newest first."""
    mine = current_user.account.organization_id
    names = dict(
        db().execute(select(Account.id, Account.name).where(Account.organization_id == mine)).all()
    )
    fields = [name for name in shapes.EventRow.model_fields if name != "account"]
    rows = audit.events_of(db(), mine, MOST_EVENTS)
    return {
        "events": [
            {
                **{name: getattr(row, name) for name in fields},
                "account": names.get(row.account_id, ""),
            }
            for row in rows
        ]
    }


def _session() -> dict[str, Any]:
    return {"csrf": generate_csrf(), "account": _me() if current_user.is_authenticated else None}


def _me() -> dict[str, Any]:
    account = current_user.account
    return {
        "name": account.name,
        "role": account.role,
        "organization": account.organization.name,
        "language": account.language,
    }
