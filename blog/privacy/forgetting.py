"""Delete personal data of comments when its retention time is over.

What is due is found in a read transaction, batch after batch in the order of time and id, so that
nothing is read twice and readers can write meanwhile. Each command handles one batch, checks again
that it is due, and returns the number of comments changed.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from blog.comments.changing import change_comments
from blog.comments.fields import CONTACT, ERASED
from blog.comments.models import Comment
from blog.comments.removal import delete_comments
from blog.db.engine import db
from blog.db.paging import Cursor, rows_after
from blog.moderation.states import Status

# Comments per transaction, for which readers who send a comment have to wait.
BATCH = 250
# Makes the condition that a comment is due, for the time of the oldest data to keep.
Rule = Callable[[datetime], ColumnElement[bool]]

_LATER = Comment.__table__.alias("later").c
_PLACE = (Comment.submitted_at, Comment.id)


def list_due(*, rule: Rule, before: datetime, after: Cursor | None) -> Sequence[Cursor]:
    """Return the places of the next comments that are due, in the order of time and id."""
    query = rows_after(select(*_PLACE).where(rule(before)), after, *_PLACE)
    return [Cursor(*row) for row in db.session.execute(query.order_by(*_PLACE).limit(BATCH))]


def has_old_email(before: datetime) -> ColumnElement[bool]:
    """Return the SQL condition that an e-mail address is due; waiting comments keep theirs."""
    waits = Comment.waiting_since.is_not(None)
    return and_(Comment.author_email.is_not(None), Comment.submitted_at < before, ~waits)


def forget_emails(*, ids: Sequence[int], before: datetime) -> int:
    """Delete the e-mail addresses of these comments as far as they are due."""
    # The notice settings are reset too: they have no use without an address.
    return _change(ids, has_old_email(before), **{name: ERASED[name] for name in CONTACT})


def has_old_client_name(before: datetime) -> ColumnElement[bool]:
    """Return the SQL condition that the fingerprint of a network address is due."""
    return and_(Comment.client_name.is_not(None), Comment.submitted_at < before)


def forget_client_names(*, ids: Sequence[int], before: datetime) -> int:
    """Delete the network address fingerprints of these comments as far as they are due."""
    return _change(ids, has_old_client_name(before), client_name=None)


def has_old_submission(before: datetime) -> ColumnElement[bool]:
    """Return the SQL condition that the hash of a form is due."""
    return and_(Comment.submission_hash.is_not(None), Comment.submitted_at < before)


def forget_submissions(*, ids: Sequence[int], before: datetime) -> int:
    """Delete the hashes of the forms of these comments as far as they are due."""
    return _change(ids, has_old_submission(before), submission_hash=None)


def has_unused_owner(before: datetime) -> ColumnElement[bool]:
    """Return the SQL condition that a browser of a comment has sent nothing since `before`."""
    hashes = (Comment.owner_hash, Comment.resent_owner_hash)
    return and_(
        # As the index of these comments says it.
        or_(*(hash_.is_not(None) for hash_ in hashes)),
        or_(*(_is_unused_since(hash_, before) for hash_ in hashes)),
        Comment.submitted_at < before,
    )


def forget_owners(*, ids: Sequence[int], before: datetime) -> int:
    """Delete the token hashes in these comments of browsers that sent nothing since `before`."""
    is_old = Comment.submitted_at < before
    owner, resent = Comment.owner_hash, Comment.resent_owner_hash
    # Both are decided before either is deleted: each browser may be in the other column as well.
    unused = [_list(ids, is_old, _is_unused_since(hash_, before)) for hash_ in (owner, resent)]
    _change(unused[0], owner_hash=None, is_known=False)
    _change(unused[1], resent_owner_hash=None)
    return len({*unused[0], *unused[1]})


def is_old_withdrawal(before: datetime) -> ColumnElement[bool]:
    """Return the SQL condition that a comment was withdrawn before `before`."""
    return and_(Comment.status == Status.WITHDRAWN, Comment.withdrawn_at < before)


def delete_withdrawn(*, ids: Sequence[int], before: datetime) -> int:
    """Delete these withdrawn comments as far as they are due; blank those that have replies."""
    return delete_comments(comment_ids=_list(ids, is_old_withdrawal(before)))


# The rule for the comments that each command takes.
DUE: Mapping[Callable[..., int | None], Rule] = {
    forget_emails: has_old_email,
    forget_client_names: has_old_client_name,
    forget_submissions: has_old_submission,
    forget_owners: has_unused_owner,
    delete_withdrawn: is_old_withdrawal,
}


def _change(ids: Sequence[int], *rules: ColumnElement[bool], **values: Any) -> int:
    """Set column values on those of these comments that match; return the number changed."""
    return len(change_comments(Comment.id.in_(_list(ids, *rules)), values=values))


def _list(ids: Sequence[int], *rules: ColumnElement[bool]) -> Sequence[int]:
    """Lock those of these comments that match, in the order of their ids; return their ids."""
    query = select(Comment.id).where(Comment.id.in_(ids), *rules).order_by(Comment.id)
    return db.session.execute(query.with_for_update()).scalars().all()


def _is_unused_since(
    hash_: InstrumentedAttribute[str | None], before: datetime
) -> ColumnElement[bool]:
    """Return the SQL condition that the browser with this hash has sent nothing since `before`."""
    has_sent = [
        exists().where(column == hash_, _LATER.submitted_at >= before)
        for column in (_LATER.owner_hash, _LATER.resent_owner_hash)
    ]
    return and_(hash_.is_not(None), *(~each for each in has_sent))
