"""What readers and moderators read, page by page, on a review with many comments."""

from collections.abc import Callable, Iterator, Sequence

from flask import Flask
from sqlalchemy import func, select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.moderation.states import Status
from tests.builders import (
    make_comment,
    make_decision,
    make_published_comment,
    make_published_reply,
    make_report,
    make_review,
)
from tests.desk.desk import make_crowd, open_desk
from tests.page import Reader, soup_of
from tests.privacy.people import TOKEN, carry

# A page as the tables of tests name it, and a function that requests it.
Step = tuple[str, Callable[[], object]]


def reading_steps(app: Flask, size: int, pages: Sequence[str]) -> Iterator[Step]:
    """Yield the pages of readers; `size` is the number of published comments."""
    review = make_review(tags=["sport"], cast=[("Im Si-wan", "Ki Seon-gyeom")])
    make_review(slug="my-mister", tags=["sport"])
    moderator = open_desk(app).moderator
    first = make_published_comment(review=review, moderator=moderator)
    make_published_reply(to=first, moderator=moderator)
    make_comment(review=review, token=TOKEN)
    make_crowd(review, size, status=Status.PUBLISHED)
    last = db.session.scalars(select(func.max(Comment.id))).one()
    values = {"first": first.id, "after": first.cursor, "last": last}
    yield from _steps(carry(app.test_client()), pages, values)


def moderating_steps(app: Flask, size: int, pages: Sequence[str]) -> Iterator[Step]:
    """Yield the pages of moderators; `size` is the number of comments that wait."""
    desk, review = open_desk(app), make_review()
    reported = make_comment(review=review, token="ab" * 16)
    make_decision(comment=reported, moderator=desk.moderator)
    make_report(comment=reported)
    make_comment(review=review, body="Another.", token="ab" * 16)
    make_crowd(review, size)
    make_crowd(review, 60, start=1000, status=Status.PUBLISHED)
    page = soup_of(desk.get())
    rows = [f"{row['data-row']}.{row['data-version']}" for row in page.select("[data-row]")]
    # An open page of the queue asks for changes; there are none.
    values = {"since": page.find(id="live")["data-ordinal"], "rows": ",".join(rows)}
    yield from _steps(desk.client, pages, values)


def _steps(client: Reader, pages: Sequence[str], values: dict[str, object]) -> Iterator[Step]:
    for page in pages:
        path = page.format(**values)

        def request(path: str = path) -> None:
            response = client.get(path)
            # A permanent link redirects.
            assert response.status_code < 300 or "#comment-" in response.location, path

        request()  # The first request also reads what this process keeps.
        yield page, request
