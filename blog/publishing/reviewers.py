"""Create, change and delete reviewers, at the desk or by a file, with what names them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select, union

from blog.accounts.commands import rename_bylines
from blog.db.engine import db
from blog.drafts.models import Draft
from blog.pictures.commands import remove_unused_pictures
from blog.reviewers.commands import (
    Profile,
    add_reviewers,
    delete_reviewers,
    list_reviewers,
    save_reviewer,
)
from blog.reviewers.models import Reviewer
from blog.reviews.models import Review
from blog.reviews.replacing import replace_byline


class UnknownReviewerError(Exception):
    """Raised when a reviewer does not exist, or no longer exists."""


class ReviewerChangedError(Exception):
    """Raised when a reviewer is no longer in the version that was seen."""


class ReviewerNamedError(Exception):
    """Raised when a reviewer would be deleted whom `count` reviews name."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def version_of(reviewer: Reviewer) -> str:
    """Return a hash of what moderators edit.

    An import may replace a reviewer, and the id may return, so that a number would not do.
    """
    values = (reviewer.slug, reviewer.name, reviewer.language or "", reviewer.biography)
    return hashlib.sha256("\0".join(values).encode()).hexdigest()[:32]


def count_reviews(*, names: Sequence[str]) -> dict[str, int]:
    """Return the number of reviews with each of these bylines, those not public included."""
    reviews = select(Review.byline.label("name"), Review.id).where(Review.byline.in_(names))
    # A draft may have another byline than its review.
    drafts = select(Draft.author.label("name"), Draft.id).where(Draft.author.in_(names))
    each = union(reviews, drafts).subquery()
    query = select(each.c.name, func.count()).group_by(each.c.name)
    return {row[0]: row[1] for row in db.session.execute(query)}


def find_reviewer_by_id(*, reviewer_id: int) -> Reviewer | None:
    """Return the reviewer with this id, or None."""
    query = select(Reviewer).where(Reviewer.id == reviewer_id)
    # The session may still contain the reviewer as it was before a change.
    query = query.execution_options(populate_existing=True)
    return db.session.execute(query).scalar_one_or_none()


def create_reviewer(*, profile: Profile, now: datetime) -> Reviewer:
    """Create a reviewer. Raises ReviewerTakenError."""
    return save_reviewer(reviewer=None, profile=profile, now=now)


def update_reviewer(
    *, reviewer_id: int, version: str, profile: Profile, renames: bool, now: datetime
) -> Reviewer:
    """Replace what is said of a reviewer; without a picture, the one that is there stays.

    The same again does nothing. With `renames`, the reviews and drafts with the former name as
    their byline get the new one. Accounts with that byline get it in any case. Raises
    UnknownReviewerError, ReviewerChangedError or ReviewerTakenError.
    """
    reviewer = _get(reviewer_id)
    if profile.equals(reviewer, with_picture=profile.picture is not None):
        return reviewer
    if version_of(reviewer) != version:
        raise ReviewerChangedError(reviewer_id)
    former = reviewer.name
    save_reviewer(reviewer=reviewer, profile=profile, now=now)
    if profile.name != former:
        rename_bylines(former=former, name=profile.name)
        if renames:
            replace_byline(former=former, name=profile.name)
    return reviewer


def remove_reviewer(*, reviewer_id: int, version: str) -> list[str]:
    """Delete a reviewer; return the names of the picture files that nothing shows any more.

    Raises UnknownReviewerError, ReviewerChangedError or ReviewerNamedError.
    """
    reviewer = _get(reviewer_id)
    if version_of(reviewer) != version:
        raise ReviewerChangedError(reviewer_id)
    if count := count_reviews(names=[reviewer.name]).get(reviewer.name):
        raise ReviewerNamedError(count)
    return remove_unused_pictures(delete_reviewers([reviewer]))


def _get(reviewer_id: int) -> Reviewer:
    """Return a reviewer whom nobody else can change in the meantime."""
    query = select(Reviewer).where(Reviewer.id == reviewer_id).with_for_update(of=Reviewer)
    query = query.execution_options(populate_existing=True)
    reviewer = db.session.execute(query).scalar_one_or_none()
    if reviewer is None:
        raise UnknownReviewerError(reviewer_id)
    return reviewer


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What publishing does: "new", "changed", "unchanged" or "deleted" for each slug.

    `unused_files` are the names of picture files that nothing shows any more.
    """

    outcomes: dict[str, str]
    unused_files: Sequence[str] = field(default=())


def publish_reviewers(*, profiles: Sequence[Profile]) -> Changes:
    """Create and update these reviewers, who keep their ids; delete all others whom nobody needs.

    A reviewer is needed who is named by a review, or was saved at the desk.
    """
    known = list_reviewers()
    outcomes = _outcomes(profiles, known, {})
    changed = [profile for profile in profiles if outcomes[profile.slug] != "unchanged"]
    old = [each for each in known if any(profile.replaces(each) for profile in changed)]
    old += _unneeded(profiles, known, {})
    ids = _find_ids(changed, old)
    pictures = delete_reviewers(old)
    add_reviewers(changed, is_demo=False, ids=ids)
    return Changes(outcomes=outcomes, unused_files=remove_unused_pictures(pictures))


def preview_reviewers(*, profiles: Sequence[Profile], bylines: Mapping[str, str]) -> Changes:
    """Return what publishing would do after an import of reviews with these bylines, by slug."""
    return Changes(outcomes=_outcomes(profiles, list_reviewers(), bylines))


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
    """Return the reviewers who are in no profile and whom nobody needs, except the demo's.

    `bylines` replaces the stored bylines of the reviews with these slugs.
    """
    others = [
        row
        for row in known
        if not row.is_demo
        and row.edited_at is None
        and not any(profile.replaces(row) for profile in profiles)
    ]
    names = [row.name for row in others]
    query = select(Review.byline).where(Review.byline.in_(names), Review.slug.not_in(bylines))
    drafts = select(Draft.author).where(Draft.author.in_(names))
    named = {*db.session.execute(union(query, drafts)).scalars(), *bylines.values()}
    return [row for row in others if row.name not in named]


def _find_ids(profiles: Sequence[Profile], rows: Sequence[Reviewer]) -> dict[str, int]:
    """Return the ids of the rows that profiles replace, by the profile's slug."""
    by_slug = {row.slug: row.id for row in rows}
    ids = {profile.slug: by_slug[profile.slug] for profile in profiles if profile.slug in by_slug}
    free = {row.name: row.id for row in rows if row.id not in ids.values()}
    return {each.slug: free[each.name] for each in profiles if each.name in free} | ids
