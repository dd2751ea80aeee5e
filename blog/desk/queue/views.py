"""The queue, its live changes, one comment whole, and the decisions taken on it."""

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from blog.comments.queries import UnknownCommentError, find_comment
from blog.comments.states import Verdict
from blog.db.ids import LARGEST_ID
from blog.db.paging import Cursor
from blog.db.transactions import write
from blog.decisions.commands import StaleVersionError, answer
from blog.decisions.queries import list_bulk, list_decisions
from blog.decisions.recording import Ruling
from blog.desk.account.signing_in import current_moderator
from blog.desk.filtering import BadFilterError, read_cursor
from blog.desk.forms import RowForm, read_seen
from blog.desk.queue.deciding import decide_on, explain_refusal, new_bulk_key
from blog.desk.queue.filters import AGES, read_filter, write_filter
from blog.desk.queue.forms import AnswerForm
from blog.desk.queue.fragments import (
    count_context,
    list_bulk_verdicts,
    list_filter_verdicts,
    read_rows,
    row_context,
    show_line,
    show_row,
    tool_context,
    undos_of,
    way_back,
)
from blog.desk.queue.queries import (
    Row,
    count_matching,
    find_newest,
    find_oldest,
    list_answers,
    list_by_sender,
    list_neighbours,
    list_queue,
    list_reviews_with_waiting,
    list_rows,
    list_versions,
)
from blog.desk.undoing import undo_of_bulk
from blog.marks.models import REASONS
from blog.text.markup import render_comment
from blog.web.current import current_time
from blog.web.htmx import wants_fragment
from blog.web.security import forwarding_is_ignored, leave_session_cookie

blueprint = Blueprint("moderation", __name__)

# What a page asks about is what it shows; nobody shows more.
MOST_ASKED = 1000
COMMENT = f"/comments/<int(max={LARGEST_ID}):comment_id>"


@blueprint.get("/comments")
def queue() -> str:
    """Show the comments that are asked for, a page at a time."""
    now = current_time()
    try:
        wanted = read_filter(request.args)
        after = read_cursor("after", request.args, whose="the queue")
    except BadFilterError as error:
        abort(400, str(error))
    newest = (find_newest(wanted=wanted, now=now) if wanted.is_waiting else None) or now
    counted = count_context()
    page = list_queue(wanted=wanted, now=now, after=after)
    return render_template(
        "desk/queue/queue.html",
        wanted=wanted,
        parts=write_filter(wanted),
        after=after,
        page=page,
        rows=list_rows(comments=page.items, wanted=wanted, now=now),
        newest=Cursor(newest, LARGEST_ID),
        oldest=find_oldest(),
        matching=count_matching(wanted=wanted, now=now) if wanted.is_narrow else None,
        reviews=list_reviews_with_waiting(),
        reasons=REASONS,
        ages=list(AGES),
        forwarding_is_ignored=forwarding_is_ignored(),
        bulk_verdicts=list_bulk_verdicts(wanted.status),
        filter_verdicts=list_filter_verdicts(wanted.status),
        purged=request.args.get("purged", type=int),
        notice="",
        typed={},
        back=request.full_path.rstrip("?"),
        **counted,
        **tool_context(),
        **row_context(),
    )


@blueprint.get("/comments/changes")
def changes() -> AnyResponse:
    """Tell an open page of the queue what has happened since it was made; 204 for nothing.

    `since` is the page's mark, `rows` are the comments it shows undecided, as "id.version" with
    commas between, `newest` is where new arrivals begin.
    """
    leave_session_cookie()
    try:
        wanted = read_filter(request.args)
        newest = read_cursor("newest", request.args, whose="the queue")
    except BadFilterError as error:
        abort(400, str(error))
    counted = count_context()
    shown = _read_shown(request.args.get("rows", ""))
    versions = list_versions(comment_ids=shown)
    changed = [number for number, version in versions.items() if version != shown[number]]
    gone = [number for number in shown if number not in versions]
    if request.args.get("since") == counted["mark"] and not changed and not gone:
        return Response(status=204)
    arrived = (
        count_matching(wanted=wanted, now=current_time(), since=newest.moment) if newest else 0
    )
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
        notice="",
        typed={},
        is_elsewhere=True,
        back=url_for("admin.moderation.queue", **write_filter(wanted)),
        **counted,
        **row_context(),
    )
    return Response(page)


@blueprint.get(COMMENT)
def show(comment_id: int) -> str:
    """Show one comment where it will stand: its thread, its sender's others, its decisions."""
    row = _get_row(comment_id)
    before, after = list_neighbours(comment=row.comment)
    return render_template(
        "desk/queue/show.html",
        row=row,
        before=before,
        after=after,
        answers=list_answers(comment=row.comment),
        others=list_by_sender(comment=row.comment),
        decisions=list_decisions(comment_id=comment_id),
        bulk_verdicts=list_bulk_verdicts(row.comment.status),
        notice="",
        typed={},
        back=request.path,
        **row_context(),
        **tool_context(),
    )


@blueprint.post(f"{COMMENT}/decisions")
def create_decision(comment_id: int) -> AnyResponse:
    """Decide on the version of a comment that the moderator saw, or on the copies of its row."""
    if find_comment(comment_id=comment_id) is None:
        abort(404)
    form = RowForm.sent()
    if not form.validate():
        return show_row(_get_row(comment_id), 422, notice=form.fault)
    result = decide_on(form.seen(comment_id), form, is_bulk=form.names_copies)
    if result.is_done and not wants_fragment():
        return redirect(way_back(), 303)
    row = _get_row(comment_id)
    if not result.is_done:
        return show_row(row, 409, notice=result.refusal(row.comment))
    # One of its copies that was not decided on may wait on, for all to see.
    waits = row.comment.waiting_since is not None and not result.includes(comment_id)
    if waits or result.verdict.is_undo:
        done = f"{result.summary}. The log has what was decided." if result.bulk_key else ""
        return show_row(row, 200, notice=done)
    if result.bulk_key:
        undo = undo_of_bulk(result.bulk_key, lead=comment_id)
        return show_line(row, line=result.summary, undo=undo)
    return show_line(row, line=row.line, undo=undos_of([row])[comment_id])


@blueprint.post(f"{COMMENT}/answers")
def create_answer(comment_id: int) -> AnyResponse:
    """Publish a moderator's answer under a comment, and the comment itself where it waits."""
    form = AnswerForm.sent()
    if not form.validate():
        return show_row(_get_row(comment_id), 422, notice=form.fault)
    bulk_key = new_bulk_key()
    ruling = Ruling(
        verdict=Verdict.APPROVE,
        moderator_id=current_moderator().id,
        now=current_time(),
        bulk_key=bulk_key,
    )
    try:
        write(
            answer,
            comment_id=comment_id,
            version=int(form.version.data),
            body=form.body.data,
            body_html=render_comment(form.body.data),
            name=current_moderator().name,
            ruling=ruling,
        )
    except UnknownCommentError:
        abort(404)
    except StaleVersionError as stale:
        row = _get_row(comment_id)
        return show_row(row, 409, notice=explain_refusal(row.comment, stale.last_decision))
    if not wants_fragment():
        return redirect(way_back(), 303)
    row = _get_row(comment_id)
    is_both = row.decision is not None and row.decision.bulk_key == bulk_key
    # The same answer sent again was there before; its own line has the undo.
    undo = undo_of_bulk(bulk_key, lead=comment_id) if list_bulk(bulk_key=bulk_key) else None
    return show_line(row, line="Published and answered" if is_both else "Answered", undo=undo)


def _get_row(comment_id: int) -> Row:
    rows = read_rows([comment_id])
    return rows[0] if rows else abort(404)


def _read_shown(rows: str) -> dict[int, int]:
    """Return the versions of the comments that a page shows, by their ids."""
    given = map(read_seen, rows.split(",")[:MOST_ASKED])
    return {seen.comment_id: seen.version for seen in given if seen}
