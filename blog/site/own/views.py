"""A reader's own comments: the browser that sent them can show, edit and withdraw them."""

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
from blog.db.errors import RETRY_SECONDS, DatabaseBusyError
from blog.db.transactions import write
from blog.decisions.commands import StaleVersionError
from blog.decisions.queries import find_usual_wait
from blog.drafts.queries import list_ends
from blog.limits.queries import LimitReachedError, list_client_names
from blog.moderation.states import Status
from blog.reviews.models import Review
from blog.site.browser import owner_token
from blog.site.comments.forms import RevisionForm
from blog.site.comments.spam_checks import examine_text
from blog.site.comments.views import COMMENT, TOO_MANY, get_counted_review, get_review
from blog.site.usual_wait import recent_usual_wait
from blog.submissions.changes import NotChangeableError, revise_comment, withdraw_comment
from blog.submissions.owning import OwnComment, find_own, get_own, list_own
from blog.submissions.resending import check_sender
from blog.submissions.submission import Written, hash_token
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.text.markup import render_comment
from blog.web.current import current_time
from blog.web.htmx import wants_fragment
from blog.web.refusals import explain_wait, refuse

blueprint = Blueprint("own", __name__)

NOT_OWN = lazy_gettext(
    "You can only see, edit or withdraw a comment here in the browser that sent it, while it keeps"
    " this site’s cookies."
)


@blueprint.get("/reviews/comments/mine")
def index() -> str:
    """Show all comments that this browser has sent."""
    token = owner_token()
    own = list_own(owner_hash=hash_token(token), now=current_time()) if token else []
    return render_template(
        "site/own/index.html",
        own=own,
        ends=list_ends(draft_ids={one.comment.review_id for one in own}),
        usual_wait=find_usual_wait(),
    )


@blueprint.get("/reviews/<slug>/comments/mine")
def mine(slug: str) -> str:
    """Show the comments on one review that this browser has sent."""
    review, count = get_counted_review(slug)
    token = owner_token()
    own: list[OwnComment] = []
    if token:
        own = list_own(owner_hash=hash_token(token), review=review, now=current_time())
    # No cache keeps this page, so none can confuse the two.
    return render_template(
        "site/own/mine.hx.html" if wants_fragment() else "site/own/mine.html",
        review=review,
        own=own,
        count=count,
        usual_wait=recent_usual_wait() if any(one.waits for one in own) else None,
    )


@blueprint.get(f"{COMMENT}/revisions/new")
def new_revision(slug: str, comment_id: int) -> str:
    """Show the form in which the author edits a comment."""
    review = get_review(slug)
    own = _get_own(review, comment_id)
    form = RevisionForm.empty(data=_initial_values(own))
    form.set_id_suffix(_id_suffix(own))
    reason = "" if own.can_change else _explain_not_changeable(own.comment)
    return render_template(
        "site/own/new_revision.html", review=review, own=own, form=form, reason=reason
    )


@blueprint.post(f"{COMMENT}/revisions")
def create_revision(slug: str, comment_id: int) -> AnyResponse:
    """Store an edit of a comment by its author."""
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
            written=_build_written(review, own, form),
            address=request.remote_addr,
            now=current_time(),
        )
    except UnknownCommentError:
        abort(404, NOT_OWN)
    except StaleVersionError as stale:
        # The author now sees the new status; sending the form again is then accepted.
        form.version.data = str(stale.comment.version)
        return _refuse(review, own, form, 409, _explain_status(stale.comment))
    except NotChangeableError as error:
        return _refuse(review, own, form, 409, _explain_not_changeable(error.comment))
    except LimitReachedError as limit:
        return _refuse(review, own, form, 429, explain_wait(limit.seconds, TOO_MANY), limit.seconds)
    except DatabaseBusyError:
        busy = _("The site is busy and could not save your edit. Please send it again.")
        return _refuse(review, own, form, 503, busy, RETRY_SECONDS)
    return _respond_changed(review, comment)


@blueprint.post(f"{COMMENT}/withdrawal")
def create_withdrawal(slug: str, comment_id: int) -> AnyResponse:
    """Withdraw a comment for its author, which removes the comment from the page."""
    review = get_review(slug)
    _get_own(review, comment_id)
    try:
        comment = write(
            withdraw_comment, comment_id=comment_id, owner_hash=_owner_hash(), now=current_time()
        )
    except UnknownCommentError:
        abort(404, NOT_OWN)
    except NotChangeableError as error:
        remedy = _("It can no longer be withdrawn.")
        abort(409, f"{error.comment.status.entry.explanation} {remedy}")
    return _respond_changed(review, comment)


def _owner_hash() -> str:
    """Return the hash of this browser's token, or raise 404 if the browser has no token."""
    return hash_token(owner_token() or abort(404, NOT_OWN))


def _get_own(review: Review, comment_id: int) -> OwnComment:
    """Return a comment that this browser has sent, or raise 404."""
    own = find_own(
        comment_id=comment_id, review_id=review.id, owner_hash=_owner_hash(), now=current_time()
    )
    return own or abort(404, NOT_OWN)


def _initial_values(own: OwnComment) -> dict[str, object]:
    """Return the initial values of the edit form by field name, with the comment's version."""
    return _current_values(own) | {"version": str(own.comment.version)}


def _current_values(own: OwnComment) -> dict[str, object]:
    """Return the field values of a comment by name, from the waiting edit if there is one."""
    return fields_of(own.comment) | fields_of(own.change or own.comment, SHOWN)


def _build_written(review: Review, own: OwnComment, form: RevisionForm) -> Written:
    """Return the text and values of a valid edit form, rendered and checked against the rules.

    An edit that changes nothing is not rendered and checked again. Raises LimitReachedError when
    the author has to wait.
    """
    current = own.change or own.comment
    if form.field_values == _current_values(own):
        body_html, found_reasons = current.body_html, {}
    else:
        names = list_client_names(address=request.remote_addr, now=current_time())
        check_sender(names=names, owner_hash=_owner_hash(), now=current_time())
        body_html = render_comment(form.body.data)
        # Proof and captcha are not needed, as they were checked with the comment.
        judgement = examine_text(
            form, body_html=body_html, owner_hash=_owner_hash(), client_names=names
        )
        found_reasons = {"rule": judgement.detail} if judgement.detail else {}
    return Written(
        review_id=review.id,
        **form.field_values,
        body_html=body_html,
        is_trapped=form.is_trapped,
        found_reasons=found_reasons,
    )


def _explain_status(comment: Comment) -> str:
    """Return sentences about a comment's status and the text kept in the form."""
    kept = _("Your text is kept below.")
    return f"{comment.status.entry.explanation} {kept}"


def _explain_not_changeable(comment: Comment) -> str:
    """Return sentences that explain why a comment can no longer be edited."""
    if comment.status != Status.PUBLISHED:
        return _explain_status(comment)
    return _(
        "You can edit a published comment for 15 minutes, until somebody replies to it."
        " Your text is kept below; you can send it as a new comment."
    )


def _respond_changed(review: Review, comment: Comment) -> AnyResponse:
    if not wants_fragment():
        anchor = f"comment-{comment.id}"
        return redirect(url_for("own.mine", slug=review.slug, _anchor=anchor), 303)
    own = get_own(comment_id=comment.id, now=current_time())
    return make_response(render_template("site/own/changed.hx.html", own=own))


def _id_suffix(own: OwnComment) -> str:
    return f"edit-{own.comment.id}"


def _refuse(
    review: Review,
    own: OwnComment,
    form: RevisionForm,
    status: int,
    reason: str = "",
    retry: int | None = None,
) -> Response:
    """Return a response with the refused form as it was sent, and its errors."""
    form.set_id_suffix(_id_suffix(own))
    template = (
        "site/own/create_revision.hx.html" if wants_fragment() else "site/own/new_revision.html"
    )
    page = render_template(template, review=review, own=own, form=form, reason=reason)
    return refuse(page, status, retry=retry)
