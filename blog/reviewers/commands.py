"""Reviewers: their names, biographies and pictures, as a file lists them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from markupsafe import Markup
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from blog.db.engine import db
from blog.db.errors import constraint_name
from blog.pictures.commands import PictureFile, remove_unused_pictures, store_picture
from blog.reviewers.models import Reviewer


class ReviewerTakenError(Exception):
    """Raised when another reviewer has the slug or the name; `key` is "slug" or "name"."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """A reviewer from a file or a form, checked; the model Reviewer explains the fields."""

    slug: str
    name: str
    language: str | None
    biography: str
    biography_html: Markup
    picture: PictureFile | None

    def replaces(self, reviewer: Reviewer) -> bool:
        """Return whether this is the reviewer; either the slug or the name may have changed."""
        return self.slug == reviewer.slug or self.name == reviewer.name

    def equals(self, reviewer: Reviewer, *, with_picture: bool = True) -> bool:
        """Return whether a reviewer who is no demo has all of this."""
        source = reviewer.picture.source_hash if reviewer.picture else None
        return (
            not reviewer.is_demo
            and (self.slug, self.name, self.language, self.biography, self.biography_html)
            == (
                *(reviewer.slug, reviewer.name, reviewer.language),
                *(reviewer.biography, reviewer.biography_html),
            )
            and (not with_picture or source == (self.picture.source_hash if self.picture else None))
        )


def publish_demo_reviewers(*, profiles: Sequence[Profile]) -> None:
    """Create the reviewers of the demo; a reviewer who is there is left alone."""
    known = list_reviewers()
    missing = [each for each in profiles if not any(each.replaces(row) for row in known)]
    add_reviewers(missing, is_demo=True)


def remove_demo_reviewers() -> list[str]:
    """Delete the reviewers of the demo; return the names of unused picture files."""
    return remove_unused_pictures(delete_reviewers(row for row in list_reviewers() if row.is_demo))


def save_reviewer(*, reviewer: Reviewer | None, profile: Profile, now: datetime) -> Reviewer:
    """Store what a moderator says of a reviewer, None for a new one.

    A profile without a picture leaves the picture as it is. Raises ReviewerTakenError; then the
    transaction must be rolled back.
    """
    reviewer = reviewer or Reviewer()
    reviewer.slug, reviewer.name, reviewer.language = profile.slug, profile.name, profile.language
    reviewer.biography, reviewer.biography_html = profile.biography, profile.biography_html
    # What a person has written is not deleted with the demo, nor by an import.
    reviewer.is_demo, reviewer.edited_at = False, now
    if profile.picture is not None:
        reviewer.picture = store_picture(file=profile.picture)
    db.session.add(reviewer)
    try:
        db.session.flush()  # The database knows whether the slug and the name are taken.
    except IntegrityError as error:
        name = constraint_name(error)
        if "length" in name:
            raise
        raise ReviewerTakenError("slug" if "slug" in name else "name") from error
    return reviewer


def replace_biographies(*, rendered: Mapping[int, tuple[str, Markup]]) -> None:
    """Store newly rendered HTML for biographies that have not changed since they were read.

    Takes (text, HTML) by the reviewer's id.
    """
    for reviewer_id, (text, html) in sorted(rendered.items()):
        this = (Reviewer.id == reviewer_id, Reviewer.biography == text)
        db.session.execute(update(Reviewer).where(*this).values(biography_html=html))


def find_reviewer(*, slug: str) -> Reviewer | None:
    """Return the reviewer with this slug, or None."""
    return db.session.execute(select(Reviewer).where(Reviewer.slug == slug)).scalar_one_or_none()


def list_reviewers() -> Sequence[Reviewer]:
    """Return all reviewers by their names."""
    return db.session.execute(select(Reviewer).order_by(Reviewer.name)).scalars().all()


def list_names() -> Sequence[str]:
    """Return the names of all reviewers."""
    return db.session.execute(select(Reviewer.name).order_by(Reviewer.name)).scalars().all()


def add_reviewers(
    profiles: Iterable[Profile], *, is_demo: bool, ids: Mapping[str, int] = MappingProxyType({})
) -> None:
    """Create reviewers; `ids` has those that they had before, by slug."""
    for profile in profiles:
        picture = store_picture(profile.picture) if profile.picture else None
        reviewer = Reviewer(
            id=ids.get(profile.slug),
            slug=profile.slug,
            name=profile.name,
            language=profile.language,
            biography=profile.biography,
            biography_html=profile.biography_html,
            picture_id=picture.id if picture else None,
            is_demo=is_demo,
        )
        db.session.add(reviewer)
    db.session.flush()  # The pictures are then known to be shown.


def delete_reviewers(reviewers: Iterable[Reviewer]) -> set[int]:
    """Delete reviewers; return the ids of their pictures, which may be unused now."""
    pictures = set()
    for reviewer in reviewers:
        pictures |= {reviewer.picture_id} if reviewer.picture_id else set()
        db.session.delete(reviewer)
    db.session.flush()  # Names and slugs are unique; two reviewers may have exchanged theirs.
    return pictures
