"""Add the picture that other sites show beside a link to a review."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reviews", sa.Column("link_preview", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("reviews", "link_preview")
