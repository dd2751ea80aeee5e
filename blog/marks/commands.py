"""Add and delete fingerprints and reasons."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete

from blog.db.engine import db, insert_into
from blog.db.types import table_of
from blog.marks.models import CommentFingerprint, Reason


def add_fingerprints(pairs: Sequence[tuple[int, int]]) -> None:
    """Add fingerprints, given as pairs of comment id and value; skip those already stored."""
    if pairs:
        rows = [{"comment_id": number, "value": value} for number, value in pairs]
        table = table_of(CommentFingerprint)
        db.session.execute(insert_into(table).on_conflict_do_nothing(), rows)


def add_reasons(rows: Sequence[Mapping[str, int | str | None]]) -> None:
    """Add reasons, given by their columns; skip reasons that the comment already has."""
    if rows:
        db.session.execute(insert_into(table_of(Reason)).on_conflict_do_nothing(), list(rows))


def delete_fingerprints(*, comment_ids: Collection[int]) -> None:
    """Delete the fingerprints of these comments."""
    db.session.execute(
        delete(CommentFingerprint).where(CommentFingerprint.comment_id.in_(comment_ids))
    )


def drop_reasons(
    *,
    comment_ids: Collection[int],
    names: Collection[str] | None = None,
    keep: Collection[str] = (),
) -> None:
    """Delete reasons to look at these comments: those named in `names`, or all but `keep`."""
    query = delete(Reason).where(Reason.comment_id.in_(comment_ids), Reason.name.not_in(keep))
    db.session.execute(query if names is None else query.where(Reason.name.in_(names)))


def leave_reason(*, name: str, comment_ids: Collection[int], by: str | None = None) -> None:
    """Add the same reason to each of these comments; `by` is the name of the moderator, if any."""
    add_reasons([{"comment_id": number, "name": name, "detail": by} for number in comment_ids])
