"""Add reviewers, and keys of actors and networks, by which their pages find them in any spelling.

The names are folded by the code that is installed.
"""

import sqlalchemy as sa
from alembic import op

from blog.text.folding import name_key

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CAST = sa.table("cast_members", sa.column("actor"), sa.column("actor_key"))
REVIEWS = sa.table("reviews", sa.column("drama_network"), sa.column("drama_network_key"))


def upgrade() -> None:
    op.add_column("reviews", sa.Column("drama_network_key", sa.String(), nullable=True))
    op.add_column("cast_members", sa.Column("actor_key", sa.String(), nullable=True))
    _fill(REVIEWS, REVIEWS.c.drama_network, "drama_network_key")
    _fill(CAST, CAST.c.actor, "actor_key")
    op.drop_index(op.f("ix_cast_members_actor"), "cast_members")
    with op.batch_alter_table("cast_members") as table:
        table.alter_column("actor_key", existing_type=sa.String(), nullable=False)
    op.create_index(op.f("ix_cast_members_actor_key"), "cast_members", ["actor_key"])
    for name in ("drama_network_key", "drama_year", "byline"):
        op.create_index(op.f(f"ix_reviews_{name}"), "reviews", [name])
    _create_reviewers()


def downgrade() -> None:
    op.drop_table("reviewers")
    for name in ("byline", "drama_year", "drama_network_key"):
        op.drop_index(op.f(f"ix_reviews_{name}"), "reviews")
    op.drop_index(op.f("ix_cast_members_actor_key"), "cast_members")
    op.create_index(op.f("ix_cast_members_actor"), "cast_members", ["actor"])
    op.drop_column("cast_members", "actor_key")
    op.drop_column("reviews", "drama_network_key")


def _fill(table: sa.TableClause, name: sa.ColumnElement[str], key: str) -> None:
    """Set the key of each name, one statement for each different name."""
    names = op.get_bind().execute(sa.select(name).where(name.is_not(None)).distinct()).scalars()
    for each in names.all():
        op.execute(sa.update(table).where(name == each).values({key: name_key(each)}))


def _create_reviewers() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    lengths = {"slug": (1, 100), "name": (1, 120), "biography": (1, 2000), "language": (2, 35)}
    op.create_table(
        "reviewers",
        sa.Column("id", number, nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("biography", sa.String(), nullable=False),
        sa.Column("biography_html", sa.Text(), nullable=False),
        sa.Column("picture_id", number, nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        *(
            sa.CheckConstraint(
                f"length({name}) BETWEEN {least} AND {most}",
                name=op.f(f"ck_reviewers_{name}_length"),
            )
            for name, (least, most) in lengths.items()
        ),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_reviewers_picture_id_pictures")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviewers")),
        sa.UniqueConstraint("name", name=op.f("uq_reviewers_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_reviewers_slug")),
    )
