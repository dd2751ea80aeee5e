"""Compare the pages that the page cache keeps with what the application says at the same moment."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context

from flask import Flask, Response, current_app, g, request, request_finished
from sqlalchemy import event, select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from blog.comments.models import Comment
from blog.db.engine import db
from blog.moderation.states import Status
from blog.web.kept.cache import PageCache
from blog.web.kept.pages import Page
from blog.web.kept.store import Key
from blog.web.request_ids import find_request_id

# A shorter value, such as that of a cookie that says "1", is part of any page.
LEAST_SECRET = 8
_COMMENT = re.compile(rb"comment-(\d+)\"")


def forget_pages() -> None:
    """Forget the kept pages, so that the next request for each is answered by its view."""
    current_app.extensions["page_cache"].store.clear()


def list_valid(app: Flask) -> list[tuple[Key, Page]]:
    """Return the pages that the next request for them would get from memory."""
    cache: PageCache = app.extensions["page_cache"]
    version = cache.watch.current()
    if version is None:
        return []
    pages = cache.store.items()
    return [pair for pair in pages if pair[1].version == version and not cache.is_over(pair[1])]


def make_environ(key: Key, **headers: str) -> dict[str, object]:
    """Return the WSGI environment of a request with this key and these headers."""
    scheme, host, path, query = key
    builder = EnvironBuilder(
        base_url=f"{scheme}://{host}", query_string=query, headers=list(headers.items())
    )
    return builder.get_environ() | {"PATH_INFO": path if path.startswith("/") else "/nowhere"}


def render(app: Flask, key: Key) -> tuple[str, bytes]:
    """Return the status and content with which the application answers a request of this key."""
    inner = app.extensions["page_cache"].inner
    content, status, _headers = Context().run(run_wsgi_app, inner, make_environ(key))
    return status, b"".join(content)


@contextmanager
def compared(app: Flask) -> Iterator[None]:
    """Check, at the end of a test, the pages that are kept in memory.

    A page that was kept while something was written, and is still given out, must look as it would
    look now. No page has what belongs to one person: cookies, tokens, comments that wait, and ids
    of requests.
    """
    suspects: set[Key] = set()
    secrets: set[str] = set()

    def note_pages(_connection: object) -> None:
        suspects.update(key for key, _page in app.extensions["page_cache"].store.items())

    def note_secrets(_app: Flask, response: Response, **_more: object) -> None:
        cookies = [line.partition("=")[2] for line in response.headers.getlist("Set-Cookie")]
        given = [*cookies, *request.cookies.values(), g.get("csrf_token"), find_request_id()]
        values = [(value or "").partition(";")[0].strip('"') for value in given]
        secrets.update(value for value in values if len(value) >= LEAST_SECRET)

    event.listen(db.engine, "commit", note_pages)
    request_finished.connect(note_secrets, app)
    try:
        yield
    finally:
        event.remove(db.engine, "commit", note_pages)
        request_finished.disconnect(note_secrets, app)
    pages = list_valid(app)
    for key, page in pages:
        if key in suspects:
            assert (page.status, page.body) == render(app, key), f"{key} is out of date"
        whole = page.body + repr(page.headers).encode()
        told = [secret for secret in secrets if secret.encode() in whole]
        assert not told, f"{key} tells {told}"
    _check_comments(pages)


def _check_comments(pages: list[tuple[Key, Page]]) -> None:
    shown = {int(number) for _key, page in pages for number in _COMMENT.findall(page.body)}
    if shown:
        db.session.rollback()
        waiting = select(Comment.id).where(Comment.status == Status.PENDING)
        ids = set(db.session.execute(waiting.where(Comment.id.in_(shown))).scalars())
        assert not ids, f"Comments that wait are on kept pages: {ids}"
