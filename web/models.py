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
    """Somebody who can log in; `name` is in lower case."""

    __tablename__ = "accounts"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    organization_id: Mapped[str] = mapped_column(ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    password: Mapped[str]
    role: Mapped[str] = mapped_column(String(20))
    open: Mapped[bool] = mapped_column(default=True)
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
    """A try of a password: for a name, or from an address, hashed; right ones are removed."""

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_whose_at", "whose", "at"),)
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


class Printing(Base):
    """The list of one turf that somebody printed; its files are in the folder of its id."""

    __tablename__ = "printings"
    id: Mapped[str] = mapped_column(String(16), primary_key=True, default=new_id)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    turf_id: Mapped[str] = mapped_column(String(100))
    serial: Mapped[int]
    at: Mapped[int]


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
    account_id: Mapped[str] = mapped_column(String(16), index=True)
    action: Mapped[str] = mapped_column(String(40))
    plan_id: Mapped[str] = mapped_column(String(16))
    turf_id: Mapped[str] = mapped_column(String(100))
    detail: Mapped[str] = mapped_column(String(200))
    voters: Mapped[int]
