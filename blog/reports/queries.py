"""Read reports."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.reports.models import Kind, Report

SHOWN = 20


def list_reports(*, comment_ids: Iterable[int]) -> dict[int, list[Report]]:
    """Return the reports that these comments wait for, by the comment's id, up to 20 of each.

    The first from every client come before a client's others, so that nobody's report is pushed
    out of sight by another's.
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


def get_latest_report_id() -> int:
    """Return the highest id of a report, 0 where there is none."""
    return db.session.execute(select(func.coalesce(func.max(Report.id), 0))).scalar_one()


def has_same_report(
    *, comment_id: int, kind: Kind, words: str | None, names: Sequence[str]
) -> bool:
    """Return whether a client, by what its address is called, has reported just this."""
    query = select(Report.id).where(
        Report.comment_id == comment_id,
        Report.kind == kind,
        Report.words == words if words else Report.words.is_(None),
        Report.client_name.in_(names),
    )
    return db.session.execute(query.limit(1)).first() is not None
