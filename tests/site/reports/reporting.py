"""Helpers that send a report and read what the database stores."""

from collections.abc import Sequence

from sqlalchemy import select
from werkzeug.test import TestResponse

from blog.comments.models import Comment
from blog.db.engine import db
from blog.reports.models import Report
from tests.page import HTMX, Reader

REVIEW = "/reviews/run-on"
REPORT = {"kind": "insult", "body": ""}


def url_of(comment: Comment, *, slug: str = "run-on") -> str:
    return f"/reviews/{slug}/comments/{comment.id}/reports"


def send_report(
    client: Reader,
    comment: Comment,
    data: dict[str, str] | None = None,
    *,
    htmx: bool = False,
    address: str = "127.0.0.1",
    slug: str = "run-on",
) -> TestResponse:
    """Send the report form of a comment with these fields from this IP address."""
    return client.post(
        url_of(comment, slug=slug),
        data=REPORT if data is None else data,
        headers=HTMX if htmx else {},
        environ_overrides={"REMOTE_ADDR": address},
    )


def reports() -> Sequence[Report]:
    """Return all reports as the database has them now."""
    db.session.rollback()
    return db.session.execute(select(Report).order_by(Report.id)).scalars().all()


def now_of(comment: Comment) -> Comment:
    """Return the comment as the database has it now."""
    db.session.rollback()
    found = db.session.get(Comment, comment.id, populate_existing=True)
    assert found is not None
    return found
