"""Read what a bench must not be mixed with."""

from sqlalchemy import exists, select

from blog.comments.models import Comment
from blog.db.engine import db


def has_readers_comments() -> bool:
    """Tell whether somebody has written who is neither of the demo nor of the bench."""
    return bool(db.session.execute(select(exists().where(~Comment.is_demo))).scalar_one())
