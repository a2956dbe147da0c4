"""
The queue: jobs wait in the table `jobs`, and say there how far they are.

It is the viewer's own database, so that a job is there exactly when what asked for it is, on every
database and after every restart, and no other store holds who asked for what.
"""

import json
import time
from typing import Any, Final

from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session, aliased

from web.db import transaction
from web.models import Account, Job, new_id

LANES: Final = ("list", "print", "cut")
"""One turf's list does not wait for a whole plan's, nor these for a cut."""
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
OVER: Final = (DONE, FAILED, CANCELLED)
MOST_TRIES: Final = 3
GIVEN_UP: Final = (
    "The server stopped three times while this ran; tell whoever keeps it, then ask again."
)
TITLE, STEP, DETAIL = 200, 40, 200
"""Letters of what a job is called, and of how far it is."""


def add(
    session: Session,
    account: Account,
    kind: str,
    lane: str,
    title: str,
    asked: dict[str, Any],
    plan_id: str = "",
) -> Job:
    """A new job that waits for its turn; it is there when the session is committed."""
    job = Job(
        id=new_id(),
        organization_id=account.organization_id,
        account_id=account.id,
        kind=kind,
        lane=lane,
        title=printable(title)[:TITLE],
        asked=json.dumps(asked, sort_keys=True),
        plan_id=plan_id,
        queued=int(time.time()),
    )
    session.add(job)
    session.flush()
    return job


def printable(text: str) -> str:
    """A text on one line, without signs that no database and no page takes."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()


def asked_of(job: Job) -> dict[str, Any]:
    """What was asked for."""
    found: dict[str, Any] = json.loads(job.asked)
    return found


def result_of(job: Job) -> dict[str, Any]:
    """What came out."""
    found: dict[str, Any] = json.loads(job.result)
    return found


def claim(engine: Engine, lane: str) -> str | None:
    """
    The id of the job of a lane that is next, which runs from now on; None where none waits.

    Organizations take turns: next is the one whose last job in this lane began longest ago.
    """
    other = aliased(Job)
    same = (other.organization_id == Job.organization_id) & (other.lane == lane)
    last = select(func.max(other.begun)).where(same).scalar_subquery()
    waiting = select(Job.id).where(Job.lane == lane, Job.state == WAITING)
    with transaction(engine) as session:
        ids = list(session.scalars(waiting.order_by(last, Job.queued, Job.id).limit(1)))
        taken = [job_id for job_id in ids if _take(session, job_id)]
    return taken[0] if taken else None


def _take(session: Session, job_id: str) -> bool:
    """Whether a job still waited, and is ours now."""
    mine = update(Job).where(Job.id == job_id, Job.state == WAITING)
    begun = {"state": RUNNING, "begun": int(time.time()), "tries": Job.tries + 1}
    return len(session.execute(mine.values(**begun).returning(Job.id)).all()) == 1


def requeue(engine: Engine, lane: str) -> None:
    """Let jobs that were left in the middle begin anew; whoever calls holds the lane."""
    with transaction(engine) as session:
        for job in session.scalars(select(Job).where(Job.lane == lane, Job.state == RUNNING)):
            if job.stop:
                _end(job, CANCELLED)
            elif job.tries >= MOST_TRIES:
                _end(job, FAILED)
                job.sentence = GIVEN_UP
            else:
                job.state = WAITING


def tell(engine: Engine, job_id: str, step: str, detail: str) -> bool:
    """Write down how far a job is; returns whether somebody wants it cancelled."""
    with transaction(engine) as session:
        job = session.get_one(Job, job_id)
        job.step, job.detail = step[:STEP], detail[:DETAIL]
        return job.stop


def keep(job: Job, result: dict[str, Any]) -> None:
    """Remember something of a job that goes on, for when it has to begin anew."""
    job.result = json.dumps(result, sort_keys=True)


def finish(job: Job, result: dict[str, Any]) -> None:
    """A job is done."""
    _end(job, DONE)
    job.result = json.dumps(result, sort_keys=True)


def fail(job: Job, code: str, sentence: str) -> None:
    """A job cannot be done, and why."""
    _end(job, FAILED)
    job.code, job.sentence = code, sentence


def put_back(engine: Engine, job_id: str) -> None:
    """A job that the worker leaves because it ends itself: not the job's fault."""
    with transaction(engine) as session:
        job = session.get_one(Job, job_id)
        job.state, job.tries = WAITING, job.tries - 1


def cancel(session: Session, job: Job) -> bool:
    """Cancel a job: at once where it waits, else as soon as its worker sees it; False if over."""
    if job.state in OVER:
        return False
    job.stop = True
    stopped = update(Job).where(Job.id == job.id, Job.state == WAITING)
    session.flush()
    session.execute(stopped.values(state=CANCELLED, ended=int(time.time())))
    session.refresh(job)
    return True


def end_cancelled(job: Job) -> None:
    """A running job was stopped because somebody wished it."""
    _end(job, CANCELLED)


def _end(job: Job, state: str) -> None:
    job.state, job.ended = state, int(time.time())
