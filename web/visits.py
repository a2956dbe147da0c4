"""The visit that a request belongs to, and what pauses do to it."""

import time
from datetime import UTC, datetime
from typing import Final

from flask import current_app, g, request
from flask_login import UserMixin, current_user
from sqlalchemy import update

from web import accounts
from web.access import RIGHTS, rule_of
from web.db import at_once, db
from web.models import Account, Visit

STEP_S: Final = 60
"""Requests within so many seconds are one to a visit's clock, which is written for them once."""


class Visitor(UserMixin):  # type: ignore[misc]
    """Who is asking: an account, known by the token of its visit."""

    def __init__(self, token: str, account: Account) -> None:
        self.token, self.account = token, account

    def get_id(self) -> str:
        """What the signed cookie holds."""
        return self.token


def load(token: str) -> Visitor | None:
    """The visitor of a token; None after a pause that was too long."""
    session, now = db(), int(time.time())
    visit = accounts.find_visit(session, token)
    if visit is None:
        return None
    pause = now - visit.seen
    alive = pause <= current_app.config["IDLE_S"]
    g.confirmed = visit.confirmed and pause <= current_app.config["NAMES_IDLE_S"]
    if (pause >= STEP_S and not _quiet()) or not alive:
        with at_once(session):  # whoever only looks is served also while the database is busy
            kept = {"open": alive, "confirmed": g.confirmed, "seen": now}
            session.execute(update(Visit).where(Visit.id == visit.id).values(kept))
    if not alive:
        return None
    g.visit, g.own_language = visit, visit.account.language
    return Visitor(token, visit.account)


def _quiet() -> bool:
    """Whether a page asks by itself."""
    rule = rule_of(current_app, request.endpoint) if request.endpoint else None
    return rule is not None and rule.quiet


def may(right: str) -> bool:
    """Whether the visitor has a right; pages show only what works."""
    return bool(current_user.is_authenticated and right in RIGHTS[current_user.account.role])


_BROWSERS: Final = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS: Final = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}
"""Sign in what a browser calls itself -> what people call it; the first that fits."""


def browser(agent: str) -> str:
    """A browser and its system as people call them; what nobody knows, as it calls itself."""
    names = [
        next((name for sign, name in known.items() if sign in agent), "")
        for known in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, names)) or agent[:60]


def day(seconds: int) -> str:
    """A time as pages show it."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
