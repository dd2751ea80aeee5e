"""Add the links with which somebody without an account reads a draft."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "draft_links",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("draft_id", NUMBER, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by_id", NUMBER, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "length(note) BETWEEN 1 AND 120", name=op.f("ck_draft_links_note_length")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["moderators.id"],
            name=op.f("fk_draft_links_created_by_id_moderators"),
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["drafts.id"],
            name=op.f("fk_draft_links_draft_id_drafts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_draft_links_token_hash")),
    )
    op.create_index(op.f("ix_draft_links_draft_id_id"), "draft_links", ["draft_id", "id"])
    op.create_index(op.f("ix_draft_links_expires_at"), "draft_links", ["expires_at"])


def downgrade() -> None:
    op.drop_table("draft_links")
