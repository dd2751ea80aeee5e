"""Database queries that only the benchmark needs."""

from sqlalchemy import exists, select

from blog.comments.models import Comment
from blog.db.engine import db


def has_readers_comments() -> bool:
    """Return whether there are comments that belong neither to the demo nor to the bench."""
    return bool(db.session.execute(select(exists().where(~Comment.is_demo))).scalar_one())
