"""Tables: reviews with the drama each is about, its cast, where to watch it, tags, pictures."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

from markupsafe import Markup
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from blog.db.paging import Cursor
from blog.db.types import Base, Id, SafeHTML, stored_enum


class Picture(Base):
    """Hold what is known of a stored picture: where it came from, how large, in which sizes."""

    __tablename__ = "pictures"

    id: Mapped[Id] = mapped_column(primary_key=True)
    source_hash: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]
    # [[width in pixels, file name], …], the smallest first; a file is named by its content.
    renditions: Mapped[list[list[int | str]]] = mapped_column(JSON)
    # The place of its ruling colour on a wheel of twenty-four, None for a grey picture.
    hue: Mapped[int | None]

    @property
    def largest(self) -> str:
        """Return the file name of the largest rendition."""
        return str(self.renditions[-1][1])


class CommentsOverride(StrEnum):
    """Name what a moderator says of a review's comments, above its file and its age."""

    OPEN = "open"
    CLOSED = "closed"


class Review(Base):
    """Be one review and the drama it is about.

    A draft has no `published_at`; one in the future is not public yet.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        CheckConstraint("length(slug) BETWEEN 1 AND 100", name="slug_length"),
        CheckConstraint("length(title) BETWEEN 1 AND 300", name="title_length"),
        CheckConstraint("length(byline) BETWEEN 1 AND 120", name="byline_length"),
        CheckConstraint("length(summary) BETWEEN 1 AND 500", name="summary_length"),
        CheckConstraint("length(drama_title) BETWEEN 1 AND 200", name="drama_title_length"),
        CheckConstraint("rating >= 0 AND rating <= 10", name="rating_range"),
        CheckConstraint("rating * 2 = round(rating * 2)", name="rating_halves"),
        CheckConstraint("drama_year BETWEEN 1950 AND 2100", name="drama_year_range"),
        CheckConstraint("drama_episodes BETWEEN 1 AND 2000", name="drama_episodes_range"),
        CheckConstraint("published_offset BETWEEN -1439 AND 1439", name="published_offset_range"),
        CheckConstraint("updated_offset BETWEEN -1439 AND 1439", name="updated_offset_range"),
        Index(None, "published_at", "id"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    byline: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]
    body_html: Mapped[Markup] = mapped_column(SafeHTML)
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    # How many minutes the writer's clock was ahead of UTC then; None is 0.
    published_offset: Mapped[int | None]
    updated_offset: Mapped[int | None]
    rating: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    trailer_url: Mapped[str | None]
    # What its file says; closing.py has the rule that all of it makes.
    comments_open: Mapped[bool] = mapped_column(default=True)
    # No file can say it, so that importing again leaves it alone.
    comments_override: Mapped[CommentsOverride | None] = mapped_column(
        stored_enum(CommentsOverride, "comments_override")
    )
    is_demo: Mapped[bool] = mapped_column(default=False)
    # What the review was last written from, so that writing the same again changes nothing.
    source_hash: Mapped[str]
    # The first of its pictures, which stands for it in lists.
    picture_id: Mapped[Id | None] = mapped_column(ForeignKey("pictures.id"))

    drama_title: Mapped[str]
    drama_korean_title: Mapped[str | None]
    drama_year: Mapped[int | None]
    drama_network: Mapped[str | None]
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
    tags: Mapped[list["ReviewTag"]] = relationship(
        order_by="ReviewTag.position", cascade="all, delete-orphan"
    )

    @property
    def cursor(self) -> Cursor:
        """Return the review's place among the published ones."""
        assert self.published_at is not None, "Only a published review has a place."
        return Cursor(self.published_at, self.id)

    @property
    def published_local(self) -> datetime | None:
        """Return when it was published by the writer's clock, which says the day to show."""
        return _by_clock(self.published_at, self.published_offset)

    @property
    def updated_local(self) -> datetime | None:
        """Return when it was updated, by the writer's clock."""
        return _by_clock(self.updated_at, self.updated_offset)

    @property
    def changed_at(self) -> datetime | None:
        """Return when its text was last published or updated, by the writer's clock."""
        return max(filter(None, (self.published_local, self.updated_local)), default=None)

    @property
    def was_updated(self) -> bool:
        """Tell whether it was updated later than the day it came out."""
        if self.published_at is None or self.updated_at is None:
            return False
        return self.updated_at - self.published_at > timedelta(days=1)

    @property
    def reading_minutes(self) -> int:
        """Return how long reading takes: 230 words or 500 Korean syllables a minute."""
        syllables = sum("가" <= character <= "힣" for character in self.body)
        words = sum(word.isascii() for word in self.body.split())
        return max(1, round(words / 230 + syllables / 500))


def _by_clock(moment: datetime | None, offset: int | None) -> datetime | None:
    return moment and moment.astimezone(timezone(timedelta(minutes=offset or 0)))


class WatchOption(Base):
    """Name a service that shows the drama, and its address."""

    __tablename__ = "watch_options"

    review_id: Mapped[Id] = mapped_column(
        ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    service: Mapped[str]
    url: Mapped[str]


class CastMember(Base):
    """Name an actor and the role they play."""

    __tablename__ = "cast_members"

    review_id: Mapped[Id] = mapped_column(
        ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(index=True)
    role: Mapped[str]


class ReviewTag(Base):
    """Put a review under a tag; the tag's words are its address."""

    __tablename__ = "review_tags"

    review_id: Mapped[Id] = mapped_column(
        ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)


class ReviewPicture(Base):
    """Say that a review shows a picture; one that no review shows may go."""

    __tablename__ = "review_pictures"

    review_id: Mapped[Id] = mapped_column(
        ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    picture_id: Mapped[Id] = mapped_column(ForeignKey("pictures.id"), index=True)
