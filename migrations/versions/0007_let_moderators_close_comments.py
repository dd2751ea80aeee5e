"""Let moderators open and close a review's comments, overriding its file."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In SQL, because SQLite can add a column with its CHECK without rebuilding the table.
    op.execute(
        "ALTER TABLE reviews ADD COLUMN comments_override VARCHAR(20)"
        " CONSTRAINT ck_reviews_comments_override CHECK (comments_override IN ('open', 'closed'))"
    )


def downgrade() -> None:
    # This drops its CHECK too.
    op.drop_column("reviews", "comments_override")
