"""Add drafts, one for each review with its id, their revisions and the log of reviews.

The titles are folded for search by the code that is installed.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from blog.text.folding import fold_for_search

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
NAMES = ("title", "byline", "drama_title", "drama_korean_title")
REVIEWS = sa.table(
    "reviews",
    sa.column("id", NUMBER),
    sa.column("published_at", TIME),
    sa.column("updated_at", TIME),
    *(sa.column(name, sa.String()) for name in NAMES),
)
DRAFTS = sa.table(
    "drafts",
    sa.column("id", NUMBER),
    sa.column("version", sa.Integer()),
    sa.column("created_at", TIME),
    sa.column("changed_at", TIME),
    sa.column("is_dated", sa.Boolean()),
    sa.column("search_text", sa.String()),
)
BATCH = 500
# Sets a sequence of PostgreSQL to the id after the last.
CONTINUE = "SELECT setval('{}_id_seq', coalesce(max(id), 0) + 1, false) FROM drafts"
NOW = datetime.now(UTC)


def upgrade() -> None:
    _create_drafts()
    _create_revisions()
    _create_events()
    _fill_drafts()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(CONTINUE.format("drafts"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # Ids of later reviews were taken from the sequence of drafts.
        op.execute(CONTINUE.format("reviews"))
    for name in ("review_events", "draft_revisions", "drafts"):
        op.drop_table(name)


def _create_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("changed_by_id", NUMBER, nullable=True),
        sa.Column("edited_at", TIME, nullable=True),
        sa.Column("deleted_at", TIME, nullable=True),
        sa.Column("is_dated", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(keys IS NULL) = (body IS NULL)", name=op.f("ck_drafts_keys_with_body")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["moderators.id"], name=op.f("fk_drafts_changed_by_id_moderators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
    )
    op.create_index(op.f("ix_drafts_changed_at_id"), "drafts", ["changed_at", "id"])
    for name, column, rule in (
        ("ix_drafts_undated", "changed_at", "NOT is_dated"),
        ("ix_drafts_deleted", "deleted_at", "deleted_at IS NOT NULL"),
    ):
        where = sa.text(rule)
        op.create_index(name, "drafts", [column, "id"], sqlite_where=where, postgresql_where=where)


def _create_revisions() -> None:
    op.create_table(
        "draft_revisions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("draft_id", NUMBER, nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("made_by_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["drafts.id"],
            name=op.f("fk_draft_revisions_draft_id_drafts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["moderators.id"], name=op.f("fk_draft_revisions_made_by_id_moderators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_revisions")),
    )
    op.create_index(op.f("ix_draft_revisions_draft_id_id"), "draft_revisions", ["draft_id", "id"])


def _create_events() -> None:
    happening = sa.Enum(
        *("published", "scheduled", "corrected", "unpublished"),
        *("archived", "unarchived", "deleted", "restored"),
        name=op.f("ck_review_events_happening"),
        native_enum=False,
        create_constraint=True,
        length=20,
    )
    op.create_table(
        "review_events",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("draft_id", NUMBER, nullable=False),
        sa.Column("moderator_id", NUMBER, nullable=False),
        sa.Column("happening", happening, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("happened_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator_id"],
            ["moderators.id"],
            name=op.f("fk_review_events_moderator_id_moderators"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_events")),
    )
    op.create_index(op.f("ix_review_events_draft_id_id"), "review_events", ["draft_id", "id"])


def _fill_drafts() -> None:
    """Add the draft of each review, changed last when the review was dated last."""
    bind = op.get_bind()
    last = 0
    while rows := bind.execute(
        sa.select(REVIEWS).where(REVIEWS.c.id > last).order_by(REVIEWS.c.id).limit(BATCH)
    ).all():
        bind.execute(sa.insert(DRAFTS), [_draft_of(row) for row in rows])
        last = rows[-1].id


def _draft_of(row: sa.Row) -> dict[str, object]:
    dates = [date.replace(tzinfo=UTC) for date in (row.published_at, row.updated_at) if date]
    moment = min(max(dates, default=NOW), NOW)
    names = " ".join(getattr(row, name) for name in NAMES if getattr(row, name))
    return {
        "id": row.id,
        "version": 1,
        "created_at": moment,
        "changed_at": moment,
        "is_dated": row.published_at is not None,
        "search_text": fold_for_search(names),
    }
