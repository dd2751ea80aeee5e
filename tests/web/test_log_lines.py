"""A line of a log is one JSON object or one line of text, and no word in it can pretend more."""

import json
import logging
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import request, request_started
from gunicorn.config import Config

from blog.web.log_lines import JsonLine, TextLine, choose_format
from blog.web.logs import DiscreetLogger
from tests.builders import make_published_comment, make_review
from tests.databases import make_settings
from tests.page import HTMX
from tests.web.log_reading import written

FORGED = 'words\n{"level": "critical"}\r\x1b[2J\u2028\u202e\x9b'


@pytest.fixture
def access():
    """Log the access of a request as gunicorn does; return the line."""
    config = Config()
    config.set("accesslog", "-")
    logger = DiscreetLogger(config)
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(logger.formatter.format(record))
    logger.access_log.handlers[:] = [handler]

    def log(client, path, *, method="GET", **more):
        seen = []

        def see(_app):
            seen.append(request._get_current_object())

        with request_started.connected_to(see):
            response = client.open(path, method=method, **more)
        environ = seen[0].environ if seen else response.request.environ
        result = SimpleNamespace(
            status=response.status, sent=len(response.data), response_length=None
        )
        logger.access(result, None, environ, timedelta(microseconds=1234))
        return json.loads(lines.pop()) if lines else None

    yield log
    logger.access_log.handlers.clear()


def test_the_access_log_has_what_an_operator_needs(client, access):
    make_review()
    line = access(client, "/reviews/run-on?q=words", headers=HTMX)
    assert line.pop("time").endswith("Z")
    assert isinstance(line.pop("pid"), int)
    assert len(line.pop("request_id")) == 8
    assert line.pop("bytes") > 1000
    assert line == {
        "level": "info",
        "logger": "gunicorn.access",
        "method": "GET",
        "path": "/reviews/run-on",
        "status": 200,
        "ms": 1.2,
        "htmx": True,
    }


@pytest.mark.parametrize(
    ("method", "path", "shown"),
    [
        ("GET", "/words", "(no route)"),
        ("GET", "/reviews/words", "/reviews/<slug>"),
        ("OPTIONS", "/reviews/words", "/reviews/<slug>"),
        ("GET", "/admin/words", "/admin/<anything>"),
        ("GET", "/admin/comments/7", "/admin/comments/7"),
        ("GET", "/mail/words", "/mail/<token>"),
        ("GET", "/drafts/words", "/drafts/<token>"),
        ("GET", f"/{FORGED}", "(no route)"),
        ("GET", "/about/", "(no route)"),
        ("GET", "/about", "/about"),
    ],
)
def test_the_access_log_has_only_addresses_of_the_site(client, access, method, path, shown):
    line = access(client, path, method=method, query_string={"q": "words"})
    assert line["path"] == shown
    assert "words" not in json.dumps(line)


def test_the_access_log_has_no_method_that_a_visitor_made_up(client, access):
    assert access(client, "/", method="WORDS")["method"] == "OTHER"


def test_probes_are_logged_only_if_they_fail(client, access, monkeypatch):
    assert access(client, "/healthz") is None
    monkeypatch.setattr("blog.web.health.is_ready", lambda: False)
    assert access(client, "/healthz")["status"] == 503


def test_a_request_that_is_no_http_is_logged_without_what_it_said(access):
    asked = SimpleNamespace(environ={"REQUEST_METHOD": None, "QUERY_STRING": "words"})
    response = SimpleNamespace(status="400 Bad Request", data=b"", request=asked)
    line = access(SimpleNamespace(open=lambda *_args, **_more: response), "/")
    assert (line["method"], line["path"], line["status"]) == ("OTHER", "(no route)", 400)


@pytest.mark.parametrize("formatter", [JsonLine(), TextLine()], ids=["json", "text"])
def test_words_can_neither_end_a_line_nor_hide_it(formatter):
    with written(formatter) as log:
        logging.getLogger("blog.test").warning("It said: %s", FORGED)
    line = log.getvalue()
    assert len(line.splitlines()) == 1
    assert line.rstrip("\n").isprintable()
    assert "level=critical" not in line


def test_a_text_line_shows_the_request_and_its_traceback(new_app):
    new_app.add_url_rule("/broken", view_func=lambda: 1 // 0)
    with written(TextLine()) as log:
        new_app.test_client().get("/broken?q=words")
    first, *others = log.getvalue().splitlines()
    assert "ERROR An unexpected error. request_id=" in first
    assert "method=GET path=/broken" in first
    assert others[0] == "Traceback (most recent call last):"
    assert "words" not in log.getvalue()


def test_a_traceback_of_another_library_quotes_nobody():
    with written() as log:
        try:
            int("words")
        except ValueError:
            logging.getLogger("other.library").exception("It failed.")
    (line,) = log.lines
    assert "ValueError: (message left out" in line["traceback"]
    assert "'words'" not in line["traceback"]


@pytest.mark.parametrize(
    ("chosen", "is_terminal", "expected"),
    [
        (None, True, TextLine),
        (None, False, JsonLine),
        ("json", True, JsonLine),
        ("text", False, TextLine),
    ],
)
def test_the_format_follows_the_setting_or_else_the_terminal(
    monkeypatch, tmp_path, chosen, is_terminal, expected
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    settings = make_settings(database_url="sqlite://", data_dir=tmp_path, log_format=chosen)
    assert type(choose_format(settings)) is expected


def test_a_comment_is_logged_with_the_address_of_its_review(client, access):
    review = make_review()
    make_published_comment(review=review)
    data = {"author_name": "words", "body": "words"}
    line = access(client, "/reviews/run-on/comments", method="POST", data=data, headers=HTMX)
    assert (line["status"], line["path"]) == (201, "/reviews/run-on/comments")
