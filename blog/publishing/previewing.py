"""A review as it is written now, to be looked at before it is published."""

from dataclasses import replace

from blog.drafts.models import Draft
from blog.publishing.reading import read_unfinished_writing, writing_of
from blog.reviewers.commands import list_reviewers
from blog.reviews.commands import Manuscript
from blog.reviews.models import Review
from blog.reviews.queries import find_review_of_draft
from blog.reviews.unsaved import unsaved_review
from blog.text.language import format_number
from blog.text.language import gettext as _
from blog.text.review_markdown import MOST_CELLS, MOST_TAGS, is_too_rich

# The most characters of a text; rendering as many takes half a second, but seconds for tables.
LONGEST_PREVIEW = 100_000


class TooLongForPreviewError(Exception):
    """Raised when rendering a text would keep a server busy for long."""


def preview_of(draft: Draft) -> Review:
    """Return a review of what is written in a draft, which is in no table.

    What is missing is said in its place. Raises TooLongForPreviewError.
    """
    stored = find_review_of_draft(draft_id=draft.id)
    writing = writing_of(draft, stored)
    if len(writing.body) > LONGEST_PREVIEW or is_too_rich(writing.body):
        raise TooLongForPreviewError(draft.id)
    manuscript = _name_what_is_missing(read_unfinished_writing(writing, draft, stored))
    reviewers = {reviewer.name: reviewer for reviewer in list_reviewers()}
    return unsaved_review(
        manuscript,
        review_id=draft.id,
        stored=stored,
        reviewer=reviewers.get(manuscript.byline),
    )


def explain_length() -> str:
    """Return the sentence for a review whose text is too long for a preview."""
    most = format_number(LONGEST_PREVIEW)
    return _(
        "There is no preview of a text with over %(most)s characters, %(tags)s HTML tags or"
        " %(cells)s table cells.",
        most=most,
        tags=format_number(MOST_TAGS),
        cells=format_number(MOST_CELLS),
    )


def _name_what_is_missing(manuscript: Manuscript) -> Manuscript:
    """Say in its place what every review has and this one has not."""
    return replace(
        manuscript,
        title=manuscript.title or _("(no headline yet)"),
        drama_title=manuscript.drama_title or _("(no drama yet)"),
        byline=manuscript.byline or _("(no byline yet)"),
        summary=manuscript.summary or _("(no summary yet)"),
    )
