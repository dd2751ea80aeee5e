"""Views of the moderation queue, its live changes, and the page of one comment."""

from flask import Blueprint, Response, abort, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from blog.db.ids import LARGEST_ID
from blog.db.paging import Cursor
from blog.decisions.queries import list_decisions
from blog.desk.filtering import BadFilterError, read_cursor, read_seen
from blog.desk.queue.context_queries import list_by_sender, list_neighbours, list_replies
from blog.desk.queue.contexts import (
    count_context,
    get_row,
    read_rows,
    row_context,
    tool_context,
    undos_of,
)
from blog.desk.queue.count_queries import (
    count_matching,
    find_times,
    list_versions,
    reads_all,
)
from blog.desk.queue.filters import AGES, MAX_SEARCH_LENGTH, read_filter, write_filter
from blog.desk.queue.matching import MAX_SEARCHED
from blog.desk.queue.queries import list_queue, list_reviews_with_waiting
from blog.desk.queue.row_queries import list_rows
from blog.desk.queue.tabs import Tab, list_bulk_verdicts
from blog.marks.models import REASONS
from blog.text.language import format_span
from blog.text.numbers import read_number
from blog.web.current import current_time
from blog.web.security import forwarding_is_ignored, skip_session_cookie

blueprint = Blueprint("moderation", __name__)

# The most rows of a page that one request for changes may list.
MAX_SHOWN_ROWS = 1000
COMMENT = f"/comments/<int(max={LARGEST_ID}):comment_id>"


@blueprint.get("/comments")
def queue() -> str:
    """Show a page of the comments that match the filters in the query parameters.

    With `newest`, a cursor, only those that began to wait after it.
    """
    now = current_time()
    try:
        wanted = read_filter(request.args)
        after = read_cursor("after", request.args)
        since = read_cursor("newest", request.args)
    except BadFilterError as error:
        abort(400, str(error))
    newest, oldest = find_times(wanted=wanted, now=now)
    counted = count_context()
    newer = since.time if since else None
    page = list_queue(wanted=wanted, now=now, after=after, since=newer)
    return render_template(
        "desk/queue/queue.html",
        wanted=wanted,
        parts=write_filter(wanted),
        after=after,
        since=since,
        page=page,
        rows=list_rows(comments=page.items, wanted=wanted, now=now),
        newest=Cursor(newest or now, LARGEST_ID),
        oldest=oldest,
        matching=count_matching(wanted=wanted, now=now) if wanted.is_narrow else None,
        reviews=list_reviews_with_waiting(),
        reasons=REASONS,
        ages={age: format_span(1, age) for age in AGES},
        longest_search=MAX_SEARCH_LENGTH,
        searched=MAX_SEARCHED,
        reads_all=not wanted.search or reads_all(wanted=wanted),
        forwarding_is_ignored=forwarding_is_ignored(),
        tabs=list(Tab),
        bulk_verdicts=wanted.tab.bulk_verdicts,
        filter_verdicts=wanted.tab.filter_verdicts,
        purged=read_number(request.args.get("purged", ""), least=0, most=LARGEST_ID),
        alert="",
        typed={},
        back=request.full_path.rstrip("?"),
        **counted,
        **tool_context(),
        **row_context(),
    )


@blueprint.get("/comments/changes")
def changes() -> AnyResponse:
    """Return the changes in the queue that an open page does not show yet, or 204 if none.

    `since` is the change tag of the page. `rows` are its undecided comments as "id.version",
    separated by commas. Comments after the cursor `newest` count as new.
    """
    skip_session_cookie()
    try:
        wanted = read_filter(request.args)
        newest = read_cursor("newest", request.args)
    except BadFilterError as error:
        abort(400, str(error))
    counted = count_context()
    shown = _read_shown(request.args.get("rows", ""))
    versions = list_versions(comment_ids=shown)
    changed = [number for number, version in versions.items() if version != shown[number]]
    gone = [number for number in shown if number not in versions]
    if request.args.get("since") == counted["change_tag"] and not changed and not gone:
        return Response(status=204)
    arrived = 0
    if newest and wanted.is_waiting:
        arrived = count_matching(wanted=wanted, now=current_time(), since=newest.time)
    rows = read_rows(changed)
    page = render_template(
        "desk/queue/changes.hx.html",
        changed=rows,
        undos=undos_of(rows),
        gone=gone,
        arrived=arrived,
        newest=newest,
        wanted=wanted,
        parts=write_filter(wanted),
        alert="",
        typed={},
        is_elsewhere=True,
        back=url_for("admin.moderation.queue", **write_filter(wanted)),
        **counted,
        **row_context(),
    )
    return Response(page)


@blueprint.get(COMMENT)
def show(comment_id: int) -> str:
    """Show one comment with its thread, its decisions and other comments from its sender."""
    row = get_row(comment_id)
    before, after = list_neighbours(comment=row.comment)
    return render_template(
        "desk/queue/show.html",
        row=row,
        before=before,
        after=after,
        replies=list_replies(comment=row.comment),
        others=list_by_sender(comment=row.comment),
        decisions=list_decisions(comment_id=comment_id),
        bulk_verdicts=list_bulk_verdicts(row.comment.status),
        alert="",
        typed={},
        back=request.path,
        **row_context(),
        **tool_context(),
    )


def _read_shown(rows: str) -> dict[int, int]:
    """Parse "id.version" pairs, separated by commas, into versions by comment id."""
    given = map(read_seen, rows.split(",")[:MAX_SHOWN_ROWS])
    return {seen.comment_id: seen.version for seen in given if seen}
