"""Commands that publish a draft, and that change the state of a review as a whole."""

from datetime import datetime
from typing import NamedTuple

from blog.drafts.commands import change_state, settle_draft
from blog.drafts.models import Happening
from blog.drafts.queries import find_draft
from blog.reviews.archiving import NotYetPublicError, archive_review, unarchive_review, withdraw
from blog.reviews.commands import Manuscript, publish, search_text_of
from blog.reviews.models import Review
from blog.reviews.queries import (
    UnknownReviewError,
    find_review,
    find_review_of_draft,
    may_be_read,
)
from blog.reviews.series import share_facts


class NothingPublishedError(Exception):
    """Raised when a review that is neither published nor scheduled would be changed as one."""


class Published(NamedTuple):
    """A review that was published or scheduled, and the slugs of those that got its facts."""

    review: Review
    sharing: list[str]


def publish_draft(
    *, draft_id: int, version: int, manuscript: Manuscript, moderator_id: int, now: datetime
) -> Published:
    """Publish this version of a draft, which `manuscript` was read from.

    A publication time in the future schedules it; an archived review stays archived. The other
    reviews of the drama get its facts. Raises UnknownDraftError, DraftDeletedError,
    DraftChangedError, or TakenSlugError or ReservedSlugError.
    """
    former = find_review_of_draft(draft_id=draft_id)
    change_state(
        draft_id=draft_id,
        version=version,
        happening=_happening(former, manuscript, now),
        moderator_id=moderator_id,
        now=now,
    )
    review, _outcome = publish(
        manuscript=manuscript, draft_id=draft_id, moderator_id=moderator_id, now=now
    )
    sharing = share_facts(review_id=review.id)
    for slug in sharing:
        _settle(find_review(slug=slug), moderator_id, now)
    return Published(review, sharing)


def unpublish(*, draft_id: int, version: int, moderator_id: int, now: datetime) -> None:
    """Take a review from the public; it keeps its address and comments for another publication.

    An archived one is not archived any more. Raises UnknownDraftError, DraftDeletedError,
    DraftChangedError, or NothingPublishedError.
    """
    change_state(
        draft_id=draft_id,
        version=version,
        happening=Happening.UNPUBLISHED,
        moderator_id=moderator_id,
        now=now,
        is_dated=False,
        # A file that is imported again does not publish it without being asked to.
        edited_at=now,
    )
    if not withdraw(review_id=draft_id):
        raise NothingPublishedError(draft_id)


def archive(*, draft_id: int, version: int, moderator_id: int, now: datetime) -> None:
    """Archive a public review, as `archive_review` says.

    Raises UnknownDraftError, DraftDeletedError, DraftChangedError, or NothingPublishedError.
    """
    change_state(
        draft_id=draft_id,
        version=version,
        happening=Happening.ARCHIVED,
        moderator_id=moderator_id,
        now=now,
    )
    try:
        archive_review(review_id=draft_id, now=now)
    except (UnknownReviewError, NotYetPublicError):
        raise NothingPublishedError(draft_id) from None


def unarchive(*, draft_id: int, version: int, moderator_id: int, now: datetime) -> None:
    """Put an archived review back into the lists, at its old place.

    Raises UnknownDraftError, DraftDeletedError, DraftChangedError, or NothingPublishedError.
    """
    change_state(
        draft_id=draft_id,
        version=version,
        happening=Happening.UNARCHIVED,
        moderator_id=moderator_id,
        now=now,
    )
    try:
        unarchive_review(review_id=draft_id)
    except UnknownReviewError:
        raise NothingPublishedError(draft_id) from None


def _settle(review: Review | None, moderator_id: int, now: datetime) -> None:
    """Raise the version of a review's draft, so that nobody saves its former facts unseen.

    What is written and not published in it stays.
    """
    draft = find_draft(draft_id=review.id) if review else None
    if review is None or draft is None or draft.keys is not None:
        return
    settle_draft(
        draft_id=review.id,
        search_text=search_text_of(review),
        is_dated=review.published_at is not None,
        moderator_id=moderator_id,
        now=now,
    )


def _happening(former: Review | None, manuscript: Manuscript, now: datetime) -> Happening:
    """Return what publishing does to a review; `former` is the review before, if it has a row."""
    assert manuscript.published_at is not None, "Publishing sets a time."
    if manuscript.published_at > now:
        return Happening.SCHEDULED
    is_public = former is not None and may_be_read(former, now=now)
    return Happening.CORRECTED if is_public else Happening.PUBLISHED
