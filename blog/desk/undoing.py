"""What a button that undoes a decision sends, and where to; templates/desk/_undo.html."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from blog.decisions.models import Decision


@dataclass(frozen=True, slots=True)
class Undo:
    """Hold where the form of an undo is sent, and its hidden fields."""

    url: str
    fields: Mapping[str, object]


def undo_of_decision(decision: Decision | None, *, version: int) -> Undo | None:
    """Undo a comment's last decision, where that is what made its present version."""
    if decision is None or not decision.can_be_undone(version):
        return None
    url = url_for("admin.moderation.create_decision", comment_id=decision.comment_id)
    return Undo(url, {"version": version})


def undo_of_bulk(bulk_key: str, **fields: object) -> Undo:
    """Undo all that was decided under a key; the fields name which rows of the page it is about."""
    return Undo(url_for("admin.bulk.create"), {"bulk": bulk_key, **fields})
