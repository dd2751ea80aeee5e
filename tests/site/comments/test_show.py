"""GET /reviews/<slug>/comments/<id>: the permanent link of a comment."""

from urllib.parse import urlsplit

import pytest

from blog.moderation.states import Status, Verdict
from blog.site.comments import queries
from blog.site.comments.queries import PAGE_SIZE
from tests.builders import (
    make_comment,
    make_decision,
    make_published_comment,
    make_review,
)
from tests.databases import on_both
from tests.desk.desk import make_crowd
from tests.page import soup_of
from tests.site.comments.sending import URL, comments


@on_both
@pytest.mark.parametrize("near", [queries.NEAR, 0], ids=["from the end", "from the beginning"])
def test_a_link_leads_to_the_page_with_the_comment(client, review, near, monkeypatch):
    monkeypatch.setattr(queries, "NEAR", near)
    make_crowd(review, 2 * PAGE_SIZE + 1, status=Status.PUBLISHED)
    made = comments()
    paths = []
    for number in (0, PAGE_SIZE - 1, PAGE_SIZE, 2 * PAGE_SIZE - 1, 2 * PAGE_SIZE):
        response = client.get(f"{URL}/{made[number].id}")
        assert response.status_code == 303
        parts = urlsplit(response.location)
        assert parts.fragment == f"comment-{made[number].id}"
        assert soup_of(client.get(response.location)).find(id=parts.fragment)
        paths.append(f"{parts.path}?{parts.query}")
    assert paths[0] == paths[1] == "/reviews/run-on?"
    assert paths[2] == paths[3] == f"{URL}?after={made[PAGE_SIZE - 1].cursor}"
    assert paths[4] == f"{URL}?after={made[2 * PAGE_SIZE - 1].cursor}"


@on_both
def test_a_link_far_from_both_ends_leads_to_a_page_with_the_comment_in_its_middle(
    client, review, monkeypatch
):
    monkeypatch.setattr(queries, "NEAR", 0)
    monkeypatch.setattr(queries, "MOST_COUNTED", PAGE_SIZE)
    make_crowd(review, 2 * PAGE_SIZE, status=Status.PUBLISHED)
    made = comments()
    place = PAGE_SIZE + 10
    location = client.get(f"{URL}/{made[place].id}").location
    assert location.startswith(f"{URL}?after={made[place - PAGE_SIZE // 2].cursor}#")
    assert soup_of(client.get(location)).find(id=f"comment-{made[place].id}")


def test_a_link_follows_its_comment_to_another_page(client, review, moderator):
    make_crowd(review, PAGE_SIZE + 1, status=Status.PUBLISHED)
    *earlier, last = comments()
    assert "after=" in client.get(f"{URL}/{last.id}").location
    make_decision(comment=earlier[3], moderator=moderator, verdict=Verdict.REJECT)
    response = client.get(f"{URL}/{last.id}")
    assert response.location == f"/reviews/run-on#comment-{last.id}"


def test_the_redirect_is_not_cached(client, review):
    comment = make_published_comment(review=review)
    response = client.get(f"{URL}/{comment.id}")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in response.headers


def test_a_hidden_comment_is_404_like_an_unknown_comment(client, review, moderator):
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


def test_an_impossible_comment_id_is_404(client, review):
    make_published_comment(review=review)
    for number in ("0", "-1", "2147483648", "9" * 25, "1.0", "a", "%00"):
        assert client.get(f"{URL}/{number}").status_code == 404, number
