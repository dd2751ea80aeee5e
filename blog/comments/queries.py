"""Read comments and decisions. What the public may see is decided here, once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select, tuple_

from blog.comments.models import Comment, Decision
from blog.database import db
from blog.pagination import Cursor, Page
from blog.reviews.queries import find_public_review

PAGE_SIZE = 50


def list_public_comments(*, review_id: int, after: Cursor | None = None) -> Page[Comment]:
    """Return a page of a review's published comments, the oldest first, without the answers."""
    query = _public(review_id).where(Comment.parent_id.is_(None))
    query = query.order_by(Comment.submitted_at, Comment.id)
    if after is not None:
        place = tuple_(Comment.submitted_at, Comment.id)
        query = query.where(place > tuple_(after.moment, after.id))
    rows = db.session.execute(query.limit(PAGE_SIZE + 1)).scalars().all()
    return Page.of(rows, PAGE_SIZE, lambda comment: comment.cursor)


def list_public_answers(*, comments: Iterable[Comment]) -> dict[int, list[Comment]]:
    """Return the published answers to these comments by the comment's id, the oldest first."""
    ids = [comment.id for comment in comments]
    query = select(Comment).where(Comment.parent_id.in_(ids), Comment.is_public)
    answers: dict[int, list[Comment]] = {number: [] for number in ids}
    for answer in db.session.execute(query.order_by(Comment.submitted_at, Comment.id)).scalars():
        answers[answer.parent_id or 0].append(answer)
    return answers


def count_public_comments(*, review_ids: Iterable[int]) -> dict[int, int]:
    """Return the number of published comments of each of these reviews."""
    ids = list(review_ids)
    query = (
        select(Comment.review_id, func.count())
        .where(Comment.is_public, Comment.review_id.in_(ids))
        .group_by(Comment.review_id)
    )
    return dict.fromkeys(ids, 0) | {row[0]: row[1] for row in db.session.execute(query)}


def find_public_comment(*, slug: str, comment_id: int, now: datetime) -> Comment | None:
    """Return a published comment of a public review, or None."""
    review = find_public_review(slug=slug, now=now)
    if review is None:
        return None
    query = _public(review.id).where(Comment.id == comment_id)
    return db.session.execute(query).scalar_one_or_none()


def find_page_of(*, comment: Comment) -> Cursor | None:
    """Return the cursor after which the page with a published comment begins; None is the first.

    An answer stands on the page of what it answers.
    """
    top = comment.parent or comment
    place = tuple_(Comment.submitted_at, Comment.id)
    before = _public(comment.review_id).where(
        Comment.parent_id.is_(None), place < tuple_(top.submitted_at, top.id)
    )
    count = db.session.execute(select(func.count()).select_from(before.subquery())).scalar_one()
    first_of_page = count - count % PAGE_SIZE
    if first_of_page == 0:
        return None
    last_before = before.order_by(Comment.submitted_at, Comment.id).offset(first_of_page - 1)
    last: Comment = db.session.execute(last_before.limit(1)).scalar_one()
    return last.cursor


def list_own_comments(*, review_id: int, owner_hash: str) -> Sequence[Comment]:
    """Return what a browser sent to a review, in any state, up to 200; the oldest first."""
    return (
        db.session.execute(
            select(Comment)
            .where(
                Comment.review_id == review_id,
                or_(Comment.owner_hash == owner_hash, Comment.resent_owner_hash == owner_hash),
            )
            .order_by(Comment.submitted_at, Comment.id)
            .limit(200)
        )
        .scalars()
        .all()
    )


def find_comment(*, comment_id: int) -> Comment | None:
    """Return a comment in any state, or None."""
    return db.session.get(Comment, comment_id, populate_existing=True)


def find_last_decision(*, comment_id: int) -> Decision | None:
    """Return what was decided last on a comment, or None."""
    query = select(Decision).where(Decision.comment_id == comment_id)
    return db.session.execute(query.order_by(Decision.id.desc()).limit(1)).scalar_one_or_none()


def list_last_decisions(*, comment_ids: Iterable[int]) -> dict[int, Decision]:
    """Return the last decision on each of these comments that has one."""
    latest = (
        select(func.max(Decision.id))
        .where(Decision.comment_id.in_(list(comment_ids)))
        .group_by(Decision.comment_id)
    )
    rows = db.session.execute(select(Decision).where(Decision.id.in_(latest))).scalars()
    return {decision.comment_id: decision for decision in rows}


def list_words(*, after: int, size: int) -> dict[int, str]:
    """Return the words of the next comments, in any state, by their ids."""
    query = select(Comment.id, Comment.body).where(Comment.id > after).order_by(Comment.id)
    return {row[0]: row[1] for row in db.session.execute(query.limit(size))}


def list_readers_comments(*, review_id: int) -> Sequence[Comment]:
    """Return what readers wrote under a review, in any state; not what came with the demo."""
    query = select(Comment).where(Comment.review_id == review_id, ~Comment.is_demo)
    return db.session.execute(query.order_by(Comment.id)).scalars().all()


def _public(review_id: int) -> Select[Comment]:
    return select(Comment).where(Comment.review_id == review_id, Comment.is_public)
