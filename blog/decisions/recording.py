"""Add decisions to the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from blog.db.engine import execute
from blog.db.types import table_of
from blog.decisions.models import Decision
from blog.moderation.states import Verdict

_ADD = insert(table_of(Decision))


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """A verdict with its moderator, time and reason, for one comment or for a bulk."""

    verdict: Verdict
    moderator_id: int
    now: datetime
    reason: str | None = None
    shares_reason: bool = False
    # All decisions of one bulk have the same key; None for a single decision.
    bulk_key: str | None = None


def record(rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows made by `columns_of_decision` or `columns_of_undo` to the log."""
    if rows:
        execute(_ADD, list(rows))


def columns_of_decision(before: Any, ruling: Ruling) -> dict[str, Any]:
    """Return the columns of a decision; `before` is the comment's row as it was when locked."""
    # No wait is recorded for a moderator's own reply, or if the comment stays in the queue.
    ends_wait = before.moderator_id is None and ruling.verdict.entry.is_final
    since = before.waiting_since if ends_wait else None
    return {
        "comment_id": before.id,
        "moderator_id": ruling.moderator_id,
        "verdict": ruling.verdict,
        "from_status": before.status,
        "to_status": ruling.verdict.entry.to_status or before.status,
        "version": before.version,
        "decided_at": ruling.now,
        "reason": ruling.reason,
        "shares_reason": ruling.shares_reason,
        "bulk_key": ruling.bulk_key,
        "from_spoiler": before.is_spoiler,
        "from_waiting_since": before.waiting_since,
        "undoes_id": None,
        "waited_seconds": max(0, int((ruling.now - since).total_seconds())) if since else None,
    }


def columns_of_undo(
    undone: Decision, before: Any, values: Mapping[str, Any], ruling: Ruling
) -> dict[str, Any]:
    """Return the columns of the log row of an undo; `values` are the comment's restored columns."""
    return {
        "comment_id": undone.comment_id,
        "moderator_id": ruling.moderator_id,
        "verdict": Verdict.REOPEN,
        "from_status": undone.to_status,
        "to_status": values["status"],
        "version": undone.new_version,
        "decided_at": ruling.now,
        "reason": ruling.reason,
        "shares_reason": False,
        "bulk_key": ruling.bulk_key,
        "from_spoiler": before.is_spoiler,
        "from_waiting_since": before.waiting_since,
        "undoes_id": undone.id,
        "waited_seconds": None,
    }
