"""Accept texts of one character, and call a moderator's reply a reply in the name of its check.

SQLite rebuilds the tables of comments and of edits; PostgreSQL reads them once. No data changes.

The downgrade fails, and changes nothing, while a comment or an edit has a text of one character.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("comments", "comment_revisions")
OLD_NAME, NEW_NAME = "ck_comments_answer_has_parent", "ck_comments_moderator_reply_has_parent"


def upgrade() -> None:
    _change_checks(least=1, old=OLD_NAME, new=NEW_NAME)


def downgrade() -> None:
    _refuse_short_texts()
    _change_checks(least=2, old=NEW_NAME, new=OLD_NAME)


def _refuse_short_texts() -> None:
    """End the downgrade with a message if a text is too short for the older release."""
    query = (
        "SELECT id FROM comments WHERE length(body) < 2"
        " UNION SELECT comment_id FROM comment_revisions WHERE length(body) < 2 ORDER BY 1"
    )
    numbers = " ".join(map(str, op.get_bind().execute(sa.text(query)).scalars()))
    if numbers:
        raise SystemExit(
            "Nothing was changed: comments of one character, or with an edit of one character, do"
            " not fit into the older database. This deletes them:"
            f" flask --app wsgi comments remove {numbers}"
        )


def _change_checks(*, least: int, old: str, new: str) -> None:
    last_ids = _read_last_ids()
    for name in TABLES:
        check = op.f(f"ck_{name}_body_length")
        with op.batch_alter_table(name, table_kwargs={"sqlite_autoincrement": True}) as table:
            table.drop_constraint(check, type_="check")
            table.create_check_constraint(check, f"length(body) BETWEEN {least} AND 5000")
            if name == "comments":
                table.drop_constraint(op.f(old), type_="check")
                table.create_check_constraint(
                    op.f(new), "moderator_id IS NULL OR parent_id IS NOT NULL"
                )
    _write_last_ids(last_ids)


def _read_last_ids() -> dict[str, int]:
    if op.get_bind().dialect.name != "sqlite":
        return {}
    rows = op.get_bind().execute(sa.text("SELECT name, seq FROM sqlite_sequence"))
    return {name: last_id for name, last_id in rows if name in TABLES}


def _write_last_ids(last_ids: dict[str, int]) -> None:
    """Restore SQLite's id counters: a rebuilt table would reuse the ids of deleted rows."""
    for name, last_id in last_ids.items():
        op.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name").bindparams(name=name))
        query = sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last_id)")
        op.execute(query.bindparams(name=name, last_id=last_id))
