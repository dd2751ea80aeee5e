"""Keep when a deleted review was published, so that it can be brought back."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    time = sa.DateTime(timezone=True)
    op.add_column("drafts", sa.Column("deleted_published_at", time, nullable=True))


def downgrade() -> None:
    op.drop_column("drafts", "deleted_published_at")
