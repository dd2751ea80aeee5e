"""Write comments and decisions; the only module that does."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from markupsafe import Markup
from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from blog.comments.models import Comment, Decision, Status, Verdict
from blog.comments.queries import find_comment, find_last_decision
from blog.comments.submission import Submission
from blog.database import constraint_name, db
from blog.limits.commands import Allowance, Limit, identify_client, lock, spend

BROWSER_LIMITS = (Limit(5, timedelta(minutes=1)), Limit(30, timedelta(hours=1)))
ADDRESS_LIMITS = (Limit(20, timedelta(minutes=1)), Limit(200, timedelta(hours=1)))
SAME_COMMENT_WINDOW = timedelta(minutes=10)


class CommentsClosedError(Exception):
    """Say that the review takes no more comments."""


class UnknownCommentError(Exception):
    """Say that no comment has this id."""


class StaleVersionError(Exception):
    """Say that the comment is no longer what the moderator saw; hold what it is now."""

    def __init__(self, comment: Comment, last_decision: Decision | None) -> None:
        super().__init__(f"Comment {comment.id} is at version {comment.version}.")
        self.comment = comment
        self.last_decision = last_decision


def submit_comment(*, submission: Submission, comments_open: bool, now: datetime) -> Comment:
    """Write a comment that waits for approval; the same sent again is the comment already there.

    Raises CommentsClosedError, or LimitReachedError where browser or address wrote too often.
    """
    names = identify_client(address=submission.address, now=now)
    # A browser's first comment counts for the token that its answer brings.
    allowances = [
        Allowance([f"address:{name}" for name in names], ADDRESS_LIMITS),
        Allowance([f"browser:{submission.owner_hash}"], BROWSER_LIMITS),
    ]
    lock(allowances=allowances, now=now)
    same = _find_same(submission, names, now)
    if same is not None and submission.repeats(same):
        return same
    if not comments_open:
        raise CommentsClosedError
    spend(allowances=allowances, now=now)
    submission_hash = submission.submission_hash
    if same is not None:
        if _correct(same, submission):
            return same
        submission_hash = submission.hash_with_words
    comment = Comment(
        review_id=submission.review_id,
        **submission.words,
        submitted_at=now,
        owner_hash=submission.owner_hash,
        client_name=names[0],
        submission_hash=submission_hash,
    )
    try:
        with db.session.begin_nested():
            db.session.add(comment)
    except IntegrityError as error:
        # From another address at the same moment; only then is it not behind our lock.
        same = _find_same(submission, names, now)
        if "submission_hash" not in constraint_name(error) or same is None:
            raise
        return same
    return comment


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
    db.session.refresh(comment)
    return changed is not None


def import_comment(
    *,
    review_id: int,
    author_name: str,
    author_email: str | None,
    body: str,
    body_html: Markup,
    status: Status,
    submitted_at: datetime,
    is_demo: bool,
) -> Comment:
    """Write a comment that comes from elsewhere with its state, passing limits and decisions."""
    comment = Comment(
        review_id=review_id,
        author_name=author_name,
        author_email=author_email,
        body=body,
        body_html=body_html,
        status=status,
        submitted_at=submitted_at,
        published_at=submitted_at if status == Status.PUBLISHED else None,
        is_demo=is_demo,
    )
    db.session.add(comment)
    return comment


def decide(
    *, comment_id: int, version: int, verdict: Verdict, moderator_id: int, now: datetime
) -> Comment:
    """Take a decision on the version a moderator saw, and record it.

    The same verdict by the same moderator on the same version again is answered as done. Raises
    UnknownCommentError, or StaleVersionError where the version is no longer the current one, or
    the comment has that state already.
    """
    # The statement that checks the version is the one that changes it: nobody comes between.
    before = select(Comment.status).where(Comment.id == comment_id).with_for_update()
    from_status = db.session.execute(before).scalar_one_or_none()
    values = {"status": verdict.outcome, "version": Comment.version + 1}
    if verdict.outcome == Status.PUBLISHED:
        values["published_at"] = func.coalesce(Comment.published_at, now)
    changed = db.session.execute(
        update(Comment)
        .where(
            Comment.id == comment_id,
            Comment.version == version,
            Comment.status != verdict.outcome,
        )
        .values(values)
        .execution_options(synchronize_session=False)
        .returning(Comment.id)
    ).scalar_one_or_none()
    if changed is None or from_status is None:
        return _answer_stale(comment_id, version, verdict, moderator_id)
    db.session.execute(
        insert(Decision).values(
            comment_id=comment_id,
            moderator_id=moderator_id,
            verdict=verdict,
            from_status=from_status,
            to_status=verdict.outcome,
            version=version,
            decided_at=now,
        )
    )
    return _get(comment_id)


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


def remove_comment(*, comment_id: int) -> None:
    """Delete a comment for good; what was decided on it stays. Raises UnknownCommentError."""
    db.session.delete(_get(comment_id))


def remove_comments(*, review_id: int) -> None:
    """Delete everything written under a review; what was decided on it stays in the log."""
    db.session.execute(delete(Comment).where(Comment.review_id == review_id))


def remove_demo_comments() -> None:
    """Delete the comments that came with the demo, wherever they stand."""
    db.session.execute(delete(Comment).where(Comment.is_demo))


def _find_same(submission: Submission, names: Sequence[str], now: datetime) -> Comment | None:
    """Return the comment this one repeats, or None.

    A form with an id repeats by its id. A plain form repeats where name, text and review are those
    of the last ten minutes, from the same browser, or from the same address where neither had a
    browser to show. In that case the comment shows to the token of the browser that asked last as
    well: the answer to its first request, and the token with it, may never have arrived.
    """
    if submission.submission_id is not None:
        return _find_submission(submission.hash_with_words) or _find_submission(
            submission.submission_hash
        )
    query = select(Comment).where(
        Comment.review_id == submission.review_id,
        Comment.author_name == submission.author_name,
        Comment.body == submission.body,
        Comment.submitted_at > now - SAME_COMMENT_WINDOW,
    )
    if submission.is_known:
        query = query.where(Comment.owner_hash == submission.owner_hash)
    else:
        earlier = aliased(Comment)
        had_token = exists().where(
            earlier.owner_hash == Comment.owner_hash, earlier.id < Comment.id
        )
        query = query.where(
            Comment.client_name.in_(names), Comment.submission_hash.is_(None), ~had_token
        )
    same = db.session.execute(query.order_by(Comment.id).limit(1)).scalar_one_or_none()
    if same is not None and not submission.is_known:
        same.resent_owner_hash = submission.owner_hash
    return same


def _find_submission(submission_hash: str | None) -> Comment | None:
    return db.session.execute(
        select(Comment).where(Comment.submission_hash == submission_hash)
    ).scalar_one_or_none()


def _answer_stale(comment_id: int, version: int, verdict: Verdict, moderator_id: int) -> Comment:
    """Return the comment where the decision was taken before, in these very words, or raise."""
    comment = _get(comment_id)
    last = find_last_decision(comment_id=comment_id)
    if (
        last is not None
        and comment.version == version + 1
        and (last.version, last.verdict, last.moderator_id) == (version, verdict, moderator_id)
    ):
        return comment
    raise StaleVersionError(comment, last)


def _get(comment_id: int) -> Comment:
    comment = find_comment(comment_id=comment_id)
    if comment is None:
        raise UnknownCommentError(comment_id)
    return comment
