"""The pages where a reader reports a published comment to the moderators."""

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

from blog.comments.models import Comment
from blog.comments.queries import find_public_comment
from blog.db.errors import RETRY_SECONDS, DatabaseBusyError
from blog.db.transactions import write
from blog.limits.queries import LimitReachedError, list_client_names
from blog.reports.commands import NotPublicError, report_comment
from blog.reports.models import Kind
from blog.reports.queries import has_same_report
from blog.reviews.models import Review
from blog.reviews.queries import find_public_review
from blog.site.browser import owner_token
from blog.site.comments.views import COMMENT
from blog.site.reports.forms import ReportForm
from blog.submissions.resending import check_sender
from blog.submissions.submission import hash_token
from blog.text.language import gettext as _
from blog.web.caching import cache_publicly
from blog.web.current import current_time
from blog.web.htmx import wants_fragment
from blog.web.refusals import explain_wait, refuse

blueprint = Blueprint("reports", __name__)

REPORTS = f"{COMMENT}/reports"


@blueprint.get(f"{REPORTS}/new")
@cache_publicly
def new(slug: str, comment_id: int) -> str:
    """Show the form for a report of a published comment."""
    review, comment = _get_comment(slug, comment_id)
    form = ReportForm.empty()
    return render_template(
        "site/reports/new.html", review=review, comment=comment, form=form, reason=""
    )


@blueprint.post(REPORTS)
def create(slug: str, comment_id: int) -> AnyResponse:
    """Store a report; the reported comment stays public until a moderator decides on it."""
    review, comment = _get_comment(slug, comment_id)
    form = ReportForm.sent()
    if not form.validate():
        return _refuse(review, comment, form, 422)
    token = owner_token()
    owner_hash = hash_token(token) if token else None
    try:
        _check_limits(comment, form, owner_hash)
        write(
            report_comment,
            comment_id=comment.id,
            kind=Kind(form.kind.data),
            words=form.text,
            address=request.remote_addr,
            owner_hash=owner_hash,
            now=current_time(),
        )
    except NotPublicError:
        abort(404)
    except LimitReachedError as limit:
        wait = explain_wait(limit.seconds, _("You have sent a lot in a short time."))
        return _refuse(review, comment, form, 429, wait, limit.seconds)
    except DatabaseBusyError:
        busy = _("The site is busy and could not save your report. Please send it again.")
        return _refuse(review, comment, form, 503, busy, RETRY_SECONDS)
    if wants_fragment():
        fragment = render_template("site/reports/create.hx.html", review=review, comment=comment)
        return make_response(fragment, 201)
    return redirect(url_for("reports.show_thanks", slug=slug, comment_id=comment.id), 303)


@blueprint.get(f"{REPORTS}/thanks")
@cache_publicly
def show_thanks(slug: str, comment_id: int) -> str:
    """Show that a report has arrived, even if its comment is no longer public."""
    now = current_time()
    review = find_public_review(slug=slug, now=now) or abort(404)
    comment = find_public_comment(slug=slug, comment_id=comment_id, now=now)
    return render_template("site/reports/thanks.html", review=review, comment=comment)


def _get_comment(slug: str, comment_id: int) -> tuple[Review, Comment]:
    """Return a published comment and its review.

    Raise 404 if there is none, or if a moderator wrote the comment.
    """
    now = current_time()
    review = find_public_review(slug=slug, now=now)
    comment = find_public_comment(slug=slug, comment_id=comment_id, now=now)
    # A moderator's comment cannot be reported.
    if review is None or comment is None or comment.moderator_id is not None:
        abort(404)
    return review, comment


def _check_limits(comment: Comment, form: ReportForm, owner_hash: str | None) -> None:
    """Raise LimitReachedError for a sender who has to wait, before a transaction takes locks."""
    now = current_time()
    names = list_client_names(address=request.remote_addr, now=now)
    kind = Kind(form.kind.data)
    if not has_same_report(comment_id=comment.id, kind=kind, words=form.text, names=names):
        check_sender(names=names, owner_hash=owner_hash, now=now)


def _refuse(
    review: Review,
    comment: Comment,
    form: ReportForm,
    status: int,
    reason: str = "",
    retry: int | None = None,
) -> Response:
    """Return a response with the refused form as it was sent, and its errors."""
    template = "site/reports/refused.hx.html" if wants_fragment() else "site/reports/new.html"
    page = render_template(template, review=review, comment=comment, form=form, reason=reason)
    return refuse(page, status, retry=retry)
