"""Known readers: those with a published comment. The queue can show their comments first."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Update, bindparam, exists, false, not_, select, update

from blog.comments.models import Comment
from blog.db.engine import db, execute
from blog.db.types import table_of
from blog.moderation.states import Status

_TABLE = table_of(Comment)
# Aliases of the table, not of the class, which take a millisecond to make.
_PUBLISHED = Comment.__table__.alias("published").c
_PENDING = Comment.__table__.alias("pending").c


def has_published(owner_hash: Any) -> ColumnElement[bool]:
    """Return the SQL condition that a browser has a published comment; false without a browser."""
    if owner_hash is None:
        return false()
    return exists().where(
        _PUBLISHED.owner_hash == owner_hash, _PUBLISHED.status == Status.PUBLISHED
    )


def mark_known(*, owner_hashes: Collection[str | None]) -> None:
    """Correct `is_known` of the pending comments of these browsers.

    Call it after comments of a browser were published, unpublished or given to another browser.
    """
    owners = {owner for owner in owner_hashes if owner is not None}
    if owners:
        _correct(_OF_OWNERS, sorted(owners))


def list_wrong(*, size: int) -> Sequence[int]:
    """Return the ids of up to `size` pending comments whose `is_known` is wrong.

    It is after a race of a comment with the approval of another from the same browser, and after
    published comments were deleted.
    """
    query = select(_PENDING.id).where(_PENDING.status == Status.PENDING, _IS_WRONG)
    return db.session.execute(query.limit(size)).scalars().all()


def correct_known(*, ids: Sequence[int]) -> int:
    """Correct `is_known` of these comments if they are pending; return how many were wrong."""
    return _correct(_OF_IDS, ids)


def _correct(statement: Update, values: Sequence[Any]) -> int:
    return len(execute(statement, {"values": values}).all())


def _correcting(column: ColumnElement[Any]) -> Update:
    """Return the statement that corrects the pending comments with one of these values."""
    rule = column.in_(bindparam("values", expanding=True))
    wrong = select(_PENDING.id).where(_PENDING.status == Status.PENDING, rule, _IS_WRONG)
    # A row that somebody else decides on just now leaves the queue; waiting for it could end in a
    # deadlock, because the locks are not taken in the order of the ids.
    wrong = wrong.with_for_update(key_share=True, skip_locked=True)
    corrected = update(table_of(Comment)).where(_TABLE.c.id.in_(wrong))
    return corrected.values(is_known=not_(_TABLE.c.is_known)).returning(_TABLE.c.id)


_IS_WRONG = _PENDING.is_known != has_published(_PENDING.owner_hash)
_OF_OWNERS, _OF_IDS = _correcting(_PENDING.owner_hash), _correcting(_PENDING.id)
