"""Tables: comments, and what their writers would change."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey, Index, and_, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship
from sqlalchemy.sql import ColumnElement

from blog.comments.states import Status
from blog.db.paging import Cursor
from blog.db.types import Base, Id, SafeHTML, partial_index, stored_enum
from blog.marks.models import Reason
from blog.reviews.models import Review
from blog.text.normalising import EMAIL_LENGTH, dominant_language

NAME_LENGTH = 80

BODY_LENGTHS = (2, 5000)

# What notices of a decision, and of a reply, are called in the outbox.
DECISION_NOTICE = "decision"
REPLY_NOTICE = "reply"


class Seen(NamedTuple):
    """Name a comment and the version of it that a moderator has seen."""

    comment_id: int
    version: int


_WAITS = "waiting_since IS NOT NULL"


class Wording:
    """Be what somebody wrote, under a name: in a comment, or in what would change about it."""

    author_name: Mapped[str]
    body: Mapped[str]
    body_html: Mapped[Markup] = mapped_column(SafeHTML)
    # Hidden until a reader opens it.
    is_spoiler: Mapped[bool] = mapped_column(default=False)

    @property
    def language(self) -> str | None:
        """Return the language its script tells, for `lang`."""
        return dominant_language(self.body)

    @property
    def name_language(self) -> str | None:
        """Return the language the name's script tells, for `lang`."""
        return dominant_language(self.author_name)


class Comment(Wording, Base):
    """Be one reader's words under one review, or a reply to them.

    `version` rises with every decision, edit and report; a moderator decides on the version they
    saw. `waiting_since` is set as long as a decision is due: nobody has decided, or somebody has
    reported what is published, or its writer would change it. One level is shown: `parent_id` is
    the comment that a thread began from, `in_reply_to_id` the one in it that it replies to.
    """

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint(f"length(author_name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
        CheckConstraint(f"length(author_email) BETWEEN 3 AND {EMAIL_LENGTH}", name="email_length"),
        CheckConstraint(
            f"length(body) BETWEEN {BODY_LENGTHS[0]} AND {BODY_LENGTHS[1]}", name="body_length"
        ),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint(
            "status <> 'published' OR published_at IS NOT NULL", name="published_has_moment"
        ),
        CheckConstraint("status <> 'pending' OR waiting_since IS NOT NULL", name="pending_waits"),
        CheckConstraint(
            "waiting_since IS NULL OR status IN ('pending', 'published')", name="decided_waits_not"
        ),
        CheckConstraint("moderator_id IS NULL OR parent_id IS NOT NULL", name="answer_has_parent"),
        CheckConstraint("in_reply_to_id IS NULL OR parent_id IS NOT NULL", name="reply_has_parent"),
        CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_moment"
        ),
        CheckConstraint("NOT is_blank OR status = 'removed'", name="blank_is_removed"),
        Index(None, "review_id", "status", "submitted_at", "id"),
        # Where threads begin, and where one stands though its beginning is gone.
        partial_index(
            *("review_id", "status", "submitted_at", "id"),
            name="ix_comments_beginnings",
            where="parent_id IS NULL",
        ),
        partial_index(
            *("review_id", "submitted_at", "id"),
            name="ix_comments_gaps",
            where="has_replies AND status <> 'published'",
        ),
        partial_index("waiting_since", "id", where=_WAITS),
        partial_index("review_id", "waiting_since", "id", where=_WAITS),
        partial_index("client_name", where=_WAITS),
        Index(None, "copies_key", "id"),
        partial_index("copies_key", "waiting_since", "id", where=_WAITS),
        Index(None, "parent_id", "status", "submitted_at", "id"),
        Index(None, "in_reply_to_id"),
        Index(None, "status", "submitted_at", "id"),
        Index(None, "owner_hash", "review_id"),
        Index(None, "owner_hash", "status"),
        # An id is never used again: decisions outlive the comments they name.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    review_id: Mapped[Id] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"))
    author_email: Mapped[str | None]
    status: Mapped[Status] = mapped_column(stored_enum(Status, "status"), default=Status.PENDING)
    version: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    parent_id: Mapped[Id | None] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    in_reply_to_id: Mapped[Id | None] = mapped_column(
        ForeignKey("comments.id", ondelete="SET NULL")
    )
    # In the thread it began, somebody has sent a reply.
    has_replies: Mapped[bool] = mapped_column(default=False)
    # Its words were deleted; it stands for the replies to it.
    is_blank: Mapped[bool] = mapped_column(default=False)
    # Who replies for the site; a reader's comment has none.
    moderator_id: Mapped[Id | None] = mapped_column(ForeignKey("moderators.id"))
    wants_notice: Mapped[bool] = mapped_column(default=False)
    wants_replies: Mapped[bool] = mapped_column(default=False)
    # The same for equal and nearly equal words.
    copies_key: Mapped[str | None]
    # Of the token in the reader's browser; the token itself is nowhere on the server.
    owner_hash: Mapped[str | None]
    # Of the browser that sent the same again without a token, its first answer having been lost.
    resent_owner_hash: Mapped[str | None] = mapped_column(index=True)
    # What the address was called on the day; the key to it is deleted within 48 hours.
    client_name: Mapped[str | None]
    # Of the form's own random id and the review: sent twice, it is one row.
    submission_hash: Mapped[str | None] = mapped_column(unique=True)
    is_demo: Mapped[bool] = mapped_column(default=False)

    review: Mapped[Review] = relationship(lazy="raise")
    parent: Mapped["Comment | None"] = relationship(
        remote_side="Comment.id", foreign_keys="Comment.parent_id"
    )
    in_reply_to: Mapped["Comment | None"] = relationship(
        remote_side="Comment.id", foreign_keys="Comment.in_reply_to_id", lazy="raise"
    )
    reasons: Mapped[list[Reason]] = relationship(
        lazy="raise", viewonly=True, order_by="Reason.name"
    )

    @hybrid_property
    def is_public(self) -> bool:
        """Return whether everybody may read it, where its review may be read.

        A reply stands where its thread has been published; should the beginning of that be taken
        away, a line tells so in its place.
        """
        is_published = self.status == Status.PUBLISHED
        return is_published and (self.parent is None or not self.parent.is_pending)

    @is_public.inplace.expression
    @classmethod
    def _is_public(cls) -> ColumnElement[bool]:
        beginning = aliased(Comment)
        stands = or_(
            cls.parent_id.is_(None),
            cls.parent.of_type(beginning).has(beginning.status != Status.PENDING),
        )
        return and_(cls.status == Status.PUBLISHED, stands)

    @property
    def is_pending(self) -> bool:
        """Return whether nobody has decided yet, so that nobody else may read it."""
        return self.status == Status.PENDING

    @property
    def waits_again(self) -> bool:
        """Return whether it is published and reported, or its writer would change it."""
        return self.status == Status.PUBLISHED and self.waiting_since is not None

    @property
    def cursor(self) -> Cursor:
        """Return the comment's place among the others."""
        return Cursor(self.submitted_at, self.id)


class RevisionState(StrEnum):
    """Name what became of what a writer would change."""

    WAITING = "waiting"
    APPLIED = "applied"
    DECLINED = "declined"


class Revision(Wording, Base):
    """Hold what a comment's writer would have it say, after it was published.

    The comment keeps its words until a moderator approves. Then the two change places: what is
    APPLIED holds the words of before, for an undo.
    """

    __tablename__ = "comment_revisions"
    __table_args__ = (
        CheckConstraint(f"length(author_name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
        CheckConstraint(
            f"length(body) BETWEEN {BODY_LENGTHS[0]} AND {BODY_LENGTHS[1]}", name="body_length"
        ),
        CheckConstraint(
            "(state = 'waiting') = (decided_version IS NULL)", name="decided_has_version"
        ),
        Index(None, "comment_id", "id"),
        partial_index(
            "comment_id",
            name="ix_comment_revisions_waiting",
            where="state = 'waiting'",
            is_unique=True,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    comment_id: Mapped[Id] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    written_at: Mapped[datetime]
    state: Mapped[RevisionState] = mapped_column(
        stored_enum(RevisionState, "state"), default=RevisionState.WAITING
    )
    # The version of the comment that the decision ended.
    decided_version: Mapped[int | None]
