"""Tables: reasons for a moderator to look at a comment, and fingerprints of its text."""

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, Id
from blog.text.language import lazy_gettext as _

# The reasons for a moderator to look at a comment: stored name, and label for moderators.
REASONS = {
    "links": _("Contains links"),
    "hasty": _("Typed too fast"),
    "copies": _("Copies elsewhere"),
    "trap": _("Spam trap filled"),
    "proof": _("No proof of work"),
    "captcha": _("No captcha answer"),
    "rule": _("Matches a rule"),
    "revised": _("Edited by its author"),
    "reported": _("Reported"),
    "discussion": _("Needs discussion"),
}
REPORTED = "reported"
REVISED = "revised"


class Reason(Base):
    """One reason for a moderator to look at one comment; REASONS has the names."""

    __tablename__ = "comment_reasons"
    __table_args__ = (Index(None, "name", "comment_id"),)

    comment_id: Mapped[Id] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    # More about the reason, in the site's language, such as the number of links; or None.
    detail: Mapped[str | None]

    @property
    def label(self) -> str:
        """Return the text that moderators see."""
        return REASONS.get(self.name, self.name)


class CommentFingerprint(Base):
    """One of the numbers that nearly equal texts have in common; a comment has several."""

    __tablename__ = "comment_fingerprints"
    __table_args__ = (Index(None, "comment_id"),)

    value: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    comment_id: Mapped[Id] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
