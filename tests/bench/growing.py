"""Multiply loaded comments inside the database, which is faster than loading them.

Each multiplied comment has a text, a sender, an address and fingerprints of its own, so that it is
a copy of nothing, and a place in time beside its original.
"""

import sys
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, func, insert, literal, select, type_coerce, update
from sqlalchemy.orm import InstrumentedAttribute

from blog.accounts.models import Moderator
from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.db.types import Base
from blog.decisions.models import Decision
from blog.marks.models import CommentFingerprint, Reason
from blog.moderation.states import Status, Verdict

# So many comments are loaded by the application; the others are multiplied from them.
LOADED = 1_000
# So many comments are decided on in one transaction, which PostgreSQL gives fifteen seconds.
DECIDED = 20_000
# The days that a comment waited for its decision are as different as these seconds.
WAITS = 86_400 * 3
_VERDICTS = {
    Status.PUBLISHED: Verdict.APPROVE,
    Status.REJECTED: Verdict.REJECT,
    Status.SPAM: Verdict.SPAM,
}


def grow_comments(*, loaded: int, size: int) -> None:
    """Multiply the newest `loaded` comments, until there are `size`."""
    last_id = db.session.execute(select(func.max(Comment.id))).scalar_one()
    first_id = last_id - loaded + 1
    for turn in range(1, -(-size // loaded)):
        wanted = min(loaded, size - turn * loaded)
        write(_multiply, ids=(first_id, first_id + wanted - 1), turn=turn, step=turn * loaded)
        sys.stderr.write(f"\r{db.engine.name}: {turn * loaded + wanted:,} of {size:,} comments")
        sys.stderr.flush()
    write(_go_on_after, last_id=first_id + size - 1)


def _go_on_after(*, last_id: int) -> None:
    """Let the id of the next comment follow; PostgreSQL does not look at given ids."""
    if db.engine.name == "postgresql":
        sequence = func.pg_get_serial_sequence("comments", "id")
        db.session.execute(select(func.setval(sequence, last_id)))


def _multiply(*, ids: tuple[int, int], turn: int, step: int) -> None:
    """Insert the comments between two ids again, with ids that are `step` higher."""
    _copy(Comment, Comment.id.between(*ids), _comment_values(turn, step))
    number = CommentFingerprint.comment_id
    values = {"comment_id": number + step, "value": CommentFingerprint.value + 7_919 * turn}
    _copy(CommentFingerprint, number.between(*ids), values)
    _copy(Reason, Reason.comment_id.between(*ids), {"comment_id": Reason.comment_id + step})


def add_decisions() -> None:
    """Add a decision to each comment that is not pending."""
    last_id = db.session.execute(select(func.max(Comment.id))).scalar_one()
    for start in range(1, last_id + 1, DECIDED):
        write(_decide, ids=(start, start + DECIDED - 1))


def _decide(*, ids: tuple[int, int]) -> None:
    """Add a decision to each comment between two ids that is not pending."""
    moderators = db.session.execute(select(Moderator.id).order_by(Moderator.id)).scalars().all()
    values: Mapping[str, Any] = {
        "comment_id": Comment.id,
        "moderator_id": case(
            dict(enumerate(moderators)),
            value=Comment.id % len(moderators),
        ),
        "verdict": case(
            *((Comment.status == status, verdict.value) for status, verdict in _VERDICTS.items()),
        ),
        "from_status": literal(Status.PENDING.value),
        "to_status": type_coerce(Comment.status, Decision.to_status.type),
        "version": Comment.version,
        "decided_at": Comment.submitted_at,
        "shares_reason": literal(False),
        "from_spoiler": Comment.is_spoiler,
        "from_waiting_since": Comment.submitted_at,
        "waited_seconds": (Comment.id * 7_919) % WAITS,
    }
    is_decided = (Comment.id.between(*ids), Comment.status.in_(list(_VERDICTS)))
    rows = select(*values.values()).where(*is_decided)
    db.session.execute(insert(Decision).from_select(list(values), rows))
    decided = update(Comment).where(*is_decided).values(version=Comment.version + 1)
    db.session.execute(decided.execution_options(synchronize_session=False))


def _comment_values(turn: int, step: int) -> dict[str, ColumnElement[Any]]:
    return {
        "id": Comment.id + step,
        "body": Comment.body + f" {turn}",
        "folded_body": Comment.folded_body + f" {turn}",
        "owner_hash": _other(Comment.owner_hash, 64, turn),
        "client_name": _other(Comment.client_name, 32, turn),
        "copies_key": _other(Comment.copies_key, 32, turn),
    }


def _other(column: InstrumentedAttribute[str | None], length: int, turn: int) -> ColumnElement[str]:
    return func.substr(column, 1, length - 4) + f"{turn:04}"


def _copy(
    table: type[Base], rule: ColumnElement[bool], values: Mapping[str, ColumnElement[Any]]
) -> None:
    """Insert a table's rows that match the rule again, with other values in some columns."""
    columns = {column.key: column for column in table.__mapper__.columns}
    rows = select(*(values.get(name, column) for name, column in columns.items())).where(rule)
    db.session.execute(insert(table).from_select(list(columns), rows))
