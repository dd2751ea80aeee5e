"""Tables: comments, and the decisions that moved them from one state to another."""

from datetime import datetime
from enum import StrEnum

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy import Enum as EnumType
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.accounts.models import Moderator
from blog.database import Base
from blog.markup import SafeHTML
from blog.pagination import Cursor
from blog.reviews.models import Review
from blog.text import EMAIL_LENGTH, dominant_language

NAME_LENGTH = 80

BODY_LENGTHS = (2, 5000)


class Status(StrEnum):
    """Name the states of a comment."""

    PENDING = "pending"
    PUBLISHED = "published"
    REJECTED = "rejected"
    SPAM = "spam"


class Verdict(StrEnum):
    """Name what a moderator can say of a comment."""

    APPROVE = "approve"
    REJECT = "reject"
    SPAM = "spam"

    @property
    def outcome(self) -> Status:
        """Return the state a comment has after this verdict."""
        return _OUTCOMES[self]


_OUTCOMES = {
    Verdict.APPROVE: Status.PUBLISHED,
    Verdict.REJECT: Status.REJECTED,
    Verdict.SPAM: Status.SPAM,
}


def _stored_enum(kind: type[StrEnum], name: str) -> EnumType:
    """Store an enumeration by its values, with a CHECK of this name that knows them."""
    return EnumType(
        kind,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
        name=name,
    )


class Comment(Base):
    """Be one reader's words under one review.

    `version` rises with every decision; a moderator decides on the version they saw.
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
        Index(None, "review_id", "status", "submitted_at", "id"),
        Index(None, "status", "submitted_at", "id"),
        Index(None, "owner_hash", "review_id"),
        # An id is never used again: decisions outlive the comments they name.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"))
    author_name: Mapped[str]
    author_email: Mapped[str | None]
    body: Mapped[str]
    body_html: Mapped[Markup] = mapped_column(SafeHTML)
    status: Mapped[Status] = mapped_column(_stored_enum(Status, "status"), default=Status.PENDING)
    version: Mapped[int] = mapped_column(default=1)
    submitted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
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

    @hybrid_property
    def is_public(self) -> bool:
        """Tell whether everybody may read it, where its review may be read."""
        return self.status == Status.PUBLISHED

    @property
    def is_waiting(self) -> bool:
        """Tell whether nobody has decided yet."""
        return self.status == Status.PENDING

    @property
    def cursor(self) -> Cursor:
        """Return the comment's place among the others."""
        return Cursor(self.submitted_at, self.id)

    @property
    def language(self) -> str | None:
        """Return the language its script tells, for `lang`."""
        return dominant_language(self.body)

    @property
    def name_language(self) -> str | None:
        """Return the language the name's script tells, for `lang`."""
        return dominant_language(self.author_name)


class Decision(Base):
    """Record what a moderator decided on which version; rows are only ever added."""

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "comment_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    # No foreign key: the log outlives a comment that is erased.
    comment_id: Mapped[int]
    moderator_id: Mapped[int] = mapped_column(ForeignKey("moderators.id"))
    verdict: Mapped[Verdict] = mapped_column(_stored_enum(Verdict, "verdict"))
    from_status: Mapped[Status] = mapped_column(_stored_enum(Status, "from_status"))
    to_status: Mapped[Status] = mapped_column(_stored_enum(Status, "to_status"))
    # The version the moderator saw, which the decision ended.
    version: Mapped[int]
    decided_at: Mapped[datetime]

    moderator: Mapped[Moderator] = relationship(lazy="joined")
