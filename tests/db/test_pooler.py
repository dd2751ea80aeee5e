"""The site behind PgBouncer in transaction mode, where only a transaction keeps its connection."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from blog.db import engine
from blog.db.engine import db
from blog.db.transactions import write
from blog.limits.commands import identify_client
from blog.moderation.states import Status
from blog.submissions.resending import ADDRESS_LIMITS
from tests.builders import make_review
from tests.conftest import make_app
from tests.databases import (
    SECRET_KEY,
    bare_postgres,
    drop_postgres,
    emptying_statements,
    scratch_folder,
)
from tests.desk.desk import open_desk
from tests.engine import locked_database, short_lock_timeouts
from tests.page import soup_of, text_of
from tests.patience import PATIENCE_SECONDS, within_patience
from tests.plan import ROOT
from tests.poolers import connect_to, pooled
from tests.processes import Post, post_together
from tests.site.comments.sending import COMMENT, URL, comments, send, with_and_without_htmx

pytestmark = pytest.mark.slow

SENDERS = 24


@pytest.fixture(scope="module")
def direct_url() -> Iterator[str]:
    """The URL of a database without tables, past the pooler."""
    url = bare_postgres()
    yield url
    drop_postgres(url)


@pytest.fixture(scope="module")
def pooler_url(direct_url) -> Iterator[str]:
    """The URL of the same database through the pooler, after `setup` through the pooler."""
    # pytest's own folders are closed to the user that the pooler runs as.
    with tempfile.TemporaryDirectory() as folder, pooled(direct_url, Path(folder)) as url:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run(
            [Path(sys.executable).parent / "flask", "--app", "wsgi", "setup"],
            env=kept | {
                "DATABASE_URL": url,
                "SECRET_KEY": SECRET_KEY,
                "DATA_DIR": str(scratch_folder()),
                "DEMO": "0",
            },
            cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        yield url


@pytest.fixture
def pooled_app(pooler_url, direct_url, tmp_path, clock) -> Iterator[Flask]:
    """An application whose database, emptied, is behind the pooler."""
    with connect_to(direct_url) as connection:
        connection.execute(emptying_statements(connection))
    app = make_app(pooler_url, tmp_path)
    app.extensions["clock"] = clock
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_a_comment_is_sent_decided_and_shown(pooled_app):
    make_review()
    desk = open_desk(pooled_app)
    assert send(pooled_app.test_client()).status_code == 303
    assert COMMENT["body"] in text_of(desk.get())
    (comment,) = comments()
    assert desk.decide(comment, "approve").status_code == 200
    assert comments()[0].status == Status.PUBLISHED
    assert COMMENT["body"] in text_of(pooled_app.test_client().get("/reviews/run-on"))


def test_simultaneous_comments_of_several_processes_reach_exactly_the_limit(pooled_app, clock):
    make_review()
    write(identify_client, address=None, now=clock())
    posts = [Post(path=URL, data=COMMENT | {"body": f"Comment {n}"}) for n in range(SENDERS)]
    responses = post_together(pooled_app, posts)
    most = ADDRESS_LIMITS[0].count
    assert Counter(each.status for each in responses) == {303: most, 429: SENDERS - most}
    assert len(comments()) == most


@with_and_without_htmx
def test_a_locked_database_gives_the_words_back_after_the_lock_timeout(
    pooled_app, direct_url, htmx
):
    make_review()
    with short_lock_timeouts(), locked_database(direct_url), within_patience():
        response = send(pooled_app.test_client(), htmx=htmx)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert soup_of(response).find("textarea").get_text().strip() == COMMENT["body"]
    assert not comments()


def test_a_statement_that_takes_too_long_is_cancelled(pooled_app, monkeypatch):
    monkeypatch.setattr(engine, "STATEMENT_SECONDS", 0.03)
    with within_patience(), pytest.raises(OperationalError, match="statement timeout"):
        db.session.execute(text(f"SELECT pg_sleep({2 * PATIENCE_SECONDS})"))


def test_a_transaction_leaves_nothing_to_the_next_user_of_its_connection(pooled_app, pooler_url):
    limits = {"lock_timeout": "1s", "statement_timeout": "15s"}
    small = {"max_parallel_workers_per_gather": "0", "jit": "off"}
    names = [*limits, "transaction_read_only", *small]
    show = [text(f"SELECT current_setting('{name}')") for name in names]
    ours = [*limits.values(), "on", *small.values()]
    assert [db.session.scalar(query) for query in show] == ours
    db.session.commit()
    ours[names.index("transaction_read_only")] = "off"
    assert [write(db.session.scalar, query) for query in show] == ours
    with connect_to(pooler_url) as stranger:
        left = [stranger.execute(str(query)).fetchone()[0] for query in show]
    assert left[:4] == ["0", "0", "off", "2"]
