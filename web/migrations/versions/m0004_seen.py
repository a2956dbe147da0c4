"""What an account saw is read from one index of the log."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Change the index."""
    op.create_index("ix_events_seen", "events", ["account_id", "plan_id", "turf_id", "voters"])
    op.drop_index("ix_events_account_id", "events")
