"""A writer's own comments: to be seen, changed and withdrawn by the browser that sent them."""

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
from werkzeug.wrappers import Response as AnyResponse

from blog.comments.fields import SHOWN, fields_of
from blog.comments.models import Comment
from blog.comments.queries import UnknownCommentError
from blog.comments.states import Status
from blog.db.errors import RETRY_SECONDS, DatabaseBusyError
from blog.db.transactions import write
from blog.decisions.commands import StaleVersionError
from blog.decisions.queries import find_usual_wait
from blog.limits.queries import LimitReachedError, list_client_names
from blog.reviews.models import Review
from blog.site.browser import owner_token
from blog.site.comments.forms import RevisionForm
from blog.site.comments.gate import examine_words
from blog.site.comments.views import COMMENT, TOO_MANY, get_review
from blog.submissions.changes import NotChangeableError, revise_comment, withdraw_comment
from blog.submissions.owning import OwnComment, find_own, get_own, list_own
from blog.submissions.resending import check_sender
from blog.submissions.submission import Written, hash_token
from blog.text.language import gettext as _
from blog.text.markup import render_comment
from blog.web.current import current_time
from blog.web.htmx import wants_fragment
from blog.web.refusals import explain_wait, refuse

blueprint = Blueprint("own", __name__)


@blueprint.get("/reviews/comments/mine")
def index() -> str:
    """Show all that this browser ever sent."""
    token = owner_token()
    own = list_own(owner_hash=hash_token(token), now=current_time()) if token else []
    return render_template("site/own/index.html", own=own, usual_wait=find_usual_wait())


@blueprint.get("/reviews/<slug>/comments/mine")
def mine(slug: str) -> str:
    """Show a visitor their own comments under a review, known by the cookie of their browser."""
    review = get_review(slug)
    token = owner_token()
    own: list[OwnComment] = []
    if token:
        own = list_own(owner_hash=hash_token(token), review_id=review.id, now=current_time())
    return render_template(
        "site/own/mine.html", review=review, own=own, usual_wait=find_usual_wait()
    )


@blueprint.get(f"{COMMENT}/revisions/new")
def new_revision(slug: str, comment_id: int) -> str:
    """Ask a comment's writer what it should say."""
    review = get_review(slug)
    own = _get_own(review, comment_id)
    form = RevisionForm.empty(data=_present(own))
    form.place(_at(own))
    reason = "" if own.can_change else _why_not(own.comment)
    return render_template(
        "site/own/new_revision.html", review=review, own=own, form=form, reason=reason
    )


@blueprint.post(f"{COMMENT}/revisions")
def create_revision(slug: str, comment_id: int) -> AnyResponse:
    """Take other words for a comment from its writer."""
    review = get_review(slug)
    own = _get_own(review, comment_id)
    form = RevisionForm.sent()
    if not form.validate():
        return _refuse(review, own, form, 422, "".join(form.version.errors))
    try:
        comment = write(
            revise_comment,
            comment_id=comment_id,
            owner_hash=_owner_hash(),
            version=form.seen_version or 0,
            written=_read_written(review, own, form),
            address=request.remote_addr,
            now=current_time(),
        )
    except UnknownCommentError:
        abort(404)
    except StaleVersionError as stale:
        # Now its writer has been told; sent again, it is meant.
        form.version.data = str(stale.comment.version)
        return _refuse(review, own, form, 409, _tell(stale.comment))
    except NotChangeableError as error:
        return _refuse(review, own, form, 409, _why_not(error.comment))
    except LimitReachedError as limit:
        return _refuse(review, own, form, 429, explain_wait(limit.seconds, TOO_MANY), limit.seconds)
    except DatabaseBusyError:
        busy = _("We are busy for a moment and could not keep your change. Please send it again.")
        return _refuse(review, own, form, 503, busy, RETRY_SECONDS)
    return _answer_changed(review, comment)


@blueprint.post(f"{COMMENT}/withdrawal")
def create_withdrawal(slug: str, comment_id: int) -> AnyResponse:
    """Take a comment off the page, as its writer wishes."""
    review = get_review(slug)
    _get_own(review, comment_id)
    try:
        comment = write(
            withdraw_comment, comment_id=comment_id, owner_hash=_owner_hash(), now=current_time()
        )
    except UnknownCommentError:
        abort(404)
    except NotChangeableError as error:
        remedy = _("There is nothing left to withdraw.")
        abort(409, f"{error.comment.status.entry.explanation} {remedy}")
    return _answer_changed(review, comment)


def _owner_hash() -> str:
    """Return what is stored of this browser's token, or answer 404."""
    return hash_token(owner_token() or abort(404))


def _get_own(review: Review, comment_id: int) -> OwnComment:
    """Return the comment where this browser sent it; to others it is not there."""
    own = find_own(
        comment_id=comment_id, review_id=review.id, owner_hash=_owner_hash(), now=current_time()
    )
    return own or abort(404)


def _present(own: OwnComment) -> dict[str, object]:
    """Return what the form begins from: the words that wait where some do, else the present."""
    return _words(own) | {"version": str(own.comment.version)}


def _words(own: OwnComment) -> dict[str, object]:
    """Return what its writer last said, by the names of the form's fields."""
    return fields_of(own.comment) | fields_of(own.change or own.comment, SHOWN)


def _read_written(review: Review, own: OwnComment, form: RevisionForm) -> Written:
    """Join the form with what is odd about it, which takes time only where something changes.

    Raises LimitReachedError where the writer has to wait.
    """
    present = own.change or own.comment
    if form.words == _words(own):
        body_html, found_reasons = present.body_html, {}
    else:
        names = list_client_names(address=request.remote_addr, now=current_time())
        check_sender(names=names, owner_hash=_owner_hash(), now=current_time())
        body_html = render_comment(form.body.data)
        # What tells a program from a person was asked when the comment came.
        judgement = examine_words(form, body_html=body_html, owner_hash=_owner_hash())
        found_reasons = {"rule": judgement.detail} if judgement.detail else {}
    return Written(
        review_id=review.id,
        **form.words,
        body_html=body_html,
        is_trapped=form.is_trapped,
        found_reasons=found_reasons,
    )


def _tell(comment: Comment) -> str:
    """Say what happened to a comment after its writer opened it."""
    kept = _("Your words are kept below.")
    return f"{comment.status.entry.explanation} {kept}"


def _why_not(comment: Comment) -> str:
    """Say why a comment can no longer be changed."""
    if comment.status != Status.PUBLISHED:
        return _tell(comment)
    return _(
        "It can no longer be changed: that takes a comment of the last 15 minutes that has no"
        " replies. Your words are kept below; you can send them as a comment of their own."
    )


def _answer_changed(review: Review, comment: Comment) -> AnyResponse:
    if not wants_fragment():
        anchor = f"comment-{comment.id}"
        return redirect(url_for("own.mine", slug=review.slug, _anchor=anchor), 303)
    own = get_own(comment_id=comment.id, now=current_time())
    return make_response(render_template("site/own/changed.hx.html", own=own))


def _at(own: OwnComment) -> str:
    return f"edit-{own.comment.id}"


def _refuse(
    review: Review,
    own: OwnComment,
    form: RevisionForm,
    status: int,
    reason: str = "",
    retry: int | None = None,
) -> Response:
    """Give the form back as it was, with what is wrong and what would be right."""
    form.place(_at(own))
    template = (
        "site/own/create_revision.hx.html" if wants_fragment() else "site/own/new_revision.html"
    )
    page = render_template(template, review=review, own=own, form=form, reason=reason)
    return refuse(page, status, retry=retry)
