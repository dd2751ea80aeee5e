"""Let moderators close and open a review's comments, above what its file says."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In SQL, because SQLite takes a column with its CHECK in place, without making the table anew.
    op.execute(
        "ALTER TABLE reviews ADD COLUMN comments_override VARCHAR(20)"
        " CONSTRAINT ck_reviews_comments_override CHECK (comments_override IN ('open', 'closed'))"
    )


def downgrade() -> None:
    # Its CHECK goes with it.
    op.drop_column("reviews", "comments_override")
