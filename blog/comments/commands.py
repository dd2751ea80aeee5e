"""Take comments in; what is decided on them stands in `decisions`."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from blog.comments.marking import (
    add_prints,
    add_reasons,
    begin_thread,
    find_copies_key,
    mark,
    mark_again,
)
from blog.comments.models import REPORTED, Comment
from blog.comments.states import Status
from blog.db.engine import db
from blog.db.errors import DatabaseBusyError, constraint_name
from blog.limits.commands import identify_client, lock, spend
from blog.proofs.challenges import Flaw
from blog.proofs.commands import spend_proof
from blog.submissions.resending import allowances_of, find_same_comment
from blog.submissions.submission import Prepared, Submission
from blog.text.likeness import key_of


class CommentsClosedError(Exception):
    """Say that the review takes no more comments."""


class NotAnswerableError(Exception):
    """Say that what would be answered is not, or no longer, under this review for all to read."""


def submit_comment(*, submission: Submission, comments_open: bool, now: datetime) -> Comment:
    """Write a comment that waits for approval; the same sent again is the comment already there.

    Raises CommentsClosedError, NotAnswerableError, or LimitReachedError where browser or address
    wrote too often.
    """
    names = identify_client(address=submission.address, now=now)
    allowances = allowances_of(names=names, owner_hash=submission.owner_hash)
    lock(allowances=allowances, now=now)
    same = find_same_comment(sent=submission, names=names, now=now)
    # What its writer took back and sends again is meant anew.
    is_there = same is not None and same.status != Status.WITHDRAWN
    if same is not None and is_there and submission.repeats(same):
        # Of what everybody may read, name and words prove nothing: the token lets change it.
        if submission.submission_id is None and not submission.is_known and same.is_pending:
            same.resent_owner_hash = submission.owner_hash
        return same
    if not comments_open:
        raise CommentsClosedError
    thread = _find_thread(submission)
    spend(allowances=allowances, now=now)
    submission_hash = submission.submission_hash
    if same is not None:
        if _correct(same, submission):
            return same
        submission_hash = submission.hash_with_words
    comment = Comment(
        review_id=submission.review_id,
        parent_id=thread,
        in_reply_to_id=submission.in_reply_to_id,
        **submission.words,
        status=Status.SPAM if submission.is_spam else Status.PENDING,
        submitted_at=now,
        waiting_since=None if submission.is_spam else now,
        copies_key=find_copies_key(submission.body, submission.prints),
        owner_hash=submission.owner_hash,
        client_name=names[0],
        submission_hash=submission_hash,
    )
    try:
        with db.session.begin_nested():
            db.session.add(comment)
    except IntegrityError as error:
        # From another address at the same moment; only then is it not behind our lock.
        same = find_same_comment(sent=submission, names=names, now=now)
        if "submission_hash" not in constraint_name(error) or same is None:
            raise
        if not submission.repeats(same) and not _correct(same, submission):
            # The words are kept by who sent them, and sent again they find the other there.
            raise DatabaseBusyError from error
        return same
    reasons = dict(submission.reasons)
    if submission.proof is not None and not spend_proof(proof=submission.proof):
        reasons["proof"] = Flaw.USED
    mark(comment.id, submission.prints, reasons)
    return comment


def _find_thread(submission: Submission) -> int | None:
    """Return the comment that the thread of an answer began from. Raises NotAnswerableError."""
    if submission.in_reply_to_id is None:
        return None
    answered = db.session.execute(
        select(Comment.id, Comment.parent_id)
        .where(
            Comment.id == submission.in_reply_to_id,
            Comment.review_id == submission.review_id,
            Comment.is_public,
        )
        # Whoever deletes it waits, and finds our answer then.
        .with_for_update(read=True, key_share=True)
    ).one_or_none()
    thread: int | None = answered and (answered.parent_id or answered.id)
    if thread is None or not begin_thread(comment_id=thread):
        raise NotAnswerableError(submission.in_reply_to_id)
    return thread


def _correct(comment: Comment, submission: Submission) -> bool:
    """Put the words of a form sent again in place of the first ones, and tell whether they waited.

    Its answer was lost, and the reader went on writing. The version rises: a moderator decides on
    the words they saw. Words that were decided on stay; then the new ones are another comment.
    """
    changed = db.session.execute(
        update(Comment)
        .where(
            Comment.id == comment.id,
            Comment.version == comment.version,
            Comment.status == Status.PENDING,
            Comment.owner_hash == submission.owner_hash,
        )
        .values(**submission.words, version=Comment.version + 1)
        .execution_options(synchronize_session=False)
        .returning(Comment.id)
    ).scalar_one_or_none()
    if changed is None:
        return False
    db.session.refresh(comment)
    mark_again(comment.id, submission.body, submission.prints, submission.reasons)
    return True


def hand_over(*, former_hash: str, owner_hash: str) -> None:
    """Let the comments of a browser's former token belong to its new one."""
    for column in (Comment.owner_hash, Comment.resent_owner_hash):
        db.session.execute(
            update(Comment)
            .where(column == former_hash)
            .values({column: owner_hash})
            .execution_options(synchronize_session=False)
        )


def import_comment(*, prepared: Prepared) -> Comment:
    """Write a comment that comes from elsewhere with its state, passing limits and decisions."""
    comment = Comment(
        **prepared.columns, copies_key=find_copies_key(prepared.body, prepared.prints)
    )
    db.session.add(comment)
    db.session.flush()  # Its prints and reasons name it by its id.
    if prepared.parent_id is not None:
        begin_thread(comment_id=prepared.parent_id)
    mark(comment.id, prepared.prints, prepared.reasons)
    return comment


def import_comments(*, prepared: Sequence[Prepared]) -> None:
    """Write many at once, each taken for its own: only equal words are found to be copies."""
    ids = (
        db.session.execute(
            insert(Comment).returning(Comment.id, sort_by_parameter_order=True),
            [{**one.columns, "copies_key": key_of(one.body)} for one in prepared],
        )
        .scalars()
        .all()
    )
    for thread in sorted({one.parent_id for one in prepared if one.parent_id is not None}):
        begin_thread(comment_id=thread)
    pairs = list(zip(ids, prepared, strict=True))
    add_prints([(number, value) for number, one in pairs for value in one.prints])
    add_reasons(
        [
            {"comment_id": number, "name": name, "detail": detail}
            for number, one in pairs
            for name, detail in one.reasons.items()
        ]
    )


def call_back(*, comment_id: int, now: datetime) -> bool:
    """Bring a published comment back to the desk because somebody reported it.

    It stays public until a moderator decides; its version rises, so that nobody decides without
    having seen the report. Returns whether it was published.
    """
    called = db.session.execute(
        update(Comment)
        .where(Comment.id == comment_id, Comment.status == Status.PUBLISHED)
        .values(
            version=Comment.version + 1,
            waiting_since=func.coalesce(Comment.waiting_since, now),
        )
        .execution_options(synchronize_session=False)
        .returning(Comment.id)
    ).scalar_one_or_none()
    if called is None:
        return False
    add_reasons([{"comment_id": comment_id, "name": REPORTED, "detail": None}])
    return True


def replace_html(*, rendered: Mapping[int, tuple[str, Markup]]) -> int:
    """Store HTML that was made again, by the comment's id, where its words are still the same.

    Takes the words each was made from and the HTML; returns how many came out otherwise.
    """
    changed = 0
    for comment_id in sorted(rendered):
        body, html = rendered[comment_id]
        changed += len(
            db.session.execute(
                update(Comment)
                .where(Comment.id == comment_id, Comment.body == body, Comment.body_html != html)
                .values(body_html=html)
                .execution_options(synchronize_session=False)
                .returning(Comment.id)
            ).all()
        )
    return changed
