"""Delete reviews so that it can be undone for some time, and bring them back."""

from datetime import datetime

from blog.drafts.commands import change_state
from blog.drafts.models import Happening
from blog.drafts.queries import find_draft
from blog.reviews.archiving import move_publication
from blog.reviews.queries import find_review_of_draft


def delete_review(*, draft_id: int, version: int, moderator_id: int, now: datetime) -> None:
    """Delete a review, with or without a publication; its comments go with it, and stay stored.

    Raises UnknownDraftError, DraftDeletedError or DraftChangedError.
    """
    review = find_review_of_draft(draft_id=draft_id)
    change_state(
        draft_id=draft_id,
        version=version,
        happening=Happening.DELETED,
        moderator_id=moderator_id,
        now=now,
        is_dated=False,
        deleted_at=now,
        deleted_published_at=review.published_at if review else None,
    )
    move_publication(review_id=draft_id, time=None)


def restore_review(*, draft_id: int, version: int, moderator_id: int, now: datetime) -> None:
    """Bring a deleted review and its comments back as they were.

    A publication time that has passed in the meantime publishes it. Raises UnknownDraftError,
    DraftDeletedError if it is not deleted, or DraftChangedError.
    """
    draft = find_draft(draft_id=draft_id)
    time = draft.deleted_published_at if draft else None
    change_state(
        draft_id=draft_id,
        version=version,
        happening=Happening.RESTORED,
        moderator_id=moderator_id,
        now=now,
        is_dated=time is not None,
        deleted_at=None,
        deleted_published_at=None,
    )
    move_publication(review_id=draft_id, time=time)
