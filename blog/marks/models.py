"""Tables: why a comment deserves a look, and fingerprints of what its words are like."""

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from blog.db.types import Base, Id
from blog.text.language import lazy_gettext as _

# Why a comment deserves a look: what is stored, and how a moderator reads it.
REASONS = {
    "links": _("Carries links"),
    "hasty": _("Typed too fast"),
    "copies": _("Copies elsewhere"),
    "trap": _("Spam trap filled"),
    "proof": _("No proof of work"),
    "captcha": _("No captcha answer"),
    "rule": _("A rule"),
    "revised": _("Changed by its writer"),
    "reported": _("Reported"),
    "discussion": _("Needs discussion"),
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
    # What goes with the name, in the site's language when it was noted: how many links, why a proof
    # does not count.
    detail: Mapped[str | None]

    @property
    def label(self) -> str:
        """Return what a moderator reads."""
        return REASONS.get(self.name, self.name)


class CommentFingerprint(Base):
    """Hold a part of what a comment's words are like, to find those nearly equal."""

    __tablename__ = "comment_fingerprints"
    __table_args__ = (Index(None, "comment_id"),)

    value: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    comment_id: Mapped[Id] = mapped_column(
        ForeignKey("comments.id", ondelete="CASCADE"), primary_key=True
    )
