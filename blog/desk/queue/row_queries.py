"""Read the rows of the queue: comments, each with what helps to decide on it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from blog.comments.models import Comment, Revision, Seen
from blog.comments.queries import list_waiting_revisions
from blog.comments.states import VERDICTS, State, Status, Verdict
from blog.comments.verdicts import state_of
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.decisions.queries import list_last_decisions
from blog.desk.filtering import write_seen
from blog.desk.queue.copy_queries import Copies, list_copies
from blog.desk.queue.matching import QueueFilter
from blog.reports.models import Report
from blog.reports.queries import list_reports
from blog.text.language import gettext as _


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """Tell what else a browser has sent."""

    published: int = 0
    refused: int = 0
    is_first: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Hold one row of the queue: a comment, and what helps to decide on it."""

    comment: Comment
    history: History = field(default_factory=History)
    copies: Copies | None = None
    reports: Sequence[Report] = ()
    # What its writer would have it say instead.
    revision: Revision | None = None
    decision: Decision | None = None

    @property
    def state(self) -> State:
        """Return what a decision on it begins from."""
        return state_of(self.comment, is_revised=self.revision is not None)

    @property
    def items(self) -> str:
        """Return what a tick in it names: the comment, or all the copies that it stands for."""
        own = Seen(self.comment.id, self.comment.version)
        return self.copies.items if self.copies else write_seen([own])

    @property
    def approvals(self) -> list[Verdict]:
        """Return the verdicts of its buttons that publish it, in their order."""
        return [verdict for verdict in self._offered if verdict.entry.is_approval]

    @property
    def others(self) -> list[Verdict]:
        """Return the verdicts of its other buttons, in their order."""
        return [verdict for verdict in self._offered if not verdict.entry.is_approval]

    @property
    def _offered(self) -> list[Verdict]:
        is_spoiler = self.comment.is_spoiler and self.comment.status == Status.PUBLISHED
        return [
            verdict
            for verdict in VERDICTS
            # A published spoiler needs no button that makes it one.
            if verdict.entry.is_offered(self.state)
            and not (verdict.entry.sets_spoiler and is_spoiler)
        ]

    @property
    def with_reason(self) -> Verdict | None:
        """Return the verdict that its form for a reason gives, None where there is no such form."""
        given = (verdict for verdict in VERDICTS if self.state in verdict.entry.with_reason)
        return next(given, None)

    @property
    def line(self) -> str:
        """Return what stands for it once it was decided."""
        decision = self.decision
        if (
            decision
            and decision.verdict.entry.line
            and decision.can_be_undone(self.comment.version)
        ):
            return decision.verdict.entry.line
        is_spoiler = self.comment.is_spoiler and self.comment.status == Status.PUBLISHED
        line = self.comment.status.entry.line
        return _("%(status)s as spoiler", status=line) if is_spoiler else line


def list_rows(*, comments: Sequence[Comment], wanted: QueueFilter, now: datetime) -> list[Row]:
    """Return the rows of these comments, each with what helps to decide on it."""
    ids = [comment.id for comment in comments]
    histories = _list_histories(comments)
    copies = list_copies(comments, wanted, now) if wanted.is_waiting else {}
    again = [comment.id for comment in comments if comment.waits_again]
    reports, revisions = list_reports(comment_ids=again), list_waiting_revisions(comment_ids=again)
    decisions = list_last_decisions(comment_ids=ids)
    return [
        Row(
            comment=comment,
            history=histories[comment.id],
            copies=copies.get(comment.id),
            reports=reports.get(comment.id, []),
            revision=revisions.get(comment.id),
            decision=decisions.get(comment.id),
        )
        for comment in comments
    ]


def _list_histories(comments: Sequence[Comment]) -> dict[int, History]:
    """Return what else was sent by the browser of each of these comments."""
    owners = {comment.owner_hash for comment in comments if comment.owner_hash}
    query = (
        select(Comment.owner_hash, Comment.status, func.count())
        .where(Comment.owner_hash.in_(owners))
        .group_by(Comment.owner_hash, Comment.status)
    )
    counts: dict[str, Counter[Status]] = defaultdict(Counter)
    for owner, status, count in db.session.execute(query):
        counts[owner or ""][status] = count
    return {c.id: _history_of(c, counts.get(c.owner_hash or "", Counter())) for c in comments}


def _history_of(comment: Comment, counts: Counter[Status]) -> History:
    others = counts.copy()
    others[comment.status] -= 1
    return History(
        published=max(others[Status.PUBLISHED], 0),
        refused=sum(max(others[s], 0) for s in (Status.REJECTED, Status.SPAM, Status.REMOVED)),
        is_first=sum(max(count, 0) for count in others.values()) == 0,
    )
