"""Write comments; what is decided on them is written by `verdicts`, what deletes by `removal`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import func, insert, select

from blog.comments.changing import change_comments
from blog.comments.fingerprints import choose_copies_key, replace_fingerprints_and_reasons
from blog.comments.models import Comment
from blog.comments.states import Status
from blog.db.engine import db, insert_into
from blog.marks.commands import add_reasons
from blog.marks.models import REPORTED


def insert_comment(
    *, columns: Mapping[str, Any], fingerprints: Sequence[int] | None = None
) -> Comment | None:
    """Write a comment; None where its form was sent before.

    Its caller adds its fingerprints and reasons. Without fingerprints it is nobody's copy.
    """
    key = None if fingerprints is None else choose_copies_key(columns["body"], fingerprints)
    written = (
        insert_into(Comment)
        .values(**columns, copies_key=key)
        .on_conflict_do_nothing(index_elements=["submission_hash"])
        .returning(Comment)
    )
    return db.session.execute(written).scalar_one_or_none()


def insert_comments(*, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Write many at once by their columns; return their ids in order.

    Their caller adds their fingerprints and reasons.
    """
    inserted = insert(Comment).returning(Comment.id, sort_by_parameter_order=True)
    return db.session.execute(inserted, list(rows)).scalars().all()


def begin_thread(*, comment_id: int) -> bool:
    """Note that a comment has replies, and keep it from being deleted until ours is there.

    Returns whether it is there.
    """
    found = db.session.execute(
        select(Comment.has_replies)
        .where(Comment.id == comment_id)
        .with_for_update(read=True, key_share=True)
    ).scalar_one_or_none()
    if found is False:
        change_comments(Comment.id == comment_id, values={"has_replies": True})
    return found is not None


def correct_comment(
    *,
    comment: Comment,
    owner_hash: str | None,
    words: Mapping[str, Any],
    fingerprints: Sequence[int],
    reasons: Mapping[str, str | None],
) -> bool:
    """Put other words in place of those that wait, and tell whether they waited.

    The version rises: a moderator decides on the words they saw. Words that were decided on stay.
    """
    if not change_comments(
        Comment.id == comment.id,
        Comment.version == comment.version,
        Comment.status == Status.PENDING,
        Comment.owner_hash == owner_hash,
        values={**words, "version": Comment.version + 1},
    ):
        return False
    db.session.refresh(comment)
    replace_fingerprints_and_reasons(comment.id, words["body"], fingerprints, reasons)
    return True


def share_comment(*, comment: Comment, owner_hash: str) -> None:
    """Let the browser that sent a comment again have it too."""
    comment.resent_owner_hash = owner_hash


def change_owner(*, former_hash: str, owner_hash: str) -> None:
    """Let the comments of a browser's former token belong to its new one."""
    for column in (Comment.owner_hash, Comment.resent_owner_hash):
        change_comments(column == former_hash, values={column.key: owner_hash})


def return_to_queue(*, comment_id: int, now: datetime) -> bool:
    """Let a published comment wait for a decision again, because somebody reported it.

    It stays public until a moderator decides; its version rises, so that nobody decides without
    having seen the report. Returns whether it was published.
    """
    if not change_comments(
        Comment.id == comment_id,
        Comment.status == Status.PUBLISHED,
        values={
            "version": Comment.version + 1,
            "waiting_since": func.coalesce(Comment.waiting_since, now),
        },
    ):
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
        is_other = (Comment.id == comment_id, Comment.body == body, Comment.body_html != html)
        changed += len(change_comments(*is_other, values={"body_html": html}))
    return changed
