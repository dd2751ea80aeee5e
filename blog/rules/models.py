"""Tables: rules, each a word, a link, a domain or a sender to look out for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.accounts.models import Moderator
from blog.db.types import Base, Id, stored_enum

PATTERN_LENGTH = 200
NOTE_LENGTH = 200


class Kind(StrEnum):
    """Name what a rule looks at."""

    WORD = "word"
    LINK = "link"
    DOMAIN = "domain"
    EMAIL = "email"
    NAME = "name"
    BROWSER = "browser"
    CLIENT = "client"

    @property
    def is_typed(self) -> bool:
        """Tell whether its pattern is written by hand; the others are taken from a comment."""
        return self not in (Kind.BROWSER, Kind.CLIENT)


class Action(StrEnum):
    """Name what is done with a comment that a rule catches."""

    HOLD = "hold"
    SPAM = "spam"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """Hold what a rule says, saved or not; the pattern is in the form matching takes."""

    kind: Kind
    pattern: str
    action: Action
    note: str | None = None
    comment_id: int | None = None
    ends_at: datetime | None = None


class Rule(Base):
    """Be one thing to look out for in every comment that arrives.

    A browser or a client is known by what the database calls it, which nobody is shown;
    `comment_id` names the comment it was taken from. A client's name holds until the key of its
    day is deleted, and the rule with it.
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
    # No foreign key: the rule outlives the comment it was made from.
    comment_id: Mapped[Id | None]
    action: Mapped[Action] = mapped_column(stored_enum(Action, "action"))
    note: Mapped[str | None]
    moderator_id: Mapped[Id] = mapped_column(ForeignKey("moderators.id"))
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]

    moderator: Mapped[Moderator] = relationship(lazy="joined")
