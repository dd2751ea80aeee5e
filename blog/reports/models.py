"""Table: reports of published comments by readers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, Id, partial_index, stored_enum
from blog.text.language import lazy_gettext as _

WORDS_LENGTH = 1000


class Kind(StrEnum):
    """The reasons for which a reader can report a comment."""

    SPOILER = "spoiler"
    INSULT = "insult"
    ADVERT = "advert"
    PRIVATE = "private"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the text of the reason for readers and moderators."""
        return _LABELS[self]


_LABELS = {
    Kind.SPOILER: _("It contains spoilers"),
    Kind.INSULT: _("It insults or threatens somebody"),
    Kind.ADVERT: _("It is advertising"),
    Kind.PRIVATE: _("It shares private information"),
    Kind.OTHER: _("Something else"),
}


class Report(Base):
    """One reader's report of one published comment."""

    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(f"length(words) BETWEEN 1 AND {WORDS_LENGTH}", name="words_length"),
        Index(None, "comment_id", "id"),
        partial_index("reported_at", "id", where="client_name IS NOT NULL"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    comment_id: Mapped[Id] = mapped_column(ForeignKey("comments.id", ondelete="CASCADE"))
    kind: Mapped[Kind] = mapped_column(stored_enum(Kind, "kind"))
    words: Mapped[str | None]
    reported_at: Mapped[datetime]
    # Fingerprint of the network address, as in Comment.client_name; cleared after some time.
    client_name: Mapped[str | None]
