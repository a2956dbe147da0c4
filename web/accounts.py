"""
Accounts and visits: passwords, and how often one may try.

Nothing here tells whether a name is known: an unknown one costs as much time, and locks as soon.
"""

import re
import secrets
import time
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload

from geodata.errors import InputError
from web import audit, limits
from web.limits import Limit, TooManyError
from web.models import ROLES, Account, Organization, Visit
from web.tokens import fingerprint, new_token

SHORTEST, LONGEST = 12, 200
"""Letters of a password."""
MOST_TRIES, MOST_FROM_ONE_PLACE, WINDOW_S = 10, 40, 300
"""Wrong passwords for a name, and from an address, within a time (s)."""
OF_A_NAME, OF_A_PLACE = Limit(MOST_TRIES, WINDOW_S), Limit(MOST_FROM_ONE_PLACE, WINDOW_S)

_VISIT: Final = (
    select(Visit)
    .where(Visit.token == bindparam("token"))
    .options(
        joinedload(Visit.account, innerjoin=True).joinedload(Account.organization, innerjoin=True)
    )
)
"""A visit with its account and organization: every request asks for all three, once."""

_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's least
_turns: Final = BoundedSemaphore(2)  # each hash takes 19 MiB: many at once would take them all
_NOBODY: Final = _hasher.hash(secrets.token_hex(16))


def add_account(
    session: Session, organization: str, name: str, role: str, password: str
) -> Account:
    """
    A new account; its organization is made where there is none of that name.

    Raises
    ------
    InputError
        PARAMETER: name, role or password cannot be used.
    """
    known = session.scalar(select(Organization).where(Organization.name == organization))
    if not organization.strip() or len(organization) > LONGEST:
        raise InputError("PARAMETER", "The name of an organization has 1 to 200 letters.")
    if known is None:
        known = Organization(name=organization)
        session.add(known)
        session.flush()
    if not re.fullmatch(r"[\w.@+-]{2,100}", name):
        message = "A name has 2 to 100 letters, digits or signs of . @ + - and no blanks."
        raise InputError("PARAMETER", message)
    if role not in ROLES:
        raise InputError("PARAMETER", f"{role!r} is no role; there are {', '.join(ROLES)}.")
    if session.scalar(select(Account.id).where(Account.name == name.lower())):
        raise InputError("PARAMETER", "This name is taken; choose another.")
    account = Account(
        organization_id=known.id, name=name.lower(), role=role, password=hashed(password)
    )
    session.add(account)
    session.flush()
    audit.note(session, "account added", account, detail=role)
    return account


def hashed(password: str) -> str:
    """
    A password as it is stored.

    Raises
    ------
    InputError
        PARAMETER: it is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        message = f"A password has {SHORTEST} letters or more; several words are easy to remember."
        raise InputError("PARAMETER", message)
    return stored(password)


def stored(secret: str) -> str:
    """A password or code as it is stored."""
    with _turns:
        return _hasher.hash(secret)


def right(kept: str, password: str) -> bool:
    """Whether a password is the one that was stored."""
    with _turns:
        try:
            return _hasher.verify(kept, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False


def log_in(session: Session, name: str, password: str, place: str) -> Account | None:
    """
    The account of a name and its password; None where they do not fit.

    Each try is written down before the password is looked at, so that many at once on several
    workers get no more tries than one after another.

    Raises
    ------
    TooManyError
        Too many wrong ones were given for the name, known or not, or from `place`.
    """
    name = name.strip().lower()
    account = session.scalar(select(Account).where(Account.name == name))
    try:
        tries = limits.begin(session, {f"name {name}": OF_A_NAME, f"from {place}": OF_A_PLACE})
    except TooManyError:
        audit.note(session, "locked out", account)
        session.commit()
        raise
    fits = right(account.password if account else _NOBODY, password)
    if account is None or not fits or not account.open:
        audit.note(session, "wrong password", account)
        session.commit()
        return None
    limits.forget(session, tries)
    limits.forget_all(session, f"name {name}")
    return account


def begin_visit(session: Session, account: Account, browser: str) -> str:
    """A new visit of an account; returns its token, which is stored nowhere."""
    token, now = new_token(), int(time.time())
    session.add(
        Visit(
            account_id=account.id,
            token=fingerprint(token),
            browser=browser[:LONGEST],
            began=now,
            seen=now,
            confirmed=True,
            open=True,
        )
    )
    audit.note(session, "login", account)
    return token


def find_visit(session: Session, token: str) -> Visit | None:
    """The visit of a token, if it and its account are open."""
    visit = session.scalar(_VISIT, {"token": fingerprint(token)})
    return visit if visit and visit.open and visit.account.open else None


def end_visits(session: Session, account: Account, *, but: str = "") -> None:
    """End all visits of an account, but one of this id."""
    for visit in session.scalars(select(Visit).where(Visit.account_id == account.id, Visit.open)):
        visit.open = visit.id == but


def set_open(session: Session, account: Account, by: Account, *, is_open: bool) -> None:
    """Close an account, or open it again; its visits end at once."""
    account.open = is_open
    end_visits(session, account)
    audit.note(session, f"account {'opened' if is_open else 'closed'}", by, detail=account.name)


def give_password(session: Session, account: Account, by: Account, password: str) -> None:
    """
    Give somebody who forgot the own one a new password; all visits end.

    Raises
    ------
    InputError
        PARAMETER: it is too short or too long.
    """
    account.password = hashed(password)
    end_visits(session, account)
    limits.forget_all(session, f"name {account.name}")
    audit.note(session, "password given", by, detail=account.name)
