"""Jobs wait their turn, run once, and are begun anew when the worker died."""

import pytest
from sqlalchemy import select

from web.db import transaction
from web.jobs import queue
from web.models import Account, Job


@pytest.fixture
def ask(office):
    """Adds a job of somebody and returns its id."""

    def add(name, lane="print", queued=None):
        with transaction(office.engine) as session:
            account = session.scalar(select(Account).where(Account.name == name))
            job = queue.add(session, account, "print", lane, "Print", {"turfs": []})
            if queued is not None:
                job.queued = queued
            return job.id

    return add


def state_of(office, job_id):
    (job,) = office.rows(select(Job).where(Job.id == job_id))
    return job


def test_the_one_that_waited_longest_is_next_and_is_taken_once(office, ask):
    late, early = ask("fred", queued=20), ask("olga", queued=10)
    assert [queue.claim(office.engine, "print") for _ in range(3)] == [early, late, None]
    assert state_of(office, early).state == queue.RUNNING


def test_lanes_do_not_wait_for_each_other(office, ask):
    cut, one = ask("olga", "cut"), ask("fred", "list")
    assert queue.claim(office.engine, "list") == one
    assert queue.claim(office.engine, "print") is None
    assert queue.claim(office.engine, "cut") == cut


def test_organizations_take_turns(office, ask):
    north = [ask("fred", queued=number) for number in range(3)]
    south = ask("sfred", queued=99)
    order = [queue.claim(office.engine, "print") for _ in range(2)]
    assert order == [north[0], south]


def test_a_job_left_in_the_middle_is_begun_anew_but_not_for_ever(office, ask):
    job = ask("fred")
    for count in range(1, queue.MOST_TRIES + 1):
        assert queue.claim(office.engine, "print") == job
        assert state_of(office, job).tries == count
        queue.requeue(office.engine, "print")
    over = state_of(office, job)
    assert (over.state, over.sentence) == (queue.FAILED, queue.GIVEN_UP)


def test_a_job_of_another_lane_is_left_alone(office, ask):
    job = ask("fred")
    queue.claim(office.engine, "print")
    queue.requeue(office.engine, "cut")
    assert state_of(office, job).state == queue.RUNNING


def test_cancelling(office, ask):
    waiting, running = ask("fred", queued=2), ask("fred", queued=1)
    assert queue.claim(office.engine, "print") == running
    with transaction(office.engine) as session:
        assert queue.cancel(session, session.get(Job, waiting))
        assert queue.cancel(session, session.get(Job, running))
    assert state_of(office, waiting).state == queue.CANCELLED
    assert state_of(office, running).state == queue.RUNNING
    assert queue.tell(office.engine, running, "packets", "1 of 2 lists")
    assert queue.claim(office.engine, "print") is None
    queue.requeue(office.engine, "print")
    assert state_of(office, running).state == queue.CANCELLED
    with transaction(office.engine) as session:
        assert not queue.cancel(session, session.get(Job, running))
