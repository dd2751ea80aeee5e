"""Commands that publish a draft, and that change the state of a review as a whole."""

from datetime import datetime

from blog.drafts.commands import change_state
from blog.drafts.models import Happening
from blog.reviews.commands import Manuscript, publish, withdraw
from blog.reviews.models import Review
from blog.reviews.queries import find_review_of_draft, may_be_read


class NothingPublishedError(Exception):
    """Raised when a review that is neither published nor scheduled would be unpublished."""


def publish_draft(
    *, draft_id: int, version: int, manuscript: Manuscript, moderator_id: int, now: datetime
) -> Review:
    """Publish this version of a draft, which `manuscript` was read from.

    A publication time in the future schedules it. Raises UnknownDraftError, DraftDeletedError,
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
    return review


def unpublish(*, draft_id: int, version: int, moderator_id: int, now: datetime) -> None:
    """Take a review from the public; it keeps its address and comments for another publication.

    Raises UnknownDraftError, DraftDeletedError, DraftChangedError, or NothingPublishedError.
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


def _happening(former: Review | None, manuscript: Manuscript, now: datetime) -> Happening:
    """Return what publishing does to a review; `former` is the review before, if it has a row."""
    assert manuscript.published_at is not None, "Publishing sets a time."
    if manuscript.published_at > now:
        return Happening.SCHEDULED
    is_public = former is not None and may_be_read(former, now=now)
    return Happening.CORRECTED if is_public else Happening.PUBLISHED
