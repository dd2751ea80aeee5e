"""Commands with which moderators create, change and delete reviewers."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, union

from blog.accounts.commands import rename_bylines
from blog.db.engine import db
from blog.drafts.models import Draft
from blog.pictures.commands import remove_unused_pictures
from blog.reviews.models import Review, Reviewer
from blog.reviews.reviewers import (
    Profile,
    delete_reviewers,
    replace_byline,
    save_reviewer,
)


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
    """Create a reviewer without a picture. Raises ReviewerTakenError."""
    return save_reviewer(reviewer=None, profile=profile, now=now)


def update_reviewer(
    *, reviewer_id: int, version: str, profile: Profile, renames: bool, now: datetime
) -> Reviewer:
    """Replace what is said of a reviewer, who keeps the picture; the same again does nothing.

    With `renames`, the reviews and drafts with the former name as their byline get the new one.
    Accounts with that byline get it in any case. Raises UnknownReviewerError, ReviewerChangedError
    or ReviewerTakenError.
    """
    reviewer = _get(reviewer_id)
    if profile.equals(reviewer, with_picture=False):
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
