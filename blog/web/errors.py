"""An error is a page for a browser and a notice for htmx; either gives a reader's words back."""

import logging
import traceback

from flask import Flask, Response, current_app, make_response, render_template, request
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    RequestEntityTooLarge,
    ServiceUnavailable,
)

from blog.db.errors import RETRY_SECONDS, DatabaseBusyError, constraint_name, is_unavailable
from blog.text.language import gettext as _
from blog.text.language import ngettext
from blog.web.htmx import is_htmx, send_to
from blog.web.security import is_admin_path

log = logging.getLogger(__name__)

# From another site the words are not the reader's; too many are not read at all.
WITHOUT_WORDS = {403, 413}


def init_app(app: Flask, *, longest_comment: int) -> None:
    """Answer every failure in words; a comment has up to `longest_comment` characters."""
    app.extensions["longest_comment"] = longest_comment
    app.register_error_handler(HTTPException, answer_error)
    app.register_error_handler(DatabaseBusyError, _answer_busy)
    app.register_error_handler(DBAPIError, _answer_database)
    app.register_error_handler(PoolTimeoutError, _answer_database)


def answer_error(error: HTTPException) -> Response:
    """Return the page or the notice for an error, with its own headers."""
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    heading, remedy = _explain(status)
    own_words = error.description if error.description != type(error).description else None
    template = "errors/notice.hx.html" if is_htmx() else "errors/show.html"
    words = _words(status)
    page = render_template(
        template,
        status=status,
        heading=heading,
        remedy=own_words or remedy,
        words=words,
        # Forms under /admin carry a token, and some a password: those are filled in anew.
        can_send_again=status == 503 and bool(words) and not is_admin_path(request.path),
        path=request.path,
        fields=[(name, value) for name, value in request.form.items(multi=True) if name != "body"]
        if words
        else [],
    )
    response = make_response(page, status)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return send_to(response, target="#notices", select=".notice") if is_htmx() else response


def _explain(status: int) -> tuple[str, str]:
    """Return what heads the answer, and what it says where the error has no words of its own."""
    longest = current_app.extensions["longest_comment"]
    known = {
        400: (
            _("That request makes no sense here"),
            _("The address or the form is not one of ours."),
        ),
        403: (_("Refused"), _("Nothing was changed.")),
        404: (
            _("This page is not here"),
            _("The address may have a slip in it, or the page was taken down."),
        ),
        405: (_("That cannot be done here"), _("The address takes another kind of request.")),
        409: (_("That is no longer possible"), _("It has changed after you opened the page.")),
        413: (
            _("That is too much at once"),
            ngettext(
                "A comment takes up to %(num)s character.",
                "A comment takes up to %(num)s characters.",
                longest,
            ),
        ),
        500: (
            _("Something broke on our side"),
            _("It has been noted. Please try again in a moment."),
        ),
        503: (_("We are busy for a moment"), _("Please try again in a few seconds.")),
    }
    return known.get(status, (_("That did not work"), _("Please try again.")))


def _answer_busy(error: DatabaseBusyError) -> Response:
    log.warning("The database stayed busy.")
    return answer_error(ServiceUnavailable())


def _answer_database(error: DBAPIError | PoolTimeoutError) -> Response:
    """Answer 503 where the database is away or busy, and 500 where we misused it."""
    # Its own message may quote the row that failed, and with it a reader.
    where = "".join(traceback.format_tb(error.__traceback__))
    what = constraint_name(error) if isinstance(error, IntegrityError) else ""
    kind = type(error.orig or error).__name__ if isinstance(error, DBAPIError) else "pool timeout"
    log.error("Database: %r %r: %s %s\n%s", request.method, request.path, kind, what, where)
    return answer_error(ServiceUnavailable() if is_unavailable(error) else InternalServerError())


def _words(status: int) -> str:
    """Return what the reader wrote in the form that was refused."""
    if request.method != "POST" or status in WITHOUT_WORDS:
        return ""
    try:
        return request.form.get("body", "")
    except RequestEntityTooLarge:
        return ""
