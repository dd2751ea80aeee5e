"""The rows of the desk's list of reviews."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Load

from blog.comments.models import Comment
from blog.comments.queries import count_public_comments
from blog.db.engine import db
from blog.db.paging import Cursor, Page, rows_before
from blog.desk.queue.count_queries import MAX_COUNT
from blog.drafts.models import Draft
from blog.publishing.states import State, is_listed_in, state_of
from blog.reviews.closing import Closing, closing_of, comments_close_at, takes_comments
from blog.reviews.models import Review
from blog.reviews.queries import NAME_COLUMNS
from blog.text.folding import fold_for_search

PAGE_SIZE = 50
_REVIEW_COLUMNS = (
    *(*NAME_COLUMNS, Review.published_at, Review.published_offset),
    *(Review.comments_open, Review.comments_override, Review.archived_at),
)

_WAITING = (
    select(Comment.id)
    .where(Comment.review_id == Review.id, Comment.waiting_since.is_not(None))
    .correlate(Review)
    # A page says "1,000+" for more.
    .limit(MAX_COUNT + 1)
    .subquery()
)
_WAITING_COUNTS = select(Review.id, select(func.count(_WAITING.c.id)).scalar_subquery()).where(
    Review.id.in_(bindparam("review_ids", expanding=True))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What names a review in the list: what is written now, which may not be public."""

    title: str
    part: str | None
    drama_title: str
    drama_korean_title: str | None
    language: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A review at the desk; `review` is None if it was never published or scheduled.

    `closes_at` is when its comments close or closed by its age, None if they do not.
    """

    draft: Draft
    review: Review | None
    state: State
    waiting: int
    published: int
    days: int
    now: datetime

    @property
    def names(self) -> Names | Review:
        """Return the titles as they are written now, else those of the review."""
        return names_of(self.draft.keys) if self.draft.keys is not None else self._review

    @property
    def has_changes(self) -> bool:
        """Return whether something is written that readers would not see in the review."""
        return self.review is not None and self.draft.keys is not None

    @property
    def takes_comments(self) -> bool:
        """Return whether the review is open for comments."""
        return takes_comments(self._review, self.days, self.now)

    @property
    def closing(self) -> Closing:
        """Return whether comments are open, and why."""
        return closing_of(self._review, self.days, self.now)

    @property
    def closes_at(self) -> datetime | None:
        """Return when the comments close or closed by the review's age."""
        return comments_close_at(self._review, self.days)

    @property
    def _review(self) -> Review:
        assert self.review is not None, "Only a review that has a row has comments."
        return self.review


def names_of(keys: dict[str, Any]) -> Names:
    """Return the titles in the keys of a draft, "" for missing ones."""
    drama = keys.get("drama")
    drama = drama if isinstance(drama, dict) else {}
    return Names(
        title=keys.get("title", ""),
        part=keys.get("part"),
        drama_title=drama.get("title", ""),
        drama_korean_title=drama.get("korean_title"),
        language=keys.get("language"),
    )


def list_rows(
    *, state: State | None, search: str, after: Cursor | None, days: int, now: datetime
) -> Page[Row]:
    """Return a page of reviews, the newest change first; `state` None is all but deleted ones.

    Comments close `days` days after a review is published, or never if `days` is 0.
    """
    query = _joined().where(is_listed_in(state, now))
    if search:
        words = fold_for_search(search)
        query = query.where(Draft.search_text.contains(words, autoescape=True))
    query = rows_before(query, after, Draft.changed_at, Draft.id)
    query = query.order_by(Draft.changed_at.desc(), Draft.id.desc()).limit(PAGE_SIZE + 1)
    found = [tuple(row) for row in db.session.execute(query)]
    page = Page.of(found, PAGE_SIZE, lambda pair: pair[0].cursor)
    return Page(_rows_of(page.items, days=days, now=now), page.next)


def find_row(*, review_id: int, days: int, now: datetime) -> Row | None:
    """Return the row of the published or scheduled review with this id, or None."""
    query = _joined().where(Review.id == review_id, Review.published_at.is_not(None))
    # The session may still contain the review as it was before a change.
    query = query.execution_options(populate_existing=True)
    found = [tuple(row) for row in db.session.execute(query)]
    return next(iter(_rows_of(found, days=days, now=now)), None)


def count_comments(*, review_id: int) -> int:
    """Return the number of comments on a review, in any status."""
    query = select(func.count()).where(Comment.review_id == review_id, ~Comment.is_blank)
    return db.session.execute(query).scalar_one()


def _joined() -> Any:
    columns = Load(Review).load_only(*_REVIEW_COLUMNS, raiseload=True).raiseload("*")
    query = select(Draft, Review).outerjoin(Review, Review.id == Draft.id)
    return query.options(columns)


def _rows_of(
    pairs: Sequence[tuple[Draft, Review | None]], *, days: int, now: datetime
) -> list[Row]:
    ids = [draft.id for draft, _review in pairs]
    waiting, published = _count_waiting(ids), count_public_comments(review_ids=ids)
    return [
        Row(
            draft=draft,
            review=review,
            state=state_of(draft, review, now),
            waiting=waiting.get(draft.id, 0),
            published=published[draft.id],
            days=days,
            now=now,
        )
        for draft, review in pairs
    ]


def _count_waiting(review_ids: list[int]) -> dict[int, int]:
    """Return the numbers of comments that wait on reviews, by review id; see MAX_COUNT."""
    found = db.session.execute(_WAITING_COUNTS, {"review_ids": review_ids})
    return {row[0]: row[1] for row in found}
