"""Views of the log of decisions: pages, a CSV file, and statistics by moderator."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, timedelta
from functools import lru_cache

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request

from blog.accounts.queries import list_moderators
from blog.db.paging import Page
from blog.decisions.log import (
    Bulk,
    Entry,
    Line,
    LogFilter,
    count_bulks,
    list_entries,
    list_lines,
)
from blog.decisions.statistics import WAITS_READ, list_tallies
from blog.desk.filtering import BadFilterError
from blog.desk.log.filters import read_filter, read_place, write_filter
from blog.desk.undoing import Undo, undo_of_bulk, undo_of_decision
from blog.moderation.states import VERDICTS
from blog.text.language import lazy_gettext
from blog.web.current import current_time
from blog.web.forms import Form

blueprint = Blueprint("log", __name__)

PAGE_SIZE = 50
# How many rows of the CSV file are read at once.
CHUNK_SIZE = 1000
PERIODS = (
    (lazy_gettext("Last 7 days"), 7),
    (lazy_gettext("Last 30 days"), 30),
    (lazy_gettext("All time"), None),
)
COLUMNS = (
    *("decision", "decided_at", "moderator", "verdict", "comment", "review", "version"),
    *("from", "to", "reason", "commenter_told", "bulk", "undoes", "waited_seconds"),
)
# A spreadsheet may run a cell with such a beginning as a formula.
_FORMULA = re.compile(r"[\s\ufeff\u200b-\u200f]*[=+\-@＝＋－＠]|[\t\r\n]")


@blueprint.get("/log")
def index() -> str:
    """Show a page of the decisions that match the query parameters, newest first."""
    try:
        wanted, before = read_filter(request.args), read_place(request.args)
    except BadFilterError as error:
        abort(400, str(error))
    entries = list_entries(wanted=wanted, size=PAGE_SIZE + 1, before=before)
    page = Page.of(entries, PAGE_SIZE, lambda entry: entry.cursor)
    keys = [entry.decision.bulk_key for entry in page.items]
    bulks = count_bulks(bulk_keys=[key for key in keys if key])
    return render_template(
        "desk/log/index.html",
        wanted=wanted,
        parts=write_filter(wanted),
        is_first=before is None,
        page=page,
        bulks=bulks,
        undos={entry.decision.id: _undo_of(entry) for entry in page.items},
        bulk_undos=_list_bulk_undos(page, bulks),
        moderators=list_moderators(),
        verdicts=VERDICTS,
        form=Form.empty(),
        back=request.full_path.rstrip("?"),
    )


@blueprint.get("/log.csv")
def download() -> Response:
    """Respond with all decisions that match the query parameters as a CSV file."""
    try:
        wanted = read_filter(request.args)
    except BadFilterError as error:
        abort(400, str(error))
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # A method of the proxy.
    response = Response(_write_file(app, wanted), mimetype="text/csv")
    name = f"decisions-{current_time().astimezone(UTC):%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/log/moderators")
def moderators() -> str:
    """Show how many decisions each moderator made, and how long the comments had waited."""
    now = current_time()
    return render_template(
        "desk/log/moderators.html",
        periods=[
            (name, list_tallies(since=now - timedelta(days=days) if days else None))
            for name, days in PERIODS
        ],
        waits_read=WAITS_READ,
        form=Form.empty(),
    )


def _undo_of(entry: Entry) -> Undo | None:
    decision = entry.decision
    return undo_of_decision(decision, version=decision.new_version) if entry.is_last else None


def _list_bulk_undos(page: Page[Entry], bulks: Mapping[str, Bulk]) -> dict[int, Undo]:
    """Return the undo forms of the bulk actions on a page, by the id of the first decision of each.

    Only bulk actions with more than one undoable decision have an undo form.
    """
    first: dict[str, int] = {}
    for entry in page.items:
        key = entry.decision.bulk_key
        if key and bulks[key].undoable > 1:
            first.setdefault(key, entry.decision.id)
    return {decision_id: undo_of_bulk(key) for key, decision_id in first.items()}


def _write_file(app: Flask, wanted: LogFilter) -> Iterator[str]:
    """Yield the CSV file in chunks, each read in a database session of its own.

    A slow download therefore keeps no database connection open. Decisions are never changed or
    deleted, so none is missing or repeated between two chunks.
    """
    yield "\ufeff" + _write_lines([COLUMNS])
    before = None
    while True:
        with app.app_context():
            lines = list_lines(wanted=wanted, size=CHUNK_SIZE, before=before)
        if lines:
            yield _write_lines(_cells(line) for line in lines)
        if len(lines) < CHUNK_SIZE:
            return
        before = lines[-1].id


def _cells(line: Line) -> tuple[object, ...]:
    # Unpacked at once, because each access by name takes as long as three of these lines.
    number, decided_at, moderator, verdict, comment_id, title, version, *others = line
    from_status, to_status, reason, shares_reason, *last = others
    return (
        *(number, f"{decided_at.isoformat()[:19]}Z", _disarm(moderator), verdict, comment_id),
        *(_disarm(title), version, from_status, to_status, _disarm(reason)),
        *("yes" if shares_reason else "no", *last),
    )


def _write_lines(rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


@lru_cache(maxsize=1000)
def _disarm(text: str | None) -> str | None:
    """Return the text of a cell that somebody typed, quoted if a spreadsheet could run it."""
    return f"'{text}" if text and _FORMULA.match(text) else text
