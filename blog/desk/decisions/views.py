"""Views for decisions on a row of the moderation queue, and for a moderator's reply."""

from flask import abort, redirect
from werkzeug.wrappers import Response as AnyResponse

from blog.comments.queries import UnknownCommentError, find_comment
from blog.db.transactions import write
from blog.decisions.commands import StaleVersionError, reply
from blog.decisions.queries import list_bulk
from blog.decisions.recording import Ruling
from blog.desk.account.signing_in import current_moderator
from blog.desk.decisions.deciding import decide_on, new_bulk_key
from blog.desk.decisions.forms import ReplyForm, RowForm
from blog.desk.decisions.responses import find_return_url, show_line, show_row
from blog.desk.decisions.wording import explain_refusal
from blog.desk.queue import views as queue
from blog.desk.queue.contexts import get_row, undos_of
from blog.desk.undoing import undo_of_bulk
from blog.moderation.states import Verdict
from blog.text.language import gettext as _
from blog.text.markup import render_comment
from blog.web.current import current_time
from blog.web.htmx import wants_fragment

# The URLs begin with the URL of a comment, which belongs to the blueprint of the queue.
blueprint = queue.blueprint
COMMENT = queue.COMMENT


@blueprint.post(f"{COMMENT}/decisions")
def create_decision(comment_id: int) -> AnyResponse:
    """Decide on a comment, or on it and its copies, in the versions that the moderator saw.

    Responds with 404 for an unknown comment, 409 for a changed one, 422 for a faulty form.
    """
    form = RowForm.sent()
    if not form.validate():
        return show_row(get_row(comment_id), 422, alert=form.fault)
    if form.has_copies and find_comment(comment_id=comment_id) is None:
        abort(404)
    result = decide_on(form.seen(comment_id), form, is_bulk=form.has_copies)
    if result.is_done and not wants_fragment():
        return redirect(find_return_url(), 303)
    if (row := result.single_row) and not result.verdict.is_undo:
        return show_line(row, line=row.line, undo=undos_of([row])[comment_id])
    row = get_row(comment_id)
    if not result.is_done:
        return show_row(row, 409, alert=result.refusal(row.comment))
    # The copies may be decided on while the comment itself changed and so is still waiting.
    is_waiting = row.comment.waiting_since is not None and not result.includes(comment_id)
    if is_waiting or result.verdict.is_undo:
        hint = _("See the log for the decisions.")
        return show_row(row, 200, alert=f"{result.summary}. {hint}" if result.bulk_key else "")
    undo = undo_of_bulk(result.bulk_key or "", lead=comment_id)
    return show_line(row, line=result.summary, undo=undo)


@blueprint.post(f"{COMMENT}/replies")
def create_reply(comment_id: int) -> AnyResponse:
    """Publish a moderator's reply to a comment, and the comment itself if it is waiting."""
    form = ReplyForm.sent()
    if not form.validate():
        return show_row(get_row(comment_id), 422, alert=form.fault)
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
        return show_row(row, 409, alert=explain_refusal(row.comment, stale.last_decision))
    if not wants_fragment():
        return redirect(find_return_url(), 303)
    row = get_row(comment_id)
    is_both = row.decision is not None and row.decision.bulk_key == bulk_key
    # If the same reply was sent before, nothing new was decided and there is nothing to undo.
    undo = undo_of_bulk(bulk_key, lead=comment_id) if list_bulk(bulk_key=bulk_key) else None
    line = _("Published, with your reply") if is_both else _("Reply published")
    return show_line(row, line=line, undo=undo)
