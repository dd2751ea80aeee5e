"""The kept numbers of published comments: check and correct them, and lock them in order."""

from collections.abc import Iterable

from sqlalchemy import bindparam, func, or_, select, update

from blog.comments.models import Comment, CommentCount
from blog.db.engine import db, insert_into
from blog.db.transactions import Write
from blog.moderation.states import Status
from blog.reviews.models import Review
from blog.versions.commands import raise_version

# The number of reviews whose comments are counted by one statement.
BATCH = 20

_PUBLISHED = select(func.count()).where(
    Comment.review_id == Review.id, Comment.status == Status.PUBLISHED
)
_TOP_LEVEL = _PUBLISHED.where(Comment.parent_id.is_(None))
_NUMBERS = {
    CommentCount.published_count: _PUBLISHED.scalar_subquery(),
    CommentCount.top_level_count: _TOP_LEVEL.scalar_subquery(),
}
_COMPARED = (
    select(Review.id, or_(*(func.coalesce(kept, 0) != n for kept, n in _NUMBERS.items())))
    .outerjoin(CommentCount, CommentCount.review_id == Review.id)
    .where(Review.id > bindparam("after"))
    .order_by(Review.id)
    .limit(BATCH)
)


def lock_counts(*, comment_ids: Iterable[int]) -> None:
    """Lock the counts of the reviews that these comments are on, in the order of the reviews.

    A command that changes comments by several statements calls this after it locked the comments.
    Without it, two such commands could wait for each other on PostgreSQL.
    """
    ids = sorted(comment_ids)
    if len(ids) > 1:
        reviews = select(Comment.review_id).where(Comment.id.in_(ids))
        query = select(CommentCount.review_id).where(CommentCount.review_id.in_(reviews))
        db.session.execute(query.order_by(CommentCount.review_id).with_for_update())


def correct_counts(*, write: Write) -> int:
    """Count the published comments of all reviews, correct wrong counts; return how many were.

    Comments are counted outside of `write`; only those of a review with a wrong count are counted
    in it again.
    """
    after = corrected = 0
    while rows := db.session.execute(_COMPARED, {"after": after}).all():
        after = rows[-1][0]
        for review_id, is_wrong in rows:
            if is_wrong:
                write(_count_again, review_id=review_id)
                corrected += 1
    return corrected


def _count_again(*, review_id: int) -> None:
    """Store the number of published comments on a review as they are now."""
    kept = insert_into(CommentCount).values(
        review_id=review_id, published_count=0, top_level_count=0
    )
    # Locks the row, so that a change of a comment is either counted below or added afterwards.
    db.session.execute(
        kept.on_conflict_do_update(
            index_elements=["review_id"], set_={"published_count": CommentCount.published_count}
        )
    )
    counted = select(_PUBLISHED.scalar_subquery(), _TOP_LEVEL.scalar_subquery())
    numbers = db.session.execute(counted.where(Review.id == review_id)).one()
    changed = update(CommentCount).where(CommentCount.review_id == review_id)
    db.session.execute(changed.values(published_count=numbers[0], top_level_count=numbers[1]))
    raise_version()
