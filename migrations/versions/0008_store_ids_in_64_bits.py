"""Store ids in 64 bits, and refuse changes of decisions row by row.

SQLite has both already. PostgreSQL writes every table anew, with its indexes, and checks every
foreign key. All of it is one transaction that locks each table from its turn to the end, for
readers too: 7 seconds with 200 000 comments and what belongs to them. The disk needs room for both
copies. While the site is in use it may have to wait for a lock; then it fails, changes nothing, and
can be run again.

The way back fails, and changes nothing, where an id needs more than 32 bits.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# What others refer to comes first.
IDS = {
    "moderators": ["id"],
    "pictures": ["id"],
    "reviews": ["id", "picture_id"],
    "cast_members": ["review_id"],
    "review_pictures": ["review_id", "picture_id"],
    "review_tags": ["review_id"],
    "watch_options": ["review_id"],
    "comments": ["id", "review_id", "parent_id", "in_reply_to_id", "moderator_id"],
    "comment_prints": ["comment_id"],
    "comment_reasons": ["comment_id"],
    "comment_revisions": ["id", "comment_id"],
    "decisions": ["id", "comment_id", "moderator_id", "undoes_id"],
    "limit_hits": ["id"],
    "mail_addresses": ["id", "asked_by"],
    "outbox_messages": ["id", "subject_id"],
    "reports": ["id", "comment_id"],
    "rules": ["id", "comment_id", "moderator_id"],
}

# PostgreSQL makes a CHECK of these columns again from its own copy, and that copy reads otherwise
# than what the models say.
CHECKS = {
    "rules": ", DROP CONSTRAINT ck_rules_sender_has_comment,"
    " ADD CONSTRAINT ck_rules_sender_has_comment"
    " CHECK ((kind IN ('browser', 'client')) = (comment_id IS NOT NULL))",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    _store_ids_as("bigint")
    op.execute("DROP TRIGGER decisions_refuse_change ON decisions")
    _refuse("decisions_refuse_change", "UPDATE OR DELETE", "ROW")
    # It touches no row by itself.
    _refuse("decisions_refuse_truncate", "TRUNCATE", "STATEMENT")


def _store_ids_as(kind: str) -> None:
    """Change the type of each column that holds ids; one statement writes its table anew once."""
    # A request may take 15 seconds, a large table takes longer.
    op.execute("SET LOCAL statement_timeout = 0")
    for table, columns in IDS.items():
        changes = ", ".join(f"ALTER COLUMN {column} TYPE {kind}" for column in columns)
        op.execute(f"ALTER TABLE {table} {changes}{CHECKS.get(table, '')}")
        if "id" in columns:
            op.execute(f"ALTER SEQUENCE {table}_id_seq AS {kind}")


def _refuse(name: str, events: str, level: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {events} ON decisions"
        f" FOR EACH {level} EXECUTE FUNCTION refuse_change_of_decisions()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP TRIGGER decisions_refuse_truncate ON decisions")
    op.execute("DROP TRIGGER decisions_refuse_change ON decisions")
    _refuse("decisions_refuse_change", "UPDATE OR DELETE OR TRUNCATE", "STATEMENT")
    _store_ids_as("integer")
