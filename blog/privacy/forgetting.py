"""Let go of what has served its time with comments.

Each takes a batch and returns how many that were, 0 when none is left.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from blog.comments.fields import CONTACT, ERASED
from blog.comments.models import Comment
from blog.comments.removal import delete_comments, forget, lock_batch
from blog.comments.states import Status


def forget_emails(*, before: datetime) -> int:
    """Drop the addresses of comments that came before a moment, but of those that wait."""
    rule = and_(
        Comment.author_email.is_not(None),
        Comment.submitted_at < before,
        Comment.waiting_since.is_(None),
    )
    # Nobody could be told without an address.
    return forget(rule, **{name: ERASED[name] for name in CONTACT})


def forget_client_names(*, before: datetime) -> int:
    """Drop what the addresses were called that comments came from before a moment."""
    rule = and_(Comment.client_name.is_not(None), Comment.submitted_at < before)
    return forget(rule, client_name=None)


def forget_submissions(*, before: datetime) -> int:
    """Drop by what a form is known that was sent before a moment; it could be sent again."""
    rule = and_(Comment.submission_hash.is_not(None), Comment.submitted_at < before)
    return forget(rule, submission_hash=None)


def forget_owners(*, before: datetime) -> int:
    """Drop by what browsers are known that have sent nothing since a moment."""
    count = forget(_is_long_gone(Comment.owner_hash, before), owner_hash=None)
    resent = Comment.resent_owner_hash
    return count or forget(_is_long_gone(resent, before), resent_owner_hash=None)


def delete_withdrawn(*, before: datetime) -> int:
    """Delete comments that were withdrawn before a moment; one that has replies is blanked."""
    ids = lock_batch(and_(Comment.status == Status.WITHDRAWN, Comment.withdrawn_at < before))
    return delete_comments(comment_ids=ids)


def _is_long_gone(name: InstrumentedAttribute[str | None], before: datetime) -> ColumnElement[bool]:
    """Return the rule for a browser, as a column names it, that has sent nothing since."""
    later = aliased(Comment)
    has_sent = exists().where(
        or_(later.owner_hash == name, later.resent_owner_hash == name),
        later.submitted_at >= before,
    )
    return and_(name.is_not(None), Comment.submitted_at < before, ~has_sent)
