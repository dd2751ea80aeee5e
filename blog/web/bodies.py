"""Read the bodies of requests whose length is not known, and what a refused request still sends."""

import io
from typing import IO

from flask import Flask, Response, abort, g, request
from gunicorn.http.errors import ParseException

from blog.text.language import gettext as _

# What deploy/nginx lets through: 100 MiB of pictures with their fields.
MAX_UNREAD = 110 * 1024 * 1024
_PIECE = 64 * 1024


def init_app(app: Flask) -> None:
    """Read bodies before all other checks of a request, and their rest after its view."""
    app.before_request(_read_chunked_body)  # First, as a later refusal may read the form.
    app.after_request(_read_rest)


def _read_chunked_body() -> None:
    """Read a body without Content-Length; refuse a broken body with 400, a long body with 413."""
    environ = request.environ
    g.request_stream = environ["wsgi.input"]
    if "CONTENT_LENGTH" in environ or not environ.get("wsgi.input_terminated"):
        return
    limit = request.max_content_length or 0
    body, is_whole = _read_chunks(environ["wsgi.input"], limit + 1)
    # Later code reads the form from this copy.
    environ["wsgi.input"] = io.BytesIO(body if is_whole else b"")
    environ["CONTENT_LENGTH"] = str(len(body) if is_whole else 0)
    if not is_whole:
        abort(400, _("The form arrived incomplete and was not saved. Please send it again."))
    if len(body) > limit:
        abort(413)


def _read_rest(response: Response) -> Response:
    """Read what no view has read: a proxy that is still sending may not see the response.

    When a connection is closed before all was read, the system resets it, and the response may be
    lost: nginx then says that the site is closed.
    """
    left = MAX_UNREAD
    # Without this flag, a stream may wait for more than the request has.
    while request.environ.get("wsgi.input_terminated") and left > 0:
        piece, _is_whole = _read_chunks(g.request_stream, _PIECE)
        if not piece:
            break
        left -= len(piece)
    return response


def _read_chunks(stream: IO[bytes], size: int) -> tuple[bytes, bool]:
    """Return up to `size` bytes of a body, and whether they were read without an error."""
    try:
        return stream.read(size), True
    except (ParseException, OSError):
        return b"", False
