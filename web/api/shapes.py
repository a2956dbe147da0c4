"""What the API takes and answers."""

from typing import Annotated, Literal

from pydantic import Field

from web.api.described import Answer, Body
from web.shares import DAYS, MOST_DAYS

Role = Literal["administrator", "organizer", "field lead"]
Password = Annotated[str, Field(min_length=1, max_length=1000)]


class Fault(Answer):
    """Why something was not done, in one sentence."""

    error: str


class LogIn(Body):
    """Who comes."""

    name: str
    password: Password


class Confirm(Body):
    """The password again, after a pause."""

    password: Password


class NewPassword(Body):
    """The present password, and the one that takes its place."""

    password: Password
    new: Password


class Me(Answer):
    """One's own account; `language` is empty until one is chosen."""

    name: str
    role: Role
    organization: str
    language: str


class Language(Body):
    """The language of pages."""

    language: Literal["en", "es"]


class Session(Answer):
    """The token for X-CSRFToken, and who is logged in, if anybody."""

    csrf: str
    account: Me | None


class VisitRow(Answer):
    """A login in one browser."""

    id: str
    browser: str
    began: int
    seen: int


class Visits(Answer):
    """Where one is logged in."""

    visits: list[VisitRow]


class PlanRow(Answer):
    """A plan that was published."""

    id: str
    title: str
    digest: str
    published: int
    turfs: int
    doors: int
    voters: int


class Plans(Answer):
    """The plans of the organization, newest first."""

    plans: list[PlanRow]


class PlanDetail(PlanRow):
    """A plan, and the files of it that may be saved."""

    files: dict[str, str]


class TurfRow(Answer):
    """A turf's figures; `walk_m` is in metres."""

    turf_id: str
    kind: str
    building: str
    precinct: str
    doors: int
    stops: int
    voters: int
    minutes: float
    minutes_low: float
    minutes_high: float
    walk_m: float
    effort: str
    start: str
    start_lon: float | None
    start_lat: float | None
    staging: str
    drive_minutes: float


class Turfs(Answer):
    """Turfs of a plan, in its order."""

    turfs: list[TurfRow]


class Search(Body):
    """A turf, precinct, address or number of a list."""

    find: Annotated[str, Field(min_length=1, max_length=200)]


class Door(Answer):
    """A door in walking order."""

    stop: int
    order: int
    address: str
    unit: str
    voters: int
    flags: str


class Nearby(Answer):
    """An address in no turf, and why nobody is sent there."""

    address: str
    why: str


class TurfDetail(TurfRow):
    """A turf, its doors, and what lies beside its walk."""

    door_list: list[Door]
    nearby: list[Nearby]


class DoorNames(Answer):
    """Who lives behind a door: names with ages."""

    stop: int
    order: int
    address: str
    unit: str
    names: list[str]


class Names(Answer):
    """The doors of a turf with their voters; the log says who asked."""

    door_list: list[DoorNames]


class ShareWish(Body):
    """How many days a link shall live, and whether it asks for a code."""

    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = DAYS
    code: bool = False


class ShareRow(Answer):
    """A link to a turf that works; what it was is known to nobody any more."""

    id: str
    turf_id: str
    made: int
    made_by: str
    expires: int
    with_code: bool
    opened: int
    open: bool


class Shares(Answer):
    """Links that work, newest first."""

    shares: list[ShareRow]


class NewShare(ShareRow):
    """A new link with its address and code, which are told this once."""

    link: str
    code: str


class Person(Answer):
    """An account of the organization."""

    id: str
    name: str
    role: Role
    open: bool


class People(Answer):
    """The accounts of the organization."""

    people: list[Person]


class NewPerson(Body):
    """Somebody who shall be able to log in."""

    name: str
    role: Role
    password: Password


class FirstPassword(Body):
    """A password for somebody else, who changes it then."""

    password: Password


class Opening(Body):
    """Whether an account is open."""

    open: bool


class EventRow(Answer):
    """A line of the log."""

    at: int
    account: str
    action: str
    plan_id: str
    turf_id: str
    detail: str
    voters: int


class Events(Answer):
    """The last lines of the log, newest first."""

    events: list[EventRow]


class Seen(Answer):
    """Ids of the voters that an account was shown or handed."""

    voters: list[str]
