"""Helpers that make comments whose authors asked for a notice, and decide on them."""

from datetime import datetime, timedelta

from blog.accounts.queries import list_moderators
from blog.comments.models import Comment
from blog.decisions.notifying import UNDO_WINDOW
from blog.moderation.states import Verdict
from blog.reviews.models import Review
from blog.web.current import current_time
from tests.builders import make_comment, make_decision, make_moderator, make_review
from tests.outbox.sending import later

EMAIL = "reader@example.org"
WORDS = "He steals every scene."
SECOND = timedelta(seconds=1)


def make_comment_with_notice(
    *,
    email: str = EMAIL,
    body: str = WORDS,
    review: Review | None = None,
    verdict: Verdict | None = Verdict.APPROVE,
    now: datetime | None = None,
    **more,
) -> Comment:
    """Submit a comment whose author wants a notice, and apply the verdict unless it is None."""
    review = review or make_review()
    now = now or current_time()
    comment = make_comment(review=review, email=email, body=body, wants_notice=True, now=now)
    if verdict is None:
        return comment
    return decide(comment, verdict, **more)


def make_waiting_comments(
    number: int = 1, *, review: Review | None = None, **more
) -> list[Comment]:
    """Submit `number` pending comments and advance the clock by a second."""
    review = review or make_review()
    comments = [
        make_comment_with_notice(review=review, body=f"Secret words {n}.", verdict=None, **more)
        for n in range(number)
    ]
    later(seconds=1)
    return comments


def decide(comment: Comment, verdict: Verdict = Verdict.APPROVE, **more) -> Comment:
    """Decide on a comment as the only moderator, and return the comment."""
    return make_decision(
        comment=comment, moderator=the_moderator(), verdict=verdict, now=current_time(), **more
    )


def the_moderator():
    """Return the first moderator, or a new one if there is none."""
    accounts = list_moderators()
    return accounts[0] if accounts else make_moderator()


def within_undo_window() -> None:
    """Advance the clock to one second before the time for an undo ends."""
    later(seconds=(UNDO_WINDOW - SECOND).total_seconds())


def after_undo_window() -> None:
    """Advance the clock to one second after the time for an undo has ended."""
    later(seconds=(UNDO_WINDOW + SECOND).total_seconds())
