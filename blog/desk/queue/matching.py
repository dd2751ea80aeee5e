"""The filters of the moderation queue, and the SQL conditions of matching comments."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, exists, literal_column, or_, select
from sqlalchemy.orm import aliased

from blog.comments.models import FOLDED, Comment
from blog.comments.states import Status
from blog.desk.queue.tabs import Tab
from blog.drafts.queries import deleted_ids
from blog.marks.models import Reason
from blog.reports.models import Report
from blog.reviews.models import Review
from blog.text.folding import fold_for_search

# A text search reads at most this many of the newest comments of a list.
MAX_SEARCHED = 10_000


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
    """Return the SQL conditions of a filter; `entity` is Comment or an alias of Comment."""
    found = [*_in_tab(entity, wanted.tab), is_kept(entity)]
    if wanted.review is not None:
        found.append(entity.review_id == wanted.review.id)
    if wanted.reason is not None:
        found.append(exists().where(Reason.comment_id == entity.id, Reason.name == wanted.reason))
    if wanted.sender is not None:
        found.append(_is_from(entity, wanted.sender))
    if wanted.waited is not None and now is not None:
        time = entity.waiting_since if wanted.is_waiting else entity.submitted_at
        found.append(time <= now - wanted.waited)
    if wanted.search:
        found.append(_contains_search(entity, wanted))
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


def _is_from(entity: Any, sender: Sender) -> ColumnElement[bool]:
    """Return the SQL condition that a comment is from a sender, by browser or by IP address.

    A sender with neither value matches only the sender's own comment.
    """
    pairs = [(entity.owner_hash, sender.owner_hash), (entity.client_name, sender.client_name)]
    # A comparison with None would become IS NULL and match every comment without that value.
    known = [column == value for column, value in pairs if value is not None]
    return or_(entity.id == sender.comment_id, *known)


def list_unsearched(wanted: QueueFilter) -> Select[int]:
    """Return the query for the comments of a list that a search does not read."""
    return _newest_of(wanted).offset(MAX_SEARCHED)


def _contains_search(entity: Any, wanted: QueueFilter) -> ColumnElement[bool]:
    """Return the SQL condition that the text, name or e-mail contains the search text."""
    searched = _newest_of(wanted).limit(MAX_SEARCHED).subquery()
    words = fold_for_search(wanted.search)
    columns = (getattr(entity, name) for name in FOLDED.values())
    found = or_(*(column.contains(words, autoescape=True) for column in columns))
    return and_(entity.id.in_(searched.select()), found)


def _newest_of(wanted: QueueFilter) -> Select[int]:
    newest = aliased(Comment)
    time = newest.waiting_since if wanted.is_waiting else newest.submitted_at
    query = select(newest.id).where(*_in_tab(newest, wanted.tab), is_kept(newest))
    return query.order_by(time.desc(), newest.id.desc())
