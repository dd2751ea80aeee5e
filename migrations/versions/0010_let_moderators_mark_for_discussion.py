"""Add the verdict that marks a comment for discussion."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OLD = ("approve", "approve_folded", "keep", "unfold", "reject", "spam", "take_down", "reopen")
NEW = (*OLD[:-1], "discuss", OLD[-1])


def upgrade() -> None:
    _change_verdicts(NEW)


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    # 0009 does not know the verdict; the nearest known verdict leaves the comment unchanged too.
    if is_sqlite:
        op.execute("DROP TRIGGER decisions_refuse_update")
    else:
        op.execute("ALTER TABLE decisions DISABLE TRIGGER decisions_refuse_change")
    op.execute("UPDATE decisions SET verdict = 'keep' WHERE verdict = 'discuss'")
    if not is_sqlite:
        op.execute("ALTER TABLE decisions ENABLE TRIGGER decisions_refuse_change")
    op.execute("DELETE FROM comment_reasons WHERE name = 'discussion'")
    _change_verdicts(OLD)


def _change_verdicts(verdicts: tuple[str, ...]) -> None:
    """Change the verdicts that decisions allow; SQLite rebuilds the table."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    name = op.f("ck_decisions_verdict")
    allowed = ", ".join(f"'{verdict}'" for verdict in verdicts)
    last = _last_id() if is_sqlite else None
    with op.batch_alter_table("decisions", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, f"verdict IN ({allowed})")
    if is_sqlite:
        _keep_id_used(last)
        _refuse_changes()


def _last_id() -> int | None:
    query = sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'decisions'")
    return op.get_bind().execute(query).scalar()


def _keep_id_used(last: int | None) -> None:
    """Restore the id counters: a rebuilt table would reuse the ids of deleted rows."""
    if last is not None:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'decisions'")
        query = sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('decisions', :last)")
        op.execute(query.bindparams(last=last))


def _refuse_changes() -> None:
    """Create the triggers again, which were dropped with the old table."""
    for event in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER decisions_refuse_{event.lower()} BEFORE {event} ON decisions"
            " BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END"
        )
    op.execute(
        "CREATE TRIGGER decisions_refuse_replace BEFORE INSERT ON decisions WHEN EXISTS"
        " (SELECT 1 FROM decisions WHERE id = NEW.id OR undoes_id = NEW.undoes_id)"
        " BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END"
    )
