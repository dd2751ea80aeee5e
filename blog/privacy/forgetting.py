"""Delete personal data of comments when its retention time is over.

Each function handles one batch and returns the number of comments changed, 0 when none is left.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from blog.comments.changing import change_comments
from blog.comments.fields import CONTACT, ERASED
from blog.comments.models import Comment
from blog.comments.removal import BATCH, delete_comments
from blog.comments.states import Status
from blog.db.engine import db


def forget_emails(*, before: datetime) -> int:
    """Delete the e-mail addresses of comments sent before `before`, except of waiting comments."""
    rule = and_(
        Comment.author_email.is_not(None),
        Comment.submitted_at < before,
        Comment.waiting_since.is_(None),
    )
    # The notice settings are reset too: they have no use without an address.
    return _change_batch(rule, **{name: ERASED[name] for name in CONTACT})


def forget_client_names(*, before: datetime) -> int:
    """Delete the network address fingerprints of comments sent before `before`."""
    rule = and_(Comment.client_name.is_not(None), Comment.submitted_at < before)
    return _change_batch(rule, client_name=None)


def forget_submissions(*, before: datetime) -> int:
    """Delete the hashes of forms sent before `before`."""
    rule = and_(Comment.submission_hash.is_not(None), Comment.submitted_at < before)
    return _change_batch(rule, submission_hash=None)


def forget_owners(*, before: datetime) -> int:
    """Delete the token hashes of browsers that have sent nothing since `before`."""
    count = _change_batch(_is_unused_since(Comment.owner_hash, before), owner_hash=None)
    resent = Comment.resent_owner_hash
    return count or _change_batch(_is_unused_since(resent, before), resent_owner_hash=None)


def delete_withdrawn(*, before: datetime) -> int:
    """Delete comments withdrawn before `before`, and blank those of them that have replies."""
    ids = _lock_batch(and_(Comment.status == Status.WITHDRAWN, Comment.withdrawn_at < before))
    return delete_comments(comment_ids=ids)


def _change_batch(rule: ColumnElement[bool], **values: Any) -> int:
    """Set column values on a batch of comments that match a rule; return the number changed."""
    return len(change_comments(Comment.id.in_(_lock_batch(rule)), values=values))


def _lock_batch(rule: ColumnElement[bool]) -> Sequence[int]:
    """Lock a batch of comments that match a rule; return their ids."""
    query = select(Comment.id).where(rule).order_by(Comment.id).limit(BATCH).with_for_update()
    return db.session.execute(query).scalars().all()


def _is_unused_since(
    hash_: InstrumentedAttribute[str | None], before: datetime
) -> ColumnElement[bool]:
    """Return the SQL rule that the browser with this token hash has sent nothing since `before`."""
    later = aliased(Comment)
    has_sent = exists().where(
        or_(later.owner_hash == hash_, later.resent_owner_hash == hash_),
        later.submitted_at >= before,
    )
    return and_(hash_.is_not(None), Comment.submitted_at < before, ~has_sent)
