"""Tables: reports, each a reader's reason to look at a published comment again."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, Id, stored_enum
from blog.text.language import lazy_gettext as _

WORDS_LENGTH = 1000


class Kind(StrEnum):
    """Name what a reader can find wrong with a comment."""

    SPOILER = "spoiler"
    INSULT = "insult"
    ADVERT = "advert"
    PRIVATE = "private"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return what people read."""
        return _LABELS[self]


_LABELS = {
    Kind.SPOILER: _("It gives the ending away"),
    Kind.INSULT: _("It insults or threatens somebody"),
    Kind.ADVERT: _("It is advertising"),
    Kind.PRIVATE: _("It tells something private"),
    Kind.OTHER: _("Something else"),
}


class Report(Base):
    """Be one reader's report of one comment, on the version of it that was public."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(f"length(words) BETWEEN 1 AND {WORDS_LENGTH}", name="words_length"),
        Index(None, "comment_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    comment_id: Mapped[Id] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    kind: Mapped[Kind] = mapped_column(stored_enum(Kind, "kind"))
    words: Mapped[str | None]
    reported_at: Mapped[datetime]
    # What the address was called on the day, as with a comment.
    client_name: Mapped[str | None]
