"""Add former slugs, the archive, and what the reviews of one drama have in common.

The titles are folded by the code that is installed.
"""

import sqlalchemy as sa
from alembic import op

from blog.text.folding import name_key

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

REVIEWS = sa.table(
    "reviews", *map(sa.column, ("slug", "first_slug", "drama_title", "drama_title_key"))
)


def upgrade() -> None:
    op.add_column("reviews", sa.Column("first_slug", sa.String(), nullable=True))
    op.add_column("reviews", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reviews", sa.Column("drama_title_key", sa.String(), nullable=True))
    # In SQL, because SQLite can add a column with its CHECK without rebuilding the table.
    op.execute(
        "ALTER TABLE reviews ADD COLUMN part VARCHAR"
        " CONSTRAINT ck_reviews_part_length CHECK (length(part) BETWEEN 1 AND 60)"
    )
    op.execute(sa.update(REVIEWS).values(first_slug=REVIEWS.c.slug))
    titles = op.get_bind().execute(sa.select(REVIEWS.c.drama_title).distinct()).scalars()
    for title in titles.all():
        these = sa.update(REVIEWS).where(REVIEWS.c.drama_title == title)
        op.execute(these.values(drama_title_key=name_key(title)))
    op.create_index(
        op.f("ix_reviews_drama_title_key_drama_year"), "reviews", ["drama_title_key", "drama_year"]
    )
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "former_slugs",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("review_id", number, nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["reviews.id"],
            name=op.f("fk_former_slugs_review_id_reviews"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_slugs")),
    )
    op.create_index(op.f("ix_former_slugs_review_id"), "former_slugs", ["review_id"])


def downgrade() -> None:
    op.drop_table("former_slugs")
    op.drop_index(op.f("ix_reviews_drama_title_key_drama_year"), "reviews")
    # Dropping `part` drops its CHECK too.
    for name in ("part", "drama_title_key", "archived_at", "first_slug"):
        op.drop_column("reviews", name)
