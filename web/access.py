"""
Who may do what: each view has a rule, and each object in its address belongs to an organization.

What somebody may not see does not exist for them: the answer is 404, and the log has a line.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import bindparam, select

from web import audit, contents, library, limits, printed, shares
from web.db import db
from web.faults import told
from web.limits import Limit
from web.mapfiles import PART
from web.models import Account, Job, Printing, PublishedPlan, Share, Upload, Visit

RIGHTS: Final[dict[str, frozenset[str]]] = {
    "administrator": frozenset({"look", "names", "export", "share", "govern"}),
    "organizer": frozenset({"look", "names", "export", "share"}),
    "field lead": frozenset({"look", "names"}),
}
"""Role -> what it may do: see plans without names; see and print one turf's voters; save whole
files; send links to turfs; keep accounts and read the log."""

ASK: Final = {
    "login.log_in": (401, "Log in first: POST /api/session."),
    "login.confirm": (403, "Give your password again: POST /api/session/confirm."),
}
"""Where people are sent -> what programs are told."""
View = TypeVar("View", bound=Callable[..., Any])

_PLAN: Final = select(PublishedPlan).where(
    PublishedPlan.id == bindparam("plan"), PublishedPlan.organization_id == bindparam("mine")
)
"""Most requests ask for a plan: the query is put together once."""


@dataclass(frozen=True)
class Rule:
    """
    Who may use a view.

    Parameters
    ----------
    right
        One of `RIGHTS`; empty for everybody, logged in or not.
    fresh
        Whether the password must have been given without a long pause since; behind a link,
        whether this browser must have opened it.
    limit
        How often one account may use it, with the others of the same limit.
    link
        Whether it is behind a link to a turf, whose ``token`` is in the address.
    quiet
        Whether a page asks for it by itself: nobody need be there, and the pause goes on.
    """

    right: str
    fresh: bool = False
    limit: Limit | None = None
    link: bool = False
    quiet: bool = False


def public(view: View) -> View:
    """A view for everybody."""
    view.rule = Rule("")  # type: ignore[attr-defined]
    return view


def allow(
    right: str, *, fresh: bool = False, limit: Limit | None = None, quiet: bool = False
) -> Callable[[View], View]:
    """A view for the roles that have a right."""

    def marked(view: View) -> View:
        view.rule = Rule(right, fresh, limit, quiet=quiet)  # type: ignore[attr-defined]
        return view

    return marked


def linked(*, opened: bool = False) -> Callable[[View], View]:
    """A view for whoever has a link that works, or who also opened it in this browser."""

    def marked(view: View) -> View:
        view.rule = Rule("", opened, link=True)  # type: ignore[attr-defined]
        return view

    return marked


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The rule of an endpoint; None where somebody forgot it, and then nobody gets in."""
    return getattr(app.view_functions[endpoint], "rule", None)


def init_app(app: Flask) -> None:
    """Ask before every request."""

    def check() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # 404 by itself
        rule = rule_of(app, request.endpoint)
        if rule is None:
            abort(404)
        if rule.link:
            return _admit_link(rule)
        return None if not rule.right else _admit(rule)

    app.before_request(check)


def _admit(rule: Rule) -> ResponseReturnValue | None:
    if not current_user.is_authenticated:
        return _ask("login.log_in")
    account: Account = current_user.account
    if rule.right not in RIGHTS[account.role]:
        _refuse(account)
    found: dict[str, Any] = {}
    for name, text in (request.view_args or {}).items():
        thing = FINDERS[name](account, str(text), found)
        if thing is None:
            _refuse(account)
        found[name.removesuffix("_id")] = thing
    request.view_args = found
    if rule.fresh and not g.confirmed:
        return _ask("login.confirm")
    if rule.limit:
        limits.begin(db(), {f"{rule.limit.name} by {account.id}": rule.limit})
    return None


def _admit_link(rule: Rule) -> ResponseReturnValue | None:
    """Find the turf of a link; a browser that did not open it yet is shown the button for that."""
    token = str((request.view_args or {})["token"])
    share = shares.find(db(), token, request.remote_addr or "")
    if rule.fresh and share.id not in session.get("links", []):
        return redirect(url_for("links.show", token=token), 303)
    request.view_args = {"link": shares.Link(share, token)}
    return None


def _refuse(account: Account) -> None:
    audit.note(db(), "refused", account, detail=f"{request.method} {request.path}")
    db().commit()
    abort(404)


def _ask(endpoint: str) -> ResponseReturnValue:
    """Send a reader to log in and back; whoever sends something has to begin anew."""
    if request.path.startswith("/api/"):
        return told(*ASK[endpoint])
    if request.accept_mimetypes.best == "application/json":
        return Response(status=401)
    back = request.path if request.method == "GET" else urlsplit(request.referrer or "/").path
    return redirect(url_for(endpoint, next=back), 303)


def own_path(text: str) -> str:
    """A path on this server to go on to, else the first page."""
    plain = text.startswith("/") and not text.startswith("//") and text.isprintable()
    return text if plain and "\\" not in text else "/"


def _plan(account: Account, text: str, _found: dict[str, Any]) -> PublishedPlan | None:
    return db().scalar(_PLAN, {"plan": text, "mine": account.organization_id})


def _account(account: Account, text: str, _found: dict[str, Any]) -> Account | None:
    mine = Account.organization_id == account.organization_id
    return db().scalar(select(Account).where(Account.id == text, mine))


def _turf(_account: Account, text: str, found: dict[str, Any]) -> str | None:
    return text if text in contents.turfs_of(found["plan"].id) else None


def _visit(account: Account, text: str, _found: dict[str, Any]) -> Visit | None:
    return db().scalar(select(Visit).where(Visit.id == text, Visit.account_id == account.id))


def _printing(_account: Account, text: str, found: dict[str, Any]) -> Printing | None:
    mine = Printing.plan_id == found["plan"].id
    return db().scalar(select(Printing).where(Printing.id == text, mine))


def _share(_account: Account, text: str, found: dict[str, Any]) -> Share | None:
    mine = Share.plan_id == found["plan"].id
    return db().scalar(select(Share).where(Share.id == text, mine))


def _upload(account: Account, text: str, _found: dict[str, Any]) -> Upload | None:
    mine = Upload.organization_id == account.organization_id
    return db().scalar(select(Upload).where(Upload.id == text, mine))


def _job(account: Account, text: str, _found: dict[str, Any]) -> Job | None:
    mine = Job.organization_id == account.organization_id
    return db().scalar(select(Job).where(Job.id == text, mine))


def _part(_account: Account, text: str, found: dict[str, Any]) -> str | None:
    path = library.folder_of(found["plan"].id) / PART.format(text)
    return text if text.isdecimal() and path.is_file() else None


def _file(_account: Account, text: str, found: dict[str, Any]) -> str | None:
    if "job" in found:
        return text if text in printed.job_files(found["job"]) else None
    printing = found.get("printing")
    known = printed.files_of(printing) if printing else library.files_of(found["plan"].id)
    return text if text in known else None


FINDERS: Final[dict[str, Callable[[Account, str, dict[str, Any]], Any]]] = {
    "plan_id": _plan,
    "account_id": _account,
    "visit_id": _visit,
    "turf_id": _turf,
    "printing_id": _printing,
    "share_id": _share,
    "upload_id": _upload,
    "job_id": _job,
    "part": _part,
    "file": _file,
}
"""Part of an address -> what it means to an account, given what stands before it; None: nothing."""
