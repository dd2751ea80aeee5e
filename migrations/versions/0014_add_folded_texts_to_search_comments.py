"""Add folded texts of comments for the search, and indexes for the queue.

Folding ignores case, accents, width and typographic signs, which the two databases do differently
or not at all. The texts are folded by the code that is installed, in batches of a thousand.
"""

import sqlalchemy as sa
from alembic import op

from blog.text.folding import fold_for_search

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# The new columns, by the column whose folded text they have.
FOLDED = {"author_name": "folded_name", "author_email": "folded_email", "body": "folded_body"}
BATCH = 1000
WAITS_AGAIN = sa.text("waiting_since IS NOT NULL AND status <> 'pending'")
COMMENTS = sa.table("comments", *(sa.column(name) for name in ("id", *FOLDED, *FOLDED.values())))


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # Lifts the limit of 15 seconds per statement, as a large table takes longer.
        op.execute("SET LOCAL statement_timeout = 0")
    for column in FOLDED.values():
        op.add_column("comments", sa.Column(column, sa.String(), nullable=True))
    last = 0
    while rows := _read_batch(last):
        _fold(rows)
        last = rows[-1].id
    op.create_index(
        op.f("ix_comments_submitted_at_id"), "comments", ["submitted_at", "id"], unique=False
    )
    op.create_index(
        "ix_comments_waits_again",
        "comments",
        ["waiting_since", "id"],
        unique=False,
        sqlite_where=WAITS_AGAIN,
        postgresql_where=WAITS_AGAIN,
    )


def downgrade() -> None:
    op.drop_index("ix_comments_waits_again", "comments")
    op.drop_index(op.f("ix_comments_submitted_at_id"), "comments")
    for column in FOLDED.values():
        op.drop_column("comments", column)


def _read_batch(last: int) -> list[sa.Row]:
    columns = [COMMENTS.c[name] for name in ("id", *FOLDED)]
    query = sa.select(*columns).where(COMMENTS.c.id > last).order_by(COMMENTS.c.id).limit(BATCH)
    return list(op.get_bind().execute(query))


def _fold(rows: list[sa.Row]) -> None:
    changed = sa.update(COMMENTS).where(COMMENTS.c.id == sa.bindparam("number"))
    changed = changed.values({name: sa.bindparam(f"new_{name}") for name in FOLDED.values()})
    op.get_bind().execute(
        changed,
        [
            {"number": row.id}
            | {
                f"new_{folded}": text and fold_for_search(text)
                for name, folded in FOLDED.items()
                for text in [getattr(row, name)]
            }
            for row in rows
        ],
    )
