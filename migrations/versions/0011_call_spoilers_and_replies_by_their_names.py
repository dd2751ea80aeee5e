"""Rename columns, tables and values to spoiler, reply, fingerprint and notice.

All changes are made in one transaction. SQLite rebuilds `decisions` because of its CHECK, and both
databases copy the table of fingerprints. No other data changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Table, old name, new name.
COLUMNS = (
    ("comments", "is_folded", "is_spoiler"),
    ("comments", "has_answers", "has_replies"),
    ("comments", "wants_answers", "wants_replies"),
    ("comment_revisions", "is_folded", "is_spoiler"),
    ("decisions", "from_folded", "from_spoiler"),
    ("decisions", "is_told", "shares_reason"),
)
# Old and new name, in the order of the CHECK; None means that the name is unchanged.
VERDICTS = {
    "approve": None, "approve_folded": "approve_spoiler", "keep": None, "unfold": "not_spoiler",
    "reject": None, "spam": None, "take_down": None, "discuss": None, "reopen": None,
}  # fmt: skip
# Old and new kind of outbox messages; their keys begin with the kind.
NOTICES = {"outcome": "decision", "answer": "reply"}
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table, old, new in COLUMNS:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    _rename_verdicts({old: new or old for old, new in VERDICTS.items()})
    _rename_notices(NOTICES)
    _move_fingerprints("comment_prints", "comment_fingerprints")


def downgrade() -> None:
    _move_fingerprints("comment_fingerprints", "comment_prints")
    _rename_notices({new: old for old, new in NOTICES.items()})
    _rename_verdicts({new or old: old for old, new in VERDICTS.items()})
    for table, old, new in COLUMNS:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {new} TO {old}")


def _rename_notices(names: dict[str, str]) -> None:
    for old, new in names.items():
        query = sa.text(
            "UPDATE outbox_messages SET kind = :new, key = :new || substr(key, :rest)"
            " WHERE kind = :old"
        )
        op.execute(query.bindparams(new=new, old=old, rest=len(old) + 1))


def _move_fingerprints(old: str, new: str) -> None:
    """Copy a table to a new name, so that its index and constraints get the new name too."""
    if op.get_bind().dialect.name == "postgresql":
        # Lifts the limit of 15 seconds per statement, as a large table takes longer.
        op.execute("SET LOCAL statement_timeout = 0")
    op.create_table(
        new,
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("comment_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"],
            name=op.f(f"fk_{new}_comment_id_comments"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("value", "comment_id", name=op.f(f"pk_{new}")),
    )  # fmt: skip
    names = ["value", "comment_id"]
    source, target = (sa.table(name, *map(sa.column, names)) for name in (old, new))
    op.execute(target.insert().from_select(names, sa.select(source)))
    op.drop_table(old)
    op.create_index(op.f(f"ix_{new}_comment_id"), new, ["comment_id"])


def _rename_verdicts(names: dict[str, str]) -> None:
    """Rename values in the log of decisions, whose triggers are off while this runs."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    last_id = _read_last_id() if is_sqlite else None
    if is_sqlite:
        for event in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER decisions_refuse_{event}")
    else:
        op.execute("ALTER TABLE decisions DISABLE TRIGGER decisions_refuse_change")
    check = op.f("ck_decisions_verdict")
    with op.batch_alter_table("decisions", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(check, type_="check")
    for old, new in names.items():
        query = sa.text("UPDATE decisions SET verdict = :new WHERE verdict = :old")
        op.execute(query.bindparams(new=new, old=old))
    allowed = ", ".join(f"'{verdict}'" for verdict in names.values())
    with op.batch_alter_table("decisions", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.create_check_constraint(check, f"verdict IN ({allowed})")
    if is_sqlite:
        _write_last_id(last_id)
        _refuse_changes()
    else:
        op.execute("ALTER TABLE decisions ENABLE TRIGGER decisions_refuse_change")


def _read_last_id() -> int | None:
    query = sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'decisions'")
    return op.get_bind().execute(query).scalar()


def _write_last_id(last_id: int | None) -> None:
    """Restore the id counters: a rebuilt table would reuse the ids of deleted rows."""
    if last_id is not None:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'decisions'")
        query = sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('decisions', :last_id)")
        op.execute(query.bindparams(last_id=last_id))


def _refuse_changes() -> None:
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
