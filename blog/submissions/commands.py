"""Store comments that readers send, and comments that are imported with their status."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam

from blog.comments.commands import (
    begin_thread,
    correct_comment,
    insert_comment,
    insert_comments,
    share_comment,
)
from blog.comments.fingerprints import add_fingerprints_and_reasons, find_copies
from blog.comments.models import Comment
from blog.comments.queries import select_with_thread
from blog.db.engine import db
from blog.db.errors import DatabaseBusyError
from blog.marks.commands import add_fingerprints, add_reasons
from blog.moderation.states import Status
from blog.proofs.challenges import Flaw
from blog.proofs.commands import spend_proof
from blog.submissions.resending import find_standing, lock_and_find
from blog.submissions.submission import Prepared, Submission
from blog.text.likeness import key_of

# The comment replied to and its thread, locked against deletion until the reply is stored.
_REPLIED_TO = select_with_thread(
    Comment.id,
    Comment.parent_id,
    Comment.has_replies,
    and_(Comment.review_id == bindparam("review_id"), Comment.is_public).label("is_here"),
    comment_id=bindparam("id"),
).with_for_update(read=True, key_share=True)


class CommentsClosedError(Exception):
    """Raised when comments on the review are closed."""


class CannotReplyError(Exception):
    """Raised when the comment to reply to is not public on this review."""


def submit_comment(*, submission: Submission, comments_open: bool, now: datetime) -> Comment:
    """Store a comment for approval and return it; if it was sent before, return the stored one.

    Raises CommentsClosedError, CannotReplyError, LimitReachedError if the browser or the address
    has sent too many comments, or DatabaseBusyError if the same form arrives twice at once.
    """
    address = submission.address
    names, standing = lock_and_find(
        sent=submission, address=address, names=submission.client_names, now=now
    )
    same = standing.same
    # A withdrawn comment that is sent again is stored as a new comment.
    is_there = same is not None and same.status != Status.WITHDRAWN
    if same is not None and is_there and submission.repeats(same):
        # Not for a public comment: anyone could copy its name and text to become an owner.
        if submission.submission_id is None and not submission.is_known and same.is_pending:
            share_comment(comment=same, owner_hash=submission.owner_hash)
        return same
    if not comments_open:
        raise CommentsClosedError
    thread = _find_thread(submission)
    standing.spend(now=now)
    submission_hash = submission.submission_hash
    if same is not None:
        if _correct(same, submission):
            return same
        submission_hash = submission.hash_with_text
    copies = find_copies(submission.body, submission.fingerprints)
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
        "copies_key": copies.key,
    }
    comment = insert_comment(columns=columns)
    if comment is None:
        # The same form was stored at the same time from another address, which has another lock.
        same = find_standing(sent=submission, address=address, names=names, now=now).same
        if same is None or not (submission.repeats(same) or _correct(same, submission)):
            # The reader keeps the text; sent again, the request finds the stored comment.
            raise DatabaseBusyError
        return same
    reasons = dict(submission.reasons)
    if submission.proof is not None and not spend_proof(proof=submission.proof):
        reasons["proof"] = Flaw.USED.label
    add_fingerprints_and_reasons(comment.id, submission.fingerprints, reasons, copies=copies)
    return comment


def _find_thread(submission: Submission) -> int | None:
    """Return the id of the first comment of a reply's thread, or None if it is no reply.

    Raises CannotReplyError.
    """
    if submission.in_reply_to_id is None:
        return None
    ids = {"id": submission.in_reply_to_id, "review_id": submission.review_id}
    found = {row.id: row for row in db.session.execute(_REPLIED_TO, ids)}
    replied_to = found.get(submission.in_reply_to_id)
    if replied_to is None or not replied_to.is_here:
        raise CannotReplyError(submission.in_reply_to_id)
    thread = found.get(replied_to.parent_id or replied_to.id)
    if thread is None or not (thread.has_replies or begin_thread(comment_id=thread.id)):
        raise CannotReplyError(submission.in_reply_to_id)
    return int(thread.id)


def _correct(comment: Comment, submission: Submission) -> bool:
    """Replace the text of a pending comment whose form is sent again with another text.

    This happens when the first response was lost and the reader went on writing. Return False if
    the reader has seen the comment since, or a moderator has decided on it; then the new text
    becomes a comment of its own.
    """
    return not submission.follows(comment) and correct_comment(
        comment=comment,
        owner_hash=submission.owner_hash,
        values=submission.field_values,
        fingerprints=submission.fingerprints,
        reasons=submission.reasons,
    )


def import_comment(*, prepared: Prepared) -> Comment:
    """Store a comment with a given status, without rate limits and without a decision."""
    copies = find_copies(prepared.body, prepared.fingerprints)
    comment = insert_comment(columns=prepared.columns | {"copies_key": copies.key})
    assert comment is not None, "A comment without a submission hash has no conflict."
    if prepared.parent_id is not None:
        begin_thread(comment_id=prepared.parent_id)
    add_fingerprints_and_reasons(comment.id, prepared.fingerprints, prepared.reasons, copies=copies)
    return comment


def import_comments(*, prepared: Sequence[Prepared]) -> None:
    """Store many comments in bulk; only equal texts get the same copies key, not similar ones."""
    ids = insert_comments(
        rows=[{**each.columns, "copies_key": key_of(each.body)} for each in prepared]
    )
    for thread in sorted({each.parent_id for each in prepared if each.parent_id is not None}):
        begin_thread(comment_id=thread)
    pairs = list(zip(ids, prepared, strict=True))
    add_fingerprints([(number, value) for number, each in pairs for value in each.fingerprints])
    add_reasons(
        [
            {"comment_id": number, "name": name, "detail": detail}
            for number, each in pairs
            for name, detail in each.reasons.items()
        ]
    )
