"""A site filled with comments, with the actions of a moderator and a reader to measure."""

import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from uuid import uuid4

import psycopg
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url, select

from blog import create_app
from blog.bench.loading import REVIEWS, load_bench
from blog.bench.texts import make_text
from blog.comments.models import Comment
from blog.db import migrating
from blog.db.engine import db
from blog.db.paging import Cursor
from blog.db.transactions import write
from blog.decisions.tallying import list_spans, list_wrong_days, recount
from blog.desk.queue.matching import QueueFilter
from blog.desk.queue.queries import PAGE_SIZE, list_queue
from blog.moderation.states import Status
from blog.privacy.forgetting import DUE, forget_client_names, list_due
from blog.privacy.retention import CLIENTS_KEPT
from blog.reports.commands import report_comment
from blog.reports.models import Kind
from blog.reviews.models import Review
from blog.web.current import current_time
from tests.bench.growing import LOADED, add_decisions, grow_comments
from tests.builders import csrf_token, make_moderator, sign_in
from tests.databases import make_settings, postgres_server, scratch_folder
from tests.db.tables import count_rows
from tests.page import HTMX

BULK = 500
# So many rows of the queue are read at once; PostgreSQL takes 65 535 values with a statement.
WALKED = 10_000
REVIEW = "/reviews/bench-1"  # The review with the most comments.
QUEUE_PAGES = ("first", "middle", "last", "reported")
# Pages whose cost once grew with the number of comments.
PAGES = {
    "front page": "/",
    "tag": "/tags/bench",
    "review": REVIEW,
    "its comments": f"{REVIEW}/comments",
    "published, search": "/admin/comments?status=published&q=never",
    "known readers first": "/admin/comments?sort=known",
    "statistics": "/admin/log/moderators",
    "reviews desk": "/admin/reviews",
    "log, rare verdict": "/admin/log?verdict=take_down",
}
_ROW = re.compile(rb'action="/admin/comments/(\d+)/decisions"')


@dataclass
class Site:
    """An application with its own database of `size` comments and a signed-in moderator."""

    app: Flask
    size: int
    client: FlaskClient = field(init=False)
    token: str = field(init=False)
    lines: int = field(init=False)
    forgotten: int = field(init=False)
    pages: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        with self.app.app_context():
            migrating.upgrade()
            make_moderator()
            self._fill()
            self._report()
            self.pages = dict(self._find_pages())
            self.rng = random.Random(self.size)
            self.numbers = count(1)
            self._forgotten: Cursor | None = None
            self._waiting = self._list_versions(Status.PENDING)
            self._published = self._list_versions(Status.PUBLISHED)
        self.client = self.app.test_client()
        sign_in(self.client)
        self.token = csrf_token(self.client)
        for name in QUEUE_PAGES:
            rows = len(set(_ROW.findall(self.client.get(self.pages[name]).data)))
            assert rows == PAGE_SIZE, f"the {name} page of {self.size:,} has {rows} rows"
        self.reader = self.app.test_client()
        self.submit(self.reader)

    def _fill(self) -> None:
        loaded, first = 0, min(self.size, LOADED)
        for part in load_bench(count=first, write=write, now=current_time()):
            loaded += part
            sys.stderr.write(f"\r{db.engine.name}: {loaded:,} of {self.size:,} comments loaded")
            sys.stderr.flush()
        grow_comments(loaded=first, size=self.size)
        add_decisions()
        write(_recount_all)
        sys.stderr.write("\n")
        if db.engine.name == "postgresql":
            # PostgreSQL itself would do this only a minute later.
            count_rows()

    def analyze(self) -> None:
        """Let the database count its rows, for its plans."""
        with self.app.app_context():
            count_rows()

    def _report(self) -> None:
        """Report the newest published comments, one page of them."""
        query = select(Comment.id).where(Comment.status == Status.PUBLISHED)
        newest = query.order_by(Comment.id.desc()).limit(PAGE_SIZE)
        for number, comment_id in enumerate(db.session.execute(newest).scalars().all()):
            write(
                report_comment,
                comment_id=comment_id,
                kind=Kind.INSULT,
                words=None,
                address=f"10.2.0.{number}",
                owner_hash=None,
                now=current_time(),
            )

    def _find_pages(self) -> Iterator[tuple[str, str]]:
        rows, _last = _walk_queue(self.size)
        assert rows > PAGE_SIZE
        yield "first", "/admin/comments"
        for name, place in (("middle", (rows - PAGE_SIZE) // 2), ("last", rows - PAGE_SIZE)):
            yield name, f"/admin/comments?after={_walk_queue(place)[1]}"
        yield "reported", "/admin/comments?status=reported"
        yield "permalink", f"{REVIEW}/comments/{self._find_middle_comment()}"
        yield from PAGES.items()

    def _find_middle_comment(self) -> int:
        """Return the id of a comment with as many published comments before it as after it."""
        query = (
            select(Comment.id)
            .join(Review)
            .where(Comment.status == Status.PUBLISHED, Review.slug == REVIEW.rpartition("/")[2])
        )
        ids = db.session.execute(query.order_by(Comment.submitted_at, Comment.id)).scalars().all()
        return ids[len(ids) // 2]

    def _list_versions(self, status: Status) -> list[tuple[int, int]]:
        query = select(Comment.id, Comment.version).where(Comment.status == status)
        return [tuple(row) for row in db.session.execute(query.order_by(Comment.id).limit(BULK))]

    def close(self) -> None:
        """Close the connections to the database."""
        with self.app.app_context():
            db.engine.dispose()

    def show(self, page: str) -> None:
        """Fetch one of the pages, by its name."""
        response = self.client.get(self.pages[page])
        assert response.status_code in (200, 303), response.status

    def ask(self) -> None:
        """Ask for the comments of a reader who has sent one, as the reader's browser does."""
        response = self.reader.get(f"{REVIEW}/comments/mine", headers=HTMX)
        assert response.status_code == 200, response.status

    def submit(self, reader: FlaskClient | None = None) -> None:
        """Send a comment from a new IP address, and from a new browser or that of `reader`."""
        number = next(self.numbers)
        slug = REVIEW if reader else f"/reviews/bench-{1 + number % REVIEWS}"
        response = (reader or self.app.test_client(use_cookies=False)).post(
            f"{slug}/comments",
            data={"author_name": f"Reader {number}", "body": make_text(self.rng)},
            environ_base={"REMOTE_ADDR": f"10.1.{number // 250}.{number % 250 + 1}"},
        )
        assert response.status_code == 303, response.status

    def download(self) -> None:
        """Fetch the whole log as a file."""
        response = self.client.get("/admin/log.csv")
        self.lines = response.data.count(b"\n")
        assert self.lines >= self.size / 2, self.lines

    def forget(self) -> None:
        """Delete the fingerprints of addresses of the next comments, as `maintenance` does."""
        with self.app.app_context():
            before = current_time() - CLIENTS_KEPT
            rule = DUE[forget_client_names]
            due = list_due(rule=rule, before=before, after=self._forgotten)
            self.forgotten = len(due)
            assert due, "no comment is due"
            self._forgotten = due[-1]
            write(forget_client_names, ids=[place.id for place in due], before=before)

    def decide(self) -> None:
        """Approve the next pending comment with a request of htmx."""
        comment_id, version = self._waiting.pop()
        response = self.client.post(
            f"/admin/comments/{comment_id}/decisions",
            data={"csrf_token": self.token, "version": version, "verdict": "approve"},
            headers=HTMX,
        )
        assert response.status_code == 200, response.status

    def decide_many(self) -> None:
        """Mark the published comments as spam in one bulk."""
        self._post_bulk("spam", self._published)

    def undo_many(self) -> None:
        """Undo the bulk, so that the next bulk finds the same comments."""
        self._post_bulk("reopen", [(number, version + 1) for number, version in self._published])
        self._published = [(number, version + 2) for number, version in self._published]

    def _post_bulk(self, verdict: str, seen: list[tuple[int, int]]) -> None:
        items = ",".join(f"{comment_id}.{version}" for comment_id, version in seen)
        response = self.client.post(
            "/admin/bulks", data={"csrf_token": self.token, "verdict": verdict, "items": items}
        )
        assert response.status_code in (200, 303), response.status


def _recount_all() -> None:
    for span in list_spans():
        for day in list_wrong_days(span):
            recount(day=day)


def _walk_queue(size: int) -> tuple[int, Cursor | None]:
    """Go `size` rows down the queue; return how many there are up to there, and the place."""
    rows, after, now = 0, None, current_time()
    while rows < size:
        part = min(WALKED, size - rows)
        page = list_queue(wanted=QueueFilter(), now=now, after=after, size=part)
        rows, after = rows + len(page.items), page.next
        if after is None:
            break
    return rows, after


def make_sqlite_address() -> str:
    """Return the URL of a new SQLite database."""
    return f"sqlite:///{scratch_folder() / 'bench.sqlite3'}"


def make_postgres_address() -> str:
    """Return the URL of a new database on a PostgreSQL server that syncs to disk, as in use."""
    address = make_url(postgres_server()).set(drivername="postgresql+psycopg")
    name = f"bench_{uuid4().hex[:12]}"
    with psycopg.connect(postgres_server(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM RESET ALL")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE DATABASE {name}")
    return address.set(database=name).render_as_string(hide_password=False)


def make_site(*, database_url: str, size: int) -> Site:
    """Return a site of `size` comments on this empty database."""
    settings = make_settings(database_url=database_url, data_dir=scratch_folder(), page_cache_mb=0)
    return Site(app=create_app(settings), size=size)
