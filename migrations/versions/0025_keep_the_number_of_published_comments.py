"""Keep the number of published comments of each review.

Triggers keep it, so the code before it keeps it too. A migration that rebuilds `comments` on SQLite
drops the triggers and has to create them again.

The code before it works on the new tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

INDEXED = ["review_id", "status", "submitted_at", "id"]
EVENTS = {"insert": "NEW TABLE AS new_rows", "delete": "OLD TABLE AS old_rows"}
EVENTS["update"] = " ".join(EVENTS.values())

ADD_ON_SQLITE = """
    INSERT INTO comment_counts (review_id, published_count, top_level_count)
    SELECT NEW.review_id, 0, 0
    WHERE NOT EXISTS (SELECT 1 FROM comment_counts WHERE review_id = NEW.review_id);
    UPDATE comment_counts
    SET published_count = published_count + 1,
        top_level_count = top_level_count + (NEW.parent_id IS NULL)
    WHERE review_id = NEW.review_id;
"""
SUBTRACT_ON_SQLITE = """
    UPDATE comment_counts
    SET published_count = published_count - 1,
        top_level_count = top_level_count - (OLD.parent_id IS NULL)
    WHERE review_id = OLD.review_id;
"""
ON_SQLITE = {
    "insert": ("INSERT", "NEW.status = 'published'", ADD_ON_SQLITE),
    "publish": (
        "UPDATE OF status",
        "NEW.status = 'published' AND OLD.status <> 'published'",
        ADD_ON_SQLITE,
    ),
    "unpublish": (
        "UPDATE OF status",
        "NEW.status <> 'published' AND OLD.status = 'published'",
        SUBTRACT_ON_SQLITE,
    ),
    "delete": ("DELETE", "OLD.status = 'published'", SUBTRACT_ON_SQLITE),
}

SUMS = """
    SELECT review_id, sum(step) AS published_count,
        coalesce(sum(step) FILTER (WHERE parent_id IS NULL), 0) AS top_level_count
    FROM ({rows}) AS steps GROUP BY review_id
"""
# Rows are locked in the order of their ids, so that two bulks cannot wait for each other.
CHANGE_ON_POSTGRESQL = """
    INSERT INTO comment_counts AS kept (review_id, published_count, top_level_count)
    SELECT * FROM ({sums}) AS sums
    WHERE published_count <> 0 OR top_level_count <> 0 ORDER BY review_id
    ON CONFLICT (review_id) DO UPDATE
    SET published_count = kept.published_count + excluded.published_count,
        top_level_count = kept.top_level_count + excluded.top_level_count;
"""
ADDED = "SELECT review_id, parent_id, 1 AS step FROM new_rows WHERE status = 'published'"
GONE = "SELECT review_id, parent_id, -1 AS step FROM old_rows WHERE status = 'published'"
CHANGED = f"{ADDED} UNION ALL {GONE}"
# The review may be gone too, so nothing is inserted.
DELETE_ON_POSTGRESQL = """
    PERFORM 1 FROM comment_counts
    WHERE review_id IN (SELECT review_id FROM old_rows WHERE status = 'published')
    ORDER BY review_id FOR UPDATE;
    UPDATE comment_counts AS kept
    SET published_count = kept.published_count + gone.published_count,
        top_level_count = kept.top_level_count + gone.top_level_count
    FROM ({sums}) AS gone WHERE gone.review_id = kept.review_id;
"""
ON_POSTGRESQL = f"""
CREATE FUNCTION count_published_comments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'INSERT' THEN {CHANGE_ON_POSTGRESQL.format(sums=SUMS.format(rows=ADDED))}
ELSIF TG_OP = 'UPDATE' THEN {CHANGE_ON_POSTGRESQL.format(sums=SUMS.format(rows=CHANGED))}
ELSE {DELETE_ON_POSTGRESQL.format(sums=SUMS.format(rows=GONE))}
END IF;
RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "comment_counts",
        sa.Column(
            "review_id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("published_count", sa.Integer, nullable=False),
        sa.Column("top_level_count", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["reviews.id"],
            name=op.f("fk_comment_counts_review_id_reviews"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_comment_counts")),
    )
    # First, so that on PostgreSQL no comment changes between the count and the triggers.
    if op.get_bind().dialect.name == "sqlite":
        for name, (event, rule, change) in ON_SQLITE.items():
            op.execute(
                f"CREATE TRIGGER comments_counted_{name} AFTER {event} ON comments WHEN {rule}"
                f" BEGIN {change} END"
            )
    else:
        op.execute(ON_POSTGRESQL)
        for event, rows in EVENTS.items():
            op.execute(
                f"CREATE TRIGGER comments_counted_{event} AFTER {event} ON comments"
                f" REFERENCING {rows} FOR EACH STATEMENT"
                " EXECUTE FUNCTION count_published_comments()"
            )
    counted = "SELECT count(*) FROM comments WHERE review_id = reviews.id AND status = 'published'"
    op.execute(
        "INSERT INTO comment_counts"  # noqa: S608  # Constants.
        " (review_id, published_count, top_level_count)"
        f" SELECT id, ({counted}), ({counted} AND parent_id IS NULL) FROM reviews"
    )

    _build_index([*INDEXED, "parent_id"])


def _build_index(columns: list[str]) -> None:
    """Build the index of first comments again; with all columns of its rule it covers queries."""
    op.drop_index("ix_comments_beginnings", "comments")
    rule = sa.text("parent_id IS NULL")
    op.create_index(
        "ix_comments_beginnings", "comments", columns, sqlite_where=rule, postgresql_where=rule
    )


def downgrade() -> None:
    _build_index(INDEXED)
    if op.get_bind().dialect.name == "sqlite":
        for name in ON_SQLITE:
            op.execute(f"DROP TRIGGER comments_counted_{name}")
    else:
        for event in EVENTS:
            op.execute(f"DROP TRIGGER comments_counted_{event} ON comments")
        op.execute("DROP FUNCTION count_published_comments()")
    op.drop_table("comment_counts")
