"""Turn the form of a new comment into the submission that is stored: rendered, and examined."""

from collections.abc import Sequence

from flask import request
from markupsafe import Markup

from blog.db.transactions import turn
from blog.limits.queries import list_client_names
from blog.moderation.states import Status
from blog.proofs.challenges import Flaw
from blog.reviews.models import Review
from blog.site.browser import writing_token
from blog.site.closing import are_comments_open
from blog.site.comments.forms import CommentForm
from blog.site.comments.spam_checks import Findings, ask_captcha, examine
from blog.submissions.commands import CommentsClosedError
from blog.submissions.resending import find_standing
from blog.submissions.submission import Sending, Submission, make_token
from blog.text.markup import render_comment
from blog.web.current import current_settings, current_time


def build_submission(review: Review, form: CommentForm) -> Submission:
    """Return the submission that a valid form makes, rendered and examined.

    The slow steps happen here, before a transaction begins, and not for a comment that is already
    stored. Raises CommentsClosedError, LimitReachedError and DatabaseBusyError, as storing the
    comment would.
    """
    token = writing_token()
    owner = token or make_token(
        submission_id=form.random_id, secret_key=current_settings().secret_key
    )
    sending = Sending(
        review_id=review.id,
        author_name=form.author_name.data,
        body=form.body.data,
        token=owner,
        is_known=token is not None,
        submission_id=form.random_id,
        in_reply_to_id=form.replied_to,
    )
    with turn():
        names = list_client_names(address=request.remote_addr, now=current_time())
        known_html = _check_early(review, form, sending, names)
        body_html = known_html or render_comment(form.body.data)
        findings = (
            Findings(found_reasons={"proof": Flaw.NONE_SENT.label})
            if known_html
            else examine(
                form,
                review_id=review.id,
                body_html=body_html,
                owner_hash=sending.owner_hash,
                client_names=names,
            )
        )
    found_by_captcha = {} if known_html else ask_captcha()
    return Submission(
        review_id=review.id,
        **form.field_values,
        body_html=body_html,
        token=owner,
        is_known=token is not None,
        submission_id=form.random_id,
        newest_shown=form.newest_shown,
        address=request.remote_addr,
        client_names=names,
        typed_seconds=form.seconds,
        is_trapped=form.is_trapped,
        in_reply_to_id=form.replied_to,
        found_reasons=findings.found_reasons | found_by_captcha,
        proof=findings.proof,
        is_spam=findings.is_spam,
    )


def _check_early(
    review: Review, form: CommentForm, sending: Sending, names: Sequence[str]
) -> Markup | None:
    """Return the HTML of a comment that is sent again unchanged, or None for a new comment.

    Raises CommentsClosedError and LimitReachedError. Takes no lock, so storing the comment checks
    again.
    """
    now = current_time()
    standing = find_standing(sent=sending, address=request.remote_addr, names=names, now=now)
    same = standing.same
    if same is not None and same.status != Status.WITHDRAWN and form.equals(same):
        return same.body_html
    if not are_comments_open(review):
        raise CommentsClosedError
    standing.check(now=now)
    return None
