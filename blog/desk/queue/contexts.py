"""Data that the templates of the moderation queue need."""

from collections.abc import Iterable
from typing import Any

from flask import abort

from blog.decisions.models import REASON_LENGTH
from blog.desk.queue.count_queries import count_by_tab
from blog.desk.queue.matching import QueueFilter
from blog.desk.queue.queries import list_queued_comments
from blog.desk.queue.row_queries import Row, list_rows
from blog.desk.queue.tabs import Tab
from blog.desk.row_tools import RowTools
from blog.desk.undoing import Undo, undo_of_decision
from blog.moderation.states import VERDICTS, Verdict
from blog.text.language import lazy_gettext
from blog.web.current import current_settings, current_time
from blog.web.forms import Form

# Keys that give no verdict, listed before and after those of verdicts: static/js/desk/actions.js.
_STEPS = [(["j", "k"], lazy_gettext("next, previous"))]
_OTHERS = [
    (["x"], lazy_gettext("select; the keys then act on all selected comments")),
    (["A"], lazy_gettext("approve all comments that are fully visible and have no reason")),
    (["o"], lazy_gettext("show the comment in context")),
    (["/"], lazy_gettext("search")),
    (["?"], lazy_gettext("show this list")),
]


def tool_context() -> dict[str, Any]:
    """Return template data for the keyboard shortcuts and the touch toolbar."""
    # The verdicts for bulks have keys of their own; the other verdicts share those keys.
    keyed = [verdict for verdict in VERDICTS if verdict.entry.key and verdict.entry.bulk_label]
    named = [([v.entry.key or ""], v.entry.help) for v in (*keyed, Verdict.REOPEN)]
    return {
        "keys": [*_STEPS, *named, *_OTHERS],
        "key_verdicts": keyed,
        "thumb_verdicts": Tab.PENDING.filter_verdicts,
    }


def row_context() -> dict[str, Any]:
    """Return template data that every row needs in addition to the row itself."""
    context = {
        "form": Form.empty(),
        "reason_length": REASON_LENGTH,
        "site_reasons": current_settings().rejection_reasons,
    }
    return {**context, "now": current_time(), "tools": RowTools(context)}


def count_context() -> dict[str, Any]:
    """Return template data for the live counts.

    `counts` has the number of comments by tab, `as_of` the time of the counts in
    microseconds since 1970, and `change_tag` a text that differs after every change.
    """
    # The time is read before the counts, so the counts are never older than `as_of`.
    as_of = current_time()
    latest, counts = count_by_tab()
    # A deletion may lower the sum of the latest ids, but it changes the counts as well.
    change_tag = "-".join(str(number) for number in (latest, *counts.values()))
    return {"as_of": int(as_of.timestamp() * 1_000_000), "change_tag": change_tag, "counts": counts}


def read_rows(comment_ids: Iterable[int]) -> list[Row]:
    """Return the comments with these ids as rows of the queue; unknown ids are left out."""
    comments = list_queued_comments(comment_ids=comment_ids)
    return list_rows(comments=comments, wanted=QueueFilter(), now=current_time())


def undos_of(rows: Iterable[Row]) -> dict[int, Undo | None]:
    """Return the undo form of each row's last decision by comment id, None if not undoable."""
    return {
        row.comment.id: undo_of_decision(row.decision, version=row.comment.version) for row in rows
    }


def get_row(comment_id: int) -> Row:
    """Return a comment as a row of the queue. Raises 404 if there is no such comment."""
    rows = read_rows([comment_id])
    return rows[0] if rows else abort(404)
