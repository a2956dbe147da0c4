"""Organizations, accounts, visits, plans, printings, and a log that only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.String(16)
TEXT = sa.String(200)

SQLITE = """
CREATE TRIGGER events_no_{verb} BEFORE {verb} ON events
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END
"""
POSTGRESQL = (
    """
    CREATE FUNCTION events_only_grow() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the log only grows'; END $$
    """,
    """
    CREATE TRIGGER events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_only_grow()
    """,
)


def upgrade() -> None:
    """From nothing."""
    _people()
    _plans()
    op.create_table(
        "events",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("organization_id", ID, nullable=False),
        sa.Column("account_id", ID, nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("turf_id", sa.String(100), nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("voters", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_events_account_id", "events", ["account_id"])
    op.create_index("ix_events_organization_at", "events", ["organization_id", "at"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(verb=verb))
    else:
        for statement in POSTGRESQL:
            op.execute(statement)


def _people() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", TEXT, nullable=False, unique=True),
    )
    op.create_table(
        "accounts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("organization_id", ID, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("name", TEXT, nullable=False, unique=True),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
    )
    op.create_index("ix_accounts_organization_id", "accounts", ["organization_id"])
    op.create_table(
        "visits",
        sa.Column("id", ID, primary_key=True),
        sa.Column("account_id", ID, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
        sa.Column("browser", TEXT, nullable=False),
        sa.Column("began", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("confirmed", sa.Boolean, nullable=False),
        sa.Column("open", sa.Boolean, nullable=False),
    )
    op.create_index("ix_visits_account_id", "visits", ["account_id"])
    op.create_table(
        "attempts",
        sa.Column("id", ID, primary_key=True),
        sa.Column("whose", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_attempts_whose_at", "attempts", ["whose", "at"])


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", ID, primary_key=True),
        sa.Column("organization_id", ID, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("published", sa.BigInteger, nullable=False),
        sa.Column("turfs", sa.BigInteger, nullable=False),
        sa.Column("doors", sa.BigInteger, nullable=False),
        sa.Column("voters", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_plans_organization_id", "plans", ["organization_id"])
    op.create_table(
        "printings",
        sa.Column("id", ID, primary_key=True),
        sa.Column("plan_id", ID, sa.ForeignKey("plans.id"), nullable=False),
        sa.Column("account_id", ID, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("turf_id", sa.String(100), nullable=False),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_printings_plan_id", "printings", ["plan_id"])
