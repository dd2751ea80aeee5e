"""Decide on comments, publish moderators' replies, and delete spam and former texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import selectinload

from blog.accounts.queries import get_name
from blog.comments.commands import begin_thread, insert_comment
from blog.comments.models import Comment, Revision, RevisionState, Seen
from blog.comments.queries import get_comment, select_with_thread
from blog.comments.removal import BATCH, delete_comments
from blog.comments.revisions import delete_revisions
from blog.db.engine import db
from blog.db.types import table_of
from blog.decisions.models import Decision
from blog.decisions.notifying import queue_notices
from blog.decisions.queries import find_last_decision
from blog.decisions.recording import Ruling, columns_of_decision, record
from blog.decisions.tallying import count_decided
from blog.decisions.undoing import list_reply_ids, undo_decisions
from blog.decisions.verdicts import apply_verdict, lock_comments
from blog.drafts.queries import deleted_ids
from blog.moderation.states import Status

_LAST = table_of(Decision).alias("last")
_COMMENTS = (
    select(Comment)
    .where(Comment.id.in_(bindparam("ids", expanding=True)))
    .execution_options(populate_existing=True)
)
_DECIDED = _COMMENTS.add_columns(Decision).outerjoin(
    Decision,
    Decision.id
    == select(func.max(_LAST.c.id)).where(_LAST.c.comment_id == Comment.id).scalar_subquery(),
)
_WITH_REASONS = _COMMENTS.options(selectinload(Comment.reasons))


class StaleVersionError(Exception):
    """Raised when the comment has changed since the user saw it; has the comment's new state."""

    def __init__(self, comment: Comment, last_decision: Decision | None) -> None:
        super().__init__(f"Comment {comment.id} is at version {comment.version}.")
        self.comment = comment
        self.last_decision = last_decision


@dataclass(frozen=True, kw_only=True, slots=True)
class CommentResult:
    """The result of a decision for one comment; `comment` is None if it does not exist.

    `is_done` is true if the decision was made, now or before by the same moderator.
    """

    comment_id: int
    is_done: bool
    comment: Comment | None
    last_decision: Decision | None


def decide(*, seen: Sequence[Seen], ruling: Ruling) -> list[CommentResult]:
    """Decide on each comment whose version is current, and add the decisions to the log.

    Takes up to LARGEST_BULK comments and returns one result for each, ordered by id. A comment is
    skipped if its version is not current or its state does not allow the verdict.
    """
    wanted = sorted(set(seen))
    ids = {pair.comment_id for pair in wanted}
    is_undo = ruling.verdict.is_undo
    before = lock_comments(comment_ids=ids | list_reply_ids(ids) if is_undo else ids)
    current = [p for p in wanted if p.comment_id in before and before[p.comment_id].version == p[1]]
    changed = (
        undo_decisions(current, before, ruling) if is_undo else _apply(current, before, ruling)
    )
    return _collect_results(wanted, set(changed), ruling)


def _apply(current: Sequence[Seen], before: Mapping[int, Any], ruling: Ruling) -> list[int]:
    """Apply a verdict, log the decisions and queue the notices; return the ids of the comments."""
    leaves_reason = ruling.verdict.entry.leaves_reason
    changed = apply_verdict(
        seen=current,
        verdict=ruling.verdict,
        by=get_name(moderator_id=ruling.moderator_id) if leaves_reason else None,
        now=ruling.now,
        is_bulk=ruling.bulk_key is not None,
    )
    record([columns_of_decision(before[comment_id], ruling) for comment_id in changed])
    decided = [before[comment_id] for comment_id in changed]
    count_decided(decided=decided, ruling=ruling)
    queue_notices(decided=decided, verdict=ruling.verdict, now=ruling.now)
    return changed


def reply(
    *, comment_id: int, version: int, body: str, body_html: Markup, name: str, ruling: Ruling
) -> Comment:
    """Publish a moderator's reply to a comment, approve the comment if it waits, and return it.

    Both decisions are one bulk of `ruling`, which approves, and are undone together. A reply that
    is sent again is not stored twice. Raises UnknownCommentError, or StaleVersionError if
    `version` is not current.
    """
    # Locked, so that of two equal replies sent at once the second finds the first.
    thread = select_with_thread(Comment.id, comment_id=comment_id)
    db.session.execute(thread.with_for_update(key_share=True))
    comment = get_comment(comment_id=comment_id)
    is_due = comment.status != Status.PUBLISHED or comment.waiting_since is not None
    if not is_due and _find_reply(comment_id, body, ruling) is not None:
        return comment
    if is_due:
        (result,) = decide(seen=[Seen(comment_id, version)], ruling=ruling)
        if not result.is_done:
            raise StaleVersionError(comment, result.last_decision)
    elif comment.version != version:
        # The comment was published meanwhile, perhaps with a text that the moderator has not seen.
        raise StaleVersionError(comment, find_last_decision(comment_id=comment_id))
    written = _write_reply(comment, body, body_html, name, ruling)
    decide(seen=[Seen(written.id, written.version)], ruling=ruling)
    return get_comment(comment_id=comment_id)


def empty_spam(*, until_decision: int, until_comment: int, size: int) -> int:
    """Delete up to `size` comments with the status spam; return the number deleted.

    Skips comments with an id above `until_comment` and comments with a decision above
    `until_decision`, because the moderator has not seen them as spam.
    """
    later = exists().where(Decision.comment_id == Comment.id, Decision.id > until_decision)
    query = (
        select(Comment.id)
        .where(Comment.status == Status.SPAM, Comment.id <= until_comment, ~later)
        # Moderators do not see them, and they come back with their review.
        .where(Comment.review_id.not_in(deleted_ids()))
        .order_by(Comment.id)
        .limit(size)
        .with_for_update()
    )
    ids = db.session.execute(query).scalars().all()
    delete_comments(comment_ids=ids)
    return len(ids)


def forget_wordings(*, before: datetime) -> int:
    """Delete a batch of former and declined texts decided on before `before`; return the number."""
    is_recent = exists().where(
        Decision.comment_id == Revision.comment_id,
        Decision.version == Revision.decided_version,
        Decision.decided_at >= before,
    )
    query = (
        select(Revision.id)
        .where(Revision.state != RevisionState.WAITING, Revision.written_at < before, ~is_recent)
        .order_by(Revision.id)
        .limit(BATCH)
        .with_for_update()
    )
    return delete_revisions(ids=db.session.execute(query).scalars().all())


def _write_reply(
    comment: Comment, body: str, body_html: Markup, name: str, ruling: Ruling
) -> Comment:
    """Store a moderator's reply as a pending comment and return it."""
    thread = comment.parent_id or comment.id
    begin_thread(comment_id=thread)
    reply = insert_comment(
        columns={
            "review_id": comment.review_id,
            "parent_id": thread,
            "in_reply_to_id": comment.id,
            "moderator_id": ruling.moderator_id,
            "author_name": name,
            "body": body,
            "body_html": body_html,
            "submitted_at": ruling.now,
            "waiting_since": ruling.now,
            "is_demo": comment.is_demo,
        }
    )
    assert reply is not None, "A comment without a submission hash has no conflict."
    return reply


def _collect_results(
    wanted: Sequence[Seen], changed: set[int], ruling: Ruling
) -> list[CommentResult]:
    """Return the result for each wanted comment; `changed` has the ids that were decided on."""
    ids = {pair.comment_id for pair in wanted}
    found = {row[0].id: row for row in db.session.execute(_DECIDED, {"ids": sorted(ids)})}
    results = []
    for comment_id, version in wanted:
        comment, decision = found.get(comment_id, (None, None))
        is_done = comment is not None and (
            (comment_id in changed and comment.version == version + 1)
            or _was_done_before(comment, version, decision, ruling)
        )
        results.append(
            CommentResult(
                comment_id=comment_id, is_done=is_done, comment=comment, last_decision=decision
            )
        )
    # The moderator sees again what was left as it is, with the reasons to look at it.
    if left := sorted(result.comment_id for result in results if not result.is_done):
        db.session.execute(_WITH_REASONS, {"ids": left}).scalars().all()
    return results


def _was_done_before(comment: Comment, version: int, last: Decision | None, ruling: Ruling) -> bool:
    """Return whether the same moderator has already given this verdict on this version."""
    return (
        last is not None
        and comment.version == version + 1
        and (last.version, last.verdict, last.moderator_id)
        == (version, ruling.verdict, ruling.moderator_id)
    )


def _find_reply(comment_id: int, body: str, ruling: Ruling) -> Comment | None:
    query = select(Comment).where(
        Comment.in_reply_to_id == comment_id,
        Comment.moderator_id == ruling.moderator_id,
        Comment.body == body,
        Comment.status == Status.PUBLISHED,
    )
    return db.session.execute(query.limit(1)).scalar_one_or_none()
