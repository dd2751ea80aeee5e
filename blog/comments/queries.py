"""Read comments and decisions. What the public may see is decided here, once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased, joinedload

from blog.comments.models import Comment, Revision, RevisionState
from blog.comments.states import Status
from blog.db.engine import db
from blog.db.paging import Cursor, Page
from blog.reviews.queries import find_public_review

PAGE_SIZE = 50
# Of one thread, so many answers stand on the review's own page.
ANSWERS_SIZE = 20
WITH_ANSWERED = joinedload(Comment.in_reply_to).load_only(Comment.author_name, Comment.status)


class UnknownCommentError(Exception):
    """Say that no comment has this id."""


def list_public_comments(*, review_id: int, after: Cursor | None = None) -> Page[Comment]:
    """Return a page of where a review's threads begin, the oldest first.

    What is no longer public is among them where it has answers that are: a line stands in its
    place.
    """
    # Each of the two is read in the order of an index of its own.
    published = _beginnings(review_id, Comment.status == Status.PUBLISHED, after)
    gaps = _beginnings(review_id, _is_gap(), after)
    ids = union_all(select(published.c.id), select(gaps.c.id))
    query = select(Comment).where(Comment.id.in_(ids))
    query = query.order_by(Comment.submitted_at, Comment.id).limit(PAGE_SIZE + 1)
    rows = db.session.execute(query).scalars().all()
    return Page.of(rows, PAGE_SIZE, lambda comment: comment.cursor)


def list_public_answers(*, comments: Iterable[Comment]) -> dict[int, Page[Comment]]:
    """Return the first published answers in the threads of these comments, by the comment's id."""
    ids = [comment.id for comment in comments if comment.has_answers]
    bounds = _find_last_answers(ids)
    place = tuple_(Comment.submitted_at, Comment.id)
    shown = [
        and_(
            Comment.parent_id == number,
            # Said apart as well: SQLite reads an index up to a moment, and not up to a pair.
            Comment.submitted_at <= last.moment,
            place <= tuple_(last.moment, last.id),
        )
        for number, last in bounds.items()
    ]
    whole = [number for number in ids if number not in bounds]
    # Each of the two is read by the index on the thread.
    published = select(Comment.id).where(Comment.status == Status.PUBLISHED)
    found_ids = union_all(
        published.where(Comment.parent_id.in_(whole)), published.where(or_(false(), *shown))
    )
    query = select(Comment).options(WITH_ANSWERED).where(Comment.id.in_(found_ids))
    answers: dict[int, list[Comment]] = {number: [] for number in ids}
    for answer in db.session.execute(query.order_by(Comment.submitted_at, Comment.id)).scalars():
        answers[answer.parent_id or 0].append(answer)
    return {number: Page(found, bounds.get(number)) for number, found in answers.items() if found}


def list_thread(*, comment: Comment, after: Cursor | None = None) -> Page[Comment]:
    """Return a page of the published answers in a thread, the oldest first."""
    place = tuple_(Comment.submitted_at, Comment.id)
    query = select(Comment).options(WITH_ANSWERED).where(*_published_answers(comment.id))
    if after is not None:
        query = query.where(place > tuple_(after.moment, after.id))
    query = query.order_by(Comment.submitted_at, Comment.id).limit(PAGE_SIZE + 1)
    rows = db.session.execute(query).scalars().all()
    return Page.of(rows, PAGE_SIZE, lambda answer: answer.cursor)


def count_public_comments(*, review_ids: Iterable[int]) -> dict[int, int]:
    """Return the number of published comments of each of these reviews."""
    ids = list(review_ids)
    published = (
        select(Comment.review_id, func.count())
        .where(Comment.status == Status.PUBLISHED, Comment.review_id.in_(ids))
        .group_by(Comment.review_id)
    )
    # Counted apart, as they are few: of all others nobody need ask where their thread stands.
    beginning = aliased(Comment)
    waiting = select(beginning.id).where(
        beginning.review_id.in_(ids),
        beginning.parent_id.is_(None),
        beginning.status == Status.PENDING,
        beginning.has_answers,
    )
    hidden = (
        select(Comment.review_id, func.count())
        .where(Comment.parent_id.in_(waiting), Comment.status == Status.PUBLISHED)
        .group_by(Comment.review_id)
    )
    counts = dict.fromkeys(ids, 0) | {row[0]: row[1] for row in db.session.execute(published)}
    for review_id, count in db.session.execute(hidden):
        counts[review_id] -= count
    return counts


def find_public_comment(*, slug: str, comment_id: int, now: datetime) -> Comment | None:
    """Return a published comment of a public review, or None."""
    review = find_public_review(slug=slug, now=now)
    if review is None:
        return None
    query = _public(review.id).where(Comment.id == comment_id)
    return db.session.execute(query).scalar_one_or_none()


def find_thread(*, review_id: int, comment_id: int) -> Comment | None:
    """Return the comment that a thread of a review begins from, where that may be read, or None."""
    query = select(Comment).where(
        Comment.id == comment_id,
        Comment.review_id == review_id,
        Comment.parent_id.is_(None),
        or_(Comment.status == Status.PUBLISHED, _is_gap()),
    )
    return db.session.execute(query).scalar_one_or_none()


def find_page_of(*, comment: Comment) -> Cursor | None:
    """Return the cursor after which the page with a published comment begins; None is the first.

    An answer among the first of its thread stands on the page of what the thread began from.
    """
    top = comment.parent or comment
    begins = or_(Comment.status == Status.PUBLISHED, _is_gap())
    rows = select(Comment).where(
        Comment.review_id == comment.review_id, Comment.parent_id.is_(None), begins
    )
    return _find_page(rows, top, first=0)


def find_thread_page_of(*, answer: Comment) -> Cursor | None:
    """Return after which answer the page of a thread begins that holds this one.

    None where it stands among the first, on the review's own page.
    """
    rows = select(Comment).where(*_published_answers(answer.parent_id))
    return _find_page(rows, answer, first=ANSWERS_SIZE)


def list_waiting_revisions(*, comment_ids: Iterable[int]) -> dict[int, Revision]:
    """Return what waits to take the place of these comments' words, by the comment's id."""
    query = select(Revision).where(
        Revision.comment_id.in_(list(comment_ids)), Revision.state == RevisionState.WAITING
    )
    # A view has read it before the lock; what counts is what it says now.
    query = query.execution_options(populate_existing=True)
    return {revision.comment_id: revision for revision in db.session.execute(query).scalars()}


def list_last_revisions(*, comment_ids: Iterable[int]) -> dict[int, Revision]:
    """Return what these comments' writers would have changed last, whatever became of it."""
    latest = (
        select(func.max(Revision.id))
        .where(Revision.comment_id.in_(list(comment_ids)))
        .group_by(Revision.comment_id)
    )
    rows = db.session.execute(select(Revision).where(Revision.id.in_(latest))).scalars()
    return {revision.comment_id: revision for revision in rows}


def find_comment(*, comment_id: int) -> Comment | None:
    """Return a comment in any state, or None."""
    return db.session.get(Comment, comment_id, populate_existing=True)


def get_comment(*, comment_id: int) -> Comment:
    """Return a comment in any state. Raises UnknownCommentError."""
    comment = find_comment(comment_id=comment_id)
    if comment is None:
        raise UnknownCommentError(comment_id)
    return comment


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


def _is_gap() -> ColumnElement[bool]:
    """Tell whether it is no longer public and others have answered it for all to read."""
    answer = aliased(Comment)
    is_answered = exists().where(answer.parent_id == Comment.id, answer.status == Status.PUBLISHED)
    return and_(
        Comment.has_answers,
        Comment.status != Status.PUBLISHED,
        Comment.status != Status.PENDING,
        is_answered,
    )


def _beginnings(review_id: int, rule: ColumnElement[bool], after: Cursor | None) -> Subquery:
    query = select(Comment.id).where(
        Comment.review_id == review_id, Comment.parent_id.is_(None), rule
    )
    if after is not None:
        place = tuple_(Comment.submitted_at, Comment.id)
        query = query.where(place > tuple_(after.moment, after.id))
    query = query.order_by(Comment.submitted_at, Comment.id)
    return query.limit(PAGE_SIZE + 1).subquery()


def _published_answers(thread_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return (Comment.parent_id == thread_id, Comment.status == Status.PUBLISHED)


def _find_last_answers(thread_ids: Sequence[int]) -> dict[int, Cursor]:
    """Return the last of the first answers in each of these threads that has more of them."""
    thread, answer = aliased(Comment), aliased(Comment)
    ordered = (
        select(answer.id)
        .where(answer.parent_id == thread.id, answer.status == Status.PUBLISHED)
        .order_by(answer.submitted_at, answer.id)
        .correlate(thread)
        .limit(1)
    )
    last = ordered.offset(ANSWERS_SIZE - 1).scalar_subquery()
    one_more = ordered.offset(ANSWERS_SIZE).scalar_subquery()
    bounds = (
        select(thread.id.label("thread"), last.label("last"))
        .where(thread.id.in_(thread_ids), one_more.is_not(None))
        .subquery()
    )
    query = select(bounds.c.thread, Comment.submitted_at, Comment.id).join(
        Comment, Comment.id == bounds.c.last
    )
    return {row[0]: Cursor(row[1], row[2]) for row in db.session.execute(query)}


def _find_page(rows: Select[Comment], comment: Comment, *, first: int) -> Cursor | None:
    """Return after which of the rows the page begins that holds one; the first page is shorter."""
    place = tuple_(Comment.submitted_at, Comment.id)
    before = rows.where(place < tuple_(comment.submitted_at, comment.id))
    count = db.session.execute(select(func.count()).select_from(before.subquery())).scalar_one()
    size = first or PAGE_SIZE
    if count < size:
        return None
    first_of_page = size + (count - size) // PAGE_SIZE * PAGE_SIZE
    last_before = before.order_by(Comment.submitted_at, Comment.id).offset(first_of_page - 1)
    last: Comment = db.session.execute(last_before.limit(1)).scalar_one()
    return last.cursor


def list_revisions(*, comment_ids: Iterable[int]) -> dict[int, list[Revision]]:
    """Return what these comments said before, or would have said, by the comment's id."""
    query = select(Revision).where(Revision.comment_id.in_(list(comment_ids)))
    found: dict[int, list[Revision]] = {}
    for revision in db.session.execute(query.order_by(Revision.id)).scalars():
        found.setdefault(revision.comment_id, []).append(revision)
    return found
