"""The URL and the hidden fields of an undo form; templates/desk/_undo.html renders the form."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from blog.decisions.models import Decision


@dataclass(frozen=True, slots=True)
class Undo:
    """The URL and the hidden fields of a form that undoes a decision or a bulk."""

    url: str
    fields: Mapping[str, object]


def undo_of_decision(decision: Decision | None, *, version: int) -> Undo | None:
    """Return the undo form of a comment's last decision, None if the decision cannot be undone.

    `version` is the current version of the comment.
    """
    if decision is None or not decision.can_be_undone(version):
        return None
    url = url_for("admin.moderation.create_decision", comment_id=decision.comment_id)
    return Undo(url, {"version": version})


def undo_of_bulk(bulk_key: str, **fields: object) -> Undo:
    """Return the undo form of a bulk; `fields` are extra hidden fields, such as ids of rows."""
    return Undo(url_for("admin.bulk.create"), {"bulk": bulk_key, **fields})
