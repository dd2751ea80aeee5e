"""The public pages with comments, and the view that stores a new comment."""

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

from blog.comments.commands import change_owner
from blog.comments.models import Comment
from blog.comments.queries import find_public_comment
from blog.db.errors import RETRY_SECONDS, DatabaseBusyError
from blog.db.ids import LARGEST_ID
from blog.db.transactions import write
from blog.limits.queries import LimitReachedError
from blog.reviews.models import Review
from blog.site.browser import former_token, set_owner_cookies
from blog.site.closing import are_comments_open, closing_context, why_closed
from blog.site.comments.forms import CommentForm, draft_name
from blog.site.comments.queries import (
    find_page_of,
    find_previous_page,
    find_previous_thread_page,
    find_thread,
    find_thread_page_of,
    list_public_comments,
    list_public_replies,
    list_thread,
)
from blog.site.comments.rendering import render_list, render_threads
from blog.site.comments.submitting import build_submission
from blog.site.review_queries import find_counted_review
from blog.site.usual_wait import recent_usual_wait
from blog.submissions.commands import CannotReplyError, CommentsClosedError, submit_comment
from blog.submissions.owning import describe_sent
from blog.submissions.submission import Submission, hash_token
from blog.text.language import gettext as _
from blog.text.language import lazy_gettext
from blog.web.caching import cache_publicly
from blog.web.current import current_time
from blog.web.htmx import wants_fragment
from blog.web.paging import PAGED, requested_cursor
from blog.web.refusals import explain_wait, refuse

blueprint = Blueprint("comments", __name__)
blueprint.add_app_template_filter(why_closed)
blueprint.add_app_template_filter(draft_name)

COMMENT = f"/reviews/<slug>/comments/<int(max={LARGEST_ID}):comment_id>"
TOO_MANY = lazy_gettext("You have sent many comments in a short time.")
CANNOT_REPLY = lazy_gettext(
    "The comment you are replying to is no longer public. Your text is kept below; you can send"
    " it as a new comment."
)


@blueprint.get("/reviews/<slug>/comments")
@cache_publicly(names=PAGED)
def index(slug: str) -> str:
    """Show a page of a review's comments."""
    review, count = get_counted_review(slug)
    after = requested_cursor()
    page = list_public_comments(review_id=review.id, after=after)
    if after and not page.items:
        abort(404)
    replies = list_public_replies(comments=page.items)
    return render_template(
        "site/comments/index.html",
        review=review,
        comment_list=render_list(
            page, replies, review=review, takes_comments=are_comments_open(review)
        ),
        count=count,
        after=after,
        previous=find_previous_page(review_id=review.id, after=after) if after else None,
        form=CommentForm.empty(),
        **closing_context(review, current_time()),
    )


@blueprint.get(COMMENT)
def show(slug: str, comment_id: int) -> AnyResponse:
    """Redirect from a comment's permanent URL to the page that now contains the comment."""
    comment = find_public_comment(slug=slug, comment_id=comment_id, now=current_time())
    if comment is None:
        abort(404)
    anchor = f"comment-{comment.id}"
    in_thread = find_thread_page_of(reply=comment) if comment.parent_id else None
    if in_thread is not None:
        thread = url_for(
            "comments.show_thread",
            slug=slug,
            comment_id=comment.parent_id,
            after=in_thread,
            _anchor=anchor,
        )
        return redirect(thread, 303)
    after = find_page_of(comment=comment)
    if after is None:
        return redirect(url_for("reviews.show", slug=slug, _anchor=anchor), 303)
    return redirect(url_for("comments.index", slug=slug, after=after, _anchor=anchor), 303)


@blueprint.get(f"{COMMENT}/replies")
@cache_publicly(names=PAGED)
def show_thread(slug: str, comment_id: int) -> str:
    """Show a comment with a page of the replies to it."""
    review = get_review(slug)
    comment = find_thread(review_id=review.id, comment_id=comment_id) or abort(404)
    after = requested_cursor()
    page = list_thread(comment=comment, after=after)
    if after and not page.items:
        abort(404)
    return render_template(
        "site/comments/show_thread.html",
        review=review,
        comment=comment,
        thread=render_threads(
            [comment], {comment.id: page}, review=review, takes_comments=are_comments_open(review)
        ),
        after=after,
        previous=find_previous_thread_page(comment=comment, after=after) if after else None,
        form=CommentForm.empty(),
        **closing_context(review, current_time()),
    )


@blueprint.get(f"{COMMENT}/answers")
def redirect_old_thread(slug: str, comment_id: int) -> AnyResponse:
    """Redirect from the URL that release 0.1.0 gave to the replies to a comment."""
    find_thread(review_id=get_review(slug).id, comment_id=comment_id) or abort(404)
    after = request.args.get("after")
    url = url_for("comments.show_thread", slug=slug, comment_id=comment_id, after=after)
    return redirect(url, 301)


@blueprint.get(f"{COMMENT}/replies/new")
@cache_publicly
def new_reply(slug: str, comment_id: int) -> str:
    """Show the form for a reply to a published comment."""
    review = get_review(slug)
    comment = find_public_comment(slug=slug, comment_id=comment_id, now=current_time())
    if comment is None:
        abort(404)
    form = CommentForm.empty()
    form.parent_id.data = str(comment.id)
    return render_template(
        "site/comments/new_reply.html",
        review=review,
        comment=comment,
        form=form.set_id_suffix(str(comment.id)),
        reason="",
        **closing_context(review, current_time()),
    )


@blueprint.post("/reviews/<slug>/comments")
def create(slug: str) -> AnyResponse:
    """Store a new comment or reply, which then waits for approval."""
    review = get_review(slug)
    form = CommentForm.sent()
    if not form.validate():
        return _refuse(review, form, 422, "".join(form.parent_id.errors))
    # Read now, so that the response needs no other transaction than these two.
    usual_wait = recent_usual_wait() if wants_fragment() else None
    try:
        submission = build_submission(review, form)
        comment = write(
            submit_comment,
            submission=submission,
            comments_open=are_comments_open(review),
            now=current_time(),
        )
    except CommentsClosedError:
        kept = _("Your text is kept below.")
        return _refuse(review, form, 409, f"{why_closed(review)} {kept}")
    except CannotReplyError:
        form.set_id_suffix(str(form.replied_to)).parent_id.data = ""
        return _refuse(review, form, 409, CANNOT_REPLY)
    except LimitReachedError as limit:
        return _refuse(
            review, form, 429, explain_wait(limit.seconds, TOO_MANY), retry=limit.seconds
        )
    except DatabaseBusyError:
        busy = _("The site is busy and could not save your comment. Please send it again.")
        return _refuse(review, form, 503, busy, retry=RETRY_SECONDS)
    if former := former_token():
        write(change_owner, former_hash=hash_token(former), owner_hash=submission.owner_hash)
    response = _respond_created(review, comment, submission, usual_wait)
    return set_owner_cookies(response, submission.token)


def get_review(slug: str) -> Review:
    """Return the public review with this slug, as far as its comments need it, or raise 404."""
    return get_counted_review(slug)[0]


def get_counted_review(slug: str) -> tuple[Review, int]:
    """Return the public review with this slug and the number of its comments, or raise 404."""
    return find_counted_review(slug=slug, now=current_time()) or abort(404)


def _respond_created(
    review: Review, comment: Comment, submission: Submission, usual_wait: int | None
) -> AnyResponse:
    if not wants_fragment():
        return redirect(_url_for_sender(comment, review, submission), 303)
    own = describe_sent(comment=comment, review=review, now=current_time())
    fragment = render_template(
        "site/comments/create.hx.html", review=review, own=own, usual_wait=usual_wait
    )
    return make_response(fragment, 201)


def _url_for_sender(comment: Comment, review: Review, submission: Submission) -> str:
    """Return the URL of the page of own comments, where a sender finds their new comment.

    If another browser already sent the same comment and it is published, return its public URL.
    """
    is_own = submission.owner_hash in (comment.owner_hash, comment.resent_owner_hash)
    if comment.is_public and not is_own:
        return url_for("comments.show", slug=review.slug, comment_id=comment.id)
    return url_for("own.mine", slug=review.slug, _anchor=f"comment-{comment.id}")


def _refuse(
    review: Review, form: CommentForm, status: int, reason: str = "", retry: int | None = None
) -> Response:
    """Return a response with the refused form as it was sent, and its errors."""
    if form.replied_to is not None:
        form.set_id_suffix(str(form.replied_to))
    template = "site/comments/refused.hx.html" if wants_fragment() else "site/comments/new.html"
    page = render_template(
        template,
        review=review,
        form=form,
        reason=reason,
        takes_comments=are_comments_open(review),
    )
    return refuse(page, status, retry=retry)
