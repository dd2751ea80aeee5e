"""The pages and answers of the comment flow."""

import re
from collections.abc import Sequence

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

from blog.caching import same_for_everybody
from blog.clock import current_time
from blog.comments.commands import CommentsClosedError, submit_comment
from blog.comments.forms import CommentForm
from blog.comments.models import Comment, Status
from blog.comments.queries import (
    count_public_comments,
    find_page_of,
    find_public_comment,
    list_last_decisions,
    list_own_comments,
    list_public_answers,
    list_public_comments,
)
from blog.comments.submission import Submission, hash_token, make_token
from blog.config import current_settings
from blog.database import RETRY_SECONDS, DatabaseBusyError, write
from blog.htmx import wants_fragment
from blog.limits.commands import LimitReachedError
from blog.markup import render_comment
from blog.pagination import requested_cursor
from blog.reviews.models import Review
from blog.reviews.queries import find_public_review
from blog.security import set_cookie

blueprint = Blueprint("comments", __name__)

OWNER_COOKIE = "second_lead_owner"
# Says nothing but that asking for one's own comments is worth the while.
MARKER_COOKIE = "second_lead_wrote"
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)


@blueprint.get("/reviews/<slug>/comments")
@same_for_everybody
def index(slug: str) -> str:
    """Show a page of a review's comments."""
    review = _get_review(slug)
    after = requested_cursor()
    page = list_public_comments(review_id=review.id, after=after)
    if after and not page.items:
        abort(404)
    return render_template(
        "comments/index.html",
        review=review,
        page=page,
        answers=list_public_answers(comments=page.items),
        count=count_public_comments(review_ids=[review.id])[review.id],
        after=after,
    )


@blueprint.get("/reviews/<slug>/comments/<int(max=2147483647):comment_id>")
def show(slug: str, comment_id: int) -> AnyResponse:
    """Lead from a comment's permanent address to its place on the page that holds it today."""
    comment = find_public_comment(slug=slug, comment_id=comment_id, now=current_time())
    if comment is None:
        abort(404)
    after = find_page_of(comment=comment)
    anchor = f"comment-{comment.id}"
    if after is None:
        return redirect(url_for("reviews.show", slug=slug, _anchor=anchor), 303)
    return redirect(url_for("comments.index", slug=slug, after=after, _anchor=anchor), 303)


@blueprint.get("/reviews/<slug>/comments/mine")
def mine(slug: str) -> str:
    """Show a visitor their own comments, known by the cookie of their browser."""
    review = _get_review(slug)
    token = owner_token()
    own = list_own_comments(review_id=review.id, owner_hash=hash_token(token)) if token else []
    reasons = _list_told_reasons(own)
    published = [comment for comment in own if comment.is_public]
    return render_template(
        "comments/mine.html",
        review=review,
        unpublished=[comment for comment in own if comment.is_pending or comment.id in reasons],
        reasons=reasons,
        published=published,
        answers=list_public_answers(comments=published),
    )


@blueprint.post("/reviews/<slug>/comments")
def create(slug: str) -> AnyResponse:
    """Take a comment, to wait for approval."""
    review = _get_review(slug)
    form = CommentForm(request.form)  # By itself it would take JSON too, of any shape.
    if not form.validate():
        return _refuse(review, form, 422, "".join(form.parent_id.errors))
    submission = _read_submission(review, form)
    try:
        comment = write(
            submit_comment,
            submission=submission,
            comments_open=review.comments_open,
            now=current_time(),
        )
    except CommentsClosedError:
        return _refuse(
            review, form, 409, "Comments on this review are closed. Your words are kept below."
        )
    except LimitReachedError as limit:
        return _refuse(review, form, 429, _ask_to_wait(limit.seconds), retry=limit.seconds)
    except DatabaseBusyError:
        busy = "We are busy for a moment and could not keep your comment. Please send it again."
        return _refuse(review, form, 503, busy, retry=RETRY_SECONDS)
    return _remember_owner(_answer_created(review, comment), submission.token)


def _get_review(slug: str) -> Review:
    """Return the public review at this address, or answer 404."""
    return find_public_review(slug=slug, now=current_time()) or abort(404)


def _list_told_reasons(own: Sequence[Comment]) -> dict[int, str]:
    """Return why comments are not on the page, where a moderator wanted their writer to know."""
    refused = [c.id for c in own if c.status in (Status.REJECTED, Status.REMOVED)]
    return {
        comment_id: decision.reason
        for comment_id, decision in list_last_decisions(comment_ids=refused).items()
        if decision.is_told and decision.reason
    }


def _read_submission(review: Review, form: CommentForm) -> Submission:
    """Join the form with what is known of its sender; all that takes time happens here."""
    token = owner_token()
    secret_key = current_settings().secret_key
    return Submission(
        review_id=review.id,
        author_name=form.author_name.data,
        author_email=form.author_email.data or None,
        body=form.body.data,
        body_html=render_comment(form.body.data),
        token=token or make_token(submission_id=form.random_id, secret_key=secret_key),
        is_known=token is not None,
        submission_id=form.random_id,
        address=request.remote_addr,
        is_folded=form.is_folded.data,
        wants_notice=form.wants_notice.data,
        typed_seconds=form.seconds,
        is_trapped=form.is_trapped,
    )


def _answer_created(review: Review, comment: Comment) -> AnyResponse:
    if wants_fragment():
        fragment = render_template("comments/create.hx.html", review=review, comment=comment)
        return make_response(fragment, 201)
    anchor = f"comment-{comment.id}"
    return redirect(url_for("comments.mine", slug=review.slug, _anchor=anchor), 303)


def _refuse(
    review: Review, form: CommentForm, status: int, reason: str = "", retry: int | None = None
) -> Response:
    """Give the form back as it was, with what is wrong and what would be right."""
    template = "comments/refused.hx.html" if wants_fragment() else "comments/new.html"
    page = render_template(template, review=review, form=form, reason=reason)
    response = make_response(page, status)
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def _ask_to_wait(seconds: int) -> str:
    span = f"{seconds} seconds" if seconds < 120 else f"{-(-seconds // 60)} minutes"
    return f"That is a lot of comments at once. Your words are kept; send them again in {span}."


def owner_token() -> str | None:
    """Return the token this browser got with its first comment, or None."""
    token = request.cookies.get(OWNER_COOKIE, "")
    return token if _TOKEN.fullmatch(token) else None


def _remember_owner(response: AnyResponse, token: str) -> AnyResponse:
    """Let this browser, and no other, see the comment while it waits."""
    for name, value, hidden in ((OWNER_COOKIE, token, True), (MARKER_COOKIE, "1", False)):
        set_cookie(response, name, value, path="/reviews", httponly=hidden)
    return response
