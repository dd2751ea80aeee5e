"""Create reviews, comments, decisions, moderators and limits."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client_keys",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_client_keys")),
    )
    op.create_table(
        "ended_sessions",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ended_sessions")),
    )
    op.create_table(
        "limit_buckets",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_limit_buckets")),
    )
    op.create_index(op.f("ix_limit_buckets_touched_at"), "limit_buckets", ["touched_at"])

    op.create_table(
        "limit_hits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_hits")),
    )
    op.create_index(
        op.f("ix_limit_hits_bucket_happened_at"), "limit_hits", ["bucket", "happened_at"]
    )

    op.create_table(
        "moderators",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("session_key", sa.String(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(email) BETWEEN 3 AND 254", name=op.f("ck_moderators_email_length")
        ),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 80", name=op.f("ck_moderators_name_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderators")),
        sa.UniqueConstraint("email", name=op.f("uq_moderators_email")),
    )
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_hash", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("renditions", sa.JSON(), nullable=False),
        sa.Column("hue", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
        sa.UniqueConstraint("source_hash", name=op.f("uq_pictures_source_hash")),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("account_key", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_key", name=op.f("pk_sign_in_attempts")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("moderator_id", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "approve",
                "reject",
                "spam",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_status",
            sa.Enum(
                "pending",
                "published",
                "rejected",
                "spam",
                name="from_status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "to_status",
            sa.Enum(
                "pending",
                "published",
                "rejected",
                "spam",
                name="to_status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["moderators.id"], name=op.f("fk_decisions_moderator_id_moderators")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_decisions_comment_id_id"), "decisions", ["comment_id", "id"])

    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("byline", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rating", sa.Numeric(precision=3, scale=1), nullable=True),
        sa.Column("trailer_url", sa.String(), nullable=True),
        sa.Column("comments_open", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("source_hash", sa.String(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=True),
        sa.Column("drama_title", sa.String(), nullable=False),
        sa.Column("drama_korean_title", sa.String(), nullable=True),
        sa.Column("drama_year", sa.Integer(), nullable=True),
        sa.Column("drama_network", sa.String(), nullable=True),
        sa.Column("drama_episodes", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "drama_episodes BETWEEN 1 AND 2000", name=op.f("ck_reviews_drama_episodes_range")
        ),
        sa.CheckConstraint(
            "drama_year BETWEEN 1950 AND 2100", name=op.f("ck_reviews_drama_year_range")
        ),
        sa.CheckConstraint(
            "length(byline) BETWEEN 1 AND 120", name=op.f("ck_reviews_byline_length")
        ),
        sa.CheckConstraint(
            "length(drama_title) BETWEEN 1 AND 200", name=op.f("ck_reviews_drama_title_length")
        ),
        sa.CheckConstraint("length(slug) BETWEEN 1 AND 100", name=op.f("ck_reviews_slug_length")),
        sa.CheckConstraint(
            "length(summary) BETWEEN 1 AND 500", name=op.f("ck_reviews_summary_length")
        ),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 300", name=op.f("ck_reviews_title_length")),
        sa.CheckConstraint("rating * 2 = round(rating * 2)", name=op.f("ck_reviews_rating_halves")),
        sa.CheckConstraint("rating >= 0 AND rating <= 10", name=op.f("ck_reviews_rating_range")),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_reviews_picture_id_pictures")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("slug", name=op.f("uq_reviews_slug")),
    )
    op.create_index(op.f("ix_reviews_published_at_id"), "reviews", ["published_at", "id"])

    op.create_table(
        "cast_members",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["reviews.id"],
            name=op.f("fk_cast_members_review_id_reviews"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("review_id", "position", name=op.f("pk_cast_members")),
    )
    op.create_index(op.f("ix_cast_members_actor"), "cast_members", ["actor"])

    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("author_email", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "published",
                "rejected",
                "spam",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_hash", sa.String(), nullable=True),
        sa.Column("resent_owner_hash", sa.String(), nullable=True),
        sa.Column("client_name", sa.String(), nullable=True),
        sa.Column("submission_hash", sa.String(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status <> 'published' OR published_at IS NOT NULL",
            name=op.f("ck_comments_published_has_moment"),
        ),
        sa.CheckConstraint(
            "length(author_email) BETWEEN 3 AND 254", name=op.f("ck_comments_email_length")
        ),
        sa.CheckConstraint(
            "length(author_name) BETWEEN 1 AND 80", name=op.f("ck_comments_name_length")
        ),
        sa.CheckConstraint("length(body) BETWEEN 2 AND 5000", name=op.f("ck_comments_body_length")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_comments_version_positive")),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["reviews.id"],
            name=op.f("fk_comments_review_id_reviews"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("submission_hash", name=op.f("uq_comments_submission_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_comments_resent_owner_hash"), "comments", ["resent_owner_hash"])
    op.create_index(
        op.f("ix_comments_owner_hash_review_id"), "comments", ["owner_hash", "review_id"]
    )
    op.create_index(
        op.f("ix_comments_review_id_status_submitted_at_id"),
        "comments",
        ["review_id", "status", "submitted_at", "id"],
    )
    op.create_index(
        op.f("ix_comments_status_submitted_at_id"), "comments", ["status", "submitted_at", "id"]
    )

    op.create_table(
        "review_pictures",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("picture_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"],
            ["pictures.id"],
            name=op.f("fk_review_pictures_picture_id_pictures"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["reviews.id"],
            name=op.f("fk_review_pictures_review_id_reviews"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("review_id", "position", name=op.f("pk_review_pictures")),
    )
    op.create_index(op.f("ix_review_pictures_picture_id"), "review_pictures", ["picture_id"])
    op.create_table(
        "review_tags",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["reviews.id"],
            name=op.f("fk_review_tags_review_id_reviews"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("review_id", "position", name=op.f("pk_review_tags")),
    )
    op.create_index(op.f("ix_review_tags_name"), "review_tags", ["name"])

    op.create_table(
        "watch_options",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"],
            ["reviews.id"],
            name=op.f("fk_watch_options_review_id_reviews"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("review_id", "position", name=op.f("pk_watch_options")),
    )


def downgrade() -> None:
    op.drop_table("watch_options")
    op.drop_index(op.f("ix_review_pictures_picture_id"), "review_pictures")
    op.drop_table("review_pictures")
    op.drop_index(op.f("ix_review_tags_name"), "review_tags")

    op.drop_table("review_tags")
    op.drop_index(op.f("ix_comments_status_submitted_at_id"), "comments")
    op.drop_index(op.f("ix_comments_review_id_status_submitted_at_id"), "comments")
    op.drop_index(op.f("ix_comments_owner_hash_review_id"), "comments")
    op.drop_index(op.f("ix_comments_resent_owner_hash"), "comments")

    op.drop_table("comments")
    op.drop_index(op.f("ix_cast_members_actor"), "cast_members")

    op.drop_table("cast_members")
    op.drop_index(op.f("ix_reviews_published_at_id"), "reviews")

    op.drop_table("reviews")
    op.drop_index(op.f("ix_decisions_comment_id_id"), "decisions")

    op.drop_table("decisions")
    op.drop_table("sign_in_attempts")
    op.drop_table("pictures")
    op.drop_table("moderators")
    op.drop_index(op.f("ix_limit_hits_bucket_happened_at"), "limit_hits")

    op.drop_table("limit_hits")
    op.drop_index(op.f("ix_limit_buckets_touched_at"), "limit_buckets")

    op.drop_table("limit_buckets")
    op.drop_table("ended_sessions")
    op.drop_table("client_keys")
