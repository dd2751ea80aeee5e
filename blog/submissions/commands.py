"""Take comments in: from readers, and with their state from elsewhere."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from blog.comments.commands import (
    begin_thread,
    correct_comment,
    insert_comment,
    insert_comments,
    share_comment,
)
from blog.comments.fingerprints import add_fingerprints_and_reasons
from blog.comments.models import Comment
from blog.comments.states import Status
from blog.db.engine import db
from blog.db.errors import DatabaseBusyError
from blog.limits.commands import spend
from blog.marks.commands import add_fingerprints, add_reasons
from blog.proofs.challenges import Flaw
from blog.proofs.commands import spend_proof
from blog.submissions.resending import find_same_comment, lock_sender
from blog.submissions.submission import Prepared, Submission
from blog.text.likeness import key_of


class CommentsClosedError(Exception):
    """Say that the review takes no more comments."""


class CannotReplyError(Exception):
    """Say that the comment to reply to is not, or no longer, published under this review."""


def submit_comment(*, submission: Submission, comments_open: bool, now: datetime) -> Comment:
    """Write a comment that waits for approval; the same sent again is the comment already there.

    Raises CommentsClosedError, CannotReplyError, or LimitReachedError where browser or address
    wrote too often.
    """
    names, allowances = lock_sender(
        address=submission.address, owner_hash=submission.owner_hash, now=now
    )
    same = find_same_comment(sent=submission, names=names, now=now)
    # What its writer took back and sends again is meant anew.
    is_there = same is not None and same.status != Status.WITHDRAWN
    if same is not None and is_there and submission.repeats(same):
        # Of what everybody may read, name and words prove nothing: the token lets change it.
        if submission.submission_id is None and not submission.is_known and same.is_pending:
            share_comment(comment=same, owner_hash=submission.owner_hash)
        return same
    if not comments_open:
        raise CommentsClosedError
    thread = _find_thread(submission)
    spend(allowances=allowances, now=now)
    submission_hash = submission.submission_hash
    if same is not None:
        if _correct(same, submission):
            return same
        submission_hash = submission.hash_with_text
    columns = submission.field_values | {
        "review_id": submission.review_id,
        "parent_id": thread,
        "in_reply_to_id": submission.in_reply_to_id,
        "status": Status.SPAM if submission.is_spam else Status.PENDING,
        "submitted_at": now,
        "waiting_since": None if submission.is_spam else now,
        "owner_hash": submission.owner_hash,
        "client_name": names[0],
        "submission_hash": submission_hash,
    }
    comment = insert_comment(columns=columns, fingerprints=submission.fingerprints)
    if comment is None:
        # From another address at the same moment; only then is it not behind our lock.
        same = find_same_comment(sent=submission, names=names, now=now)
        if same is None or not (submission.repeats(same) or _correct(same, submission)):
            # The words are kept by who sent them, and sent again they find the other there.
            raise DatabaseBusyError
        return same
    reasons = dict(submission.reasons)
    if submission.proof is not None and not spend_proof(proof=submission.proof):
        reasons["proof"] = Flaw.USED.label
    add_fingerprints_and_reasons(comment.id, submission.fingerprints, reasons)
    return comment


def _find_thread(submission: Submission) -> int | None:
    """Return the comment that the thread of a reply began from. Raises CannotReplyError."""
    if submission.in_reply_to_id is None:
        return None
    replied_to = db.session.execute(
        select(Comment.id, Comment.parent_id)
        .where(
            Comment.id == submission.in_reply_to_id,
            Comment.review_id == submission.review_id,
            Comment.is_public,
        )
        # Whoever deletes it waits, and finds our reply then.
        .with_for_update(read=True, key_share=True)
    ).one_or_none()
    thread: int | None = replied_to and (replied_to.parent_id or replied_to.id)
    if thread is None or not begin_thread(comment_id=thread):
        raise CannotReplyError(submission.in_reply_to_id)
    return thread


def _correct(comment: Comment, submission: Submission) -> bool:
    """Put the words of a form sent again in place of the first ones, and tell whether they waited.

    Its answer was lost, and the reader went on writing. Words that were decided on stay; then the
    new ones are another comment.
    """
    return correct_comment(
        comment=comment,
        owner_hash=submission.owner_hash,
        values=submission.field_values,
        fingerprints=submission.fingerprints,
        reasons=submission.reasons,
    )


def import_comment(*, prepared: Prepared) -> Comment:
    """Write a comment that comes from elsewhere with its state, passing limits and decisions."""
    comment = insert_comment(columns=prepared.columns, fingerprints=prepared.fingerprints)
    assert comment is not None, "It comes from no form, so none was sent before."
    if prepared.parent_id is not None:
        begin_thread(comment_id=prepared.parent_id)
    add_fingerprints_and_reasons(comment.id, prepared.fingerprints, prepared.reasons)
    return comment


def import_comments(*, prepared: Sequence[Prepared]) -> None:
    """Write many at once, each taken for its own: only equal words are found to be copies."""
    ids = insert_comments(
        rows=[{**one.columns, "copies_key": key_of(one.body)} for one in prepared]
    )
    for thread in sorted({one.parent_id for one in prepared if one.parent_id is not None}):
        begin_thread(comment_id=thread)
    pairs = list(zip(ids, prepared, strict=True))
    add_fingerprints([(number, value) for number, one in pairs for value in one.fingerprints])
    add_reasons(
        [
            {"comment_id": number, "name": name, "detail": detail}
            for number, one in pairs
            for name, detail in one.reasons.items()
        ]
    )
