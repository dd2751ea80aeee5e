"""Write and drop the marks of comments."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete

from blog.db.engine import db, insert_into
from blog.marks.models import CommentFingerprint, Reason


def add_fingerprints(pairs: Sequence[tuple[int, int]]) -> None:
    """Write fingerprints, each with the comment's id before its value."""
    if pairs:
        rows = [{"comment_id": number, "value": value} for number, value in pairs]
        db.session.execute(insert_into(CommentFingerprint).on_conflict_do_nothing(), rows)


def add_reasons(rows: Sequence[Mapping[str, int | str | None]]) -> None:
    """Write reasons by their columns; what was noted before stays as it was."""
    if rows:
        db.session.execute(insert_into(Reason).on_conflict_do_nothing(), list(rows))


def delete_fingerprints(*, comment_ids: Collection[int]) -> None:
    """Forget what the words of these comments are like."""
    db.session.execute(
        delete(CommentFingerprint).where(CommentFingerprint.comment_id.in_(comment_ids))
    )


def drop_reasons(
    *,
    comment_ids: Collection[int],
    names: Collection[str] | None = None,
    keep: Collection[str] = (),
) -> None:
    """Drop the reasons of these comments, or those of these names; never those named in `keep`."""
    query = delete(Reason).where(Reason.comment_id.in_(comment_ids), Reason.name.not_in(keep))
    db.session.execute(query if names is None else query.where(Reason.name.in_(names)))


def leave_reason(*, name: str, comment_ids: Collection[int], by: str | None = None) -> None:
    """Write one reason for each of these comments, with the name of who left it."""
    add_reasons([{"comment_id": number, "name": name, "detail": by} for number in comment_ids])
