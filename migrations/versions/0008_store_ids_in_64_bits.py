"""Store ids in 64 bits, and refuse changes of decisions row by row.

SQLite has both already. PostgreSQL rewrites every table and index and checks every foreign key, in
one transaction that locks each table, for reading too, from its change to the end: 7 seconds with
200,000 comments. The disk needs room for two copies. If the site is in use, the migration may fail
because of a lock timeout; then nothing has changed, and the migration can be run again.

The downgrade fails, and changes nothing, if an id needs more than 32 bits.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Tables that others refer to come first.
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

# PostgreSQL recreates the CHECKs of these columns from its parsed copy, whose text differs from the
# models.
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
    # TRUNCATE does not fire row triggers.
    _refuse("decisions_refuse_truncate", "TRUNCATE", "STATEMENT")


def _store_ids_as(kind: str) -> None:
    """Change the type of all id columns, with one statement, and so one rewrite, per table."""
    # Lifts the limit of 15 seconds per statement, as a large table takes longer.
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
