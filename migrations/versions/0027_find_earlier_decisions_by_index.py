"""Let SQLite look for an earlier row of the log by its indexes, whatever it knows of them.

The trigger that forbids to replace a row asked for both keys with OR. After ANALYZE, SQLite read
the whole log for it, at each decision. The code before it works on the new tables.
"""

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


def downgrade() -> None:
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
