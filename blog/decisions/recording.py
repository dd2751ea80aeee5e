"""Write the log of decisions; rows are only ever added to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from blog.comments.states import Verdict
from blog.db.engine import db
from blog.decisions.models import Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """Hold what a moderator says of one comment or of many."""

    verdict: Verdict
    moderator_id: int
    now: datetime
    reason: str | None = None
    shares_reason: bool = False
    # The same for all of one bulk.
    bulk_key: str | None = None


def record(rows: Sequence[Mapping[str, Any]]) -> None:
    """Add to the log what `columns_of_decision` and `columns_of_undo` made."""
    if rows:
        db.session.execute(insert(Decision), list(rows))


def columns_of_decision(before: Any, ruling: Ruling) -> dict[str, Any]:
    """Return the columns of a decision on a comment, as it was when it was locked."""
    # A moderator's own reply has waited for nobody; what is left for others waits on.
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
    """Return the columns of a decision that takes one back; `values` are the comment's again."""
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
