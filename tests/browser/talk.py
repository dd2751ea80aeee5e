"""A review with all there can be under it: answers, a gap, and one's own comments."""

from dataclasses import dataclass
from datetime import timedelta

from blog.clock import utc_now
from blog.comments.models import Comment
from blog.comments.states import Verdict
from blog.db.transactions import write
from blog.reviews.models import Review
from blog.submissions.changes import withdraw_comment
from blog.submissions.submission import hash_token
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_moderator_reply,
    make_published_comment,
    make_published_reply,
    make_reply,
    make_review,
    make_revision,
)

TOKEN = "0123456789abcdef0123456789abcdef"
NAME = "Bartholomew-Maximilian Featherstonehaugh-Cholmondeley of the Eighty Characters, "
LONG = f"A word of its own: {'w' * 300}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """Hold the comments that tests go to."""

    review: Review
    answered: Comment
    answer: Comment
    waiting: Comment
    published: Comment


def make_talk(review: Review | None = None) -> Talk:
    """Make one of everything that a reader who comes back with TOKEN may meet under a review."""
    now = utc_now()
    review = review or make_review(published_at=now)
    moderator = make_moderator(email="talk@example.org")
    told = {"review": review, "moderator": moderator, "now": now}
    answered = make_published_comment(name="민아", body="정말 *좋아요*.", **told)
    # An answer to an answer says whom it answers.
    reply = make_published_reply(to=answered, name=NAME, body=LONG, moderator=moderator, now=now)
    make_published_reply(to=reply, moderator=moderator, now=now)
    make_moderator_reply(comment=answered, moderator=moderator, now=now)
    gone = make_published_comment(body="Taken down, and the answers stay.", **told)
    make_published_reply(to=gone, moderator=moderator, now=now)
    make_decision(comment=gone, moderator=moderator, verdict=Verdict.TAKE_DOWN, now=now)
    # Sent before, so that its writer may send more.
    mine = {"review": review, "token": TOKEN, "now": now - timedelta(minutes=5)}
    published = make_published_comment(moderator=moderator, body="Mine, for all to read.", **mine)
    make_revision(comment=published, token=TOKEN, body="Mine, and changed.", now=mine["now"])
    refused = make_comment(body="Mine, about another drama.", **mine)
    make_decision(
        comment=refused,
        moderator=moderator,
        verdict=Verdict.REJECT,
        reason="다른 드라마 이야기예요.",
        shares_reason=True,
    )
    taken_back = make_comment(body="Mine, and taken back.", **mine)
    write(withdraw_comment, comment_id=taken_back.id, owner_hash=hash_token(TOKEN), now=mine["now"])
    waiting = make_comment(body=f"Mine, and waiting. {LONG}", **mine)
    make_reply(to=answered, name="Jo", token=TOKEN, now=now - timedelta(minutes=2))
    return Talk(
        review=review, answered=answered, answer=reply, waiting=waiting, published=published
    )
