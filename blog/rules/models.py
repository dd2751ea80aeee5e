"""Table: rules that match words, links, domains or senders of comments."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.accounts.models import Moderator
from blog.db.types import Base, Id, stored_enum

PATTERN_LENGTH = 200
NOTE_LENGTH = 200


class Kind(StrEnum):
    """The part of a comment that a rule is matched against."""

    WORD = "word"
    LINK = "link"
    DOMAIN = "domain"
    EMAIL = "email"
    NAME = "name"
    BROWSER = "browser"
    CLIENT = "client"

    @property
    def is_typed(self) -> bool:
        """Return whether moderators type the pattern; False if it is taken from a comment."""
        return self not in (Kind.BROWSER, Kind.CLIENT)


class Action(StrEnum):
    """What happens to a comment that a rule catches: held for review, or marked as spam."""

    HOLD = "hold"
    SPAM = "spam"


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleDraft:
    """The content of a rule, saved or not; `pattern` is normalised for matching."""

    kind: Kind
    pattern: str
    action: Action
    note: str | None = None
    comment_id: int | None = None
    ends_at: datetime | None = None


class CurrentRule(NamedTuple):
    """What of a rule is needed to match it."""

    id: int
    kind: Kind
    pattern: str
    comment_id: int | None
    action: Action


class Rule(Base):
    """A rule, which is matched against every new comment.

    The pattern of a browser or client rule is the owner hash or client name of the comment
    `comment_id`, and is never shown. A client rule ends, at `ends_at`, when the key of that name's
    day is deleted.
    """

    __tablename__ = "rules"
    __table_args__ = (
        CheckConstraint(f"length(pattern) BETWEEN 1 AND {PATTERN_LENGTH}", name="pattern_length"),
        CheckConstraint(f"length(note) BETWEEN 1 AND {NOTE_LENGTH}", name="note_length"),
        CheckConstraint(
            "(kind IN ('browser', 'client')) = (comment_id IS NOT NULL)",
            name="sender_has_comment",
        ),
        CheckConstraint("(kind = 'client') = (ends_at IS NOT NULL)", name="client_ends"),
        UniqueConstraint("kind", "pattern"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(stored_enum(Kind, "kind"))
    pattern: Mapped[str]
    # No foreign key: the rule stays when its comment is deleted.
    comment_id: Mapped[Id | None]
    action: Mapped[Action] = mapped_column(stored_enum(Action, "action"))
    note: Mapped[str | None]
    moderator_id: Mapped[Id] = mapped_column(ForeignKey("moderators.id"))
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]

    moderator: Mapped[Moderator] = relationship(lazy="joined")
