"""Reviewers: their names, biographies and pictures, as a file lists them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup
from sqlalchemy import select, update

from blog.db.engine import db
from blog.reviews.commands import PictureFile, remove_unused_pictures, store_picture
from blog.reviews.models import Review, Reviewer


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """A reviewer read from a file, checked; the model Reviewer explains the fields."""

    slug: str
    name: str
    language: str | None
    biography: str
    biography_html: Markup
    picture: PictureFile | None

    def replaces(self, reviewer: Reviewer) -> bool:
        """Return whether this is the reviewer; either the slug or the name may have changed."""
        return self.slug == reviewer.slug or self.name == reviewer.name

    def equals(self, reviewer: Reviewer) -> bool:
        """Return whether a reviewer who is no demo has all of this."""
        source = reviewer.picture.source_hash if reviewer.picture else None
        return not reviewer.is_demo and (
            (self.slug, self.name, self.language, self.biography, self.biography_html)
            == (
                *(reviewer.slug, reviewer.name, reviewer.language),
                *(reviewer.biography, reviewer.biography_html),
            )
            and source == (self.picture.source_hash if self.picture else None)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What publishing does: "new", "changed", "unchanged" or "deleted" for each slug.

    `unused_files` are the names of picture files that nothing shows any more.
    """

    outcomes: dict[str, str]
    unused_files: Sequence[str] = field(default=())


def publish_reviewers(*, profiles: Sequence[Profile]) -> Changes:
    """Create and update these reviewers; delete all others whom no review names."""
    known = list_reviewers()
    outcomes = _outcomes(profiles, known, {})
    changed = [profile for profile in profiles if outcomes[profile.slug] != "unchanged"]
    old = [each for each in known if any(profile.replaces(each) for profile in changed)]
    old += _unneeded(profiles, known, {})
    pictures = _delete(old)
    _add(changed, is_demo=False)
    return Changes(outcomes=outcomes, unused_files=remove_unused_pictures(pictures))


def preview_reviewers(*, profiles: Sequence[Profile], bylines: Mapping[str, str]) -> Changes:
    """Return what publishing would do after an import of reviews with these bylines, by slug."""
    return Changes(outcomes=_outcomes(profiles, list_reviewers(), bylines))


def publish_demo_reviewers(*, profiles: Sequence[Profile]) -> None:
    """Create the reviewers of the demo; a reviewer who is there is left alone."""
    known = list_reviewers()
    missing = [each for each in profiles if not any(each.replaces(row) for row in known)]
    _add(missing, is_demo=True)


def remove_demo_reviewers() -> list[str]:
    """Delete the reviewers of the demo; return the names of unused picture files."""
    return remove_unused_pictures(_delete(row for row in list_reviewers() if row.is_demo))


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


def _outcomes(
    profiles: Sequence[Profile], known: Sequence[Reviewer], bylines: Mapping[str, str]
) -> dict[str, str]:
    outcomes = {}
    for profile in profiles:
        rows = [row for row in known if profile.replaces(row)]
        is_equal = len(rows) == 1 and profile.equals(rows[0])
        outcomes[profile.slug] = "unchanged" if is_equal else "changed" if rows else "new"
    deleted = {row.slug: "deleted" for row in _unneeded(profiles, known, bylines)}
    return outcomes | deleted


def _unneeded(
    profiles: Sequence[Profile], known: Sequence[Reviewer], bylines: Mapping[str, str]
) -> list[Reviewer]:
    """Return the reviewers who are in no profile and whom no review names, except the demo's.

    `bylines` replaces the stored bylines of the reviews with these slugs.
    """
    others = [
        row
        for row in known
        if not row.is_demo and not any(profile.replaces(row) for profile in profiles)
    ]
    names = [row.name for row in others]
    query = select(Review.byline).where(Review.byline.in_(names), Review.slug.not_in(bylines))
    named = {*db.session.execute(query).scalars(), *bylines.values()}
    return [row for row in others if row.name not in named]


def _add(profiles: Iterable[Profile], *, is_demo: bool) -> None:
    for profile in profiles:
        picture = store_picture(profile.picture) if profile.picture else None
        reviewer = Reviewer(
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


def _delete(reviewers: Iterable[Reviewer]) -> set[int]:
    """Delete reviewers; return the ids of their pictures."""
    pictures = set()
    for reviewer in reviewers:
        pictures |= {reviewer.picture_id} if reviewer.picture_id else set()
        db.session.delete(reviewer)
    db.session.flush()  # Names and slugs are unique; two reviewers may have exchanged theirs.
    return pictures
