"""A review as it is written now, to be looked at: made for one page, and in no table."""

from sqlalchemy.orm.attributes import set_committed_value

from blog.drafts.models import Draft
from blog.pictures.commands import PictureFile
from blog.pictures.models import Picture
from blog.publishing.reading import read_unfinished_writing, writing_of
from blog.reviews.commands import Manuscript, fill, replace_watch_and_cast
from blog.reviews.models import Review, ReviewTag
from blog.reviews.queries import find_review_of_draft
from blog.reviews.reviewers import list_reviewers
from blog.text.language import format_number
from blog.text.language import gettext as _

# The most characters of a text; rendering as many takes about half a second.
LONGEST_PREVIEW = 100_000


class TooLongForPreviewError(Exception):
    """Raised when rendering a text would keep a server busy for long."""


def explain_length() -> str:
    """Return the sentence for a review whose text is too long for a preview."""
    most = format_number(LONGEST_PREVIEW)
    return _("The text is longer than %(most)s characters, so there is no preview.", most=most)


def preview_of(draft: Draft) -> Review:
    """Return a review of what is written in a draft, which is not added to the session.

    What is missing is said in its place. Raises TooLongForPreviewError.
    """
    stored = find_review_of_draft(draft_id=draft.id)
    writing = writing_of(draft, stored)
    if len(writing.body) > LONGEST_PREVIEW:
        raise TooLongForPreviewError(draft.id)
    manuscript = read_unfinished_writing(writing, stored)
    review = Review(id=draft.id, is_demo=False)
    if stored is not None:
        review.first_slug, review.archived_at = stored.first_slug, stored.archived_at
        review.is_demo = stored.is_demo
    fill(review, manuscript)
    _fill_lists(review, manuscript)
    _name_what_is_missing(review)
    return review


def _fill_lists(review: Review, manuscript: Manuscript) -> None:
    replace_watch_and_cast(review, watch=manuscript.watch, cast=manuscript.cast)
    review.tags = [ReviewTag(name=name) for name in manuscript.tags]
    review.picture = _make_picture(manuscript.pictures[0]) if manuscript.pictures else None
    # SQLAlchemy loads nothing for an object that is not in the session.
    reviewers = {reviewer.name: reviewer for reviewer in list_reviewers()}
    set_committed_value(review, "reviewer", reviewers.get(review.byline))


def _make_picture(file: PictureFile) -> Picture:
    return Picture(
        source_hash=file.source_hash,
        width=file.width,
        height=file.height,
        renditions=file.renditions,
        hue=file.hue,
    )


def _name_what_is_missing(review: Review) -> None:
    """Say in its place what every review has and this one has not."""
    review.title = review.title or _("(no headline yet)")
    review.drama_title = review.drama_title or _("(no drama yet)")
    review.byline = review.byline or _("(no byline yet)")
    review.summary = review.summary or _("(no summary yet)")
