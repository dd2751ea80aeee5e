"""Add replies between readers; let readers edit and withdraw their comments."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OLD_STATUSES = "'pending', 'published', 'rejected', 'spam', 'removed'"
STATUSES = f"{OLD_STATUSES}, 'withdrawn'"
OLD_VERDICTS = "'approve', 'approve_folded', 'unfold', 'reject', 'spam', 'take_down', 'reopen'"
VERDICTS = "'approve', 'approve_folded', 'keep', 'unfold', 'reject', 'spam', 'take_down', 'reopen'"
BEGINS = sa.text("parent_id IS NULL")
LEAVES_GAP = sa.text("has_answers AND status <> 'published'")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    last_ids = _last_ids() if is_sqlite else {}
    op.drop_index(op.f("ix_comments_parent_id"), "comments")
    with op.batch_alter_table("comments", table_kwargs={"sqlite_autoincrement": True}) as table:
        for name in ("edited_at", "withdrawn_at"):
            table.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("in_reply_to_id", sa.Integer(), nullable=True))
        for name in ("has_answers", "is_blank", "wants_answers"):
            table.add_column(
                sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
            )
        table.drop_constraint(op.f("ck_comments_status"), type_="check")
        table.create_check_constraint(op.f("ck_comments_status"), f"status IN ({STATUSES})")
        table.create_foreign_key(
            op.f("fk_comments_in_reply_to_id_comments"), "comments", ["in_reply_to_id"], ["id"],
            ondelete="SET NULL",
        )  # fmt: skip
    op.execute("UPDATE comments SET in_reply_to_id = parent_id WHERE parent_id IS NOT NULL")
    op.execute(
        "UPDATE comments SET has_answers = true WHERE id IN"
        " (SELECT parent_id FROM comments WHERE parent_id IS NOT NULL)"
    )
    with op.batch_alter_table("comments", table_kwargs={"sqlite_autoincrement": True}) as table:
        for name in ("has_answers", "is_blank", "wants_answers"):
            table.alter_column(name, existing_type=sa.Boolean(), server_default=None)
        table.create_check_constraint(
            op.f("ck_comments_reply_has_parent"),
            "in_reply_to_id IS NULL OR parent_id IS NOT NULL",
        )
        table.create_check_constraint(
            op.f("ck_comments_withdrawn_has_moment"),
            "(status = 'withdrawn') = (withdrawn_at IS NOT NULL)",
        )
        table.create_check_constraint(
            op.f("ck_comments_blank_is_removed"), "NOT is_blank OR status = 'removed'"
        )
    op.create_index(
        op.f("ix_comments_parent_id_status_submitted_at_id"), "comments",
        ["parent_id", "status", "submitted_at", "id"],
    )  # fmt: skip
    op.create_index(op.f("ix_comments_in_reply_to_id"), "comments", ["in_reply_to_id"])
    op.create_index(
        "ix_comments_beginnings", "comments", ["review_id", "status", "submitted_at", "id"],
        sqlite_where=BEGINS, postgresql_where=BEGINS,
    )  # fmt: skip
    op.create_index(
        "ix_comments_gaps", "comments", ["review_id", "submitted_at", "id"],
        sqlite_where=LEAVES_GAP, postgresql_where=LEAVES_GAP,
    )  # fmt: skip
    _change_decisions(STATUSES, VERDICTS)

    op.create_table(
        "comment_revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("is_folded", sa.Boolean(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "applied", "declined",
                name="state", native_enum=False, create_constraint=True, length=20,
            ),
            nullable=False,
        ),
        sa.Column("decided_version", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "length(author_name) BETWEEN 1 AND 80", name=op.f("ck_comment_revisions_name_length")
        ),
        sa.CheckConstraint(
            "length(body) BETWEEN 2 AND 5000", name=op.f("ck_comment_revisions_body_length")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_version IS NULL)",
            name=op.f("ck_comment_revisions_decided_has_version"),
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"],
            name=op.f("fk_comment_revisions_comment_id_comments"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_revisions")),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index(
        op.f("ix_comment_revisions_comment_id_id"), "comment_revisions", ["comment_id", "id"]
    )
    op.create_index(
        "ix_comment_revisions_waiting", "comment_revisions", ["comment_id"], unique=True,
        sqlite_where=WAITING, postgresql_where=WAITING,
    )  # fmt: skip
    if is_sqlite:
        _keep_ids_used(last_ids)


def _change_decisions(statuses: str, verdicts: str) -> None:
    """Change the statuses and verdicts that decisions allow; SQLite rebuilds the table."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("decisions", table_kwargs={"sqlite_autoincrement": True}) as table:
        for name, allowed in (
            ("verdict", verdicts), ("from_status", statuses), ("to_status", statuses)
        ):  # fmt: skip
            table.drop_constraint(op.f(f"ck_decisions_{name}"), type_="check")
            table.create_check_constraint(op.f(f"ck_decisions_{name}"), f"{name} IN ({allowed})")
    if is_sqlite:  # Rebuilding the table dropped the triggers.
        _refuse_changes()


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


def _last_ids() -> dict[str, int]:
    rows = op.get_bind().execute(sa.text("SELECT name, seq FROM sqlite_sequence"))
    return {row[0]: row[1] for row in rows}


def _keep_ids_used(last_ids: dict[str, int]) -> None:
    """Restore the id counters: a rebuilt table would reuse the ids of deleted rows."""
    for name in ("comments", "decisions"):
        if name in last_ids:
            op.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :n").bindparams(n=name))
            op.execute(
                sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:n, :s)").bindparams(
                    n=name, s=last_ids[name]
                )
            )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    last_ids = _last_ids() if is_sqlite else {}
    op.drop_index("ix_comment_revisions_waiting", "comment_revisions")
    op.drop_index(op.f("ix_comment_revisions_comment_id_id"), "comment_revisions")
    op.drop_table("comment_revisions")

    # Values that 0003 does not know become the nearest known value.
    for trigger in ("update", "delete", "replace") if is_sqlite else ():
        op.execute(f"DROP TRIGGER decisions_refuse_{trigger}")
    if not is_sqlite:
        op.execute("ALTER TABLE decisions DISABLE TRIGGER decisions_refuse_change")
    op.execute("UPDATE decisions SET verdict = 'approve' WHERE verdict = 'keep'")
    op.execute("UPDATE decisions SET from_status = 'removed' WHERE from_status = 'withdrawn'")
    op.execute("UPDATE decisions SET to_status = 'removed' WHERE to_status = 'withdrawn'")
    if not is_sqlite:
        op.execute("ALTER TABLE decisions ENABLE TRIGGER decisions_refuse_change")
    _change_decisions(OLD_STATUSES, OLD_VERDICTS)

    op.drop_index("ix_comments_gaps", "comments")
    op.drop_index("ix_comments_beginnings", "comments")
    op.drop_index(op.f("ix_comments_in_reply_to_id"), "comments")
    op.drop_index(op.f("ix_comments_parent_id_status_submitted_at_id"), "comments")
    with op.batch_alter_table("comments", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f("ck_comments_blank_is_removed"), type_="check")
        table.drop_constraint(op.f("ck_comments_withdrawn_has_moment"), type_="check")
        table.drop_constraint(op.f("ck_comments_reply_has_parent"), type_="check")
        table.drop_constraint(op.f("ck_comments_status"), type_="check")
    op.execute("UPDATE comments SET status = 'removed' WHERE status = 'withdrawn'")
    with op.batch_alter_table("comments", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.create_check_constraint(op.f("ck_comments_status"), f"status IN ({OLD_STATUSES})")
        table.drop_constraint(op.f("fk_comments_in_reply_to_id_comments"), type_="foreignkey")
        for name in (
            *("wants_answers", "is_blank", "has_answers"),
            *("in_reply_to_id", "withdrawn_at", "edited_at"),
        ):
            table.drop_column(name)
    op.create_index(op.f("ix_comments_parent_id"), "comments", ["parent_id"])
    if is_sqlite:
        _keep_ids_used(last_ids)
