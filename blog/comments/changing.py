"""Change rows of comments."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, update

from blog.comments.models import Comment
from blog.db.engine import db


def change_comments(*rules: ColumnElement[bool], values: Mapping[str, Any]) -> list[int]:
    """Put values into the comments for which all rules hold, in one statement; return their ids.

    Comments that the session has loaded do not learn of it: whoever needs them reads them again.
    """
    changed = update(Comment).where(*rules).values(dict(values)).returning(Comment.id)
    changed = changed.execution_options(synchronize_session=False)
    return sorted(db.session.execute(changed).scalars())
