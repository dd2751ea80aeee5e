"""The UPDATE statement that all changes of comments share, and the columns that follow others."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Update, event, inspect, update
from sqlalchemy.orm import Mapper

from blog.comments.known import mark_known
from blog.comments.models import FOLDED, Comment
from blog.db.engine import db, execute
from blog.db.types import table_of
from blog.text.folding import fold_for_search
from blog.versions.commands import raise_version

# The columns that public pages show, or by which they choose comments.
_SHOWN = {"author_name", "body_html", "is_spoiler", "status", "edited_at", "published_at"}

_TABLE = table_of(Comment)


class Change(NamedTuple):
    """The UPDATE statement that sets the columns `names`."""

    statement: Update
    names: Collection[str]


def change_comments(*rules: ColumnElement[bool], values: Mapping[str, Any]) -> list[int]:
    """Set column values on the comments that match all rules; return the ids of these comments.

    Comment objects that are already loaded keep their old values until they are refreshed.
    """
    statement, names = build_change(*rules, values=values)
    changed = statement.execution_options(synchronize_session=False)
    return _follow(db.session.execute(changed).all(), names)


def build_change(*rules: ColumnElement[bool], values: Mapping[str, Any]) -> Change:
    """Return the change that `change_comments` makes, to be made often with other parameters.

    The rules are conditions on the table, not on the class.
    """
    changed = update(table_of(Comment)).where(*rules).values(with_folded(values))
    returned = (_TABLE.c.id, _TABLE.c.owner_hash, _TABLE.c.published_at)
    return Change(changed.returning(*returned), values.keys())


def make_change(change: Change, given: Mapping[str, Any]) -> list[int]:
    """Make a change with these parameters; return the ids of the changed comments.

    Comment objects that are already loaded keep their old values until they are refreshed.
    """
    return _follow(execute(change.statement, given).all(), change.names)


def _follow(rows: Sequence[Any], names: Collection[str]) -> list[int]:
    """Do what has to follow a change of these columns; return the ids of the changed comments."""
    changed = frozenset(names)
    if not changed.isdisjoint({"status", "owner_hash"}):
        mark_known(owner_hashes={row.owner_hash for row in rows})
    # A comment that was never published is on no public page.
    was_public = "published_at" in changed or any(row.published_at for row in rows)
    if rows and was_public and not changed.isdisjoint(_SHOWN):
        raise_version()
    return sorted(row.id for row in rows)


def with_folded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return column values together with the folded texts of those that a search reads."""
    texts = {FOLDED[name]: values[name] for name in FOLDED if name in values}
    return {**values, **{name: text and fold_for_search(text) for name, text in texts.items()}}


@event.listens_for(Comment, "after_update")
def _notice_change(_mapper: Mapper[Comment], _connection: Connection, comment: Comment) -> None:
    """Raise the version of what is public, if a change of a loaded comment was one of it."""
    changed = inspect(comment).attrs
    if comment.published_at and any(changed[name].history.has_changes() for name in _SHOWN):
        raise_version()
