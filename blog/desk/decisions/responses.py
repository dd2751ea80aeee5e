"""Responses to a decision: the row of the comment, or the line of a decided comment."""

from flask import Response, make_response, render_template, request, url_for

from blog.desk.queue.contexts import count_context, row_context
from blog.desk.queue.row_queries import Row
from blog.desk.queue.tabs import list_bulk_verdicts
from blog.desk.undoing import Undo
from blog.web.htmx import wants_fragment

# The form fields in which a moderator may have typed something.
TYPED = ("body", "reason", "reason_words", "shares_reason")
MAX_RETURN_URL_LENGTH = 2000


def show_row(row: Row, status: int, *, alert: str = "") -> Response:
    """Respond with the current row of a comment: a fragment for htmx, else a whole page.

    `alert` is a message above the row. A status of 400 or more also fills the form with the text
    that the moderator sent.
    """
    template = (
        "desk/decisions/create_decision.hx.html"
        if wants_fragment()
        else "desk/decisions/create_decision.html"
    )
    page = render_template(
        template,
        row=row,
        alert=alert,
        line="",
        typed=read_typed() if status >= 400 else {},
        bulk_verdicts=list_bulk_verdicts(row.comment.status),
        back=find_return_url(),
        **count_context(),
        **row_context(),
    )
    return make_response(page, status)


def show_line(row: Row, *, line: str, undo: Undo | None) -> Response:
    """Respond to htmx with the line of a decided comment, and an undo button if `undo` is given."""
    page = render_template(
        "desk/decisions/create_decision.hx.html",
        row=row,
        line=line,
        undo=undo,
        is_elsewhere=False,
        back=find_return_url(),
        **count_context(),
        **row_context(),
    )
    return make_response(page)


def read_typed() -> dict[str, str]:
    """Return the fields of the sent form in which the moderator may have typed something."""
    return {name: request.form[name] for name in TYPED if request.form.get(name)}


def find_return_url() -> str:
    """Return the URL of the page that sent the form, if it is the queue or the log.

    Any other URL is replaced by the URL of the moderation queue.
    """
    given = request.form.get("back", "")
    home = url_for("admin.moderation.queue")
    roots = (home, url_for("admin.log.index"))
    is_ours = any(given == root or given.startswith((f"{root}?", f"{root}/")) for root in roots)
    is_plain = given.isprintable() and "\\" not in given and len(given) <= MAX_RETURN_URL_LENGTH
    return given if is_ours and is_plain and "/../" not in given else home
