"""Keep how far from UTC the clock of a review's writer was, so that pages show the writer's day."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = ("published_offset", "updated_offset")


def upgrade() -> None:
    # In SQL, because SQLite takes a column with its CHECK in place, without making the table anew.
    for column in COLUMNS:
        op.execute(
            f"ALTER TABLE reviews ADD COLUMN {column} INTEGER"
            f" CONSTRAINT ck_reviews_{column}_range CHECK ({column} BETWEEN -1439 AND 1439)"
        )


def downgrade() -> None:
    # Their CHECKs go with them.
    for column in COLUMNS:
        op.drop_column("reviews", column)
