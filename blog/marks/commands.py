"""Add and delete fingerprints and reasons."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Executable, delete

from blog.db.engine import built, db, execute, insert_into
from blog.db.types import table_of
from blog.marks.models import CommentFingerprint, Reason


def add_fingerprints(pairs: Sequence[tuple[int, int]]) -> None:
    """Add fingerprints, given as pairs of comment id and value; skip those already stored."""
    if pairs:
        rows = [{"comment_id": number, "value": value} for number, value in pairs]
        execute(built(_add_fingerprints), rows)


def add_reasons(rows: Sequence[Mapping[str, int | str | None]]) -> None:
    """Add reasons, given by their columns; skip reasons that the comment already has."""
    if rows:
        execute(built(_add_reasons), list(rows))


def _add_fingerprints() -> Executable:
    return insert_into(table_of(CommentFingerprint)).on_conflict_do_nothing()


def _add_reasons() -> Executable:
    return insert_into(table_of(Reason)).on_conflict_do_nothing()


def delete_fingerprints(*, comment_ids: Collection[int]) -> None:
    """Delete the fingerprints of these comments."""
    if not comment_ids:
        return
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
    if not comment_ids:
        return
    query = delete(Reason).where(Reason.comment_id.in_(comment_ids))
    if keep:
        query = query.where(Reason.name.not_in(keep))
    db.session.execute(query if names is None else query.where(Reason.name.in_(names)))


def leave_reason(*, name: str, comment_ids: Collection[int], by: str | None = None) -> None:
    """Add the same reason to each of these comments; `by` is the name of the moderator, if any."""
    add_reasons([{"comment_id": number, "name": name, "detail": by} for number in comment_ids])
