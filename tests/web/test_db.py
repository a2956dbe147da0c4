"""The tables are those of the models, and the log only grows, in both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from geodata.errors import InputError
from web.db import open_database, transaction
from web.models import Base, Event


def test_migrations_lead_to_the_models(office):
    with office.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("statement", [update(Event).values(action="nothing"), delete(Event)])
def test_the_log_cannot_be_changed(office, statement):
    before = office.rows(select(Event).order_by(Event.id))
    assert len(before) > 6
    with pytest.raises(DBAPIError, match="only grows"), transaction(office.engine) as session:
        session.execute(statement)
    after = office.rows(select(Event).order_by(Event.id))
    assert [row.action for row in after] == [row.action for row in before]


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
