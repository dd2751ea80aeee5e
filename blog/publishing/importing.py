"""Import a review, without losing what was written at the desk since the last import."""

from datetime import datetime

from blog.drafts.commands import keep_revision
from blog.drafts.models import Draft, Writing
from blog.drafts.queries import find_draft
from blog.manuscripts.documents import document_of_manuscript
from blog.publishing.reading import NotReadyError, read_writing, writing_of
from blog.reviews.commands import Manuscript, preview, publish
from blog.reviews.models import Review
from blog.reviews.queries import find_review
from blog.text.comparing import compare_keys

TEXT = "text"


class EditedReviewError(Exception):
    """Raised when a file would replace what was written at the desk in `draft`.

    `differences` are the keys whose values differ, and "text".
    """

    def __init__(self, draft: Draft, differences: list[str]) -> None:
        super().__init__(draft.id)
        self.draft = draft
        self.differences = differences


def import_review(*, manuscript: Manuscript, now: datetime, overwrites: bool) -> str:
    """Publish the review of a file; return "new", "changed" or "unchanged".

    With `overwrites`, what was written at the desk becomes a revision. Raises EditedReviewError
    without it, and what `publish` raises.
    """
    outcome, edited = _look_at(manuscript)
    if edited is not None and not overwrites:
        raise edited
    if edited is not None and (review := find_review(slug=manuscript.slug)):
        keep_revision(draft_id=review.id, writing=writing_of(edited.draft, review), now=now)
    return outcome if outcome == "unchanged" else publish(manuscript=manuscript, now=now)[1]


def preview_import(*, manuscript: Manuscript) -> str:
    """Return what importing the review of a file would do; raises what the import raises."""
    outcome, edited = _look_at(manuscript)
    if edited is not None:
        raise edited
    return outcome


def _look_at(manuscript: Manuscript) -> tuple[str, EditedReviewError | None]:
    """Return what publishing would do, and an error if it would replace words of the desk."""
    outcome = preview(manuscript=manuscript)
    review = find_review(slug=manuscript.slug)
    draft = find_draft(draft_id=review.id) if review else None
    if outcome == "unchanged" or review is None or draft is None or draft.edited_at is None:
        return outcome, None
    return outcome, EditedReviewError(draft, _list_differences(draft, review, manuscript))


def _list_differences(draft: Draft, review: Review, manuscript: Manuscript) -> list[str]:
    writing = writing_of(draft, review)
    try:
        # Times and languages are compared as they are read, not as they were typed.
        written = Writing(*document_of_manuscript(read_writing(writing, draft, review)))
    except NotReadyError:
        written = writing
    keys, body = document_of_manuscript(manuscript)
    differences = [change.key for change in compare_keys(written.keys, keys)]
    return differences + [TEXT] * (body != written.body)
