"""Let SQLite find replies by their index after ANALYZE, on a site that has none.

It counted the NULL of all other comments as one value that finds everything, and read all comments
of a status instead. The code before it works on the new tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_comments_in_reply_to_id"), "comments")
    is_reply = sa.text("in_reply_to_id IS NOT NULL")
    op.create_index(
        op.f("ix_comments_in_reply_to_id"),
        "comments",
        ["in_reply_to_id"],
        sqlite_where=is_reply,
        postgresql_where=is_reply,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_comments_in_reply_to_id"), "comments")
    op.create_index(op.f("ix_comments_in_reply_to_id"), "comments", ["in_reply_to_id"])
