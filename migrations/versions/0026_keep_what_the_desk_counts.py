"""Keep known readers and the tallies of decisions; add indexes for the moderators' pages.

The code before it works on the new tables. What it writes meanwhile is corrected by `maintenance`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

WAITS = "waiting_since IS NOT NULL"
NAMED = "client_name IS NOT NULL"
DUE = {
    "ix_comments_personal": (
        "author_email IS NOT NULL OR client_name IS NOT NULL OR submission_hash IS NOT NULL"
    ),
    "ix_comments_owned": "owner_hash IS NOT NULL OR resent_owner_hash IS NOT NULL",
}
COUNTS = (
    *("decisions", "approved", "rejected", "spam", "taken_down"),
    *("undone_by_self", "undone_by_others"),
)
VERDICTS = ("'approve', 'approve_spoiler'", "'reject'", "'spam'", "'take_down'")


def upgrade() -> None:
    op.add_column(
        "comments",
        sa.Column("is_known", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.execute(
        "UPDATE comments SET is_known = true WHERE waiting_since IS NOT NULL AND EXISTS"
        " (SELECT 1 FROM comments AS published WHERE published.owner_hash = comments.owner_hash"
        " AND published.status = 'published')"
    )
    _drop("comments", "status", "submitted_at", "id")
    _create("comments", "status", "submitted_at", "id", "review_id")
    _drop("comments", "client_name")
    _create("comments", "client_name", "status", where=NAMED)
    _create("comments", "is_known", "waiting_since", "id", where=WAITS)

    for name, where in DUE.items():
        rule = sa.text(where)
        op.create_index(
            name, "comments", ["submitted_at", "id"], sqlite_where=rule, postgresql_where=rule
        )
    _create("reports", "reported_at", "id", where=NAMED)

    for columns in (
        ("moderator_id", "verdict", "id"),
        ("moderator_id", "decided_at", "waited_seconds"),
        ("verdict", "id"),
    ):
        _create("decisions", *columns)
    _create("decisions", "undoes_id", "moderator_id", where="undoes_id IS NOT NULL")
    ids = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "decision_tallies",
        sa.Column("moderator_id", ids, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(
            ["moderator_id"],
            ["moderators.id"],
            name=op.f("fk_decision_tallies_moderator_id_moderators"),
        ),
        sa.PrimaryKeyConstraint("moderator_id", "day", name=op.f("pk_decision_tallies")),
    )
    _fill_tallies()


def _fill_tallies() -> None:
    """Count what was decided until now, by the rules of blog/decisions/tallying.py."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    day = "date(d.decided_at)" if is_sqlite else "(d.decided_at AT TIME ZONE 'UTC')::date"
    counts = ["1 = 1", *(f"d.verdict IN ({verdicts})" for verdicts in VERDICTS)]
    counts += [f"undo.moderator_id {sign} d.moderator_id" for sign in ("=", "<>")]
    op.execute(
        f"INSERT INTO decision_tallies (moderator_id, day, {', '.join(COUNTS)})"  # noqa: S608  # Constants.
        f" SELECT d.moderator_id, {day},"
        f" {', '.join(f'sum(CASE WHEN {rule} THEN 1 ELSE 0 END)' for rule in counts)}"
        " FROM decisions AS d LEFT JOIN decisions AS undo ON undo.undoes_id = d.id"
        " LEFT JOIN comments ON comments.id = d.comment_id"
        " WHERE d.verdict NOT IN ('reopen', 'discuss') AND comments.moderator_id IS NULL"
        f" GROUP BY d.moderator_id, {day}"
    )


def _create(table: str, *columns: str, where: str | None = None) -> None:
    rule = None if where is None else sa.text(where)
    name = op.f(f"ix_{table}_{'_'.join(columns)}")
    op.create_index(name, table, list(columns), sqlite_where=rule, postgresql_where=rule)


def _drop(table: str, *columns: str) -> None:
    op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)


def downgrade() -> None:
    op.drop_table("decision_tallies")
    _drop("decisions", "undoes_id", "moderator_id")
    _drop("decisions", "verdict", "id")
    _drop("decisions", "moderator_id", "decided_at", "waited_seconds")
    _drop("decisions", "moderator_id", "verdict", "id")
    _drop("reports", "reported_at", "id")
    for name in DUE:
        op.drop_index(name, "comments")
    _drop("comments", "is_known", "waiting_since", "id")
    _drop("comments", "client_name", "status")
    _create("comments", "client_name", where=WAITS)
    _drop("comments", "status", "submitted_at", "id", "review_id")
    _create("comments", "status", "submitted_at", "id")
    op.drop_column("comments", "is_known")
