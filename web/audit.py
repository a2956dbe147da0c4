"""The log: who did what, and which voters somebody saw."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import pandas as pd
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from web import words
from web.jobs.titles import TITLES
from web.models import ROLES, Account, Event, Sight

Line = Row[int, str, str, str, str, str, int, int]
"""What `lines_of` gives."""
WIDEST: Final = 200
"""Letters of a detail."""
VOTERS, EXCEPTIONS = "voters.parquet", "exceptions.parquet"
"""Tables of a plan that have ids of voters."""
DETAILS: Final[dict[str, tuple[str, ...]]] = {
    "account added": ROLES,
    "link made": (
        *("{days} day", "{days} days", "{days} day, with a code", "{days} days, with a code"),
    ),
    "plan given": ("{organization}: {count} turfs",),
    "plan received": ("from {organization}",),
    "job cancelled": tuple(TITLES.values()),
}
"""Action -> sentences of which its details are made."""


def note(
    session: Session,
    action: str,
    account: Account | None,
    *,
    organization_id: str = "",
    plan_id: str = "",
    turf_id: str = "",
    detail: str = "",
    voters: int = 0,
) -> None:
    """Add a line to the log; it lasts when the session is committed."""
    session.add(
        Event(
            at=int(time.time()),
            organization_id=account.organization_id if account else organization_id,
            account_id=account.id if account else "",
            action=action,
            plan_id=plan_id,
            turf_id=turf_id[:100],
            detail=detail[:WIDEST],
            voters=voters,
        )
    )


def events_of(session: Session, organization_id: str, most: int) -> list[Event]:
    """The last lines of an organization, newest first."""
    query = select(Event).where(Event.organization_id == organization_id)
    return list(session.scalars(query.order_by(Event.at.desc(), Event.id).limit(most)))


def lines_of(session: Session, organization_id: str, most: int) -> Sequence[Line]:
    """
    The same as pages show it: what one account did to many turfs at once is one line.

    Returns
    -------
    lines
        `at`, `account_id`, `action`, `plan_id`, `detail`; `turf_id` is one of `turfs` turfs, whose
        `voters` are counted together.
    """
    same = (Event.at, Event.account_id, Event.action, Event.plan_id, Event.detail)
    query = select(
        *same,
        func.min(Event.turf_id).label("turf_id"),
        func.count().label("turfs"),
        func.sum(Event.voters).label("voters"),
    ).where(Event.organization_id == organization_id)
    last = query.group_by(*same).order_by(Event.at.desc(), func.min(Event.id)).limit(most)
    return session.execute(last).all()


def detail_of(action: str, detail: str) -> str:
    """The detail of a line in the language of this request; names in it stay as they are."""
    return words.reworded(detail, DETAILS.get(action, ()))


def voters_seen(session: Session, account_id: str, folder: Callable[[str], Path]) -> set[str]:
    """
    Ids of all voters that an account was shown or handed.

    Parameters
    ----------
    folder
        From the id of a plan to its folder. Plans that are published are never changed, so that
        the log need not name voters itself; of one that was deleted, `web.removals` leaves the ids.
    """
    seen: set[str] = set()
    query = select(Sight.plan_id, Sight.turf_id).where(Sight.account_id == account_id)
    rows = session.execute(query).all()
    for plan_id in sorted({row.plan_id for row in rows}):
        turfs = {row.turf_id for row in rows if row.plan_id == plan_id}
        seen.update(_voters_of(folder(plan_id), turfs))
    return seen


def _voters_of(folder: Path, turfs: set[str]) -> Iterable[str]:
    """Voters of some turfs; an empty id stands for the whole plan and its exceptions."""
    filters = None if "" in turfs else [("turf_id", "in", sorted(turfs))]
    found = pd.read_parquet(folder / VOTERS, columns=["voter_id"], filters=filters)
    tables = [found]
    if "" in turfs:
        tables.append(pd.read_parquet(folder / EXCEPTIONS, columns=["voter_id"]))
    return [str(voter) for table in tables for voter in table["voter_id"]]
