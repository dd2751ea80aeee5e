"""The filters of the moderation queue, and the SQL conditions of matching comments."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    exists,
    literal_column,
    or_,
    select,
    union_all,
)

from blog.comments.models import FOLDED, Comment
from blog.desk.queue.tabs import Tab
from blog.drafts.queries import deleted_ids
from blog.marks.models import Reason
from blog.moderation.states import Status
from blog.reports.models import Report
from blog.reviews.models import Review
from blog.text.folding import fold_for_search

# A text search reads at most this many of the newest comments of a list.
MAX_SEARCHED = 10_000
# Aliases of the table, not of the class, which take a millisecond to make.
_NEWEST = Comment.__table__.alias("newest").c
_SENT = Comment.__table__.alias("sent").c
# What a search and the filters beside it compare.
_COMPARED = ("id", "review_id", "owner_hash", "client_name", "waiting_since", "submitted_at")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """The sender of a comment.

    `owner_hash` is the hash of the browser's token, `client_name` the fingerprint of the IP
    address with the key of that day. Either may be None.
    """

    comment_id: int
    owner_hash: str | None
    client_name: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFilter:
    """Which comments the queue shows, and in which order.

    `waited` is the shortest time since a comment began to wait or was sent. `known_first` sorts
    comments from browsers with published comments before others, but after reported comments.
    """

    tab: Tab = Tab.PENDING
    search: str = ""
    reason: str | None = None
    review: Review | None = None
    sender: Sender | None = None
    waited: timedelta | None = None
    known_first: bool = False

    @property
    def is_waiting(self) -> bool:
        """Return whether the filter is for waiting comments."""
        return self.tab.is_waiting

    @property
    def is_search_everywhere(self) -> bool:
        """Return whether the filter is a search in all states, without other conditions."""
        others = (self.reason, self.review, self.sender, self.waited)
        return self.tab == Tab.ANY and bool(self.search) and not any(others)

    @property
    def is_narrow(self) -> bool:
        """Return whether the filter has other conditions than the list."""
        return any((self.search, self.reason, self.review, self.sender, self.waited))


def matching(entity: Any, wanted: QueueFilter, now: datetime | None) -> list[ColumnElement[bool]]:
    """Return the SQL conditions of a filter; `entity` is Comment, or columns of an alias of it.

    A search and a sender become one condition on the id: next to others, which an index has too,
    the database may prefer to read a whole list.
    """
    if wanted.search:
        return [entity.id.in_(_search(wanted, now))]
    if wanted.sender is not None:
        return [entity.id.in_(_list_sent(wanted.sender, wanted, now))]
    return [*_in_list(entity, wanted.tab), *_narrowing(entity, wanted, now)]


def _in_list(entity: Any, tab: Tab) -> list[ColumnElement[bool]]:
    return [*_in_tab(entity, tab), is_kept(entity)]


def _narrowing(entity: Any, wanted: QueueFilter, now: datetime | None) -> list[ColumnElement[bool]]:
    """Return the SQL conditions of a filter beside its list, its sender and its search."""
    found: list[ColumnElement[bool]] = []
    if wanted.review is not None:
        found.append(entity.review_id == wanted.review.id)
    if wanted.reason is not None:
        found.append(exists().where(Reason.comment_id == entity.id, Reason.name == wanted.reason))
    if wanted.waited is not None and now is not None:
        time = entity.waiting_since if wanted.is_waiting else entity.submitted_at
        found.append(time <= now - wanted.waited)
    return found


def is_kept(entity: Any) -> ColumnElement[bool]:
    """Return the SQL condition that the review of a comment is not deleted."""
    return cast(ColumnElement[bool], entity.review_id.not_in(deleted_ids()))


def is_unpublished(entity: Any) -> ColumnElement[bool]:
    """Return the SQL condition that a comment is not published.

    Among waiting comments this leaves out those that are reported or edited. The condition is an
    inequality, because with an equality SQLite chooses a slower index.
    """
    return cast(ColumnElement[bool], entity.status != Status.PUBLISHED)


def is_reported(entity: Any) -> ColumnElement[bool]:
    """Return the SQL condition that a comment waits because a reader has reported it.

    The first part is written as in the partial index of comments that wait again.
    """
    is_open = exists().where(
        Report.comment_id == entity.id, Report.reported_at >= entity.waiting_since
    )
    return and_(
        entity.waiting_since.is_not(None), entity.status != literal_column("'pending'"), is_open
    )


def _in_tab(entity: Any, tab: Tab) -> list[ColumnElement[bool]]:
    """Return the SQL conditions of one list."""
    match tab:
        case Tab.PENDING:
            return [entity.waiting_since.is_not(None)]
        case Tab.REPORTED:
            return [is_reported(entity)]
        case Tab.ANY:
            # Authors who withdraw a comment do not want it to be read any more.
            return [entity.status != Status.WITHDRAWN, ~entity.is_blank]
        case Tab.REMOVED:
            return [entity.status == Status.REMOVED, ~entity.is_blank]
        case _:
            return [entity.status == Status(tab)]


def _list_sent(sender: Sender, wanted: QueueFilter, now: datetime | None) -> CompoundSelect[int]:
    """Return the query for the comments of a sender, by browser and by IP address, that match.

    A sender with neither value has sent only the sender's own comment. Each part of the query reads
    an index of its own; OR would read the whole list.
    """
    rules = [*_in_list(_SENT, wanted.tab), *_narrowing(_SENT, wanted, now)]
    return union_all(*(select(_SENT.id).where(rule, *rules) for rule in _are_from(_SENT, sender)))


def _are_from(entity: Any, sender: Sender) -> list[ColumnElement[bool]]:
    """Return the SQL conditions of which one is true for each comment of a sender."""
    pairs = [(entity.owner_hash, sender.owner_hash), (entity.client_name, sender.client_name)]
    # A comparison with None would become IS NULL and match every comment without that value.
    known = [column == value for column, value in pairs if value is not None]
    return [entity.id == sender.comment_id, *known]


def list_unsearched(wanted: QueueFilter) -> Select[int]:
    """Return the query for the comments of a list that a search does not read."""
    return _newest_of(wanted, _NEWEST.id).offset(MAX_SEARCHED)


def _search(wanted: QueueFilter, now: datetime | None) -> Select[int]:
    """Return the query for the matching comments with the search text in text, name or e-mail."""
    columns = (_NEWEST[name] for name in (*_COMPARED, *FOLDED.values()))
    read = _newest_of(wanted, *columns).limit(MAX_SEARCHED).subquery().c
    words = fold_for_search(wanted.search)
    found = or_(*(read[name].contains(words, autoescape=True) for name in FOLDED.values()))
    query = select(read.id).where(found, *_narrowing(read, wanted, now))
    return query.where(or_(*_are_from(read, wanted.sender))) if wanted.sender else query


def _newest_of(wanted: QueueFilter, *columns: Any) -> Select[Any]:
    time = _NEWEST.waiting_since if wanted.is_waiting else _NEWEST.submitted_at
    query = select(*columns).where(*_in_list(_NEWEST, wanted.tab))
    return query.order_by(time.desc(), _NEWEST.id.desc())
