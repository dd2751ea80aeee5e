"""What a moderator can ask the queue for, and which comments match that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from blog.comments.models import Comment
from blog.comments.states import Status
from blog.marks.models import Reason
from blog.reviews.models import Review

SEARCHED = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Name who sent a comment: by the token of the browser, or by the address of those days."""

    comment_id: int
    owner_hash: str | None
    client_name: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFilter:
    """Say which comments are asked for, and in which order.

    PENDING asks for all that wait, the reported ones among them. `waited` is how long at least.
    """

    status: Status = Status.PENDING
    words: str = ""
    reason: str | None = None
    review: Review | None = None
    sender: Sender | None = None
    waited: timedelta | None = None
    known_first: bool = False

    @property
    def is_waiting(self) -> bool:
        """Tell whether it asks for what waits."""
        return self.status == Status.PENDING

    @property
    def is_ranked(self) -> bool:
        """Tell whether known readers stand first; what is decided is sorted by its moment alone."""
        return self.known_first and self.is_waiting

    @property
    def is_narrow(self) -> bool:
        """Tell whether it asks for less than all of a state."""
        return any((self.words, self.reason, self.review, self.sender, self.waited))


def matching(entity: Any, wanted: QueueFilter, now: datetime | None) -> list[ColumnElement[bool]]:
    """Return what a comment must be to match; for an alias of the table as well."""
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
        moment = entity.waiting_since if wanted.is_waiting else entity.submitted_at
        found.append(moment <= now - wanted.waited)
    if wanted.words:
        found.append(_holds(entity, wanted))
    return found


def is_unpublished(entity: Any) -> ColumnElement[bool]:
    """Tell, of what waits, what is no reported comment.

    As an inequality, because SQLite takes the index on an equal status for the better one, and
    reads all that waits for each page.
    """
    return cast(ColumnElement[bool], entity.status != Status.PUBLISHED)


def _is_from(entity: Any, sender: Sender) -> ColumnElement[bool]:
    """Tell a sender by either mark; one who left none is nobody but the comment itself."""
    marks = [(entity.owner_hash, sender.owner_hash), (entity.client_name, sender.client_name)]
    # None compares as IS NULL, and would make one sender of all who left no mark.
    left = [column == mark for column, mark in marks if mark is not None]
    return or_(entity.id == sender.comment_id, *left)


def _holds(entity: Any, wanted: QueueFilter) -> ColumnElement[bool]:
    newest = aliased(Comment)
    state = (
        newest.waiting_since.is_not(None) if wanted.is_waiting else (newest.status == wanted.status)
    )
    moment = newest.waiting_since if wanted.is_waiting else newest.submitted_at
    looked_at = (
        select(newest.id).where(state).order_by(moment.desc(), newest.id.desc()).limit(SEARCHED)
    )
    columns = (entity.body, entity.author_name, entity.author_email)
    found = or_(*(column.icontains(wanted.words, autoescape=True) for column in columns))
    return and_(entity.id.in_(looked_at.subquery().select()), found)
