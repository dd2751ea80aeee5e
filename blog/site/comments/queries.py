"""Read the published comments of a review, page by page, with the first replies to each.

A comment that is no longer public but has published replies is a gap: a line in its place says that
the comment was withdrawn, deleted or taken down.
"""

from collections.abc import Iterable, Sequence

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
    union_all,
)
from sqlalchemy.orm import aliased

from blog.comments.models import Comment
from blog.comments.queries import WITH_REPLIED_TO
from blog.comments.states import Status
from blog.db.engine import db
from blog.db.paging import Cursor, Page, is_up_to, rows_after, rows_before

PAGE_SIZE = 50
# The number of replies of each thread that a review's page shows.
REPLIES_SIZE = 20
_PLACE = (Comment.submitted_at, Comment.id)
_LAST_FIRST = (Comment.submitted_at.desc(), Comment.id.desc())


def list_public_comments(*, review_id: int, after: Cursor | None = None) -> Page[Comment]:
    """Return a page of a review's top-level comments, oldest first.

    These are the published comments, and the gaps: comments that are no longer public but have
    published replies.
    """
    # Two queries, as each can use an index of its own.
    published = _top_ids(review_id, Comment.status == Status.PUBLISHED, after)
    gaps = _top_ids(review_id, _is_gap(), after)
    ids = union_all(select(published.c.id), select(gaps.c.id))
    query = select(Comment).where(Comment.id.in_(ids))
    query = query.order_by(*_PLACE).limit(PAGE_SIZE + 1)
    rows = db.session.execute(query).scalars().all()
    return Page.of(rows, PAGE_SIZE, lambda comment: comment.cursor)


def find_previous_page(*, review_id: int, after: Cursor) -> Cursor | None:
    """Return the cursor of the page before the one that begins after `after`; None for the first.

    A page ends with the row of the cursor of the next one.
    """
    published = _last_top_ids(review_id, Comment.status == Status.PUBLISHED, after)
    gaps = _last_top_ids(review_id, _is_gap(), after)
    ids = union_all(select(published.c.id), select(gaps.c.id))
    return _find_last_but_a_page(select(Comment).where(Comment.id.in_(ids)))


def list_public_replies(*, comments: Iterable[Comment]) -> dict[int, Page[Comment]]:
    """Return the first page of published replies in the thread of each comment, by comment id.

    A comment without published replies is missing in the result.
    """
    ids = [comment.id for comment in comments if comment.has_replies]
    bounds = _find_last_replies(ids)
    shown = [
        and_(
            Comment.parent_id == number,
            # Also a condition on its own, as SQLite uses an index for it and not for the pair.
            Comment.submitted_at <= last.time,
            is_up_to(last, *_PLACE),
        )
        for number, last in bounds.items()
    ]
    whole = [number for number in ids if number not in bounds]
    # Two queries, as both can use the index on the thread.
    published = select(Comment.id).where(Comment.status == Status.PUBLISHED)
    found_ids = union_all(
        published.where(Comment.parent_id.in_(whole)), published.where(or_(false(), *shown))
    )
    query = select(Comment).options(WITH_REPLIED_TO).where(Comment.id.in_(found_ids))
    replies: dict[int, list[Comment]] = {number: [] for number in ids}
    for reply in db.session.execute(query.order_by(*_PLACE)).scalars():
        replies[reply.parent_id or 0].append(reply)
    return {number: Page(found, bounds.get(number)) for number, found in replies.items() if found}


def list_thread(*, comment: Comment, after: Cursor | None = None) -> Page[Comment]:
    """Return a page of the published replies in the thread of a comment, oldest first."""
    query = select(Comment).options(WITH_REPLIED_TO).where(*_published_replies(comment.id))
    query = rows_after(query, after, *_PLACE).order_by(*_PLACE).limit(PAGE_SIZE + 1)
    rows = db.session.execute(query).scalars().all()
    return Page.of(rows, PAGE_SIZE, lambda reply: reply.cursor)


def find_previous_thread_page(*, comment: Comment, after: Cursor) -> Cursor | None:
    """Return the cursor of the page of replies before the one after `after`; None for the first."""
    rows = select(Comment).where(*_published_replies(comment.id), is_up_to(after, *_PLACE))
    return _find_last_but_a_page(rows)


def find_thread(*, review_id: int, comment_id: int) -> Comment | None:
    """Return a top-level comment that a review's page shows, or None.

    It is published, or no longer public but with published replies.
    """
    query = select(Comment).where(
        Comment.id == comment_id,
        Comment.review_id == review_id,
        Comment.parent_id.is_(None),
        or_(Comment.status == Status.PUBLISHED, _is_gap()),
    )
    return db.session.execute(query).scalar_one_or_none()


def find_page_of(*, comment: Comment) -> Cursor | None:
    """Return the cursor after which the page with a comment begins; None for the first page.

    For a reply, this is the page that contains the top-level comment of the thread.
    """
    top = comment.parent or comment
    is_shown = or_(Comment.status == Status.PUBLISHED, _is_gap())
    rows = select(Comment).where(
        Comment.review_id == comment.review_id, Comment.parent_id.is_(None), is_shown
    )
    return _find_page(rows, top, first=0)


def find_thread_page_of(*, reply: Comment) -> Cursor | None:
    """Return the cursor after which the page of a thread with this reply begins.

    None if the reply is one of the first replies, which the review's own page shows.
    """
    rows = select(Comment).where(*_published_replies(reply.parent_id))
    return _find_page(rows, reply, first=REPLIES_SIZE)


def _is_gap() -> ColumnElement[bool]:
    """Return the SQL condition for a comment that is no longer public but has published replies."""
    reply = aliased(Comment)
    is_replied_to = exists().where(reply.parent_id == Comment.id, reply.status == Status.PUBLISHED)
    return and_(
        Comment.has_replies,
        Comment.status != Status.PUBLISHED,
        Comment.status != Status.PENDING,
        is_replied_to,
    )


def _top_ids(review_id: int, rule: ColumnElement[bool], after: Cursor | None) -> Subquery:
    query = select(Comment.id).where(
        Comment.review_id == review_id, Comment.parent_id.is_(None), rule
    )
    query = rows_after(query, after, *_PLACE).order_by(*_PLACE)
    return query.limit(PAGE_SIZE + 1).subquery()


def _last_top_ids(review_id: int, rule: ColumnElement[bool], last: Cursor) -> Subquery:
    query = select(Comment.id).where(
        Comment.review_id == review_id, Comment.parent_id.is_(None), rule, is_up_to(last, *_PLACE)
    )
    return query.order_by(*_LAST_FIRST).limit(PAGE_SIZE + 1).subquery()


def _find_last_but_a_page(rows: Select[Comment]) -> Cursor | None:
    """Return the cursor of the row before the last PAGE_SIZE of these rows, or None."""
    query = rows.order_by(*_LAST_FIRST).offset(PAGE_SIZE).limit(1)
    found = db.session.execute(query).scalar_one_or_none()
    return found.cursor if found is not None else None


def _published_replies(thread_id: int | None) -> tuple[ColumnElement[bool], ...]:
    return (Comment.parent_id == thread_id, Comment.status == Status.PUBLISHED)


def _find_last_replies(thread_ids: Sequence[int]) -> dict[int, Cursor]:
    """Return the cursor of the last reply that a review's page shows of each thread, by thread id.

    Only threads with more replies than that are in the result.
    """
    thread, reply = aliased(Comment), aliased(Comment)
    ordered = (
        select(reply.id)
        .where(reply.parent_id == thread.id, reply.status == Status.PUBLISHED)
        .order_by(reply.submitted_at, reply.id)
        .correlate(thread)
        .limit(1)
    )
    last = ordered.offset(REPLIES_SIZE - 1).scalar_subquery()
    one_more = ordered.offset(REPLIES_SIZE).scalar_subquery()
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
    """Return the cursor after which the page of `rows` with a comment begins; None for the first.

    The first page has `first` rows, or PAGE_SIZE if `first` is 0.
    """
    before = rows_before(rows, comment.cursor, *_PLACE)
    count = db.session.execute(select(func.count()).select_from(before.subquery())).scalar_one()
    size = first or PAGE_SIZE
    if count < size:
        return None
    first_of_page = size + (count - size) // PAGE_SIZE * PAGE_SIZE
    last_before = before.order_by(*_PLACE).offset(first_of_page - 1)
    last: Comment = db.session.execute(last_before.limit(1)).scalar_one()
    return last.cursor
