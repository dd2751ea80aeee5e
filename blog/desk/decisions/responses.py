"""What a decision is answered with: the row to decide on, or the line that stands for it."""

from flask import Response, make_response, render_template, request, url_for

from blog.desk.queue.contexts import count_context, list_bulk_verdicts, row_context
from blog.desk.queue.row_queries import Row
from blog.desk.undoing import Undo
from blog.web.htmx import wants_fragment

# What a moderator may have typed in a row.
TYPED = ("body", "reason", "reason_words", "shares_reason")
LONGEST_WAY_BACK = 2000


def show_row(row: Row, status: int, *, notice: str = "") -> Response:
    """Show a comment as it is now, to be decided on, as a row for htmx or as a page of its own.

    What was typed and refused is given back.
    """
    template = (
        "desk/decisions/create_decision.hx.html"
        if wants_fragment()
        else "desk/decisions/create_decision.html"
    )
    page = render_template(
        template,
        row=row,
        notice=notice,
        line="",
        typed=_read_typed() if status >= 400 else {},
        bulk_verdicts=list_bulk_verdicts(row.comment.status),
        back=way_back(),
        **count_context(),
        **row_context(),
    )
    return make_response(page, status)


def show_line(row: Row, *, line: str, undo: Undo | None) -> Response:
    """Show htmx the line that stands for what was decided, with its undo."""
    page = render_template(
        "desk/decisions/create_decision.hx.html",
        row=row,
        line=line,
        undo=undo,
        is_elsewhere=False,
        back=way_back(),
        **count_context(),
        **row_context(),
    )
    return make_response(page)


def _read_typed() -> dict[str, str]:
    return {name: request.form[name] for name in TYPED if request.form.get(name)}


def way_back() -> str:
    """Return the page of the desk that the form was on; the queue where it names none of ours."""
    given = request.form.get("back", "")
    home = url_for("admin.moderation.queue")
    roots = (home, url_for("admin.log.index"))
    is_ours = any(given == root or given.startswith((f"{root}?", f"{root}/")) for root in roots)
    is_plain = given.isprintable() and "\\" not in given and len(given) <= LONGEST_WAY_BACK
    return given if is_ours and is_plain and "/../" not in given else home
