"""Helpers that send a comment and read what the database stores."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from blog import create_app
from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.types import Base
from blog.limits.commands import identify_client
from blog.limits.models import LimitHit
from blog.marks.models import Reason
from tests.databases import make_settings
from tests.page import HTMX, Reader

URL = "/reviews/run-on/comments"
COMMENT = {"author_name": "Mina", "body": "좋아요!"}
with_and_without_htmx = pytest.mark.parametrize("htmx", [False, True], ids=["plain", "htmx"])


def send(
    client: Reader,
    data: dict[str, str] | None = None,
    *,
    url: str = URL,
    htmx: bool = False,
    address: str = "127.0.0.1",
    **more,
) -> TestResponse:
    """Send the comment form with these fields from this IP address."""
    return client.post(
        url,
        data=COMMENT if data is None else data,
        headers=HTMX if htmx else {},
        environ_overrides={"REMOTE_ADDR": address},
        **more,
    )


def count_sent(*, address: str, count: int, now: datetime) -> None:
    """Record `count` sent comments of an IP address for its rate limit."""
    bucket = f"address:{identify_client(address=address, now=now)[0]}"
    db.session.execute(insert(LimitHit), [{"bucket": bucket, "happened_at": now}] * count)


def random_id() -> str:
    """Return a random submission id, as the script of the page would make it."""
    return uuid4().hex


def comments() -> Sequence[Comment]:
    """Return all comments as the database has them now."""
    db.session.rollback()
    return (
        db.session.execute(
            select(Comment).order_by(Comment.id).execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )


def reasons(*, with_proof: bool = False) -> dict[int, dict[str, str | None]]:
    """Return the reasons to check each comment as {comment id: {reason name: detail}}.

    Most tests send no proof, like a browser without JavaScript, so the reason "proof" is left out
    unless `with_proof` is true.
    """
    db.session.rollback()
    found: dict[int, dict[str, str | None]] = {}
    for row in db.session.execute(select(Reason.comment_id, Reason.name, Reason.detail)):
        if with_proof or row[1] != "proof":
            found.setdefault(row[0], {})[row[1]] = row[2]
    return found


def everything_stored() -> str:
    """Return every value in the database as one text."""
    db.session.rollback()
    rows = [
        tuple(row)
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(table.select())
    ]
    return str(rows)


@contextmanager
def reader_of_site_with(app: Flask, **settings: object) -> Iterator[Reader]:
    """Yield a client of the same site with different settings."""
    same = {
        "database_url": app.config["SQLALCHEMY_DATABASE_URI"],
        "data_dir": app.extensions["settings"].data_dir,
    }
    other = create_app(make_settings(**same, **settings))
    other.extensions["clock"] = app.extensions["clock"]
    other.test_client_class = Reader
    yield other.test_client()
    with other.app_context():
        db.engine.dispose()
