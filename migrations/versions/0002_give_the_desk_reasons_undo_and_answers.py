"""Add spoilers, replies, reasons, fingerprints, reports and undo; make decisions append-only."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WAITS = sa.text("waiting_since IS NOT NULL")
OLD_STATUSES = "'pending', 'published', 'rejected', 'spam'"
STATUSES = f"{OLD_STATUSES}, 'removed'"
OLD_VERDICTS = "'approve', 'reject', 'spam'"
VERDICTS = "'approve', 'approve_folded', 'unfold', 'reject', 'spam', 'take_down', 'reopen'"


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    last_ids = _last_ids() if is_sqlite else {}
    with op.batch_alter_table("comments", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True))
        table.add_column(
            sa.Column("is_folded", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("moderator_id", sa.Integer(), nullable=True))
        table.add_column(
            sa.Column("wants_notice", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("copies_key", sa.String(), nullable=True))
        table.drop_constraint(op.f("ck_comments_status"), type_="check")
        table.create_check_constraint(op.f("ck_comments_status"), f"status IN ({STATUSES})")
        table.create_foreign_key(
            op.f("fk_comments_parent_id_comments"), "comments", ["parent_id"], ["id"],
            ondelete="CASCADE",
        )  # fmt: skip
        table.create_foreign_key(
            op.f("fk_comments_moderator_id_moderators"), "moderators", ["moderator_id"], ["id"]
        )
        table.create_check_constraint(
            op.f("ck_comments_answer_has_parent"),
            "moderator_id IS NULL OR parent_id IS NOT NULL",
        )
    op.execute("UPDATE comments SET waiting_since = submitted_at WHERE status = 'pending'")
    with op.batch_alter_table("comments", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("is_folded", existing_type=sa.Boolean(), server_default=None)
        table.alter_column("wants_notice", existing_type=sa.Boolean(), server_default=None)
        table.create_check_constraint(
            op.f("ck_comments_pending_waits"), "status <> 'pending' OR waiting_since IS NOT NULL"
        )
        table.create_check_constraint(
            op.f("ck_comments_decided_waits_not"),
            "waiting_since IS NULL OR status IN ('pending', 'published')",
        )
    for columns in (
        ["waiting_since", "id"],
        ["review_id", "waiting_since", "id"],
        ["client_name"],
        ["copies_key", "waiting_since", "id"],
    ):
        op.create_index(
            op.f(f"ix_comments_{'_'.join(columns)}"), "comments", columns,
            sqlite_where=WAITS, postgresql_where=WAITS,
        )  # fmt: skip
    op.create_index(op.f("ix_comments_copies_key_id"), "comments", ["copies_key", "id"])
    op.create_index(op.f("ix_comments_parent_id"), "comments", ["parent_id"])
    op.create_index(op.f("ix_comments_owner_hash_status"), "comments", ["owner_hash", "status"])

    with op.batch_alter_table("decisions", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("reason", sa.String(), nullable=True))
        table.add_column(
            sa.Column("is_told", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("bulk_key", sa.String(), nullable=True))
        table.add_column(
            sa.Column("from_folded", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("from_waiting_since", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("undoes_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("waited_seconds", sa.Integer(), nullable=True))
        for name, allowed in (
            ("verdict", VERDICTS), ("from_status", STATUSES), ("to_status", STATUSES)
        ):  # fmt: skip
            table.drop_constraint(op.f(f"ck_decisions_{name}"), type_="check")
            table.create_check_constraint(op.f(f"ck_decisions_{name}"), f"{name} IN ({allowed})")
        table.create_check_constraint(
            op.f("ck_decisions_reason_length"), "length(reason) BETWEEN 1 AND 500"
        )
        table.create_check_constraint(
            op.f("ck_decisions_reopen_undoes_something"),
            "(verdict = 'reopen') = (undoes_id IS NOT NULL)",
        )
        table.create_foreign_key(
            op.f("fk_decisions_undoes_id_decisions"), "decisions", ["undoes_id"], ["id"]
        )
        table.create_unique_constraint(op.f("uq_decisions_undoes_id"), ["undoes_id"])
    op.execute(
        "UPDATE decisions SET from_waiting_since = (SELECT submitted_at FROM comments"
        " WHERE comments.id = decisions.comment_id) WHERE from_status = 'pending'"
    )
    with op.batch_alter_table("decisions", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("is_told", existing_type=sa.Boolean(), server_default=None)
        table.alter_column("from_folded", existing_type=sa.Boolean(), server_default=None)
    op.create_index(op.f("ix_decisions_moderator_id_id"), "decisions", ["moderator_id", "id"])
    op.create_index(op.f("ix_decisions_bulk_key"), "decisions", ["bulk_key"])

    op.create_table(
        "comment_reasons",
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_comment_reasons_comment_id_comments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", "name", name=op.f("pk_comment_reasons")),
    )
    op.create_index(
        op.f("ix_comment_reasons_name_comment_id"), "comment_reasons", ["name", "comment_id"]
    )
    op.create_table(
        "comment_prints",
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_comment_prints_comment_id_comments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("value", "comment_id", name=op.f("pk_comment_prints")),
    )
    op.create_index(op.f("ix_comment_prints_comment_id"), "comment_prints", ["comment_id"])
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "spoiler", "insult", "advert", "private", "other",
                name="kind", native_enum=False, create_constraint=True, length=20,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_name", sa.String(), nullable=True),
        sa.CheckConstraint(
            "length(words) BETWEEN 1 AND 1000", name=op.f("ck_reports_words_length")
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_reports_comment_id_comments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index(op.f("ix_reports_comment_id_id"), "reports", ["comment_id", "id"])
    if is_sqlite:
        _keep_ids_used(last_ids)
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER decisions_refuse_{event.lower()} BEFORE {event} ON decisions"
                " BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END"
            )
        # REPLACE deletes a row without firing the trigger above.
        op.execute(
            "CREATE TRIGGER decisions_refuse_replace BEFORE INSERT ON decisions WHEN EXISTS"
            " (SELECT 1 FROM decisions WHERE id = NEW.id OR undoes_id = NEW.undoes_id)"
            " BEGIN SELECT RAISE(ABORT, 'decisions are only ever added'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION refuse_change_of_decisions() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION 'decisions are only ever added'; END $$"
        )
        op.execute(
            "CREATE TRIGGER decisions_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE"
            " ON decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_decisions()"
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
    if is_sqlite:
        op.execute("DROP TRIGGER decisions_refuse_update")
        op.execute("DROP TRIGGER decisions_refuse_delete")
        op.execute("DROP TRIGGER decisions_refuse_replace")
    else:
        op.execute("DROP TRIGGER decisions_refuse_change ON decisions")
        op.execute("DROP FUNCTION refuse_change_of_decisions()")
    op.drop_index(op.f("ix_reports_comment_id_id"), "reports")
    op.drop_table("reports")
    op.drop_index(op.f("ix_comment_prints_comment_id"), "comment_prints")
    op.drop_table("comment_prints")
    op.drop_index(op.f("ix_comment_reasons_name_comment_id"), "comment_reasons")
    op.drop_table("comment_reasons")

    # 0001 does not know these values; each becomes the nearest known one, and undos a rejection.
    op.execute("UPDATE decisions SET undoes_id = NULL, verdict = 'reject' WHERE verdict = 'reopen'")
    op.execute("UPDATE decisions SET verdict = 'reject' WHERE verdict = 'take_down'")
    op.execute(
        "UPDATE decisions SET verdict = 'approve' WHERE verdict IN ('approve_folded', 'unfold')"
    )
    op.execute("UPDATE decisions SET from_status = 'rejected' WHERE from_status = 'removed'")
    op.execute("UPDATE decisions SET to_status = 'rejected' WHERE to_status = 'removed'")
    op.drop_index(op.f("ix_decisions_bulk_key"), "decisions")
    op.drop_index(op.f("ix_decisions_moderator_id_id"), "decisions")
    with op.batch_alter_table("decisions", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f("uq_decisions_undoes_id"), type_="unique")
        table.drop_constraint(op.f("fk_decisions_undoes_id_decisions"), type_="foreignkey")
        table.drop_constraint(op.f("ck_decisions_reopen_undoes_something"), type_="check")
        table.drop_constraint(op.f("ck_decisions_reason_length"), type_="check")
        for name, allowed in (
            ("verdict", OLD_VERDICTS), ("from_status", OLD_STATUSES), ("to_status", OLD_STATUSES)
        ):  # fmt: skip
            table.drop_constraint(op.f(f"ck_decisions_{name}"), type_="check")
            table.create_check_constraint(op.f(f"ck_decisions_{name}"), f"{name} IN ({allowed})")
        for name in (
            "waited_seconds", "undoes_id", "from_waiting_since", "from_folded", "bulk_key",
            "is_told", "reason",
        ):  # fmt: skip
            table.drop_column(name)

    op.execute("UPDATE comments SET status = 'rejected' WHERE status = 'removed'")
    for name in (
        "owner_hash_status", "parent_id", "copies_key_waiting_since_id", "copies_key_id",
        "client_name", "review_id_waiting_since_id",
        "waiting_since_id",
    ):  # fmt: skip
        op.drop_index(op.f(f"ix_comments_{name}"), "comments")
    with op.batch_alter_table("comments", table_kwargs={"sqlite_autoincrement": True}) as table:
        for name in ("decided_waits_not", "pending_waits", "answer_has_parent", "status"):
            table.drop_constraint(op.f(f"ck_comments_{name}"), type_="check")
        table.create_check_constraint(op.f("ck_comments_status"), f"status IN ({OLD_STATUSES})")
        table.drop_constraint(op.f("fk_comments_moderator_id_moderators"), type_="foreignkey")
        table.drop_constraint(op.f("fk_comments_parent_id_comments"), type_="foreignkey")
        for name in (
            "copies_key", "wants_notice", "moderator_id", "parent_id", "is_folded", "waiting_since",
        ):  # fmt: skip
            table.drop_column(name)
    if is_sqlite:
        _keep_ids_used(last_ids)
