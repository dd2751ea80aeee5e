"""Store fingerprints to find copies of a comment, and the reasons for a moderator to look at it."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, bindparam, select, union, union_all

from blog.comments.changing import change_comments
from blog.comments.models import Comment
from blog.db.engine import execute
from blog.db.types import table_of
from blog.marks.commands import add_fingerprints, add_reasons, delete_fingerprints, drop_reasons
from blog.marks.models import CommentFingerprint
from blog.moderation.states import LEFT_REASONS
from blog.text.likeness import is_alike, key_of

# The number of newest comments with a common fingerprint whose full texts are compared.
COMPARED = 20
# Reasons that an edit does not remove: a filled spam trap or a missing proof stays true, and a
# moderator's request for discussion stays until the next decision.
KEPT_REASONS = ("trap", "proof", "captcha", *LEFT_REASONS)
_COMMENT = table_of(Comment).c
_FINGERPRINT = table_of(CommentFingerprint).c
_WITH_KEY = (
    select(_COMMENT.id)
    .where(_COMMENT.copies_key == bindparam("key"), _COMMENT.id != bindparam("except_id"))
    .order_by(_COMMENT.id)
    .limit(2)
    # Locked against deletion: a reason must not refer to a deleted comment.
    .with_for_update(read=True, key_share=True)
)


class Copies(NamedTuple):
    """The copies key of a comment, and the ids of its first copies, at most two."""

    key: str
    ids: Sequence[int] = ()


def find_copies(body: str, fingerprints: Sequence[int], *, except_id: int = 0) -> Copies:
    """Return the key of the comments with equal or nearly equal text, else a new key."""
    own_key = key_of(body)
    if not fingerprints:
        return Copies(own_key)
    values: dict[str, Any] = {f"value_{place}": value for place, value in enumerate(fingerprints)}
    values |= {"key": own_key, "except_id": except_id}
    near = execute(_near(len(fingerprints)), values).all()
    keys = {key for key, _ in near}
    alike = (key for key, text in near if is_alike(body, text))
    key = own_key if own_key in keys else next(alike, None)
    if key is None:
        return Copies(own_key)
    ids = execute(_WITH_KEY, {"key": key, "except_id": except_id})
    return Copies(key, ids.scalars().all())


@cache
def _near(size: int) -> CompoundSelect[Any]:
    """Return the query for the keys and texts of the comments that may be copies, newest first.

    `size` is the number of fingerprints. One with the same key comes first, if there is any. Of a
    flood of copies, only the newest with each fingerprint are read.
    """
    columns = (_COMMENT.copies_key, _COMMENT.body)
    is_other = _COMMENT.id != bindparam("except_id")
    equal = select(*columns).where(_COMMENT.copies_key == bindparam("key"), is_other).limit(1)
    newest = (
        select(_FINGERPRINT.comment_id)
        .where(_FINGERPRINT.value == bindparam(f"value_{place}"))
        .order_by(_FINGERPRINT.comment_id.desc())
        # One more, for the comment itself.
        .limit(COMPARED + 1)
        .subquery()
        for place in range(size)
    )
    similar = union(*(select(each.c.comment_id) for each in newest)).subquery()
    near = (
        select(*columns)
        .join_from(similar, table_of(Comment), _COMMENT.id == similar.c.comment_id)
        .where(is_other, _COMMENT.copies_key.is_not(None))
        .order_by(_COMMENT.id.desc())
        .limit(COMPARED)
    )
    return union_all(select(equal.subquery()), select(near.subquery()))


def replace_fingerprints_and_reasons(
    comment_id: int, body: str, fingerprints: Sequence[int], reasons: Mapping[str, str | None]
) -> None:
    """Replace the fingerprints and reasons of a comment after an edit; KEPT_REASONS stay."""
    copies = find_copies(body, fingerprints, except_id=comment_id)
    change_comments(Comment.id == comment_id, values={"copies_key": copies.key})
    delete_fingerprints(comment_ids=[comment_id])
    drop_reasons(comment_ids=[comment_id], keep=KEPT_REASONS)
    kept = {name: detail for name, detail in reasons.items() if name not in KEPT_REASONS}
    kept |= {"trap": None} if "trap" in reasons else {}
    add_fingerprints_and_reasons(comment_id, fingerprints, kept, copies=copies)


def add_fingerprints_and_reasons(
    comment_id: int,
    fingerprints: Sequence[int],
    reasons: Mapping[str, str | None],
    *,
    copies: Copies,
) -> None:
    """Store the fingerprints and reasons of a comment, and the reason `copies` if it is a copy."""
    add_fingerprints([(comment_id, value) for value in fingerprints])
    rows = [{"comment_id": comment_id, "name": n, "detail": d} for n, d in reasons.items()]
    # The second copy adds the reason to the first comment too; later copies need not.
    marked = [*(copies.ids if len(copies.ids) == 1 else []), *([comment_id] if copies.ids else [])]
    rows += [{"comment_id": number, "name": "copies", "detail": None} for number in marked]
    add_reasons(rows)
