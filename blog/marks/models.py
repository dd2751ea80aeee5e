"""Tables: why a comment deserves a look, and prints of what its words are like."""

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, Id

# Why a comment deserves a look: what is stored, and how a moderator reads it.
REASONS = {
    "links": "Carries links",
    "hasty": "Typed in no time",
    "copies": "Copies elsewhere",
    "trap": "Filled the hidden field",
    "proof": "No proof of work",
    "captcha": "No captcha answer",
    "rule": "A rule",
    "revised": "Changed by its writer",
    "reported": "Reported",
    "discussion": "Needs discussion",
}
REPORTED = "reported"
REVISED = "revised"


class Reason(Base):
    """Say why a comment deserves a look; REASONS has the names."""

    __tablename__ = "comment_reasons"
    __table_args__ = (Index(None, "name", "comment_id"),)

    comment_id: Mapped[Id] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    # A number or a word that goes with the name: how many links, how many seconds.
    detail: Mapped[str | None]

    @property
    def label(self) -> str:
        """Return what a moderator reads."""
        return REASONS.get(self.name, self.name)


class CommentPrint(Base):
    """Hold a part of what a comment's words are like, to find those nearly equal."""

    __tablename__ = "comment_prints"
    __table_args__ = (Index(None, "comment_id"),)

    value: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    comment_id: Mapped[Id] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
