"""Add the pictures that the text of a draft can name."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "draft_pictures",
        sa.Column("draft_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("picture_id", NUMBER, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", NUMBER, nullable=False),
        sa.CheckConstraint(
            "length(name) BETWEEN 1 AND 100", name=op.f("ck_draft_pictures_name_length")
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["drafts.id"],
            name=op.f("fk_draft_pictures_draft_id_drafts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_draft_pictures_picture_id_pictures")
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"],
            ["moderators.id"],
            name=op.f("fk_draft_pictures_added_by_id_moderators"),
        ),
        sa.PrimaryKeyConstraint("draft_id", "name", name=op.f("pk_draft_pictures")),
    )
    op.create_index(op.f("ix_draft_pictures_picture_id"), "draft_pictures", ["picture_id"])


def downgrade() -> None:
    op.drop_table("draft_pictures")
