"""The body of a refused request is read to its end, so that the client can read the response."""

from contextvars import Context
from io import BytesIO

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from blog.web import bodies
from tests.builders import make_review

LONG = b"body=" + b"x" * 300_000
SHORT = b"body=" + b"x" * 100_000
COMMENTS = "/reviews/run-on/comments"
REFUSED = {
    "too long": (COMMENTS, LONG, {}, 413),
    "too long, in chunks": (COMMENTS, LONG, {"Transfer-Encoding": "chunked"}, 413),
    "no page": ("/nothing", SHORT, {}, 404),
    "no such method": ("/about", SHORT, {}, 405),
    "another site": (COMMENTS, SHORT, {"Sec-Fetch-Site": "cross-site"}, 403),
    "another host": (COMMENTS, SHORT, {"Host": "evil.example"}, 400),
    "not signed in": ("/admin/reviews/1/pictures", SHORT, {}, 303),
}


def post(app: Flask, path: str, body: bytes, headers: dict[str, str]) -> tuple[str, int]:
    """Post a body as gunicorn would; return the status and how many bytes were not read."""
    stream = BytesIO(body)
    builder = EnvironBuilder(
        path=path,
        method="POST",
        input_stream=stream,
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )
    environ = builder.get_environ() | {"wsgi.input_terminated": True}
    environ["CONTENT_LENGTH"] = str(len(body))
    if "Transfer-Encoding" in headers:
        del environ["CONTENT_LENGTH"]
    _body, status, _headers = Context().run(run_wsgi_app, app, environ)
    return status, len(stream.read())


@pytest.mark.parametrize("name", REFUSED)
def test_the_body_of_a_refused_request_is_read(app, name):
    make_review()
    path, body, headers, expected = REFUSED[name]
    status, unread = post(app, path, body, headers)
    assert (int(status[:3]), unread) == (expected, 0)


def test_a_body_without_end_is_left_unread(app, monkeypatch):
    monkeypatch.setattr(bodies, "MAX_UNREAD", 2**17)
    assert post(app, "/nothing", LONG, {}) == ("404 NOT FOUND", len(LONG) - 2**17)
