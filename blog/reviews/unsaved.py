"""A review that is in no table: what a draft would be if it were published, to be looked at."""

from sqlalchemy.orm.attributes import set_committed_value

from blog.pictures.queries import list_pictures
from blog.reviews.commands import Manuscript, fill, replace_watch_and_cast
from blog.reviews.models import Review, ReviewTag


def unsaved_review(
    manuscript: Manuscript, *, review_id: int, stored: Review | None, reviewer: object | None
) -> Review:
    """Return the review of a manuscript, which is not added to the session.

    `stored` is the review that has this id now, None if there is none; `reviewer` is who has the
    byline as a name.
    """
    review = Review(id=review_id, is_demo=stored is not None and stored.is_demo)
    if stored is not None:
        review.first_slug, review.archived_at = stored.first_slug, stored.archived_at
    fill(review, manuscript)
    replace_watch_and_cast(review, watch=manuscript.watch, cast=manuscript.cast)
    review.tags = [ReviewTag(name=name) for name in manuscript.tags]
    hashes = [file.source_hash for file in manuscript.pictures[:1]]
    review.picture = next(iter(list_pictures(hashes=hashes).values()), None)
    # SQLAlchemy loads nothing for an object that is not in the session.
    set_committed_value(review, "reviewer", reviewer)
    return review
