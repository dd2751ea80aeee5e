"""The decisions on a row of the queue, and a moderator's reply to its comment."""

from flask import abort, redirect
from werkzeug.wrappers import Response as AnyResponse

from blog.comments.queries import UnknownCommentError, find_comment
from blog.comments.states import Verdict
from blog.db.transactions import write
from blog.decisions.commands import StaleVersionError, reply
from blog.decisions.queries import list_bulk
from blog.decisions.recording import Ruling
from blog.desk.account.signing_in import current_moderator
from blog.desk.decisions.deciding import decide_on, explain_refusal, new_bulk_key
from blog.desk.decisions.forms import ReplyForm, RowForm
from blog.desk.decisions.responses import show_line, show_row, way_back
from blog.desk.queue import views as queue
from blog.desk.queue.contexts import get_row, undos_of
from blog.desk.undoing import undo_of_bulk
from blog.text.language import gettext as _
from blog.text.markup import render_comment
from blog.web.current import current_time
from blog.web.htmx import wants_fragment

# Their addresses stand below a comment's, whose blueprint the queue has.
blueprint = queue.blueprint
COMMENT = queue.COMMENT


@blueprint.post(f"{COMMENT}/decisions")
def create_decision(comment_id: int) -> AnyResponse:
    """Decide on the version of a comment that the moderator saw, or on the copies of its row."""
    if find_comment(comment_id=comment_id) is None:
        abort(404)
    form = RowForm.sent()
    if not form.validate():
        return show_row(get_row(comment_id), 422, notice=form.fault)
    result = decide_on(form.seen(comment_id), form, is_bulk=form.names_copies)
    if result.is_done and not wants_fragment():
        return redirect(way_back(), 303)
    row = get_row(comment_id)
    if not result.is_done:
        return show_row(row, 409, notice=result.refusal(row.comment))
    # The comment itself may have changed while its copies were decided on: then it waits on.
    waits = row.comment.waiting_since is not None and not result.includes(comment_id)
    if waits or result.verdict.is_undo:
        hint = _("The log has what was decided.")
        return show_row(row, 200, notice=f"{result.summary}. {hint}" if result.bulk_key else "")
    if result.bulk_key:
        undo = undo_of_bulk(result.bulk_key, lead=comment_id)
        return show_line(row, line=result.summary, undo=undo)
    return show_line(row, line=row.line, undo=undos_of([row])[comment_id])


@blueprint.post(f"{COMMENT}/replies")
def create_reply(comment_id: int) -> AnyResponse:
    """Publish a moderator's reply under a comment, and the comment itself where it waits."""
    form = ReplyForm.sent()
    if not form.validate():
        return show_row(get_row(comment_id), 422, notice=form.fault)
    bulk_key = new_bulk_key()
    ruling = Ruling(
        verdict=Verdict.APPROVE,
        moderator_id=current_moderator().id,
        now=current_time(),
        bulk_key=bulk_key,
    )
    try:
        write(
            reply,
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
        row = get_row(comment_id)
        return show_row(row, 409, notice=explain_refusal(row.comment, stale.last_decision))
    if not wants_fragment():
        return redirect(way_back(), 303)
    row = get_row(comment_id)
    is_both = row.decision is not None and row.decision.bulk_key == bulk_key
    # The same reply sent again was there before; its own line has the undo.
    undo = undo_of_bulk(bulk_key, lead=comment_id) if list_bulk(bulk_key=bulk_key) else None
    line = _("Published, with your reply") if is_both else _("Reply published")
    return show_line(row, line=line, undo=undo)
