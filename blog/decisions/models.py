"""Tables: decisions, the log of what moderators decided, and how many there are on each day."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.accounts.models import Moderator
from blog.db.types import Base, Id, partial_index, stored_enum
from blog.moderation.states import Status, Verdict

REASON_LENGTH = 500
# The largest number of comments in a bulk.
LARGEST_BULK = 1000
# The columns of a tally that are counts.
COUNTS = (
    *("decisions", "approved", "rejected", "spam", "taken_down"),
    *("undone_by_self", "undone_by_others"),
)


class Decision(Base):
    """A moderator's decision on one version of a comment; one row of the log.

    A database trigger forbids changes and deletions. No row contains text of a reader.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(f"length(reason) BETWEEN 1 AND {REASON_LENGTH}", name="reason_length"),
        CheckConstraint(
            "(verdict = 'reopen') = (undoes_id IS NOT NULL)", name="reopen_undoes_something"
        ),
        Index(None, "comment_id", "id"),
        Index(None, "moderator_id", "id"),
        Index(None, "moderator_id", "verdict", "id"),
        Index(None, "moderator_id", "decided_at", "waited_seconds"),
        Index(None, "verdict", "id"),
        # The unique index of undos has a NULL for each other decision. ANALYZE takes these for one
        # value, so that SQLite would rather read the whole table.
        partial_index("undoes_id", "moderator_id", where="undoes_id IS NOT NULL"),
        Index(None, "bulk_key"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    # No foreign key, because decisions are kept after the comment is deleted.
    comment_id: Mapped[Id]
    moderator_id: Mapped[Id] = mapped_column(ForeignKey("moderators.id"))
    verdict: Mapped[Verdict] = mapped_column(stored_enum(Verdict, "verdict"))
    from_status: Mapped[Status] = mapped_column(stored_enum(Status, "from_status"))
    to_status: Mapped[Status] = mapped_column(stored_enum(Status, "to_status"))
    # The version that the moderator saw; the comment's next version is this plus 1.
    version: Mapped[int]
    decided_at: Mapped[datetime]
    # Typed by the moderator or chosen from the site's list. The author sees it if `shares_reason`.
    reason: Mapped[str | None]
    shares_reason: Mapped[bool]
    # All decisions of one bulk have the same key; None for a single decision.
    bulk_key: Mapped[str | None]
    # The comment's values before the decision, which an undo restores.
    from_spoiler: Mapped[bool]
    from_waiting_since: Mapped[datetime | None]
    # For an undo, the decision that it undid; unique, so each is undone at most once.
    undoes_id: Mapped[Id | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    # The time the comment waited for the decision; None if it did not wait.
    waited_seconds: Mapped[int | None]

    moderator: Mapped[Moderator] = relationship(lazy="joined")

    @property
    def new_version(self) -> int:
        """Return the version that the comment got by this decision."""
        return self.version + 1

    def can_be_undone(self, version: int) -> bool:
        """Return whether the decision made this version of its comment, and is not an undo."""
        return self.new_version == version and not self.verdict.is_undo


class DecisionTally(Base):
    """How many decisions a moderator made on one UTC day, for the statistics.

    The last two counts are those of them that were undone, whenever that was.
    """

    __tablename__ = "decision_tallies"

    moderator_id: Mapped[Id] = mapped_column(
        ForeignKey("moderators.id"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    decisions: Mapped[int]
    approved: Mapped[int]
    rejected: Mapped[int]
    spam: Mapped[int]
    taken_down: Mapped[int]
    undone_by_self: Mapped[int]
    undone_by_others: Mapped[int]
