"""The database: SQLite in a file beside the plans, or PostgreSQL by its URL."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from flask import Flask, current_app, g
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session

from geodata.errors import InputError
from geodata.storage.tables import PRIVATE

MIGRATIONS: Final = Path(__file__).parent / "migrations"
WAIT_MS, LITTLE_MS = 5000, 5
"""How long a write waits for those of others (ms), and one that can be done the next time."""
CONNECTIONS: Final = 16
"""Kept open by a process: more than it has threads, else some are opened anew again and again."""
PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={WAIT_MS}",
    "PRAGMA synchronous=NORMAL",
)


def open_database(url: str, state: Path) -> Engine:
    """
    The engine of a database that has all tables of today; an older one is migrated.

    Parameters
    ----------
    url
        As SQLAlchemy writes it.
    state
        Folder for the lock under which one process migrates while others wait; made where there
        is none, for its owner only.

    Raises
    ------
    InputError
        PARAMETER: the URL is of no database that is used here. WORKSPACE: the folder.
    """
    made = make_url(_known(url))
    embedded = made.get_backend_name() == "sqlite"  # a file does not go away as a server does
    engine = create_engine(made, pool_size=CONNECTIONS, pool_pre_ping=not embedded)
    event.listen(engine, "connect", _prepare_sqlite if embedded else _prepare_postgresql)
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (state / ".migrating").open("w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if embedded:  # SQLite's other files take its permissions
                Path(engine.url.database or state).touch(mode=PRIVATE)
            migrate(engine)
    except OSError as fault:
        message = f"{state} cannot be used ({fault.strerror}); name another folder."
        raise InputError("WORKSPACE", message) from None
    return engine


def _known(url: str) -> str:
    """The URL, with the driver that is installed."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("sqlite", "postgresql"):
        message = "The database is named by postgresql://user@host/name, or left out for SQLite."
        raise InputError("PARAMETER", message)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def migrate(engine: Engine) -> None:
    """Bring the tables to those of `web.models`."""
    from alembic import command  # noqa: PLC0415 - of no use once the viewer runs
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _prepare_postgresql(connection: Any, _record: object) -> None:  # noqa: ANN401
    connection.execute(f"SET lock_timeout = {WAIT_MS}")
    connection.commit()


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session outside a request: committed at the end, or not at all."""
    with Session(engine) as session, session.begin():
        yield session


def init_app(app: Flask, engine: Engine) -> None:
    """Give each request a session of its own."""
    app.extensions["database"] = engine
    app.teardown_appcontext(_close)


def db() -> Session:
    """The session of this request; what is not committed is forgotten at its end."""
    if "db" not in g:
        g.db = Session(current_app.extensions["database"], expire_on_commit=False)
    session: Session = g.db
    return session


@contextmanager
def at_once(session: Session) -> Iterator[None]:
    """What is written here is committed, or dropped where others would have to be waited for."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    setting = "PRAGMA busy_timeout={}" if sqlite else "SET LOCAL lock_timeout = {}"
    try:
        session.execute(text(setting.format(LITTLE_MS)))
        yield
        session.execute(text(setting.format(WAIT_MS)))
        session.commit()
    except OperationalError:
        if sqlite:
            session.execute(text(setting.format(WAIT_MS)))
        session.rollback()


def _close(_fault: BaseException | None) -> None:
    session = g.pop("db", None)
    if session is not None:
        session.close()
