"""The UPDATE statement that all changes of comments share."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, update

from blog.comments.models import Comment
from blog.db.engine import db


def change_comments(*rules: ColumnElement[bool], values: Mapping[str, Any]) -> list[int]:
    """Set column values on the comments that match all rules; return the ids of these comments.

    Comment objects that are already loaded keep their old values until they are refreshed.
    """
    changed = update(Comment).where(*rules).values(dict(values)).returning(Comment.id)
    changed = changed.execution_options(synchronize_session=False)
    return sorted(db.session.execute(changed).scalars())
