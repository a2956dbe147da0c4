"""
Links to one turf for somebody without an account: doors and map, no names.

A link holds a random token, of which the database keeps a fingerprint.
"""

import secrets
import time
from typing import Final, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from geodata.errors import InputError
from web import accounts, audit, drawings, library, limits
from web.limits import Limit
from web.models import Account, PublishedPlan, Share
from web.tokens import fingerprint, new_token

DAY_S: Final = 24 * 3600
DAYS, MOST_DAYS = 7, 30
"""How long a link lives unless told, and at most (days)."""
CODE_DIGITS: Final = 6
WRONG_CODES = Limit(10, 3600)
WRONG_LINKS = Limit(40, 300)
"""Wrong codes of one link, and links that do not work from one address."""


class NoLinkError(Exception):
    """A link that never was, is revoked or has expired: nobody learns which."""


class Link(NamedTuple):
    """A link that works, and the token by which it was found."""

    share: Share
    token: str


class Made(NamedTuple):
    """A new link, with what is stored nowhere."""

    share: Share
    token: str
    code: str


def make(session: Session, plan: PublishedPlan, turf: str, account: Account, asked: "Wish") -> Made:
    """
    Make a link to a turf.

    Raises
    ------
    InputError
        PARAMETER: it would live too long, or not at all.
    """
    if not 1 <= asked.days <= MOST_DAYS:
        raise InputError("PARAMETER", f"A link lives 1 to {MOST_DAYS} days; {DAYS} are usual.")
    token, now = new_token(), int(time.time())
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}" if asked.code else ""
    share = Share(
        plan_id=plan.id,
        account_id=account.id,
        turf_id=turf,
        token=fingerprint(token),
        code=accounts.stored(code) if code else "",
        made=now,
        expires=now + asked.days * DAY_S,
    )
    session.add(share)
    session.flush()
    # drawn now, so that it is there when phones come
    drawings.shared_layers(library.folder_of(plan.id), turf)
    days = f"{asked.days} day{'s' if asked.days > 1 else ''}"
    detail = f"{days}{', with a code' if code else ''}"
    audit.note(session, "link made", account, plan_id=plan.id, turf_id=turf, detail=detail)
    return Made(share, token, code)


class Wish(NamedTuple):
    """How long a link shall live (days), and whether a code is asked for besides."""

    days: int = DAYS
    code: bool = False


def find(session: Session, token: str, place: str) -> Share:
    """
    The link of a token.

    Raises
    ------
    NoLinkError
        There is none that works.
    TooManyError
        There is none, as many times before from `place`.
    """
    share = session.scalar(select(Share).where(Share.token == fingerprint(token)))
    if share and share.open and share.expires > time.time():
        return share
    limits.begin(session, {f"link from {place}": WRONG_LINKS})
    if share:
        _note(session, "link refused", share)
        session.commit()
    raise NoLinkError


def fits(session: Session, share: Share, code: str, place: str) -> bool:
    """
    Whether a code opens a link; one that needs none is opened by any.

    Raises
    ------
    TooManyError
        Too many wrong ones were given for the link, or from `place`.
    """
    if share.code:
        kinds = {f"code of {share.id}": WRONG_CODES, f"link from {place}": WRONG_LINKS}
        tries = limits.begin(session, kinds)
        if not accounts.right(share.code, code):
            _note(session, "wrong code", share)
            session.commit()
            return False
        limits.forget(session, tries)
    session.execute(update(Share).where(Share.id == share.id).values(opened=Share.opened + 1))
    _note(session, "link opened", share)
    session.commit()
    return True


def revoke(session: Session, share: Share, account: Account) -> None:
    """End a link at once, where it did not end before."""
    if not share.open:
        return
    share.open = False
    audit.note(session, "link revoked", account, plan_id=share.plan_id, turf_id=share.turf_id)


def living(session: Session, plan_id: str, turf_id: str = "") -> list[Share]:
    """The links of a plan, or of one turf of it, that work; newest first."""
    works = (Share.plan_id == plan_id) & Share.open & (Share.expires > int(time.time()))
    query = select(Share).where(works).order_by(Share.made.desc(), Share.id)
    return list(session.scalars(query.where(Share.turf_id == turf_id) if turf_id else query))


def _note(session: Session, action: str, share: Share) -> None:
    """A line of the log about somebody without an account."""
    audit.note(
        session,
        action,
        None,
        organization_id=share.plan.organization_id,
        plan_id=share.plan_id,
        turf_id=share.turf_id,
    )
