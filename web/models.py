"""
What the viewer remembers: organizations, accounts, visits, which plan is whose, and the log.

Times are whole seconds since 1970, the same in every database. Ids that appear in addresses are
random, so that nobody learns from one how many others there are.
"""

import secrets
from typing import Final

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

ROLES: Final = ("administrator", "organizer", "field lead")


def new_id() -> str:
    """A random id of 16 letters for an address."""
    return secrets.token_hex(8)


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map: Final = {int: BigInteger, str: Text, bool: Boolean}


class Organization(Base):
    """Owns accounts and plans, and sees no other's."""

    __tablename__ = "organizations"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class Account(Base):
    """Somebody who can log in; `name` is in lower case, `language` empty until one is chosen."""

    __tablename__ = "accounts"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    organization_id: Mapped[str] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    password: Mapped[str]
    role: Mapped[str] = mapped_column(String(20))
    open: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(String(10), default="", server_default="")
    organization: Mapped[Organization] = relationship()


class Visit(Base):
    """
    A login in one browser, until it ends; its token is stored hashed.

    `seen` is its last request; `confirmed` is true while the password was given and no long pause
    came after it.
    """

    __tablename__ = "visits"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), index=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    browser: Mapped[str] = mapped_column(String(200))
    began: Mapped[int]
    seen: Mapped[int]
    confirmed: Mapped[bool] = mapped_column(default=True)
    open: Mapped[bool] = mapped_column(default=True)
    account: Mapped[Account] = relationship()


class Attempt(Base):
    """Something that may not be done often, by whom (hashed) and when; see `web.limits`."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_whose_at", "whose", "at"), Index("ix_attempts_at", "at"))
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    whose: Mapped[str] = mapped_column(String(64))
    at: Mapped[int]


class PublishedPlan(Base):
    """A plan of an organization; its tables are in the folder of its id."""

    __tablename__ = "plans"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    organization_id: Mapped[str] = mapped_column(ForeignKey("organizations.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    published: Mapped[int]
    turfs: Mapped[int]
    doors: Mapped[int]
    voters: Mapped[int]
    organization: Mapped[Organization] = relationship()


class Printing(Base):
    """
    The list of one turf that somebody printed.

    `job_id` is the job that printed it, in whose folder its files are, and `name` what they are
    called; both are empty where the list was printed before there were jobs.
    """

    __tablename__ = "printings"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    turf_id: Mapped[str] = mapped_column(String(100))
    serial: Mapped[int]
    at: Mapped[int]
    job_id: Mapped[str] = mapped_column(String(16), default="", server_default="", index=True)
    name: Mapped[str] = mapped_column(String(110), default="", server_default="")


class Upload(Base):
    """A file of an organization for its cuts; it lies in the folder of its id under its name."""

    __tablename__ = "uploads"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    organization_id: Mapped[str] = mapped_column(ForeignKey("organizations.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    at: Mapped[int]


class Job(Base):
    """
    Work that goes on in the background, in a process of its own.

    Parameters
    ----------
    kind
        What is done, a key of `web.jobs.tasks.TASKS`.
    lane
        Jobs of one lane run one after another, those of different lanes side by side.
    state
        waiting, running, done, failed or cancelled.
    stop
        Whether somebody asked to cancel it.
    title
        What pages call it; names no voter.
    asked, result
        JSON: what was asked for, and what came out.
    plan_id
        The plan it is about, or empty.
    step, detail
        How far it is.
    code, sentence
        Why it failed, in a code word and for people.
    tries
        How often it was begun; it is begun anew when its process was killed from outside.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_lane_state", "lane", "state"),)
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    organization_id: Mapped[str] = mapped_column(ForeignKey("organizations.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(String(20))
    lane: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    stop: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(String(200))
    asked: Mapped[str]
    result: Mapped[str] = mapped_column(default="{}")
    plan_id: Mapped[str] = mapped_column(String(16), default="", index=True)
    step: Mapped[str] = mapped_column(String(40), default="")
    detail: Mapped[str] = mapped_column(String(200), default="")
    code: Mapped[str] = mapped_column(String(20), default="")
    sentence: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    queued: Mapped[int]
    begun: Mapped[int] = mapped_column(default=0)
    ended: Mapped[int] = mapped_column(default=0)
    account: Mapped[Account] = relationship()


class Share(Base):
    """
    A link to one turf for somebody without an account; its token is stored hashed.

    Parameters
    ----------
    code
        What must be given besides, hashed as passwords are; empty for nothing.
    opened
        How many browsers opened it.
    """

    __tablename__ = "shares"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    turf_id: Mapped[str] = mapped_column(String(100))
    token: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[str]
    made: Mapped[int]
    expires: Mapped[int]
    opened: Mapped[int] = mapped_column(default=0)
    open: Mapped[bool] = mapped_column(default=True)
    account: Mapped[Account] = relationship()
    plan: Mapped[PublishedPlan] = relationship()


class Event(Base):
    """
    A line of the log: never changed, never removed; the database refuses both.

    Parameters
    ----------
    voters
        How many voters were shown or handed out with it.
    """

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_organization_at", "organization_id", "at"),)
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    at: Mapped[int]
    organization_id: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[str] = mapped_column(String(16))
    action: Mapped[str] = mapped_column(String(40))
    plan_id: Mapped[str] = mapped_column(String(16))
    turf_id: Mapped[str] = mapped_column(String(100))
    detail: Mapped[str] = mapped_column(String(200))
    voters: Mapped[int]


class Sight(Base):
    """
    A turf whose voters an account saw; an empty one stands for a whole plan.

    The database itself writes it with the line of the log that says so, once however often they
    were seen, so that what an account saw is read at once from a log of any length.
    """

    __tablename__ = "sights"
    account_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    plan_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    turf_id: Mapped[str] = mapped_column(String(100), primary_key=True)
