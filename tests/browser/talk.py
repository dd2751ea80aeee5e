"""A review with every kind of comment: replies, a deleted comment, and the reader's own."""

from dataclasses import dataclass
from datetime import timedelta

from blog.clock import utc_now
from blog.comments.models import Comment
from blog.db.transactions import write
from blog.moderation.states import Verdict
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
    """The review of `make_talk`, with the comments that tests refer to."""

    review: Review
    parent: Comment
    reply: Comment
    waiting: Comment
    published: Comment


def make_talk(review: Review | None = None) -> Talk:
    """Make every kind of comment under a review, some of them sent by the browser with TOKEN."""
    now = utc_now()
    review = review or make_review(published_at=now)
    moderator = make_moderator(email="talk@example.org")
    fields = {"review": review, "moderator": moderator, "now": now}
    parent = make_published_comment(name="민아", body="정말 *좋아요*.", **fields)
    # A reply to a reply names the author it replies to.
    reply = make_published_reply(to=parent, name=NAME, body=LONG, moderator=moderator, now=now)
    make_published_reply(to=reply, moderator=moderator, now=now)
    make_moderator_reply(comment=parent, moderator=moderator, now=now)
    gone = make_published_comment(body="Taken down, and the replies stay.", **fields)
    make_published_reply(to=gone, moderator=moderator, now=now)
    make_decision(comment=gone, moderator=moderator, verdict=Verdict.TAKE_DOWN, now=now)
    # These are older, so that the rate limit allows their author more comments.
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
    make_reply(to=parent, name="Jo", token=TOKEN, now=now - timedelta(minutes=2))
    return Talk(review=review, parent=parent, reply=reply, waiting=waiting, published=published)
