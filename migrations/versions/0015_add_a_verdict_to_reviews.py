"""Add the lines "Watch if" and "Skip if" to reviews."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COLUMNS = ("watch_if", "skip_if")


def upgrade() -> None:
    # In SQL, because SQLite can add a column with its CHECK without rebuilding the table.
    for name in COLUMNS:
        op.execute(
            f"ALTER TABLE reviews ADD COLUMN {name} VARCHAR"
            f" CONSTRAINT ck_reviews_{name}_length CHECK (length({name}) BETWEEN 1 AND 200)"
        )


def downgrade() -> None:
    # This drops their CHECKs too.
    for name in reversed(COLUMNS):
        op.drop_column("reviews", name)
