"""What the database holds after a run, and what is wrong with it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.outbox.models import OutboxMessage
from tests.chaos.readers import MARK


@dataclass(frozen=True)
class Stored:
    """What the database holds."""

    comments: Sequence[Comment]
    decisions: Sequence[Decision]
    messages: Sequence[OutboxMessage]

    @classmethod
    def read(cls) -> "Stored":
        """Read the database of the current application."""
        db.session.rollback()
        tables = (Comment, Decision, OutboxMessage)
        return cls(
            *(db.session.execute(select(t).order_by(t.id)).scalars().unique().all() for t in tables)
        )

    def rows_by_mark(self) -> Mapping[str, list[Comment]]:
        found: dict[str, list[Comment]] = defaultdict(list)
        for comment in self.comments:
            if mark := MARK.match(comment.body):
                found[mark[0]].append(comment)
        return found

    def history_of(self) -> Mapping[int, list[Decision]]:
        """Return the decisions on each comment, oldest first."""
        found: dict[int, list[Decision]] = defaultdict(list)
        for decision in self.decisions:
            found[decision.comment_id].append(decision)
        return found


@dataclass(frozen=True)
class Fault:
    """A broken promise; `kind` is "lost", "twice" or "wrong"."""

    kind: str
    trouble: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind} ({self.trouble}): {self.what}"
