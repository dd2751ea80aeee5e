"""Read what is written in a draft by the rules of imported files."""

from dataclasses import replace
from datetime import datetime

from blog.drafts.models import Draft, Writing
from blog.manuscripts.documents import (
    BadDocumentError,
    document_of,
    find_faults,
    read_document,
    read_unfinished,
)
from blog.manuscripts.fields import Fault
from blog.publishing.pictures import files_of, list_pictures_of
from blog.reviews.commands import Manuscript
from blog.reviews.models import Review
from blog.reviews.queries import may_be_read
from blog.text.language import gettext as _


class NotReadyError(Exception):
    """Raised when a draft cannot be published; `faults` name the keys."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


def writing_of(draft: Draft, review: Review | None) -> Writing:
    """Return what is written in a draft, which may be what its review contains."""
    if draft.writing is not None:
        return draft.writing
    assert review is not None, "A draft without content of its own has a review."
    return document_of_review(review)


def document_of_review(review: Review) -> Writing:
    """Return what is written in a review."""
    return Writing(*document_of(review))


def list_faults(writing: Writing, draft: Draft | None, review: Review | None) -> list[Fault]:
    """Return everything that prevents publication."""
    return find_faults(writing.keys, writing.body, list_pictures_of(draft, review))


def read_writing(writing: Writing, draft: Draft, review: Review | None) -> Manuscript:
    """Return the manuscript of what is written. Raises NotReadyError."""
    try:
        return read_document(writing.keys, writing.body, files_of(draft, review))
    except BadDocumentError as error:
        raise NotReadyError(error.faults) from None


def read_unfinished_writing(writing: Writing, draft: Draft, review: Review | None) -> Manuscript:
    """Return the manuscript of what is written, in which parts may be missing."""
    return read_unfinished(writing.keys, writing.body, files_of(draft, review))


def schedule(
    manuscript: Manuscript,
    review: Review | None,
    *,
    now: datetime,
    is_later: bool,
    is_update: bool = False,
) -> Manuscript:
    """Return a manuscript with the time of its publication.

    With `is_later` it has to have a time in the future; otherwise it is published now, but a review
    that is public keeps its date, and with `is_update` tells readers that it was updated now.
    Raises NotReadyError.
    """
    time = manuscript.published_at
    is_past = time is not None and time <= now
    if is_later and (time is None or is_past):
        expected = _("A time in the future is expected, such as 2027-05-02 18:30.")
        raise NotReadyError([Fault("published", expected)])
    is_public = review is not None and may_be_read(review, now=now)
    if is_public and is_past and is_update:
        return replace(manuscript, updated_at=now.replace(microsecond=0))
    if is_later or (is_public and is_past):
        return manuscript
    return replace(manuscript, published_at=now.replace(microsecond=0))
