"""Add the time zone and the byline of accounts, and when a moderator saved a reviewer."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# The columns of accounts and their greatest lengths.
LENGTHS = {"time_zone": 64, "byline": 120}


def upgrade() -> None:
    # In SQL, because SQLite can add a column with its CHECK without rebuilding the table.
    for name, most in LENGTHS.items():
        op.execute(
            f"ALTER TABLE moderators ADD COLUMN {name} VARCHAR"
            f" CONSTRAINT ck_moderators_{name}_length CHECK (length({name}) BETWEEN 1 AND {most})"
        )
    op.add_column("reviewers", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("reviewers", "edited_at")
    # This drops their CHECKs too.
    for name in reversed(LENGTHS):
        op.drop_column("moderators", name)
