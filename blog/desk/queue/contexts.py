"""What the templates of the queue need, and the rows that they show."""

from collections.abc import Iterable
from typing import Any

from flask import abort

from blog.comments.states import VERDICTS, Status, Verdict
from blog.decisions.models import REASON_LENGTH
from blog.desk.queue.count_queries import count_by_status, get_latest_ids_sum
from blog.desk.queue.matching import QueueFilter
from blog.desk.queue.queries import list_queued_comments
from blog.desk.queue.row_queries import Row, list_rows
from blog.desk.undoing import Undo, undo_of_decision
from blog.text.language import lazy_gettext
from blog.web.current import current_settings, current_time
from blog.web.forms import Form

# What each key does besides verdicts, before those and after; static/js/desk/actions.js does it.
_STEPS = [(["j", "k"], lazy_gettext("next, previous"))]
_OTHERS = [
    (["x"], lazy_gettext("select; the keys then act on all that are selected")),
    (["A"], lazy_gettext("approve all that are fully on the screen and carry no reason")),
    (["o"], lazy_gettext("the comment in its place")),
    (["/"], lazy_gettext("search")),
    (["?"], lazy_gettext("this list")),
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
        if entry.is_final and not entry.sets_spoiler
        if status == Status.PENDING or not entry.is_approval
    ]


def tool_context() -> dict[str, Any]:
    """Return what the keys and the bar for the thumb need."""
    # Those that are asked about for many; the others share their keys.
    keyed = [verdict for verdict in VERDICTS if verdict.entry.key and verdict.entry.bulk_label]
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
        "reason_length": REASON_LENGTH,
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


def get_row(comment_id: int) -> Row:
    """Return a comment as a row of the queue, or answer 404."""
    rows = read_rows([comment_id])
    return rows[0] if rows else abort(404)
