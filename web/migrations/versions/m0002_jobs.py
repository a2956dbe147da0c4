"""Jobs in the background, uploaded files, and lists that a job printed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.String(16)
TEXT = sa.String(200)


def upgrade() -> None:
    """Two tables more, and where a list was printed."""
    op.create_table(
        "uploads",
        sa.Column("id", ID, primary_key=True),
        sa.Column("organization_id", ID, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("account_id", ID, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_uploads_organization_id", "uploads", ["organization_id"])
    op.create_table(
        "jobs",
        sa.Column("id", ID, primary_key=True),
        sa.Column("organization_id", ID, sa.ForeignKey("organizations.id"), nullable=False),
        sa.Column("account_id", ID, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("lane", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("stop", sa.Boolean, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("tries", sa.BigInteger, nullable=False),
        sa.Column("queued", sa.BigInteger, nullable=False),
        sa.Column("begun", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_jobs_organization_id", "jobs", ["organization_id"])
    op.create_index("ix_jobs_plan_id", "jobs", ["plan_id"])
    op.create_index("ix_jobs_lane_state", "jobs", ["lane", "state"])
    with op.batch_alter_table("printings") as table:
        table.add_column(sa.Column("job_id", ID, nullable=False, server_default=""))
        table.add_column(sa.Column("name", sa.String(110), nullable=False, server_default=""))
        table.create_index("ix_printings_job_id", ["job_id"])
