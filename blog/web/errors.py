"""Respond to errors with a page, or an alert for htmx; both return the text that was sent."""

import logging

from flask import Flask, Response, current_app, make_response, render_template, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    RequestEntityTooLarge,
    ServiceUnavailable,
)

from blog.db.errors import RETRY_SECONDS, DatabaseBusyError, is_transient, is_unavailable
from blog.failures import explain, harmless
from blog.text.language import gettext as _
from blog.text.language import ngettext
from blog.web.htmx import is_htmx, retarget
from blog.web.request_ids import find_request_id
from blog.web.security import is_admin_path

log = logging.getLogger(__name__)

# Errors that do not return the text: with 403 another site sent it, with 413 it was not read.
WITHOUT_TEXT = {403, 413}
# Errors whose page shows the id of the request, by which the owner finds them in the log.
WITH_ID = {500, 503}
# The fields with words of moderators, beside `body`.
MODERATORS_WORDS = ("reason_words", "note")


def init_app(app: Flask, *, longest_comment: int) -> None:
    """Register the error handlers.

    The page for a request that is too large says that a comment may have `longest_comment`
    characters.
    """
    app.extensions["longest_comment"] = longest_comment
    app.register_error_handler(HTTPException, handle_error)
    app.register_error_handler(DatabaseBusyError, _handle_busy)
    app.register_error_handler(DBAPIError, _handle_database_error)
    app.register_error_handler(PoolTimeoutError, _handle_database_error)


def handle_error(error: HTTPException) -> Response:
    """Return the page for an HTTP error, or its alert for htmx, with the error's own headers."""
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    heading, remedy = _explain(status)
    own_remedy = error.description if error.description != type(error).description else None
    template = "errors/notice.hx.html" if is_htmx() else "errors/show.html"
    text = _submitted_text(status)
    page = render_template(
        template,
        status=status,
        heading=heading,
        remedy=own_remedy or remedy,
        text=text,
        request_id=find_request_id() if status in WITH_ID else None,
        # Forms under /admin contain a token, and some a password: people fill them in again.
        can_send_again=status == 503 and bool(text) and not is_admin_path(request.path),
        path=request.path,
        fields=[(name, value) for name, value in request.form.items(multi=True) if name != "body"]
        if text
        else [],
    )
    response = make_response(page, status)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return retarget(response, target="#notices", select=".notice") if is_htmx() else response


def _explain(status: int) -> tuple[str, str]:
    """Return the heading and the default text for an HTTP error status."""
    longest = current_app.extensions["longest_comment"]
    known = {
        400: (
            _("Bad request"),
            _("The address or the form is wrong. Please go back and try again."),
        ),
        403: (_("Not allowed"), _("Nothing was changed.")),
        404: (
            _("Page not found"),
            _("Check the address for a typing mistake. The page may also have been removed."),
        ),
        405: (_("Method not allowed"), _("This page does not accept that kind of request.")),
        409: (_("No longer possible"), _("It changed after you opened the page.")),
        413: (
            _("Too long"),
            ngettext(
                "A comment can have up to %(num)s character.",
                "A comment can have up to %(num)s characters.",
                longest,
            ),
        ),
        500: (
            _("Something went wrong on our side"),
            _("The error was logged. Please try again in a moment."),
        ),
        503: (_("The site is busy"), _("Please try again in a few seconds.")),
    }
    return known.get(status, (_("That did not work"), _("Please try again.")))


def _handle_busy(error: DatabaseBusyError) -> Response:
    # `write` has logged the error already if the database is more than busy.
    if isinstance(error.__cause__, Exception) and not is_transient(error.__cause__):
        return handle_error(ServiceUnavailable())
    log.warning("The database stayed busy.")
    return handle_error(ServiceUnavailable())


def _handle_database_error(error: DBAPIError | PoolTimeoutError) -> Response:
    """Log a database error; respond with 503 if the database is unavailable, else with 500."""
    log.error("An error of the database: %s", explain(error), exc_info=harmless(error))
    return handle_error(ServiceUnavailable() if is_unavailable(error) else InternalServerError())


def _submitted_text(status: int) -> str:
    """Return the words in the submitted form, "" if the error returns none."""
    if request.method != "POST" or status in WITHOUT_TEXT:
        return ""
    try:
        names = ("body", *(MODERATORS_WORDS if is_admin_path(request.path) else ()))
        return "\n\n".join(filter(None, map(request.form.get, names)))
    except RequestEntityTooLarge:
        return ""
