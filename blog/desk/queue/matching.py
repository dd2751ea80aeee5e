"""The filters of the moderation queue, and the SQL conditions of matching comments."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from blog.comments.models import Comment
from blog.comments.states import Status
from blog.marks.models import Reason
from blog.reviews.models import Review

# A text search reads at most this many of the newest comments in a state.
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

    The status PENDING matches all waiting comments, including reported ones. `waited` is the
    shortest time since a comment began to wait or was sent. `known_first` sorts comments from
    browsers with published comments first.
    """

    status: Status = Status.PENDING
    search: str = ""
    reason: str | None = None
    review: Review | None = None
    sender: Sender | None = None
    waited: timedelta | None = None
    known_first: bool = False

    @property
    def is_waiting(self) -> bool:
        """Return whether the filter is for waiting comments."""
        return self.status == Status.PENDING

    @property
    def is_ranked(self) -> bool:
        """Return whether comments of known readers come first; only waiting comments are ranked."""
        return self.known_first and self.is_waiting

    @property
    def is_narrow(self) -> bool:
        """Return whether the filter has other conditions than the status."""
        return any((self.search, self.reason, self.review, self.sender, self.waited))


def matching(entity: Any, wanted: QueueFilter, now: datetime | None) -> list[ColumnElement[bool]]:
    """Return the SQL conditions of a filter; `entity` is Comment or an alias of Comment."""
    if wanted.is_waiting:
        found: list[ColumnElement[bool]] = [entity.waiting_since.is_not(None)]
    else:
        found = [entity.status == wanted.status]
        if wanted.status == Status.REMOVED:
            found.append(~entity.is_blank)
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


def is_unpublished(entity: Any) -> ColumnElement[bool]:
    """Return the SQL condition that a comment is not published.

    Among waiting comments this leaves out those that are reported or edited. The condition is an
    inequality, because with an equality SQLite chooses a slower index.
    """
    return cast(ColumnElement[bool], entity.status != Status.PUBLISHED)


def _is_from(entity: Any, sender: Sender) -> ColumnElement[bool]:
    """Return the SQL condition that a comment is from a sender, by browser or by IP address.

    A sender with neither value matches only the sender's own comment.
    """
    pairs = [(entity.owner_hash, sender.owner_hash), (entity.client_name, sender.client_name)]
    # A comparison with None would become IS NULL and match every comment without that value.
    known = [column == value for column, value in pairs if value is not None]
    return or_(entity.id == sender.comment_id, *known)


def _contains_search(entity: Any, wanted: QueueFilter) -> ColumnElement[bool]:
    """Return the SQL condition that the text, name or e-mail contains the search text."""
    newest = aliased(Comment)
    state = (
        newest.waiting_since.is_not(None) if wanted.is_waiting else (newest.status == wanted.status)
    )
    time = newest.waiting_since if wanted.is_waiting else newest.submitted_at
    searched = (
        select(newest.id).where(state).order_by(time.desc(), newest.id.desc()).limit(MAX_SEARCHED)
    )
    columns = (entity.body, entity.author_name, entity.author_email)
    found = or_(*(column.icontains(wanted.search, autoescape=True) for column in columns))
    return and_(entity.id.in_(searched.subquery().select()), found)
