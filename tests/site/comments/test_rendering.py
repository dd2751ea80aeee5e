"""The HTML of comments is kept: by what a page shows of them, and not of long ones."""

import pytest

from blog.comments.models import Comment
from blog.db.engine import db
from blog.db.transactions import write
from blog.site.comments.rendering import LONGEST_KEPT, _render
from tests.builders import make_published_comment, make_published_reply, make_review
from tests.page import soup_of

# Else the whole page would be kept.
pytestmark = pytest.mark.usefixtures("no_kept_pages")

PATH = "/reviews/run-on"


def misses(client) -> int:
    """Get the page of a review; return how many comments were rendered for it."""
    before = _render.cache_info().misses
    assert client.get(PATH).status_code == 200
    return _render.cache_info().misses - before


def rename(*, comment_id: int) -> None:
    db.session.get_one(Comment, comment_id).author_name = "Somebody else"


def test_a_comment_is_rendered_again_only_when_the_page_shows_something_else(client):
    review = make_review()
    comment = make_published_comment(review=review, body="The bench in the rain.")
    make_published_reply(to=comment, name="Noor", body="And the tangerines.")
    assert misses(client) == 2
    assert misses(client) == 0
    write(rename, comment_id=comment.id)
    assert misses(client) == 2, "The reply names whom it answers."
    assert soup_of(client.get(PATH)).find(id=f"by-{comment.id}").text == "Somebody else"


def test_a_long_comment_takes_no_memory(client):
    make_published_comment(review=make_review(), body="long " * (LONGEST_KEPT // 5 + 1))
    kept = _render.cache_info().currsize
    assert misses(client) == 0
    assert "long long" in client.get(PATH).text
    assert _render.cache_info().currsize == kept
