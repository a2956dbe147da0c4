"""Whose voters an account saw, turf by turf; the language of accounts; quicker limits."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.String(16)
SEEN = "NEW.voters > 0 AND NEW.account_id <> ''"
ROW = "(account_id, plan_id, turf_id) VALUES (NEW.account_id, NEW.plan_id, NEW.turf_id)"
SQLITE = (
    f"""
    CREATE TRIGGER events_seen AFTER INSERT ON events WHEN {SEEN}
    BEGIN INSERT OR IGNORE INTO sights {ROW}; END
    """,
    *(
        f"""
        CREATE TRIGGER sights_no_{verb} BEFORE {verb} ON sights
        BEGIN SELECT RAISE(ABORT, 'the log only grows'); END
        """
        for verb in ("UPDATE", "DELETE")
    ),
)
POSTGRESQL = (
    f"""
    CREATE FUNCTION events_seen() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO sights {ROW} ON CONFLICT DO NOTHING; RETURN NULL; END $$
    """,
    f"""
    CREATE TRIGGER events_seen AFTER INSERT ON events
    FOR EACH ROW WHEN ({SEEN}) EXECUTE FUNCTION events_seen()
    """,
    """
    CREATE TRIGGER sights_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON sights
    FOR EACH STATEMENT EXECUTE FUNCTION events_only_grow()
    """,
)


def upgrade() -> None:
    """Add what is missing, and fill it from the log."""
    names = ("account_id", "plan_id", "turf_id")
    op.create_table(
        "sights",
        sa.Column("account_id", ID, primary_key=True),
        sa.Column("plan_id", ID, primary_key=True),
        sa.Column("turf_id", sa.String(100), primary_key=True),
    )
    columns = ", ".join(names)
    op.execute(
        f"INSERT INTO sights ({columns}) SELECT DISTINCT {columns} FROM events "
        "WHERE voters > 0 AND account_id <> ''"
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    op.drop_index("ix_events_seen", "events")
    op.create_index("ix_attempts_at", "attempts", ["at"])
    op.add_column(
        "accounts", sa.Column("language", sa.String(10), nullable=False, server_default="")
    )
