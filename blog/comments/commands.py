"""Take comments in, and take them out; what is decided on them stands in `decisions`."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from markupsafe import Markup
from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from blog.comments.decisions import UnknownCommentError
from blog.comments.likeness import is_alike, is_telling, key_of
from blog.comments.models import OUTCOME, REPORTED, Comment, CommentPrint, Decision, Reason, Status
from blog.comments.queries import find_comment
from blog.comments.submission import Prepared, Submission
from blog.database import constraint_name, db, insert_into
from blog.limits.commands import Allowance, Limit, identify_client, lock, spend
from blog.outbox.commands import erase

BROWSER_LIMITS = (Limit(5, timedelta(minutes=1)), Limit(30, timedelta(hours=1)))
ADDRESS_LIMITS = (Limit(20, timedelta(minutes=1)), Limit(200, timedelta(hours=1)))
SAME_COMMENT_WINDOW = timedelta(minutes=10)
# Of the newest that share a print, so many are compared in full.
COMPARED = 20


class CommentsClosedError(Exception):
    """Say that the review takes no more comments."""


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
        waiting_since=now,
        copies_key=_find_copies_key(submission.body, submission.prints),
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
    _mark(comment.id, submission.prints, submission.reasons)
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
        .values(
            **submission.words,
            version=Comment.version + 1,
            copies_key=_find_copies_key(submission.body, submission.prints, but=comment.id),
        )
        .execution_options(synchronize_session=False)
        .returning(Comment.id)
    ).scalar_one_or_none()
    db.session.refresh(comment)
    if changed is None:
        return False
    db.session.execute(delete(CommentPrint).where(CommentPrint.comment_id == comment.id))
    # Whoever filled what nobody sees is no person, whatever is sent afterwards.
    db.session.execute(delete(Reason).where(Reason.comment_id == comment.id, Reason.name != "trap"))
    _mark(comment.id, submission.prints, submission.reasons)
    return True


def import_comment(*, prepared: Prepared) -> Comment:
    """Write a comment that comes from elsewhere with its state, passing limits and decisions."""
    comment = Comment(
        **prepared.columns, copies_key=_find_copies_key(prepared.body, prepared.prints)
    )
    db.session.add(comment)
    db.session.flush()  # Its prints and reasons name it by its id.
    _mark(comment.id, prepared.prints, prepared.reasons)
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
    pairs = list(zip(ids, prepared, strict=True))
    _add_prints([(number, value) for number, one in pairs for value in one.prints])
    _add_reasons(
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
    _add_reasons([{"comment_id": comment_id, "name": REPORTED, "detail": None}])
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


def remove_comment(*, comment_id: int) -> None:
    """Delete a comment for good; what was decided on it stays. Raises UnknownCommentError."""
    db.session.delete(_get(comment_id))
    erase(kind=OUTCOME, subject_ids=[comment_id])


def empty_spam(*, until_decision: int, until_comment: int, size: int) -> int:
    """Delete up to `size` comments that are spam, for good; return how many.

    None that was marked after a decision, or came after a comment: whoever asked has not seen it.
    """
    later = exists().where(Decision.comment_id == Comment.id, Decision.id > until_decision)
    doomed = (
        select(Comment.id)
        .where(Comment.status == Status.SPAM, Comment.id <= until_comment, ~later)
        .order_by(Comment.id)
        .limit(size)
        .with_for_update()
    )
    ids = db.session.execute(doomed).scalars().all()
    db.session.execute(delete(Comment).where(Comment.id.in_(ids)))
    erase(kind=OUTCOME, subject_ids=ids)
    return len(ids)


def remove_comments(*, review_id: int) -> None:
    """Delete everything written under a review; what was decided on it stays in the log."""
    ids = (
        db.session.execute(
            delete(Comment).where(Comment.review_id == review_id).returning(Comment.id)
        )
        .scalars()
        .all()
    )
    erase(kind=OUTCOME, subject_ids=ids)


def remove_demo_comments() -> None:
    """Delete the comments that came with the demo, wherever they stand."""
    db.session.execute(delete(Comment).where(Comment.is_demo))


def _find_copies_key(body: str, prints: Sequence[int], *, but: int = 0) -> str:
    """Return the key of a comment whose words are equal or nearly equal, or a key of its own."""
    own_key = key_of(body)
    if (
        not prints
        or db.session.execute(
            select(Comment.id).where(Comment.copies_key == own_key, Comment.id != but).limit(1)
        ).first()
    ):
        return own_key
    printed = select(CommentPrint.comment_id).where(CommentPrint.value.in_(prints)).distinct()
    near = db.session.execute(
        select(Comment.body, Comment.copies_key)
        .where(Comment.id.in_(printed), Comment.id != but, Comment.copies_key.is_not(None))
        .order_by(Comment.id.desc())
        .limit(COMPARED)
    )
    return next((row[1] or own_key for row in near if is_alike(body, row[0])), own_key)


def _mark(comment_id: int, prints: Sequence[int], reasons: Mapping[str, str | None]) -> None:
    """Write what the comment is like and why it deserves a look."""
    _add_prints([(comment_id, value) for value in prints])
    rows = [{"comment_id": comment_id, "name": n, "detail": d} for n, d in reasons.items()]
    key, body = db.session.execute(
        select(Comment.copies_key, Comment.body).where(Comment.id == comment_id)
    ).one()
    if is_telling(body):
        others = (
            db.session.execute(
                select(Comment.id)
                .where(Comment.copies_key == key, Comment.id != comment_id)
                .order_by(Comment.id)
                .limit(2)
                # Whoever erases one of them now waits: a reason must not name what is gone.
                .with_for_update(read=True, key_share=True)
            )
            .scalars()
            .all()
        )
        # The first learns of it with the second; those after it find more than one.
        marked = [*(others if len(others) == 1 else []), *([comment_id] if others else [])]
        rows += [{"comment_id": number, "name": "copies", "detail": None} for number in marked]
    _add_reasons(rows)


def _add_prints(pairs: Sequence[tuple[int, int]]) -> None:
    if pairs:
        rows = [{"comment_id": number, "value": value} for number, value in pairs]
        db.session.execute(insert_into(CommentPrint).on_conflict_do_nothing(), rows)


def _add_reasons(rows: Sequence[Mapping[str, int | str | None]]) -> None:
    if rows:
        db.session.execute(insert_into(Reason).on_conflict_do_nothing(), list(rows))


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
        # Every state there is, so that the index on review, state and moment is of use.
        Comment.status.in_(list(Status)),
        Comment.submitted_at > now - SAME_COMMENT_WINDOW,
        Comment.author_name == submission.author_name,
        Comment.body == submission.body,
    )
    if submission.is_known:
        query = query.where(Comment.owner_hash == submission.owner_hash)
    else:
        earlier = aliased(Comment)
        had_token = exists().where(
            earlier.owner_hash == Comment.owner_hash, earlier.id < Comment.id
        )
        query = query.where(
            Comment.client_name.in_(names),
            # Not by IS NULL: SQLite would read all that have none, by the unique index.
            func.coalesce(Comment.submission_hash, "") == "",
            ~had_token,
        )
    same = db.session.execute(query.order_by(Comment.id).limit(1)).scalar_one_or_none()
    if same is not None and not submission.is_known:
        same.resent_owner_hash = submission.owner_hash
    return same


def _find_submission(submission_hash: str | None) -> Comment | None:
    return db.session.execute(
        select(Comment).where(Comment.submission_hash == submission_hash)
    ).scalar_one_or_none()


def _get(comment_id: int) -> Comment:
    comment = find_comment(comment_id=comment_id)
    if comment is None:
        raise UnknownCommentError(comment_id)
    return comment
