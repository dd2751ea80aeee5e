"""Tables: reviews and their dramas, cast, streaming services, tags and pictures; reviewers."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from blog.db.paging import Cursor
from blog.db.types import Base, Id, SafeHTML, stored_enum
from blog.pictures.models import Picture
from blog.reviewers.models import Reviewer
from blog.versions.models import SHOWN

# The width and height in pixels of the picture that other sites show beside a link to a review.
LINK_PREVIEW_SIZE = (1200, 630)


class LinkedPicture(NamedTuple):
    """The file of a picture that other sites show beside a link, and its size in pixels."""

    name: str
    width: int
    height: int


class CommentsOverride(StrEnum):
    """A moderator's choice for a review's comments, which overrides the review's file and age."""

    OPEN = "open"
    CLOSED = "closed"


class Review(Base):
    """A review, with the drama reviewed.

    A review without `published_at` is not public; one with a `published_at` in the future not yet.
    The row of the same id in the table of drafts has its versions, and what is written but not
    public.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("length(slug) BETWEEN 1 AND 100", name="slug_length"),
        CheckConstraint("length(title) BETWEEN 1 AND 300", name="title_length"),
        CheckConstraint("length(byline) BETWEEN 1 AND 120", name="byline_length"),
        CheckConstraint("length(summary) BETWEEN 1 AND 500", name="summary_length"),
        CheckConstraint("length(watch_if) BETWEEN 1 AND 200", name="watch_if_length"),
        CheckConstraint("length(skip_if) BETWEEN 1 AND 200", name="skip_if_length"),
        CheckConstraint("length(part) BETWEEN 1 AND 60", name="part_length"),
        CheckConstraint("length(drama_title) BETWEEN 1 AND 200", name="drama_title_length"),
        CheckConstraint("length(language) BETWEEN 2 AND 35", name="language_length"),
        CheckConstraint("rating >= 0 AND rating <= 10", name="rating_range"),
        CheckConstraint("rating * 2 = round(rating * 2)", name="rating_halves"),
        CheckConstraint("drama_year BETWEEN 1950 AND 2100", name="drama_year_range"),
        CheckConstraint("drama_episodes BETWEEN 1 AND 2000", name="drama_episodes_range"),
        CheckConstraint("published_offset BETWEEN -1439 AND 1439", name="published_offset_range"),
        CheckConstraint("updated_offset BETWEEN -1439 AND 1439", name="updated_offset_range"),
        Index(None, "published_at", "id"),
        Index(None, "drama_title_key", "drama_year"),
        *(Index(None, name) for name in ("drama_network_key", "drama_year", "byline")),
        {"info": SHOWN},
    )

    # Also the id of its draft, from which it is taken.
    id: Mapped[Id] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    # The slug that it had first, for names that must not change; nullable like drama_title_key.
    first_slug: Mapped[str] = mapped_column(nullable=True)
    title: Mapped[str]
    # Which of several reviews of a drama this is, such as "First impressions".
    part: Mapped[str | None]
    byline: Mapped[str]
    # A tag such as ko; None for the site's own language.
    language: Mapped[str | None]
    summary: Mapped[str]
    # Whom the drama suits and whom not: the ends of "Watch if …" and "Skip if …".
    watch_if: Mapped[str | None]
    skip_if: Mapped[str | None]
    body: Mapped[str]
    body_html: Mapped[Markup] = mapped_column(SafeHTML)
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    # Minutes that the reviewer's time zone was ahead of UTC at that time; None means 0.
    published_offset: Mapped[int | None]
    updated_offset: Mapped[int | None]
    # Since when the review is in no list any more, but still at its URL.
    archived_at: Mapped[datetime | None]
    rating: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    trailer_url: Mapped[str | None]
    # Set by the review's file; closing.py combines it with the override and the age.
    comments_open: Mapped[bool] = mapped_column(default=True)
    # Not set by the review's file, so importing the file again does not change it.
    comments_override: Mapped[CommentsOverride | None] = mapped_column(
        stored_enum(CommentsOverride, "comments_override")
    )
    is_demo: Mapped[bool] = mapped_column(default=False)
    # The hash of the file last imported, so that importing it again changes nothing.
    source_hash: Mapped[str]
    # The first picture, shown in lists of reviews.
    picture_id: Mapped[Id | None] = mapped_column(ForeignKey("pictures.id"))
    # The file name of the picture that other sites show beside a link; None until it is drawn.
    link_preview: Mapped[str | None]

    drama_title: Mapped[str]
    # By this and the year a drama's reviews are found; nullable, as SQLite adds no other column.
    drama_title_key: Mapped[str] = mapped_column(nullable=True)
    drama_korean_title: Mapped[str | None]
    drama_year: Mapped[int | None]
    drama_network: Mapped[str | None]
    # By this a network is found in any spelling (text/folding.py).
    drama_network_key: Mapped[str | None]
    drama_episodes: Mapped[int | None]

    picture: Mapped[Picture | None] = relationship(lazy="joined")
    watch: Mapped[list["WatchOption"]] = relationship(
        order_by="WatchOption.position", cascade="all, delete-orphan"
    )
    cast: Mapped[list["CastMember"]] = relationship(
        order_by="CastMember.position", cascade="all, delete-orphan"
    )
    shown_pictures: Mapped[list["ReviewPicture"]] = relationship(
        order_by="ReviewPicture.position", cascade="all, delete-orphan"
    )
    # The one whose name is exactly the byline, so that no file has to name reviewers by a key.
    reviewer: Mapped[Reviewer | None] = relationship(
        primaryjoin=lambda: foreign(Review.byline) == Reviewer.name, viewonly=True
    )
    tags: Mapped[list["ReviewTag"]] = relationship(
        order_by="ReviewTag.position", cascade="all, delete-orphan"
    )

    @property
    def cursor(self) -> Cursor:
        """Return the cursor of a review, not a draft, in lists sorted by date."""
        assert self.published_at is not None, "A draft has no position."
        return Cursor(self.published_at, self.id)

    @property
    def drama_name(self) -> str:
        """Return the drama's title, and its Korean title if it has one: "Run On · 런 온"."""
        return " · ".join(filter(None, (self.drama_title, self.drama_korean_title)))

    @property
    def full_title(self) -> str:
        """Return the drama's name, the part and the title: "Run On, Finale: The finish line"."""
        return f"{', '.join(filter(None, (self.drama_name, self.part)))}: {self.title}"

    @property
    def linked_picture(self) -> "LinkedPicture | None":
        """Return the picture that other sites show beside a link: drawn for that, or the first."""
        if self.link_preview:
            return LinkedPicture(self.link_preview, *LINK_PREVIEW_SIZE)
        picture = self.picture
        return LinkedPicture(picture.largest, picture.width, picture.height) if picture else None

    @property
    def published_local(self) -> datetime | None:
        """Return the publication time in the reviewer's time zone; pages show its date."""
        return _in_zone(self.published_at, self.published_offset)

    @property
    def updated_local(self) -> datetime | None:
        """Return when the review was updated, in the reviewer's time zone."""
        return _in_zone(self.updated_at, self.updated_offset)

    @property
    def archived_local(self) -> datetime | None:
        """Return when the review was archived, in the reviewer's time zone."""
        return _in_zone(self.archived_at, self.published_offset)

    @property
    def changed_at(self) -> datetime | None:
        """Return when the review was last published or updated, in the reviewer's time zone."""
        return max(filter(None, (self.published_local, self.updated_local)), default=None)

    @property
    def was_updated(self) -> bool:
        """Return whether the review was updated more than a day after it was published."""
        if self.published_at is None or self.updated_at is None:
            return False
        return self.updated_at - self.published_at > timedelta(days=1)

    @property
    def reading_minutes(self) -> int:
        """Return the reading time in minutes, at 230 words or 500 Korean syllables a minute."""
        words = self.body.split()
        syllables = [sum("가" <= character <= "힣" for character in word) for word in words]
        return max(1, round(syllables.count(0) / 230 + sum(syllables) / 500))


def _in_zone(time: datetime | None, offset: int | None) -> datetime | None:
    return time and time.astimezone(timezone(timedelta(minutes=offset or 0)))


class FormerSlug(Base):
    """A slug that a review had before, from which its URL leads to the present one for ever."""

    __tablename__ = "former_slugs"
    __table_args__ = ({"info": SHOWN},)

    slug: Mapped[str] = mapped_column(primary_key=True)
    review_id: Mapped[Id] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"), index=True)


class WatchOption(Base):
    """A streaming service that has the drama, with the URL of the drama there."""

    __tablename__ = "watch_options"
    __table_args__ = ({"info": SHOWN},)

    review_id: Mapped[Id] = mapped_column(
        ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    service: Mapped[str]
    url: Mapped[str]


class CastMember(Base):
    """An actor in the drama, and the role that the actor plays."""

    __tablename__ = "cast_members"
    __table_args__ = ({"info": SHOWN},)

    review_id: Mapped[Id] = mapped_column(
        ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str]
    # By this an actor is found in any spelling (text/folding.py).
    actor_key: Mapped[str] = mapped_column(index=True)
    role: Mapped[str]


class ReviewTag(Base):
    """A tag of a review; the name of the tag is also part of the tag page's URL."""

    __tablename__ = "review_tags"
    __table_args__ = ({"info": SHOWN},)

    review_id: Mapped[Id] = mapped_column(
        ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)


class ReviewPicture(Base):
    """A picture in a review's text, one for each path."""

    __tablename__ = "review_pictures"
    __table_args__ = ({"info": SHOWN},)

    review_id: Mapped[Id] = mapped_column(
        ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    picture_id: Mapped[Id] = mapped_column(ForeignKey("pictures.id"), index=True)
