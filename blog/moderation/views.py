"""The queue, and the decisions taken in it."""

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from blog.clock import current_time
from blog.comments.commands import StaleVersionError, UnknownCommentError, decide
from blog.comments.models import Comment, Decision, Status, Verdict
from blog.comments.queries import find_last_decision, list_last_decisions
from blog.database import write
from blog.htmx import wants_fragment
from blog.moderation.forms import DecisionForm
from blog.moderation.queries import count_by_status, find_queued_comment, list_queue
from blog.pagination import BadCursorError, Cursor
from blog.security import forwarding_is_ignored
from blog.text import normalise_line

blueprint = Blueprint("moderation", __name__)

LONGEST_SEARCH = 200


@blueprint.get("/comments")
def queue() -> str:
    """Show the comments in a state, a page at a time."""
    status, after, words = _read_filter()
    page = list_queue(status=status, words=words, after=after)
    return render_template(
        "moderation/queue.html",
        status=status,
        words=words,
        after=after,
        page=page,
        counts=count_by_status(),
        decisions=list_last_decisions(comment_ids=[comment.id for comment in page.items]),
        form=DecisionForm(formdata=None),
        now=current_time(),
        forwarding_is_ignored=forwarding_is_ignored(),
        here=_here(),
    )


@blueprint.post("/comments/<int(max=2147483647):comment_id>/decisions")
def create_decision(comment_id: int) -> AnyResponse:
    """Take a decision on the version of a comment that the moderator saw."""
    form = DecisionForm(request.form)  # By itself it would take JSON too, of any shape.
    if not form.validate():
        return _answer(_get_comment(comment_id), 422, form.fault)
    try:
        write(
            decide,
            comment_id=comment_id,
            version=form.version.data,
            verdict=Verdict(form.verdict.data),
            moderator_id=current_user.id,
            now=current_time(),
        )
    except UnknownCommentError:
        abort(404)
    except StaleVersionError as stale:
        notice = _tell(stale.comment, stale.last_decision)
        return _answer(_get_comment(comment_id), 409, notice)
    if not wants_fragment():
        return redirect(_way_back(), 303)
    return _answer(_get_comment(comment_id), 200)


def _read_filter() -> tuple[Status, Cursor | None, str]:
    """Return what the address asks for, or answer 400 in words."""
    given = request.args.get("status", Status.PENDING)
    if given not in list(Status):
        abort(400, f"status is one of {', '.join(Status)}.")
    words = normalise_line(request.args.get("q", ""))
    if len(words) > LONGEST_SEARCH:
        abort(400, f"q takes up to {LONGEST_SEARCH} characters; this has {len(words):,}.")
    try:
        return Status(given), Cursor.parse(request.args.get("after")), words
    except BadCursorError:
        abort(400, "after names no page of the queue. Begin at the first.")


def _answer(comment: Comment, status: int, notice: str = "") -> Response:
    """Show the comment as it is now, as a row for htmx or as a page of its own."""
    template = (
        "moderation/create_decision.hx.html" if wants_fragment() else "moderation/decision.html"
    )
    page = render_template(
        template,
        comment=comment,
        decision=find_last_decision(comment_id=comment.id),
        form=DecisionForm(formdata=None),
        notice=notice,
        is_done=status == 200,
        counts=count_by_status(),
        now=current_time(),
        back=_way_back(),
    )
    return make_response(page, status)


def _tell(comment: Comment, decision: Decision | None) -> str:
    """Say who decided what, and when, on a comment that is no longer as it was seen."""
    # A decision ends the version it was taken on; if it did not, the words have changed since.
    if decision is None or decision.version + 1 != comment.version:
        return "The comment changed after you opened this page. Nothing was changed by you."
    when = decision.decided_at.strftime("%H:%M UTC on %-d %B %Y")
    word = {
        Status.PUBLISHED: "published",
        Status.REJECTED: "rejected",
        Status.SPAM: "marked as spam",
    }
    done = word.get(decision.to_status, "changed")
    return f"{decision.moderator.name} {done} this comment at {when}. Nothing was changed by you."


def _get_comment(comment_id: int) -> Comment:
    return find_queued_comment(comment_id=comment_id) or abort(404)


def _here() -> str:
    """Return the queue page's own address, to come back to."""
    return request.full_path.rstrip("?")


def _way_back() -> str:
    """Return the queue page the form was on."""
    given = request.form.get("back", "")
    home = url_for("admin.moderation.queue")
    is_ours = given == home or given.startswith(home + "?")
    return given if is_ours and given.isprintable() and "\\" not in given else home
