"""GET /reviews/<slug>/comments/<id>"""

from urllib.parse import urlsplit

import pytest

from blog.comments.models import Verdict
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_review,
)
from tests.comments.sending import URL
from tests.page import soup_of


@pytest.fixture
def review(app):
    return make_review()


def test_it_leads_to_the_page_that_holds_the_comment(client, review):
    moderator = make_moderator()
    comments = [make_published_comment(review=review, moderator=moderator) for _ in range(101)]
    paths = []
    for number in (0, 49, 50, 99, 100):
        response = client.get(f"{URL}/{comments[number].id}")
        assert response.status_code == 303
        parts = urlsplit(response.location)
        assert parts.fragment == f"comment-{comments[number].id}"
        assert soup_of(client.get(response.location)).find(id=parts.fragment)
        paths.append(f"{parts.path}?{parts.query}")
    assert paths[0] == paths[1] == "/reviews/run-on?"
    assert paths[2] == paths[3] == f"{URL}?after={comments[49].cursor}"
    assert paths[4] == f"{URL}?after={comments[99].cursor}"


def test_it_follows_the_comment_to_another_page(client, review):
    moderator = make_moderator()
    comments = [make_published_comment(review=review, moderator=moderator) for _ in range(51)]
    assert "after=" in client.get(f"{URL}/{comments[50].id}").location
    make_decision(comment=comments[3], moderator=moderator, verdict=Verdict.REJECT)
    response = client.get(f"{URL}/{comments[50].id}")
    assert response.location == f"/reviews/run-on#comment-{comments[50].id}"


def test_nobody_may_keep_where_it_leads(client, review):
    comment = make_published_comment(review=review)
    response = client.get(f"{URL}/{comment.id}")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in response.headers


def test_a_comment_that_is_not_public_is_404_like_an_unknown_one(client, review):
    moderator = make_moderator()
    hidden = [make_comment(review=review)]
    for verdict in (Verdict.REJECT, Verdict.SPAM):
        comment = make_comment(review=review)
        hidden.append(make_decision(comment=comment, moderator=moderator, verdict=verdict))
    unknown = client.get(f"{URL}/999")
    for comment in hidden:
        response = client.get(f"{URL}/{comment.id}")
        assert (response.status_code, response.data) == (404, unknown.data)


def test_a_comment_of_another_review_is_404(client, review):
    elsewhere = make_published_comment(review=make_review(slug="my-mister"))
    assert client.get(f"{URL}/{elsewhere.id}").status_code == 404
    hidden = make_review(slug="draft", published_at=None)
    comment = make_published_comment(review=hidden)
    for slug in ("draft", "run-on", "unknown"):
        assert client.get(f"/reviews/{slug}/comments/{comment.id}").status_code == 404


@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "9" * 25, "1.0", "a", "%00"])
def test_a_number_no_comment_can_have_is_404(client, review, number):
    make_published_comment(review=review)
    assert client.get(f"{URL}/{number}").status_code == 404
