"""What pages show of a comment, read as rows: objects would cost more than the whole page."""

from datetime import datetime
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import Text, type_coerce

from blog.comments.models import Comment
from blog.db.paging import Cursor
from blog.db.types import table_of
from blog.moderation.states import Status
from blog.text.markup import trust_stored
from blog.text.scripts import Named, Worded

COMMENT = table_of(Comment)
REPLIED_TO = COMMENT.alias()


class _Other(NamedTuple):
    id: int
    status: Status
    author_name: str


class RepliedTo(_Other, Named):
    """What a page shows of the comment that a reply answers."""

    __slots__ = ()


class _Columns(NamedTuple):
    id: int
    parent_id: int | None
    status: str
    author_name: str
    body: str
    html: str
    is_spoiler: bool
    is_blank: bool
    has_replies: bool
    submitted_at: datetime
    edited_at: datetime | None
    moderator_id: int | None
    # Of the comment that a reply answers; a top-level comment is no reply.
    other_id: int | None = None
    other_status: Status | None = None
    other_name: str | None = None


class Shown(_Columns, Worded):
    """What a page shows of a comment: one that is published, or one that is a gap."""

    __slots__ = ()

    @property
    def body_html(self) -> Markup:
        """Return the text as HTML."""
        return trust_stored(self.html)

    @property
    def cursor(self) -> Cursor:
        """Return the comment's position in a list ordered by time and id."""
        return Cursor(self.submitted_at, self.id)

    @property
    def in_reply_to(self) -> RepliedTo | None:
        """Return the comment that a reply answers, if it still exists."""
        if self.other_id is None or self.other_status is None or self.other_name is None:
            return None
        return RepliedTo(self.other_id, self.other_status, self.other_name)


_STORED = {"status": "status", "html": "body_html"}
# The columns of `Shown` for a top-level comment, and those that a reply has besides.
# Most rows find their HTML, so what only rendering needs is left as it is stored.
COLUMNS: tuple[Any, ...] = tuple(
    type_coerce(COMMENT.c[_STORED[name]], Text) if name in _STORED else COMMENT.c[name]
    for name in _Columns._fields
    if not name.startswith("other_")
)
OTHER_COLUMNS: tuple[Any, ...] = (
    REPLIED_TO.c.id.label("other_id"),
    REPLIED_TO.c.status.label("other_status"),
    REPLIED_TO.c.author_name.label("other_name"),
)
