"""Add keys of actors and networks, by which their pages find them in any spelling.

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


def downgrade() -> None:
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
