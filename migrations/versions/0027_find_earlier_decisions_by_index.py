"""Let SQLite use its indexes after ANALYZE: for earlier rows of the log, and for second owners.

The trigger that forbids to replace a row asked for both keys with OR, and SQLite read the whole log
for it, at each decision. Nearly no comment has a second owner, which made the index of these look
useless. The code before it works on the new tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TOGETHER = "EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id OR undoes_id = NEW.undoes_id)"
APART = (
    "EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id)"
    " OR EXISTS (SELECT 1 FROM decisions WHERE undoes_id = NEW.undoes_id)"
)


def upgrade() -> None:
    _refuse_replacing(APART)
    op.drop_index(op.f("ix_comments_resent_owner_hash"), "comments")
    has_second = sa.text("resent_owner_hash IS NOT NULL")
    op.create_index(
        op.f("ix_comments_resent_owner_hash"),
        "comments",
        ["resent_owner_hash"],
        sqlite_where=has_second,
        postgresql_where=has_second,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_comments_resent_owner_hash"), "comments")
    op.create_index(op.f("ix_comments_resent_owner_hash"), "comments", ["resent_owner_hash"])
    _refuse_replacing(TOGETHER)


def _refuse_replacing(is_there: str) -> None:
    """Create the trigger again; PostgreSQL replaces no row, and has none."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("DROP TRIGGER decisions_refuse_replace")
    op.execute(
        f"CREATE TRIGGER decisions_refuse_replace BEFORE INSERT ON decisions WHEN {is_there}"
        " BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END"
    )
