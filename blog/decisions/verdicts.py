"""Apply verdicts to comments and undo them; `recording` stores the log."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, func, or_, select, tuple_

from blog.comments.changing import Change, build_change, change_comments, make_change
from blog.comments.models import Comment, Revision, RevisionState, Seen
from blog.comments.revisions import apply_or_decline_revisions
from blog.db.engine import execute
from blog.db.types import constant, table_of
from blog.marks.commands import drop_reasons, leave_reason
from blog.marks.models import REPORTED, REVISED
from blog.moderation.states import LEFT_REASONS, State, Status, Verdict

_COMMENT = table_of(Comment).c
_REVISION = table_of(Revision).c
_LOCKED = (
    select(
        *(_COMMENT.id, _COMMENT.version, _COMMENT.status, _COMMENT.is_spoiler),
        *(_COMMENT.waiting_since, _COMMENT.author_email, _COMMENT.wants_notice),
        *(_COMMENT.owner_hash, _COMMENT.in_reply_to_id, _COMMENT.moderator_id),
    )
    .where(_COMMENT.id.in_(bindparam("ids", expanding=True)))
    .order_by(_COMMENT.id)
    # A key-share lock does not block inserts of rows that refer to these comments.
    .with_for_update(key_share=True)
)
_UNPUBLISHED = (State.PENDING, State.REJECTED, State.SPAM, State.REMOVED)


def lock_comments(*, comment_ids: Iterable[int]) -> dict[int, Any]:
    """Lock comments in the order of their ids, against deadlocks; return their rows by id."""
    rows = execute(_LOCKED, {"ids": sorted(set(comment_ids))})
    return {row[0]: row for row in rows}


def state_of(comment: Comment, *, is_revised: bool) -> State:
    """Return the state of a comment; `_is_in` is the same rule in SQL."""
    if comment.status == Status.WITHDRAWN or comment.is_blank:
        return State.GONE
    if comment.status != Status.PUBLISHED:
        return State(comment.status)
    if is_revised:
        return State.REVISED
    if comment.waiting_since is not None:
        return State.REPORTED
    return State.SPOILER if comment.is_spoiler else State.PUBLISHED


def apply_verdict(
    *, seen: Sequence[Seen], verdict: Verdict, by: str | None, now: datetime, is_bulk: bool
) -> list[int]:
    """Apply a verdict to the comments whose version and state allow it; return their ids.

    One UPDATE checks and increments the version, so no other change can come between. `by` is the
    moderator's name, stored with a reason that the verdict adds.
    """
    entry = verdict.entry
    given = {"ids": [pair.comment_id for pair in seen], "pairs": [tuple(pair) for pair in seen]}
    change = _build(
        entry.allowed - entry.not_in_bulk if is_bulk else entry.allowed,
        to_status=entry.to_status if entry.leaves_reason is None else None,
        spoiler=entry.sets_spoiler,
        is_approval=entry.is_approval,
    )
    changed = make_change(change, {**given, "now": now}) if seen else []
    if entry.leaves_reason:
        drop_reasons(
            comment_ids=changed, names=[n for n in LEFT_REASONS if n != entry.leaves_reason]
        )
        leave_reason(name=entry.leaves_reason, comment_ids=changed, by=by)
        return changed
    # Reports, edits and decisions raise the version, so a comment at its first has none.
    versions = {
        pair.comment_id: pair.version
        for pair in seen
        if pair.comment_id in changed and pair.version > 1
    }
    apply_or_decline_revisions(versions=versions, verdict=verdict, now=now)
    # The decision settles reports and edits, so their reasons are deleted.
    drop_reasons(comment_ids=list(versions), names=[REPORTED, REVISED, *LEFT_REASONS])
    return changed


def restore_comment(*, seen: Seen, values: Mapping[str, Any]) -> bool:
    """Set columns of a comment if `seen` is its current version; return whether it was."""
    rules = (_COMMENT.id == seen.comment_id, _COMMENT.version == seen.version)
    return bool(change_comments(*rules, values={**values, "version": _COMMENT.version + 1}))


@cache
def _build(
    states: frozenset[State], *, to_status: Status | None, spoiler: bool | None, is_approval: bool
) -> Change:
    """Return the change that a verdict makes to comments in these states, built once.

    It takes the `ids` of comments, `pairs` of ids and versions, and `now`. None changes nothing.
    """
    values: dict[str, Any] = {"version": _COMMENT.version + 1}
    if to_status is not None:
        values |= {"status": to_status, "waiting_since": None}
    if is_approval:
        now = bindparam("now", type_=_COMMENT.published_at.type)
        values["published_at"] = func.coalesce(_COMMENT.published_at, now)
    if spoiler is not None:
        values["is_spoiler"] = spoiler
    return build_change(
        _COMMENT.id.in_(bindparam("ids", expanding=True)),
        tuple_(_COMMENT.id, _COMMENT.version).in_(bindparam("pairs", expanding=True)),
        or_(false(), *(_is_in(state) for state in sorted(states))),
        values=values,
    )


def _is_in(state: State) -> ColumnElement[bool]:
    """Return the SQL rule that a comment is in a state."""
    if state in _UNPUBLISHED:
        return and_(_COMMENT.status == constant(state), ~_COMMENT.is_blank)
    waits = _COMMENT.waiting_since.is_not(None)
    is_revised = exists().where(
        _REVISION.comment_id == _COMMENT.id, _REVISION.state == constant(RevisionState.WAITING)
    )
    rules = {
        State.PUBLISHED: and_(~waits, ~is_revised, ~_COMMENT.is_spoiler),
        State.SPOILER: and_(~waits, ~is_revised, _COMMENT.is_spoiler),
        State.REPORTED: and_(waits, ~is_revised),
        State.REVISED: is_revised,
    }
    return and_(_COMMENT.status == constant(Status.PUBLISHED), rules[state])
