"""The viewer with two organizations that may not see each other, on SQLite and on PostgreSQL."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from jinja2 import BytecodeCache
from sqlalchemy import Engine, create_engine, select, text, update

from turfcutter.exports import write_exports
from turfcutter.plans.plan import write_plan
from web import accounts, library
from web.db import open_database, transaction
from web.jobs import child
from web.jobs.worker import Worker, _Run
from web.models import Account, Visit
from web.settings import Settings, sqlite_url
from web.viewer import create_viewer

HOST = "localhost"
PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
ROLES = {"ada": "administrator", "olga": "organizer", "fred": "field lead"}
"""Accounts of the North; those of the South have an `s` in front."""
STRONG = accounts._hasher
"""How passwords are hashed where they matter."""
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))


class Compiled(BytecodeCache):
    """Templates are compiled once a process, not once an office."""

    def __init__(self):
        self.kept = {}

    def load_bytecode(self, bucket):
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket):
        self.kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = Compiled()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """
    Hashes of passwords cost next to nothing here; `strong_passwords` is the other way.

    Gives the hash against which passwords of unknown names are held.
    """
    nobody = accounts._NOBODY
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_hasher", PasswordHasher(1, 8, 1))
        patch.setattr(accounts, "_NOBODY", accounts._hasher.hash("nobody's"))
        yield nobody


@pytest.fixture
def strong_passwords(quick_passwords, monkeypatch):
    """New hashes of passwords are those that are stored outside of tests."""
    monkeypatch.setattr(accounts, "_hasher", STRONG)
    monkeypatch.setattr(accounts, "_NOBODY", quick_passwords)


@pytest.fixture
def jobs_here(monkeypatch):
    """Jobs are done in this process, none in one of its own: for all that is not about those."""

    def outcome(_run, spec):
        return json.loads(json.dumps(child._outcome(spec, lambda *_told: None)))

    monkeypatch.setattr(_Run, "_outcome", outcome)


@pytest.fixture(scope="session")
def postgres(missing):
    """URL of an empty PostgreSQL of our own, which listens on a socket and nowhere else."""
    if not POSTGRES:
        missing("PostgreSQL is not installed (apt-get install postgresql)")
    binaries = POSTGRES[-1].parent
    user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="turf-pg-"))
    if user:
        shutil.chown(folder, **user)

    def run(*words):
        done = subprocess.run(
            [str(word) for word in words],
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
            **user,
        )
        assert done.returncode == 0, done.stderr

    data, log = folder / "data", folder / "log"
    settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    run(binaries / "initdb", "-D", data, "-U", "turf", "-A", "trust", "-E", "UTF8", "-N")
    run(binaries / "pg_ctl", "-D", data, "-l", log, "-o", settings, "-w", "start")
    yield f"postgresql+psycopg://turf@/{{}}?host={folder}"
    run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def plan(plans):
    """A plan whose texts try to be more than text."""
    made = plans.whole_plan()
    about = {**made.about, "params": {**made.about["params"], "packet": {"title": "{{7*7}} <b>x"}}}
    doors = made.doors.assign(
        address=made.doors["address"].str.replace("Street", "<i>Street"),
        unit=made.doors["unit"].replace("10A", ""),  # a door without unit among several
    )
    first = doors.iloc[0]  # one exception stands beside it, the others elsewhere
    exceptions = made.exceptions.assign(
        lon=[None, first["lon"], -121.9, -121.9], lat=[None, first["lat"], 38.2, 38.2]
    )
    return replace(made, about=about, doors=doors, exceptions=exceptions)


@pytest.fixture(scope="session")
def plan_folder(plan, tmp_path_factory):
    """The folder of that plan as `turfcutter cut` leaves it."""
    folder = tmp_path_factory.mktemp("cut")
    write_plan(plan, folder)
    write_exports(plan, folder)
    return folder


@dataclass
class Office:
    """A viewer in memory, its database, and browsers to look at it."""

    settings: Settings
    engine: Engine
    plans: dict[str, str]

    def __post_init__(self):
        self.app = create_viewer(self.settings, self.engine)
        self.app.jinja_env.bytecode_cache = TEMPLATES

    def client(self, name="", app=None, **environment):
        """A browser; of somebody who just logged in where a name is given."""
        made = (app or self.app).test_client()
        made.environ_base = {**made.environ_base, **environment}
        if name:
            with transaction(self.engine) as session:
                account = session.scalar(select(Account).where(Account.name == name))
                token = accounts.begin_visit(session, account, "a browser")
            with made.session_transaction(base_url=f"http://{HOST}") as cookie:
                cookie["_user_id"] = token
        return made

    def pause(self, seconds):
        """Let all visits have been idle."""
        with transaction(self.engine) as session:
            session.execute(update(Visit).values(seen=Visit.seen - seconds))

    def work(self):
        """Do all jobs that wait, as a worker does."""
        Worker(self.engine, self.settings.state).work_off()

    def rows(self, query):
        with transaction(self.engine) as session:
            return [SimpleNamespace(**vars(row)) for row in session.scalars(query)]


def token_of(client) -> str:
    """The CSRF token of this browser's pages."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    return found[1]


def _fill(settings, plan_folder) -> dict[str, str]:
    """Tables with two organizations, three accounts and a plan each; plan ids by organization."""
    engine = open_database(settings.database, settings.state)
    found = {}
    with transaction(engine) as session:
        for organization, letter in (("North", ""), ("South", "s")):
            for name, role in ROLES.items():
                accounts.add_account(session, organization, letter + name, role, PASSWORD)
            found[organization] = library.publish(
                session, settings.state, plan_folder, organization, ""
            )
    engine.dispose()
    return found


def _settings(state, database) -> Settings:
    return Settings(state, database, "k" * 8 + "0123456789abcdef" * 2, frozenset({HOST}))


@pytest.fixture(scope="session")
def sqlite_template(plan_folder, tmp_path_factory):
    state = tmp_path_factory.mktemp("state")
    return state, _fill(_settings(state, sqlite_url(state)), plan_folder)


@pytest.fixture(scope="session")
def postgres_template(postgres, plan_folder, tmp_path_factory):
    state = tmp_path_factory.mktemp("state")
    _run(postgres, "CREATE DATABASE viewer_template TEMPLATE template0")
    return state, _fill(_settings(state, postgres.format("viewer_template")), plan_folder)


def _run(postgres, statement):
    engine = create_engine(postgres.format("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """State folder, URL of a filled database of the test's own, and the ids of its plans."""
    if request.param == "sqlite":
        state, found = request.getfixturevalue("sqlite_template")
        url = f"sqlite+pysqlite:///{tmp_path / 'viewer.sqlite'}"
        shutil.copyfile(state / "viewer.sqlite", tmp_path / "viewer.sqlite")
        yield state, url, found
        return
    postgres = request.getfixturevalue("postgres")
    state, found = request.getfixturevalue("postgres_template")
    name = f"t{abs(hash(request.node.nodeid))}"
    _run(postgres, f"CREATE DATABASE {name} TEMPLATE viewer_template")
    yield state, postgres.format(name), found
    _run(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def office(database):
    yield from _office(*database)


@pytest.fixture
def own_office(database, tmp_path):
    """The same with files of the test's own, which it may delete."""
    state, url, found = database
    shutil.copytree(state / "plans", tmp_path / "state" / "plans")
    yield from _office(tmp_path / "state", url, found)


def _office(state, url, found):
    made = Office(_settings(state, url), open_database(url, state), found)
    yield made
    made.engine.dispose()
