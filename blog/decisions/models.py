"""Table: decisions, the log of what moderators decided."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.accounts.models import Moderator
from blog.comments.states import Status, Verdict
from blog.db.types import Base, Id, stored_enum

REASON_LENGTH = 500
# A bulk has so many comments at most.
LARGEST_BULK = 1000


class Decision(Base):
    """Record what a moderator decided on which version.

    Rows are only ever added: the database itself refuses to change them. They hold no words of a
    reader.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(f"length(reason) BETWEEN 1 AND {REASON_LENGTH}", name="reason_length"),
        CheckConstraint(
            "(verdict = 'reopen') = (undoes_id IS NOT NULL)", name="reopen_undoes_something"
        ),
        Index(None, "comment_id", "id"),
        Index(None, "moderator_id", "id"),
        Index(None, "bulk_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    # No foreign key: the log outlives a comment that is erased.
    comment_id: Mapped[Id]
    moderator_id: Mapped[Id] = mapped_column(ForeignKey("moderators.id"))
    verdict: Mapped[Verdict] = mapped_column(stored_enum(Verdict, "verdict"))
    from_status: Mapped[Status] = mapped_column(stored_enum(Status, "from_status"))
    to_status: Mapped[Status] = mapped_column(stored_enum(Status, "to_status"))
    # The version the moderator saw, which the decision ended.
    version: Mapped[int]
    decided_at: Mapped[datetime]
    # Typed by the moderator or chosen from the site's list. The author sees it if `shares_reason`.
    reason: Mapped[str | None]
    shares_reason: Mapped[bool]
    # The same for all of one bulk.
    bulk_key: Mapped[str | None]
    # What an undo goes back to.
    from_spoiler: Mapped[bool]
    from_waiting_since: Mapped[datetime | None]
    # Each decision is undone at most once.
    undoes_id: Mapped[Id | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    # How long the comment had waited for it, if it did.
    waited_seconds: Mapped[int | None]

    moderator: Mapped[Moderator] = relationship(lazy="joined")

    @property
    def new_version(self) -> int:
        """Return the version that this decision made."""
        return self.version + 1

    def can_be_undone(self, version: int) -> bool:
        """Return whether it is what made this version of its comment, and is no undo itself."""
        return self.new_version == version and not self.verdict.is_undo
