"""GET /admin/comments?sort=known: which browsers are known while their comments wait."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from blog.comments.models import Comment
from blog.comments.removal import remove_comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.submissions.changes import withdraw_comment
from blog.submissions.submission import hash_token
from tests.builders import NOON, make_comment
from tests.databases import on_both
from tests.desk.desk import bring, numbers_of
from tests.privacy.people import maintain

TOKEN = "ab" * 16


@pytest.fixture
def waiting(review) -> list[Comment]:
    """An old comment of an unknown browser, then a comment of the browser with TOKEN."""
    return [
        make_comment(review=review, body=body, token=token, now=NOON + timedelta(minutes=minutes))
        for minutes, (body, token) in enumerate([("Theirs.", "ef" * 16), ("Ours.", TOKEN)])
    ]


def is_known(desk, waiting) -> bool:
    """Return whether the later comment comes first, as that of a known reader."""
    page = numbers_of(desk.get(sort="known"))
    return page.index(waiting[1].id) < page.index(waiting[0].id)


@on_both
def test_a_browser_is_known_while_one_of_its_comments_is_published(desk, review, waiting):
    other = make_comment(review=review, body="Another.", token=TOKEN)
    assert not is_known(desk, waiting)
    desk.decide(other, "approve")
    assert is_known(desk, waiting)
    desk.decide(other, "reopen")
    assert not is_known(desk, waiting)
    bring(other, "published", desk.moderator)
    write(
        withdraw_comment,
        comment_id=other.id,
        owner_hash=hash_token(TOKEN),
        now=NOON + timedelta(hours=1),
    )
    assert not is_known(desk, waiting)


@pytest.mark.parametrize("state", ["revised", "reported"])
def test_a_published_comment_that_waits_again_is_that_of_a_known_reader(
    desk, review, waiting, state
):
    again = make_comment(review=review, body="Another.", token="cd" * 16)
    bring(again, state, desk.moderator)
    assert db.session.scalar(select(Comment.id).where(Comment.is_known)) == again.id
    assert is_known(desk, [waiting[0], again])


@on_both
def test_maintenance_corrects_which_readers_are_known(app, desk, review, waiting):
    published = bring(
        make_comment(review=review, body="Another.", token=TOKEN), "published", desk.moderator
    )
    write(remove_comment, comment_id=published.id)
    assert is_known(desk, waiting)
    assert "Known readers: 1 corrected." in maintain(app)
    assert not is_known(desk, waiting)
