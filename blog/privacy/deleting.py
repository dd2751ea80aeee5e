"""Delete reviews for good, with their comments, when nobody can bring them back any more."""

from datetime import datetime
from pathlib import Path

from blog.comments.removal import remove_comments
from blog.db.transactions import Write
from blog.drafts.commands import lock_deleted, remove_draft
from blog.drafts.models import DELETED_KEPT
from blog.drafts.queries import list_deleted_ids
from blog.reviews.commands import remove_review
from blog.reviews.queries import find_review_of_draft


def delete_reviews_for_good(*, write: Write, media_dir: Path, now: datetime) -> int:
    """Delete the reviews that were deleted long ago: texts, revisions, comments and pictures.

    Pictures that another review or a reviewer shows stay. Returns the number of reviews.
    """
    before = now - DELETED_KEPT
    ids = list_deleted_ids(before=before)
    for draft_id in ids:
        for name in write(_delete_for_good, draft_id=draft_id, before=before):
            (media_dir / name).unlink(missing_ok=True)
    return len(ids)


def _delete_for_good(*, draft_id: int, before: datetime) -> list[str]:
    """Delete a review unless it was just brought back; return the names of unused files."""
    if not lock_deleted(draft_id=draft_id, before=before):
        return []
    review = find_review_of_draft(draft_id=draft_id)
    if review is None:
        remove_draft(draft_id=draft_id)
        return []
    remove_comments(review_id=draft_id)
    return remove_review(review=review)
