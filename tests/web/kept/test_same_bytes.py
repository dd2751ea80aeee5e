"""A kept page has the bytes and headers that the application would send, whoever asked first."""

from contextvars import Context

import pytest
from werkzeug.test import run_wsgi_app

from tests.builders import (
    make_moderator,
    make_published_comment,
    make_published_reply,
    make_review,
    make_reviewer,
)
from tests.kept import make_environ
from tests.test_routes import FILLED
from tests.web.kept.test_list import PROMISED

ENCODINGS = ("", "gzip", "br", "gzip, br;q=0", "*", "identity;q=0, gzip", "zstd, nonsense;;q=x")
PAGE = ("http", "localhost", "/reviews/run-on", "")
FILLED_NAMES = {
    "/people/<path:name>": "/people/IU",
    "/networks/<path:name>": "/networks/tvN",
    "/reviewers/<slug>": "/reviewers/hana-yoo",
    "/years/<year>": "/years/2020",
}
# What a client or a proxy may send that changes no page.
HEADERS = {
    "Accept": "application/json",
    "Accept-Language": "ko",
    "Cache-Control": "no-cache",
    "Cookie": "comment_owner=x; session=y; theme=dark",
    "Forwarded": "host=evil.example;proto=https",
    "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT",
    "Origin": "https://evil.example",
    "Pragma": "no-cache",
    "Referer": "https://evil.example/",
    "Sec-Fetch-Site": "cross-site",
    "User-Agent": "<script>alert(1)</script>",
    "X-Forwarded-For": "10.0.0.1",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "666",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Scheme": "https",
    "X-HTTP-Method-Override": "DELETE",
    "X-Original-URL": "/admin",
    "X-Request-ID": "0123456789abcdef0123456789abcdef",
    "X-Rewrite-URL": "/admin",
}


@pytest.fixture(autouse=True)
def _site(app):
    make_reviewer()
    review = make_review(
        tags=["romance"], cast=[("IU", "Lee Ji-an")], drama_network="tvN", drama_year=2020
    )
    moderator = make_moderator()
    comment = make_published_comment(review=review, moderator=moderator)
    make_published_reply(to=comment, moderator=moderator)


def ask(app, environ, *, of=None):
    """Return status, headers and content; of the whole application, or of another part."""
    content, status, headers = Context().run(run_wsgi_app, of or app.wsgi_app, dict(environ))
    # Werkzeug sets a date, gunicorn sets it otherwise.
    others = [pair for pair in headers if pair[0] not in ("Server-Timing", "Date")]
    return status, sorted(others), b"".join(content)


def list_paths() -> list[str]:
    """Return an address of each view that keeps its pages, and one that leads nowhere."""
    rules = [line.split()[0] for line in PROMISED.read_text().splitlines()]
    paths = [FILLED_NAMES.get(rule, rule) for rule in rules]
    for placeholder, value in FILLED.items():
        paths = [path.replace(placeholder, value) for path in paths]
    return [*paths, "/nowhere"]


def test_a_kept_page_is_byte_for_byte_what_the_application_sends(app):
    for path in list_paths():
        for encoding in ("", "br"):
            check(
                app, make_environ(("http", "localhost", path, ""), **{"Accept-Encoding": encoding})
            )
    assert len(app.extensions["page_cache"].store) == len(list_paths())


def test_so_it_is_for_every_encoding_and_known_etag(app):
    for encoding in ENCODINGS:
        plain = make_environ(PAGE, **{"Accept-Encoding": encoding})
        tag = dict(check(app, plain)[1])["ETag"]
        check(app, plain | {"REQUEST_METHOD": "HEAD"})
        for known in (tag, f'"other", {tag}', f"W/{tag}", "*", '"other"'):
            check(app, plain | {"HTTP_IF_NONE_MATCH": known})


def check(app, environ):
    """Compare a page from memory with what the application sends, which is returned."""
    fresh = ask(app, environ, of=app.extensions["page_cache"].inner)
    for _ in range(2):
        assert ask(app, environ) == fresh, environ
    return fresh


def test_who_asks_first_changes_nothing_for_others(app):
    cache = app.extensions["page_cache"]
    plain = make_environ(PAGE)
    clean = ask(app, plain)
    for number in range(200):
        assert ask(app, plain | {"QUERY_STRING": f"x{number}={'y' * number}"}) == clean
    assert len(cache.store) == 1
    odd = [
        *({f"HTTP_{name.upper().replace('-', '_')}": value} for name, value in HEADERS.items()),
        *({"QUERY_STRING": query} for query in ["x=1", "after=%00", "after=", "%ff", "a=\xff"]),
        *({"HTTP_HOST": host} for host in ("evil.example", "localhost:666", "LOCALHOST", "", "[")),
        *({"REQUEST_METHOD": method} for method in ("HEAD", "OPTIONS", "TRACE", "get", "PURGE")),
        *({"HTTP_ACCEPT_ENCODING": encoding} for encoding in ENCODINGS),
        *({"wsgi.url_scheme": "https"}, {"SCRIPT_NAME": "/evil"}, {"CONTENT_LENGTH": "x"}),
        *({"PATH_INFO": path} for path in ("/reviews/run-on/", "//reviews/run-on", "/\xff")),
    ]
    for each in odd:
        cache.store.clear()
        ask(app, plain | each)
        assert ask(app, plain) == clean, each
    cache.store.clear()
    for each in odd:
        ask(app, plain | each)
    # One of each scheme and host, and those of the addresses that lead nowhere.
    assert len(cache.store) < 12


def test_a_page_for_a_request_without_a_host_is_given_to_no_other(app):
    plain = make_environ(PAGE)
    del plain["HTTP_HOST"]
    old = plain | {"SERVER_PROTOCOL": "HTTP/1.0"}
    assert [ask(app, environ)[0][:3] for environ in (old, old, plain)] == ["200", "200", "400"]
