"""Store fingerprints to find copies of a comment, and the reasons for a moderator to look at it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from blog.comments.changing import change_comments
from blog.comments.models import Comment
from blog.comments.states import LEFT_REASONS
from blog.db.engine import db
from blog.marks.commands import add_fingerprints, add_reasons, delete_fingerprints, drop_reasons
from blog.marks.models import CommentFingerprint
from blog.text.likeness import is_alike, is_comparable, key_of

# The number of newest comments with a common fingerprint whose full texts are compared.
COMPARED = 20
# Reasons that an edit does not remove: a filled spam trap or a missing proof stays true, and a
# moderator's request for discussion stays until the next decision.
KEPT_REASONS = ("trap", "proof", "captcha", *LEFT_REASONS)


def choose_copies_key(body: str, fingerprints: Sequence[int], *, except_id: int = 0) -> str:
    """Return the copies key of a comment with equal or nearly equal text, else a new key."""
    own_key = key_of(body)
    if (
        not fingerprints
        or db.session.execute(
            select(Comment.id)
            .where(Comment.copies_key == own_key, Comment.id != except_id)
            .limit(1)
        ).first()
    ):
        return own_key
    similar = (
        select(CommentFingerprint.comment_id)
        .where(CommentFingerprint.value.in_(fingerprints))
        .distinct()
    )
    near = db.session.execute(
        select(Comment.body, Comment.copies_key)
        .where(Comment.id.in_(similar), Comment.id != except_id, Comment.copies_key.is_not(None))
        .order_by(Comment.id.desc())
        .limit(COMPARED)
    )
    return next((row[1] or own_key for row in near if is_alike(body, row[0])), own_key)


def replace_fingerprints_and_reasons(
    comment_id: int, body: str, fingerprints: Sequence[int], reasons: Mapping[str, str | None]
) -> None:
    """Replace the fingerprints and reasons of a comment after an edit; KEPT_REASONS stay."""
    copies_key = choose_copies_key(body, fingerprints, except_id=comment_id)
    change_comments(Comment.id == comment_id, values={"copies_key": copies_key})
    delete_fingerprints(comment_ids=[comment_id])
    drop_reasons(comment_ids=[comment_id], keep=KEPT_REASONS)
    kept = {name: detail for name, detail in reasons.items() if name not in KEPT_REASONS}
    add_fingerprints_and_reasons(
        comment_id, fingerprints, kept | ({"trap": None} if "trap" in reasons else {})
    )


def add_fingerprints_and_reasons(
    comment_id: int, fingerprints: Sequence[int], reasons: Mapping[str, str | None]
) -> None:
    """Store the fingerprints and reasons of a comment, and the reason `copies` if it is a copy."""
    add_fingerprints([(comment_id, value) for value in fingerprints])
    rows = [{"comment_id": comment_id, "name": n, "detail": d} for n, d in reasons.items()]
    key, body = db.session.execute(
        select(Comment.copies_key, Comment.body).where(Comment.id == comment_id)
    ).one()
    if is_comparable(body):
        others = (
            db.session.execute(
                select(Comment.id)
                .where(Comment.copies_key == key, Comment.id != comment_id)
                .order_by(Comment.id)
                .limit(2)
                # Locked against deletion: a reason must not refer to a deleted comment.
                .with_for_update(read=True, key_share=True)
            )
            .scalars()
            .all()
        )
        # The second copy adds the reason to the first comment too; later copies need not.
        copies = [*(others if len(others) == 1 else []), *([comment_id] if others else [])]
        rows += [{"comment_id": number, "name": "copies", "detail": None} for number in copies]
    add_reasons(rows)
