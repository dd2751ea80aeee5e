"""Read reports."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.reports.models import Kind, Report

SHOWN = 20


def list_reports(*, comment_ids: Iterable[int]) -> dict[int, list[Report]]:
    """Return the open reports of these comments, by comment id, up to 20 for each comment.

    The first report of each sender comes before further reports of a sender, so that one sender
    cannot push the others' reports out of the list.
    """
    nth = func.row_number().over(
        partition_by=(Report.comment_id, Report.client_name), order_by=Report.id
    )
    open_ones = (
        select(Report.id, Report.comment_id, nth.label("nth"))
        .join(Comment, Comment.id == Report.comment_id)
        .where(Comment.id.in_(list(comment_ids)), Report.reported_at >= Comment.waiting_since)
        .subquery()
    )
    place = func.row_number().over(
        partition_by=open_ones.c.comment_id, order_by=(open_ones.c.nth, open_ones.c.id)
    )
    placed = select(open_ones.c.id, place.label("place")).subquery()
    query = select(Report).join(placed, placed.c.id == Report.id).where(placed.c.place <= SHOWN)
    found: dict[int, list[Report]] = {}
    for report in db.session.execute(query.order_by(placed.c.place)).scalars():
        found.setdefault(report.comment_id, []).append(report)
    return found


def has_same_report(
    *, comment_id: int, kind: Kind, words: str | None, names: Sequence[str]
) -> bool:
    """Return whether the same sender has made the same report before.

    `names` are the fingerprints of the sender's address.
    """
    query = select(Report.id).where(
        Report.comment_id == comment_id,
        Report.kind == kind,
        Report.words == words if words else Report.words.is_(None),
        Report.client_name.in_(names),
    )
    return db.session.execute(query.limit(1)).first() is not None
