"""Table: reviewers."""

from datetime import datetime

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.db.types import Base, Id, SafeHTML
from blog.pictures.models import Picture
from blog.versions.models import SHOWN

BIOGRAPHY_LENGTH = 2000


class Reviewer(Base):
    """Somebody who writes reviews; the reviews are those with this name as their byline."""

    __tablename__ = "reviewers"
    __table_args__ = (
        CheckConstraint("length(slug) BETWEEN 1 AND 100", name="slug_length"),
        CheckConstraint("length(name) BETWEEN 1 AND 120", name="name_length"),
        CheckConstraint(
            f"length(biography) BETWEEN 1 AND {BIOGRAPHY_LENGTH}", name="biography_length"
        ),
        CheckConstraint("length(language) BETWEEN 2 AND 35", name="language_length"),
        {"info": SHOWN},
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    # A tag such as ko, of the biography; None for the site's own language.
    language: Mapped[str | None]
    biography: Mapped[str]
    biography_html: Mapped[Markup] = mapped_column(SafeHTML)
    picture_id: Mapped[Id | None] = mapped_column(ForeignKey("pictures.id"))
    is_demo: Mapped[bool] = mapped_column(default=False)
    # When a moderator last saved the reviewer; None since an import has replaced that.
    edited_at: Mapped[datetime | None]

    picture: Mapped[Picture | None] = relationship(lazy="joined")
