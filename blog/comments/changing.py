"""The UPDATE statement that all changes of comments share, and the columns that follow others."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, update

from blog.comments.known import mark_known
from blog.comments.models import FOLDED, Comment
from blog.db.engine import db
from blog.db.types import table_of
from blog.text.folding import fold_for_search

_TABLE = table_of(Comment)


def change_comments(*rules: ColumnElement[bool], values: Mapping[str, Any]) -> list[int]:
    """Set column values on the comments that match all rules; return the ids of these comments.

    Comment objects that are already loaded keep their old values until they are refreshed.
    """
    changed = update(table_of(Comment)).where(*rules).values(with_folded(values))
    changed = changed.execution_options(synchronize_session=False)
    rows = db.session.execute(changed.returning(_TABLE.c.id, _TABLE.c.owner_hash)).all()
    if not values.keys().isdisjoint({"status", "owner_hash"}):
        mark_known(owner_hashes={row.owner_hash for row in rows})
    return sorted(row.id for row in rows)


def with_folded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return column values together with the folded texts of those that a search reads."""
    texts = {FOLDED[name]: values[name] for name in FOLDED if name in values}
    return {**values, **{name: text and fold_for_search(text) for name, text in texts.items()}}
