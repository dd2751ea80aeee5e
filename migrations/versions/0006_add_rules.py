"""Add rules that hold comments for review or mark them as spam."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("moderator_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('word', 'link', 'domain', 'email', 'name', 'browser', 'client')",
            name=op.f("ck_rules_kind"),
        ),
        sa.CheckConstraint("action IN ('hold', 'spam')", name=op.f("ck_rules_action")),
        sa.CheckConstraint(
            "length(pattern) BETWEEN 1 AND 200", name=op.f("ck_rules_pattern_length")
        ),
        sa.CheckConstraint("length(note) BETWEEN 1 AND 200", name=op.f("ck_rules_note_length")),
        sa.CheckConstraint(
            "(kind IN ('browser', 'client')) = (comment_id IS NOT NULL)",
            name=op.f("ck_rules_sender_has_comment"),
        ),
        sa.CheckConstraint(
            "(kind = 'client') = (ends_at IS NOT NULL)", name=op.f("ck_rules_client_ends")
        ),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["moderators.id"], name=op.f("fk_rules_moderator_id_moderators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        sa.UniqueConstraint("kind", "pattern", name=op.f("uq_rules_kind_pattern")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("rules")
