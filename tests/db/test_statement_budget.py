"""How many SQL statements each page may need, with 1, 50 and 500 comments on a review."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from blog.comments.models import Comment
from blog.db.engine import db
from blog.moderation.states import Status
from tests.builders import (
    make_comment,
    make_published_comment,
    make_published_reply,
    make_review,
)
from tests.desk.desk import make_crowd, open_desk
from tests.engine import statements
from tests.page import Reader
from tests.privacy.people import TOKEN, carry

# What begins and ends a transaction is not counted.
FRAME = ("BEGIN", "PRAGMA", "SET ")


@dataclass(frozen=True)
class Site:
    """A review with comments, by their ids, and the browsers of a reader and of a moderator."""

    first: int
    last: int
    # The place of the first comment, after which a page of comments begins.
    cursor: str
    reader: Reader
    moderator: Reader


@dataclass(frozen=True)
class Row:
    """A page or command, the most statements that it may need, and the status of its response."""

    name: str
    most: int
    run: Callable[[Site], int]
    status: int = 200

    def __str__(self) -> str:
        return self.name


def get(path: str) -> Callable[[Site], int]:
    """Return a function that gets a page; `path` may name attributes of the site."""
    return lambda site: site.reader.get(path.format(site=site)).status_code


ROWS = [
    Row("review", 5, get("/reviews/run-on")),
    Row("comments", 3, get("/reviews/run-on/comments")),
    Row("comments after", 4, get("/reviews/run-on/comments?after={site.cursor}")),
    Row("thread", 3, get("/reviews/run-on/comments/{site.first}/replies")),
    Row("permalink", 3, get("/reviews/run-on/comments/{site.last}"), 303),
    Row("new reply", 2, get("/reviews/run-on/comments/{site.first}/replies/new")),
    Row("own comments", 3, get("/reviews/run-on/comments/mine")),
    Row("front page", 4, get("/")),
    Row("tag", 3, get("/tags/sport")),
    Row("dramas", 4, get("/dramas")),
    Row("feed", 3, get("/feed.atom")),
    Row("list of reviews", 5, lambda site: site.moderator.get("/admin/reviews").status_code),
]


@pytest.fixture(params=[1, 50, 500])
def site(request, app: Flask) -> Site:
    review = make_review(tags=["sport"], cast=[("Im Si-wan", "Ki Seon-gyeom")])
    make_review(slug="my-mister", tags=["sport"])
    desk = open_desk(app)
    first = make_published_comment(review=review, moderator=desk.moderator)
    make_published_reply(to=first, moderator=desk.moderator)
    make_comment(review=review, token=TOKEN)
    make_crowd(review, request.param, status=Status.PUBLISHED)
    last = db.session.scalars(select(func.max(Comment.id))).one()
    # Plain values, as a query would load objects again.
    return Site(first.id, last, str(first.cursor), carry(app.test_client()), desk.client)


def test_no_page_needs_more_statements_than_its_budget(site):
    over = []
    for row in ROWS:
        row.run(site)  # A new connection executes a few statements itself.
        with statements() as executed:
            assert row.run(site) == row.status, row
        counted = [each for each in executed if not each.startswith(FRAME)]
        if len(counted) > row.most:
            over += [f"{row}: {len(counted)}, not {row.most}", *counted]
    assert not over, "\n".join(over)
