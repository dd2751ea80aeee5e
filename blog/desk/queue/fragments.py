"""What the answers of the desk have in common."""

from collections.abc import Iterable
from typing import Any

from flask import Response, make_response, render_template, request, url_for

from blog.comments.states import VERDICTS, Status, Verdict
from blog.desk.queue.queries import (
    QueueFilter,
    Row,
    count_by_status,
    get_latest_ids_sum,
    list_queued_comments,
    list_rows,
)
from blog.desk.undoing import Undo, undo_of_decision
from blog.web.current import current_settings, current_time
from blog.web.forms import Form
from blog.web.htmx import wants_fragment

# What a moderator may have typed in a row.
TYPED = ("body", "reason", "reason_words", "is_told")
LONGEST_WAY_BACK = 2000


# What each key does that is no verdict's, before those and after; static/js/desk.js does it.
_STEPS = [(["j", "k"], "next, previous")]
_OTHERS = [
    (["x"], "select; the keys then act on all that are selected"),
    (["A"], "approve all that are fully on the screen and carry no reason"),
    (["o"], "the comment in its place"),
    (["/"], "search"),
    (["?"], "this list"),
]


def list_bulk_verdicts(status: Status) -> list[Verdict]:
    """Return what may be decided on many on the page of a status, in the order of the buttons."""
    return [verdict for verdict in VERDICTS if status in verdict.entry.bulk_pages]


def list_filter_verdicts(status: Status) -> list[Verdict]:
    """Return what may be decided on all that match; only what waits is approved unseen."""
    return [
        verdict
        for verdict in list_bulk_verdicts(status)
        for entry in [verdict.entry]
        if entry.is_final and not entry.folds
        if status == Status.PENDING or not entry.is_approval
    ]


def tool_context() -> dict[str, Any]:
    """Return what the keys and the bar for the thumb need."""
    # Those that are asked about for many; the others share their keys.
    keyed = [verdict for verdict in VERDICTS if verdict.entry.key and verdict.entry.asked]
    named = [([v.entry.key or ""], v.entry.help) for v in (*keyed, Verdict.REOPEN)]
    return {
        "keys": [*_STEPS, *named, *_OTHERS],
        "key_verdicts": keyed,
        "thumb_verdicts": list_filter_verdicts(Status.PENDING),
    }


def row_context() -> dict[str, Any]:
    """Return what every row of the desk needs besides itself."""
    return {
        "form": Form.empty(),
        "now": current_time(),
        "site_reasons": current_settings().rejection_reasons,
    }


def count_context() -> dict[str, Any]:
    """Return the counts, since when they hold, and a mark that changes with whatever happens."""
    # The moment first: what happens in between makes the counts newer than it says, never older.
    as_of = current_time()
    counts = count_by_status()
    # What is deleted takes its number with it, and is seen in the counts.
    mark = "-".join(str(number) for number in (get_latest_ids_sum(), *counts.values()))
    return {"as_of": int(as_of.timestamp() * 1_000_000), "mark": mark, "counts": counts}


def read_rows(comment_ids: Iterable[int]) -> list[Row]:
    """Return these comments as rows of the queue, those that are there."""
    comments = list_queued_comments(comment_ids=comment_ids)
    return list_rows(comments=comments, wanted=QueueFilter(), now=current_time())


def undos_of(rows: Iterable[Row]) -> dict[int, Undo | None]:
    """Return how the last decision on each of these is undone, by the comment's id."""
    return {
        row.comment.id: undo_of_decision(row.decision, version=row.comment.version) for row in rows
    }


def show_row(row: Row, status: int, *, notice: str = "") -> Response:
    """Show a comment as it is now, to be decided on, as a row for htmx or as a page of its own.

    What was typed and refused is given back.
    """
    template = (
        "desk/queue/create_decision.hx.html" if wants_fragment() else "desk/queue/decision.html"
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
        "desk/queue/create_decision.hx.html",
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
