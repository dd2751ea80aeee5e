"""Queries for copies: waiting comments with equal or nearly equal text."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from blog.comments.fields import AUTHORED
from blog.comments.models import Comment, Seen
from blog.db.engine import db
from blog.decisions.models import LARGEST_BULK
from blog.desk.filtering import write_seen
from blog.desk.queue.matching import QueueFilter, is_unpublished, matching
from blog.desk.queue.queries import WITH_ROW
from blog.marks.models import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """A group of copies with the same text, name and review: one of them, and their number."""

    comment: Comment
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Copies:
    """Waiting comments with equal or nearly equal text.

    `members` are the oldest LARGEST_BULK of them, `total` counts all of them.
    """

    members: Sequence[Seen]
    total: int
    senders: int
    wordings: Sequence[Wording]
    # The reasons to check any of the members.
    reasons: Sequence[Reason]

    @property
    def texts(self) -> int:
        """Return how many different texts the copies have."""
        return len({wording.comment.body for wording in self.wordings})

    @property
    def items(self) -> str:
        """Return the members as "id.version", separated by commas, for a form field."""
        return write_seen(self.members)


def list_copies(
    comments: Sequence[Comment], wanted: QueueFilter, now: datetime
) -> dict[int, Copies]:
    """Return the copies of each comment by comment id; comments without copies are left out.

    Only copies that match the filter are counted.
    """
    leads = {c.copies_key or "": c for c in comments if c.is_pending and c.copies_key}
    if not leads:
        return {}
    pending = (
        Comment.copies_key.in_(leads),
        is_unpublished(Comment),
        *matching(Comment, wanted, now),
    )
    sender = func.count(func.coalesce(Comment.client_name, Comment.owner_hash).distinct())
    counts = db.session.execute(
        select(Comment.copies_key, func.count(), sender)
        .where(*pending)
        .group_by(Comment.copies_key)
        .having(func.count() > 1)
    ).all()
    return {
        leads[key].id: _read_copies(select(Comment).where(*pending), key, total, senders)
        for key, total, senders in counts
        if key is not None
    }


def _read_copies(pending: Select[Comment], key: str, total: int, senders: int) -> Copies:
    members = (
        db.session.execute(
            pending.where(Comment.copies_key == key)
            .options(*WITH_ROW)
            .order_by(Comment.waiting_since, Comment.id)
            .limit(LARGEST_BULK)
        )
        .scalars()
        .all()
    )
    counts = Counter(_public_fields(member) for member in members)
    first = {_public_fields(member): member for member in reversed(members)}
    reasons = {reason.name: reason for member in members for reason in member.reasons}
    return Copies(
        members=[Seen(member.id, member.version) for member in members],
        total=total,
        senders=max(senders, 1),
        wordings=[Wording(comment=first[part], count=counts[part]) for part in counts],
        reasons=[reasons[name] for name in sorted(reasons)],
    )


def _public_fields(comment: Comment | type[Comment]) -> tuple[Any, ...]:
    """Return all values of a comment that its published form depends on.

    Copies with equal values look the same to readers. For the class Comment, return the columns.
    """
    return tuple(getattr(comment, name) for name in (*AUTHORED, "review_id", "in_reply_to_id"))


def are_different_copies(*, comment_ids: Sequence[int]) -> bool:
    """Return whether these comments are copies of each other but look different to readers."""
    own = select(*_public_fields(Comment), Comment.copies_key)
    parts = own.where(Comment.id.in_(comment_ids)).distinct().subquery()
    query = select(func.count(), func.count(parts.c.copies_key.distinct())).select_from(parts)
    count, keys = db.session.execute(query).one()
    return keys == 1 and count > 1
