"""The tables are those of the models, and the log only grows, in both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from geodata.errors import InputError
from web import audit
from web.db import open_database, transaction
from web.models import Account, Base, Event, Sight


def test_migrations_lead_to_the_models(office):
    with office.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize(
    "statement",
    [
        update(Event).values(action="nothing"),
        delete(Event),
        update(Sight).values(turf_id="nothing"),
        delete(Sight),
    ],
)
def test_the_log_cannot_be_changed(office, statement):
    with transaction(office.engine) as session:
        audit.note(session, "names shown", session.scalar(select(Account)), voters=1)
    before = office.rows(select(Event).order_by(Event.id))
    assert len(before) > 6
    with pytest.raises(DBAPIError, match="only grows"), transaction(office.engine) as session:
        session.execute(statement)
    after = office.rows(select(Event).order_by(Event.id))
    assert [row.action for row in after] == [row.action for row in before]
    assert len(office.rows(select(Sight))) == 1


def test_what_an_account_saw_is_one_row_a_turf_however_often_it_was_seen(office):
    """So the question costs the same whatever the database knows of the log's length."""
    common = {"at": 1, "organization_id": "o", "action": "names shown", "detail": ""}
    lines = [
        {
            "account_id": f"a{n % 3}",
            "plan_id": f"p{n % 2}",
            "turf_id": f"T{n % 20}",
            "voters": n % 4,
        }
        for n in range(3000)
    ]
    with transaction(office.engine) as session:
        session.execute(insert(Event), [common | line for line in lines])
    expected = {
        (line["account_id"], line["plan_id"], line["turf_id"]) for line in lines if line["voters"]
    }
    rows = office.rows(select(Sight))
    assert {(row.account_id, row.plan_id, row.turf_id) for row in rows} == expected
    assert len(rows) == len(expected) < 100


def test_opening_again_changes_nothing(office):
    before = [row.id for row in office.rows(select(Event).order_by(Event.id))]
    again = open_database(office.settings.database, office.settings.state)
    again.dispose()
    assert [row.id for row in office.rows(select(Event).order_by(Event.id))] == before


def test_sqlite_writes_ahead_and_is_private(tmp_path):
    engine = open_database(f"sqlite+pysqlite:///{tmp_path / 'viewer.sqlite'}", tmp_path)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("viewer.*")}
    engine.dispose()
    assert set(modes.values()) == {0o600}
    assert "viewer.sqlite-wal" in modes


@pytest.mark.parametrize("url", ["mysql://root@localhost/x", "nonsense", "sqlite"])
def test_other_databases_are_refused(url, tmp_path):
    with pytest.raises(InputError) as fault:
        open_database(url, tmp_path)
    assert fault.value.code == "PARAMETER"
