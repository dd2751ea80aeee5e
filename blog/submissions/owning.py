"""The status of a reader's own comments, and whether the reader may still edit or withdraw them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm.attributes import set_committed_value

from blog.comments.models import Comment, Revision, RevisionState
from blog.comments.queries import find_comment
from blog.decisions.models import Decision
from blog.moderation.states import Status, Verdict
from blog.reviews.models import Review
from blog.reviews.queries import may_be_read
from blog.submissions.queries import (
    OwnRow,
    find_own_comment,
    get_comment_for_author,
    list_own_comments,
    list_own_comments_on,
)

# The time after publication in which an author may edit a comment that has no replies.
CHANGE_WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnComment:
    """One of a browser's own comments, with its last decision and its last edit."""

    comment: Comment
    decision: Decision | None
    revision: Revision | None
    # True if the comment's review is public.
    is_reachable: bool
    can_change: bool

    @property
    def waits(self) -> bool:
        """Return whether the comment is shown to its author as awaiting approval."""
        return appears_pending(self.comment, is_decided=self.decision is not None)

    @property
    def can_withdraw(self) -> bool:
        """Return whether the author may withdraw the comment."""
        is_there = self.waits or self.comment.status == Status.PUBLISHED
        return is_there and self.is_reachable

    @property
    def reason(self) -> str | None:
        """Return the moderator's reason for a refusal if it is shared with the author, or None."""
        is_refused = self.comment.status in (Status.REJECTED, Status.REMOVED)
        if not is_refused or self.decision is None or not self.decision.shares_reason:
            return None
        return self.decision.reason

    @property
    def change(self) -> Revision | None:
        """Return the edit of the comment that waits for approval, or None."""
        revision = self.revision
        return revision if revision and revision.state == RevisionState.WAITING else None

    @property
    def change_was_declined(self) -> bool:
        """Return whether a moderator declined the author's last edit."""
        return self.decision is not None and self.decision.verdict == Verdict.KEEP

    @property
    def belongs_on_page(self) -> bool:
        """Return whether the review page shows the unpublished comment to its author."""
        return self.waits or self.reason is not None


def list_own(*, owner_hash: str, now: datetime, review: Review | None = None) -> list[OwnComment]:
    """Return a browser's own comments, on one review or on all, the oldest first."""
    if review is None:
        rows = list_own_comments(owner_hash=owner_hash)
    else:
        rows = list_own_comments_on(review=review, owner_hash=owner_hash)
    return [_describe(row, now) for row in rows]


def find_own(
    *, comment_id: int, review_id: int, owner_hash: str, now: datetime
) -> OwnComment | None:
    """Return a browser's own comment on this review, or None."""
    row = find_own_comment(comment_id=comment_id, review_id=review_id, owner_hash=owner_hash)
    return _describe(row, now) if row else None


def describe_sent(*, comment: Comment, review: Review, now: datetime) -> OwnComment:
    """Return a comment that was just sent, without a check of the browser."""
    # Decisions and edits raise the version, so a comment at its first has none to look for.
    if comment.version > 1:
        return get_own(comment_id=comment.id, now=now)
    replied_to = comment.in_reply_to_id and find_comment(comment_id=comment.in_reply_to_id)
    set_committed_value(comment, "in_reply_to", replied_to)
    set_committed_value(comment, "review", review)
    return _describe(OwnRow(comment, None, None, is_replied_to=False), now)


def get_own(*, comment_id: int, now: datetime) -> OwnComment:
    """Return a comment, without a check of the browser."""
    return _describe(get_comment_for_author(comment_id=comment_id), now)


def appears_pending(comment: Comment, *, is_decided: bool) -> bool:
    """Return whether its author sees the comment as waiting for a decision.

    Comments that a rule filed as spam appear to wait too, so that spammers cannot test the rules.
    """
    return comment.is_pending or (comment.status == Status.SPAM and not is_decided)


def can_be_changed(
    comment: Comment, *, is_decided: bool, is_replied_to: bool, now: datetime
) -> bool:
    """Return whether the author may still edit the comment."""
    if comment.status != Status.PUBLISHED or comment.published_at is None:
        return appears_pending(comment, is_decided=is_decided)
    return now < comment.published_at + CHANGE_WINDOW and not is_replied_to


def _describe(row: OwnRow, now: datetime) -> OwnComment:
    is_reachable = may_be_read(row.comment.review, now=now)
    return OwnComment(
        comment=row.comment,
        decision=row.decision,
        revision=row.revision,
        is_reachable=is_reachable,
        can_change=is_reachable
        and can_be_changed(
            row.comment,
            is_decided=row.decision is not None,
            is_replied_to=row.is_replied_to,
            now=now,
        ),
    )
