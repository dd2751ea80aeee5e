"""Tables: drafts, their revisions, links to them, and the log of what happened to reviews."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import JSON, CheckConstraint, ColumnElement, ForeignKey, Index
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.accounts.models import Moderator
from blog.db.paging import Cursor
from blog.db.types import Base, Id, partial_index, stored_enum
from blog.text.language import lazy_gettext

# How long a deleted review, with its comments, can be brought back.
DELETED_KEPT = timedelta(days=30)

LINK_NOTE_LENGTH = 120


class Writing(NamedTuple):
    """What is written: the keys of the front matter as texts, lists and groups, and the text."""

    keys: dict[str, Any]
    body: str


class Draft(Base):
    """What is being written: one row for each review, with the review's id, from its first save on.

    `keys` and `body` are None while they would be the same as the review's.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        CheckConstraint("(keys IS NULL) = (body IS NULL)", name="keys_with_body"),
        Index(None, "changed_at", "id"),
        partial_index("changed_at", "id", where="NOT is_dated", name="ix_drafts_undated"),
        partial_index("deleted_at", "id", where="deleted_at IS NOT NULL", name="ix_drafts_deleted"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    # Raised by every save and every change of the review's state.
    version: Mapped[int] = mapped_column(default=1)
    keys: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    body: Mapped[str | None] = mapped_column(deferred=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    # None for a change by the command line.
    changed_by_id: Mapped[Id | None] = mapped_column(ForeignKey("moderators.id"))
    # When it was last saved at the desk; None since the last import of a file.
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    # The publication time of the review when it was deleted, which it gets back with an undo.
    deleted_published_at: Mapped[datetime | None]
    # Whether the review has a publication time, in the past or in the future.
    is_dated: Mapped[bool] = mapped_column(default=False)
    # The titles and the byline, folded for search.
    search_text: Mapped[str]

    changed_by: Mapped[Moderator | None] = relationship(lazy="joined")

    @hybrid_property
    def author(self) -> str | None:
        """Return the byline, None if it is missing or that of the review."""
        return (self.keys or {}).get("author")

    @author.inplace.expression
    @classmethod
    def _author(cls) -> ColumnElement[str | None]:
        column: ColumnElement[str | None] = cls.keys["author"].as_string()
        return column

    @property
    def writing(self) -> Writing | None:
        """Return what is written; None if it is the same as the review's."""
        return None if self.keys is None or self.body is None else Writing(self.keys, self.body)

    @property
    def gone_at(self) -> datetime | None:
        """Return when the deleted review is deleted for good, None if it is not deleted."""
        return self.deleted_at and self.deleted_at + DELETED_KEPT

    @property
    def cursor(self) -> Cursor:
        """Return the cursor of the draft in lists sorted by the last change."""
        return Cursor(self.changed_at, self.id)


class DraftRevision(Base):
    """What was written at one moment: when a person saved or published it."""

    __tablename__ = "draft_revisions"
    __table_args__ = (Index(None, "draft_id", "id"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    draft_id: Mapped[Id] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"))
    keys: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(deferred=True)
    # The draft's version when it had this content.
    version: Mapped[int]
    made_at: Mapped[datetime]
    # None for what a file contained.
    made_by_id: Mapped[Id | None] = mapped_column(ForeignKey("moderators.id"))

    made_by: Mapped[Moderator | None] = relationship(lazy="joined")

    @property
    def writing(self) -> Writing:
        """Return what was written."""
        return Writing(self.keys, self.body)


class DraftLink(Base):
    """A link with which somebody without an account reads a draft until it expires."""

    __tablename__ = "draft_links"
    __table_args__ = (
        CheckConstraint(f"length(note) BETWEEN 1 AND {LINK_NOTE_LENGTH}", name="note_length"),
        Index(None, "draft_id", "id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    draft_id: Mapped[Id] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    # For whom the link was made.
    note: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[Id] = mapped_column(ForeignKey("moderators.id"))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    # The day on which it was opened last; nothing is kept about who opened it.
    opened_on: Mapped[date | None]

    created_by: Mapped[Moderator] = relationship(lazy="joined")


class Happening(StrEnum):
    """What can happen to a review as a whole."""

    PUBLISHED = "published"
    SCHEDULED = "scheduled"
    CORRECTED = "corrected"
    UNPUBLISHED = "unpublished"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    DELETED = "deleted"
    RESTORED = "restored"

    @property
    def label(self) -> str:
        """Return what happened, in a word for moderators."""
        return str(_LABELS[self])


_LABELS = {
    Happening.PUBLISHED: lazy_gettext("Published"),
    Happening.SCHEDULED: lazy_gettext("Scheduled"),
    Happening.CORRECTED: lazy_gettext("Changes published"),
    Happening.UNPUBLISHED: lazy_gettext("Unpublished"),
    Happening.ARCHIVED: lazy_gettext("Archived"),
    Happening.UNARCHIVED: lazy_gettext("Put back into the lists"),
    Happening.DELETED: lazy_gettext("Deleted"),
    Happening.RESTORED: lazy_gettext("Brought back"),
}


class ReviewEvent(Base):
    """What a moderator did to a review as a whole; one row of its log."""

    __tablename__ = "review_events"
    __table_args__ = (Index(None, "draft_id", "id"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    # No foreign key, because the log is kept after the review is deleted.
    draft_id: Mapped[Id]
    moderator_id: Mapped[Id] = mapped_column(ForeignKey("moderators.id"))
    happening: Mapped[Happening] = mapped_column(stored_enum(Happening, "happening"))
    # The version that the moderator saw.
    version: Mapped[int]
    happened_at: Mapped[datetime]

    moderator: Mapped[Moderator] = relationship(lazy="joined")
