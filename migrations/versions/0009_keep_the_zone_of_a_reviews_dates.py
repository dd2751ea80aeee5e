"""Store the UTC offset of a review's dates, so that pages show dates as the reviewer wrote them."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = ("published_offset", "updated_offset")


def upgrade() -> None:
    # In SQL, because SQLite can add a column with its CHECK without rebuilding the table.
    for column in COLUMNS:
        op.execute(
            f"ALTER TABLE reviews ADD COLUMN {column} INTEGER"
            f" CONSTRAINT ck_reviews_{column}_range CHECK ({column} BETWEEN -1439 AND 1439)"
        )


def downgrade() -> None:
    # This drops their CHECKs too.
    for column in COLUMNS:
        op.drop_column("reviews", column)
