"""Add the version of what is public.

The code before it works on the new tables. But it raises no version: while
it runs, a process of the new code may show an older page until the next change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_versions",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_versions")),
    )


def downgrade() -> None:
    op.drop_table("site_versions")
