"""Tables: comments, their number, and the edits that authors propose after publication."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey, Index, and_, false, or_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship, validates
from sqlalchemy.sql import ColumnElement

from blog.db.paging import Cursor
from blog.db.types import DERIVED, Base, Id, SafeHTML, partial_index, stored_enum
from blog.marks.models import Reason
from blog.moderation.states import Status
from blog.reviews.models import Review
from blog.text.folding import fold_for_search
from blog.text.normalising import EMAIL_LENGTH
from blog.text.scripts import Worded

NAME_LENGTH = 80
BODY_LENGTH = 5000

# The kinds of outbox messages about comments.
DECISION_NOTICE = "decision"
REPLY_NOTICE = "reply"


class Seen(NamedTuple):
    """The id of a comment, with the version of it that a moderator has seen."""

    comment_id: int
    version: int


_WAITS = "waiting_since IS NOT NULL"
# The rule of unpublished comments with replies, which are gaps if a reply is published. A text,
# because SQLite uses a partial index only in a query that repeats its rule, without bound values.
MAY_BE_GAP = text("has_replies AND status <> 'published'")
# The columns that a search reads, by the column whose folded text they have.
FOLDED = {"author_name": "folded_name", "author_email": "folded_email", "body": "folded_body"}


class Wording(Worded):
    """A mixin for the columns that comments and revisions share: name, text and spoiler flag."""

    author_name: Mapped[str]
    body: Mapped[str]
    body_html: Mapped[Markup] = mapped_column(SafeHTML)
    # If true, the text is hidden until a reader opens it.
    is_spoiler: Mapped[bool] = mapped_column(default=False)


class Comment(Wording, Base):
    """A comment on a review, or a reply to another comment.

    `version` grows with every decision, edit and report; a moderator decides on the version they
    saw. `waiting_since` is set while the comment is in the moderation queue: it is new, it was
    reported, or its author proposes an edit. Threads have one level: `parent_id` is the first
    comment of the thread, `in_reply_to_id` is the comment in it that this comment replies to.
    """

    __tablename__ = "comments"
    __table_args__ = (
        CheckConstraint(f"length(author_name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
        CheckConstraint(f"length(author_email) BETWEEN 3 AND {EMAIL_LENGTH}", name="email_length"),
        CheckConstraint(f"length(body) BETWEEN 1 AND {BODY_LENGTH}", name="body_length"),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint(
            "status <> 'published' OR published_at IS NOT NULL", name="published_has_moment"
        ),
        CheckConstraint("status <> 'pending' OR waiting_since IS NOT NULL", name="pending_waits"),
        CheckConstraint(
            "waiting_since IS NULL OR status IN ('pending', 'published')", name="decided_waits_not"
        ),
        CheckConstraint(
            "moderator_id IS NULL OR parent_id IS NOT NULL", name="moderator_reply_has_parent"
        ),
        CheckConstraint("in_reply_to_id IS NULL OR parent_id IS NOT NULL", name="reply_has_parent"),
        CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_moment"
        ),
        CheckConstraint("NOT is_blank OR status = 'removed'", name="blank_is_removed"),
        Index(None, "review_id", "status", "submitted_at", "id"),
        # Two indexes: first comments of threads, and unpublished comments with replies.
        partial_index(
            # The last one is always NULL; with it, SQLite need not read the rows.
            *("review_id", "status", "submitted_at", "id", "parent_id"),
            name="ix_comments_beginnings",
            where="parent_id IS NULL",
        ),
        partial_index(
            *("review_id", "submitted_at", "id"),
            name="ix_comments_gaps",
            where=MAY_BE_GAP.text,
        ),
        partial_index("waiting_since", "id", where=_WAITS),
        partial_index(
            *("waiting_since", "id"),
            name="ix_comments_waits_again",
            where="waiting_since IS NOT NULL AND status <> 'pending'",
        ),
        partial_index("is_known", "waiting_since", "id", where=_WAITS),
        partial_index("review_id", "waiting_since", "id", where=_WAITS),
        partial_index("client_name", "status", where="client_name IS NOT NULL"),
        # Two indexes for the retention: what is due is found without reading what is not.
        partial_index(
            *("submitted_at", "id"),
            name="ix_comments_personal",
            where=(
                "author_email IS NOT NULL OR client_name IS NOT NULL OR submission_hash IS NOT NULL"
            ),
        ),
        partial_index(
            *("submitted_at", "id"),
            name="ix_comments_owned",
            where="owner_hash IS NOT NULL OR resent_owner_hash IS NOT NULL",
        ),
        Index(None, "copies_key", "id"),
        partial_index("copies_key", "waiting_since", "id", where=_WAITS),
        Index(None, "parent_id", "status", "submitted_at", "id"),
        # With the review, so that the comments of a status are counted from the index alone.
        Index(None, "status", "submitted_at", "id", "review_id"),
        Index(None, "submitted_at", "id"),
        Index(None, "owner_hash", "review_id"),
        Index(None, "owner_hash", "status"),
        # Nearly all are NULL, which SQLite would count as one value that finds everything.
        partial_index("in_reply_to_id", where="in_reply_to_id IS NOT NULL"),
        partial_index("resent_owner_hash", where="resent_owner_hash IS NOT NULL"),
        # Ids are never used again, because decisions keep the ids of deleted comments.
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
    # True if its thread has, or had, a reply in any status.
    has_replies: Mapped[bool] = mapped_column(default=False)
    # True if name and text were erased; the row is kept because it has replies.
    is_blank: Mapped[bool] = mapped_column(default=False)
    # The moderator who wrote it as a reply; None for a reader's comment.
    moderator_id: Mapped[Id | None] = mapped_column(ForeignKey("moderators.id"))
    wants_notice: Mapped[bool] = mapped_column(default=False)
    wants_replies: Mapped[bool] = mapped_column(default=False)
    # Comments with equal or nearly equal text have the same key.
    copies_key: Mapped[str | None]
    # Hash of the token in the author's browser; the server does not store the token itself.
    owner_hash: Mapped[str | None]
    # True if that browser has a published comment; right while this comment waits (known.py).
    is_known: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Token hash of a second browser, which sent the same comment again without a token.
    resent_owner_hash: Mapped[str | None]
    # Fingerprint of the network address, under a key that is deleted within 48 hours.
    client_name: Mapped[str | None]
    # Hash of the form's random id and the review, so that a form sent twice makes one row.
    submission_hash: Mapped[str | None] = mapped_column(unique=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    # Loaded by no page: only the search compares them.
    folded_name: Mapped[str | None] = mapped_column(deferred=True)
    folded_email: Mapped[str | None] = mapped_column(deferred=True)
    folded_body: Mapped[str | None] = mapped_column(deferred=True)

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
        """Return whether the comment is public, provided that its review is.

        A reply is hidden while the first comment of its thread is pending. It stays public if that
        comment is later removed.
        """
        is_published = self.status == Status.PUBLISHED
        return is_published and (self.parent is None or not self.parent.is_pending)

    @is_public.inplace.expression
    @classmethod
    def _is_public(cls) -> ColumnElement[bool]:
        first = aliased(Comment)
        is_thread_open = or_(
            cls.parent_id.is_(None),
            cls.parent.of_type(first).has(first.status != Status.PENDING),
        )
        return and_(cls.status == Status.PUBLISHED, is_thread_open)

    @validates(*FOLDED)
    def _fold(self, name: str, value: str | None) -> str | None:
        """Set the folded text of an attribute together with the attribute."""
        setattr(self, FOLDED[name], value and fold_for_search(value))
        return value

    @property
    def is_pending(self) -> bool:
        """Return whether no moderator has decided on the comment yet."""
        return self.status == Status.PENDING

    @property
    def waits_again(self) -> bool:
        """Return whether the comment is published but in the queue, for a report or an edit."""
        return self.status == Status.PUBLISHED and self.waiting_since is not None

    @property
    def cursor(self) -> Cursor:
        """Return the comment's position in a list ordered by time and id."""
        return Cursor(self.submitted_at, self.id)


class CommentCount(Base):
    """The number of published comments on a review; a review without published ones may have none.

    Triggers of the database change it with each comment, so no command can forget it; see
    docs/decisions/0056. `top_level_count` counts those of them that are no replies.
    """

    __tablename__ = "comment_counts"
    # A copy of the database makes these rows itself, by the same triggers.
    __table_args__ = ({"info": {DERIVED: True}},)

    review_id: Mapped[Id] = mapped_column(
        ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True
    )
    published_count: Mapped[int]
    top_level_count: Mapped[int]


class RevisionState(StrEnum):
    """The states of a proposed edit."""

    WAITING = "waiting"
    APPLIED = "applied"
    DECLINED = "declined"


class Revision(Wording, Base):
    """An edit of a published comment, proposed by its author.

    The comment keeps its text until a moderator approves the edit. Then the texts are exchanged: an
    APPLIED revision contains the comment's former text, for an undo.
    """

    __tablename__ = "comment_revisions"
    __table_args__ = (
        CheckConstraint(f"length(author_name) BETWEEN 1 AND {NAME_LENGTH}", name="name_length"),
        CheckConstraint(f"length(body) BETWEEN 1 AND {BODY_LENGTH}", name="body_length"),
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
    # The version of the comment that a moderator decided on; None while the edit waits.
    decided_version: Mapped[int | None]
