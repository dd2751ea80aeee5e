"""Rows of the moderation queue: comments with the data that a moderator needs to decide."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import bindparam, func, select

from blog.comments.models import Comment, Revision, Seen
from blog.comments.queries import list_waiting_revisions
from blog.db.engine import db
from blog.decisions.models import Decision
from blog.decisions.queries import list_last_decisions
from blog.decisions.verdicts import state_of
from blog.desk.filtering import write_seen
from blog.desk.queue.copy_queries import Copies, list_copies
from blog.desk.queue.matching import QueueFilter, is_kept
from blog.moderation.states import DESK_STATUSES, VERDICTS, State, Status, Verdict
from blog.reports.models import Report
from blog.reports.queries import list_reports
from blog.text.language import gettext as _


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What became of the other comments of the same browser, and when its first one was sent."""

    # How many have each status; statuses without a comment are left out.
    others: Mapping[Status, int] = field(default_factory=dict)
    first_sent: datetime | None = None

    @property
    def published(self) -> int:
        """Return how many other comments are published."""
        return self.others.get(Status.PUBLISHED, 0)

    @property
    def refused(self) -> int:
        """Return how many other comments moderators have refused or taken down."""
        refused = (Status.REJECTED, Status.SPAM, Status.REMOVED)
        return sum(self.others.get(status, 0) for status in refused)

    @property
    def shown(self) -> dict[Status, int]:
        """Return how many other comments moderators may read, by status."""
        return {status: self.others[status] for status in DESK_STATUSES if status in self.others}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the queue: a comment, its reports and copies, and the commenter's history."""

    comment: Comment
    history: History = field(default_factory=History)
    copies: Copies | None = None
    reports: Sequence[Report] = ()
    # The author's edited version, which waits for a decision.
    revision: Revision | None = None
    decision: Decision | None = None

    @cached_property
    def state(self) -> State:
        """Return the state of the comment, which decides on the verdicts that are allowed."""
        return state_of(self.comment, is_revised=self.revision is not None)

    @property
    def items(self) -> str:
        """Return the value of the row's checkbox: the comment, or all of its copies."""
        own = Seen(self.comment.id, self.comment.version)
        return self.copies.items if self.copies else write_seen([own])

    @property
    def approvals(self) -> list[Verdict]:
        """Return the verdicts of the row that publish the comment, in button order."""
        return [verdict for verdict in self._offered if verdict.entry.is_approval]

    @property
    def others(self) -> list[Verdict]:
        """Return the verdicts of the row that do not publish the comment, in button order."""
        return [verdict for verdict in self._offered if not verdict.entry.is_approval]

    @cached_property
    def _offered(self) -> list[Verdict]:
        is_spoiler = self.comment.is_spoiler and self.comment.status == Status.PUBLISHED
        return [
            verdict
            for verdict in VERDICTS
            # A published spoiler does not need a spoiler button.
            if verdict.entry.is_offered(self.state)
            and not (verdict.entry.sets_spoiler and is_spoiler)
        ]

    @property
    def with_reason(self) -> Verdict | None:
        """Return the verdict of the row's reason form, None if the row has no reason form."""
        given = (verdict for verdict in VERDICTS if self.state in verdict.entry.with_reason)
        return next(given, None)

    @property
    def line(self) -> str:
        """Return the text that replaces the row after a decision, such as "Published"."""
        is_spoiler = self.comment.is_spoiler and self.comment.status == Status.PUBLISHED
        if self.decision and self.decision.can_be_undone(self.comment.version):
            verdict = self.decision.verdict
            # Its author has marked it as a spoiler.
            is_marked = is_spoiler and verdict == Verdict.APPROVE
            return (Verdict.APPROVE_SPOILER if is_marked else verdict).entry.label
        line = self.comment.status.entry.line
        return _("%(status)s as spoiler", status=line) if is_spoiler else line


_HISTORIES = (
    select(Comment.owner_hash, Comment.status, func.count(), func.min(Comment.submitted_at))
    .where(Comment.owner_hash.in_(bindparam("owners", expanding=True)), is_kept(Comment))
    .group_by(Comment.owner_hash, Comment.status)
)


def list_rows(*, comments: Sequence[Comment], wanted: QueueFilter, now: datetime) -> list[Row]:
    """Return a row for each of these comments; copies are those that match the filter."""
    ids = [comment.id for comment in comments]
    histories = _list_histories(comments)
    copies = list_copies(comments, wanted, now) if wanted.is_waiting else {}
    waiting_again = [comment.id for comment in comments if comment.waits_again]
    # Most pages have no such comment, and need not ask.
    reports = list_reports(comment_ids=waiting_again) if waiting_again else {}
    revisions = list_waiting_revisions(comment_ids=waiting_again) if waiting_again else {}
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
    """Return the history of each comment's browser by comment id, empty without a browser."""
    owners = {comment.owner_hash for comment in comments if comment.owner_hash}
    if not owners:
        return {comment.id: History() for comment in comments}
    counts: dict[str | None, dict[Status, int]] = defaultdict(dict)
    firsts: dict[str | None, datetime] = {}
    for owner, status, count, first in db.session.execute(_HISTORIES, {"owners": list(owners)}):
        counts[owner][status] = count
        firsts[owner] = min(first, firsts.get(owner, first))
    return {
        comment.id: History(
            others=_without(counts[comment.owner_hash], comment.status),
            first_sent=firsts[comment.owner_hash],
        )
        if comment.owner_hash in counts
        else History()
        for comment in comments
    }


def _without(counts: Mapping[Status, int], own: Status) -> dict[Status, int]:
    """Return the counts without one comment of the status `own`, and without zeros."""
    left = {status: count - (status == own) for status, count in counts.items()}
    return {status: count for status, count in left.items() if count > 0}
