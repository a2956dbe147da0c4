"""How often something may be done; counted in the database, so that it holds over all workers."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from web.models import Attempt
from web.tokens import fingerprint

LONGEST_S = 3600
"""What is older counts for nothing and is removed (s)."""


@dataclass(frozen=True)
class Limit:
    """
    So many times within a time.

    Parameters
    ----------
    most
        How many times.
    window_s
        Seconds, at most `LONGEST_S`.
    name
        What is counted together.
    """

    most: int
    window_s: int
    name: str = ""


class TooManyError(Exception):
    """
    Something was done too often.

    Parameters
    ----------
    wait_s
        Seconds after which it may be tried again.
    """

    def __init__(self, wait_s: int) -> None:
        super().__init__("too often")
        self.wait_s = wait_s


def begin(session: Session, limits: Mapping[str, Limit]) -> list[Attempt]:
    """
    Write down one more of each kind, and commit; all are looked at only afterwards.

    So many at once on several workers get no more than one after another.

    Parameters
    ----------
    limits
        What is counted, such as a name that somebody gave, and how often it may come.

    Returns
    -------
    attempts
        What was written down; whoever finds that it need not count removes it.

    Raises
    ------
    TooManyError
        One came too often; this time does not count, else whoever goes on would wait for ever.
    """
    now = int(time.time())
    made = {key: Attempt(whose=fingerprint(key), at=now) for key in limits}
    session.execute(delete(Attempt).where(Attempt.at <= now - LONGEST_S))
    session.add_all(made.values())
    session.commit()
    for key, limit in limits.items():
        since = (Attempt.whose == fingerprint(key)) & (Attempt.at > now - limit.window_s)
        query = select(func.count(), func.min(Attempt.at)).where(since)
        count, first = session.execute(query).one()
        if count > limit.most:
            forget(session, list(made.values()))
            session.commit()
            raise TooManyError(max(1, first + limit.window_s - now))
    return list(made.values())


def forget(session: Session, attempts: list[Attempt]) -> None:
    """Let attempts count for nothing."""
    for each in attempts:
        session.delete(each)


def forget_all(session: Session, key: str) -> None:
    """Begin to count anew."""
    session.execute(delete(Attempt).where(Attempt.whose == fingerprint(key)))
