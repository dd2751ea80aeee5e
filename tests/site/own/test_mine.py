"""GET /reviews/<slug>/comments/mine: the reader's own comments on a review."""

import pytest

from blog.moderation.states import Verdict
from tests.builders import (
    make_comment,
    make_decision,
    make_moderator,
    make_published_comment,
    make_report,
    make_review,
)
from tests.databases import on_both
from tests.page import HTMX, soup_of, text_of
from tests.site.comments.sending import COMMENT, URL, comments, send
from tests.site.comments.writing import MINE, TOKEN, carry


def items_of(response):
    """Return the list items of the reader's own comments."""
    return soup_of(response).select("#mine > li.own")


@on_both
@pytest.mark.usefixtures("review")
def test_a_pending_comment_is_shown_after_a_reload(client):
    send(client, COMMENT | {"body": "First."})
    send(client, COMMENT | {"body": "Second."})
    items = items_of(client.get(MINE))
    assert ["First." in item.text for item in items] == [True, False]
    assert all("Awaiting approval" in item.text for item in items)
    assert [item["id"] for item in items] == [f"comment-{comment.id}" for comment in comments()]
    assert [item["data-state"] for item in items] == ["waiting"] * 2
    # The review's page also shows them to this browser, because of the attribute data-here.
    assert all(item.has_attr("data-here") for item in items)


@pytest.mark.usefixtures("review")
def test_without_cookies_a_comment_that_was_just_sent_is_not_said_to_be_lost(app):
    client = app.test_client(use_cookies=False)
    response = send(client, COMMENT)
    for url in (response.location, "/reviews/comments/mine"):
        page = text_of(client.get(url))
        assert "You have no comments from this browser." in page
        assert "a comment that you have just sent is not listed here; it awaits approval" in page
    [comment] = comments()
    for refusal in (
        client.get(f"{URL}/{comment.id}/revisions/new"),
        client.post(f"{URL}/{comment.id}/withdrawal"),
        client.post(f"{URL}/{comment.id}/withdrawal", headers=HTMX),
    ):
        assert refusal.status_code == 404
        assert "in the browser that sent it, while it keeps this site’s cookies" in text_of(refusal)


@pytest.mark.usefixtures("review")
def test_the_page_is_not_cached_or_indexed(client):
    send(client)
    response = client.get(MINE)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in response.headers
    assert soup_of(response).find("meta", attrs={"name": "robots"})["content"] == "noindex"


@pytest.mark.usefixtures("review")
def test_the_script_gets_the_same_comments_without_the_page_around_them(client):
    send(client)
    page, part = client.get(MINE), client.get(MINE, headers=HTMX)
    assert part.headers["Cache-Control"] == "private, no-store"
    assert soup_of(part).select_one("#mine") == soup_of(page).select_one("#mine")
    assert soup_of(part).find("header") is None


@pytest.mark.usefixtures("review")
def test_a_stranger_sees_no_comments(client, stranger):
    send(client)
    page = stranger.get(MINE)
    assert page.status_code == 200
    assert COMMENT["body"] not in page.text
    assert "You have no comments from this browser" in text_of(page)


@on_both
def test_only_own_comments_on_this_review_are_shown(client, review):
    other = make_review(slug="my-mister")
    make_comment(review=review, token=TOKEN, body="Mine, here.")
    make_comment(review=other, token=TOKEN, body="Mine, elsewhere.")
    make_comment(review=review, body="Somebody else's.")
    carry(client, TOKEN)
    assert "Mine, here." in client.get(MINE).text
    for words in ("Mine, elsewhere.", "Somebody else"):
        assert words not in client.get(MINE).text
    assert "Mine, elsewhere." in client.get("/reviews/my-mister/comments/mine").text


@on_both
def test_a_decided_comment_is_shown_with_its_state(client, review):
    moderator = make_moderator()
    for verdict in (Verdict.APPROVE, Verdict.REJECT, Verdict.SPAM):
        comment = make_comment(review=review, token=TOKEN, body=f"To be {verdict}.")
        make_decision(comment=comment, moderator=moderator, verdict=verdict)
    carry(client, TOKEN)
    page = client.get(MINE)
    items = items_of(page)
    assert [item["data-state"] for item in items] == ["published", "rejected", "spam"]
    states = [item.select_one(".state strong").get_text() for item in items]
    assert states == ["Published.", "Not published.", "Not published."]
    for item, verdict in zip(items, ("approve", "reject", "spam"), strict=True):
        assert f"To be {verdict}." in item.get_text()
        assert item["data-version"] == "2"
        assert not item.has_attr("data-here")
    assert "Awaiting approval" not in page.text
    # The author is not told that the comment was marked as spam.
    assert "spam" not in " ".join(items[2].get_text(" ").lower().split()).replace("to be spam", "")


def make_refused(review, *, verdict=Verdict.REJECT, reason="It is about another drama.", **more):
    """Make a comment of the browser with TOKEN and reject it or take it down."""
    moderator = make_moderator(email=f"{verdict}@example.org")
    make = make_published_comment if verdict == Verdict.TAKE_DOWN else make_comment
    given = {"moderator": moderator} if verdict == Verdict.TAKE_DOWN else {}
    comment = make(review=review, token=TOKEN, body="The lighthouse scene.", **given)
    return make_decision(
        comment=comment, moderator=moderator, verdict=verdict, reason=reason, **more
    )


@pytest.mark.parametrize(
    ("verdict", "state"),
    [(Verdict.REJECT, "Not published."), (Verdict.TAKE_DOWN, "Taken down.")],
)
def test_a_shared_reason_is_shown_with_the_comment(client, review, verdict, state):
    comment = make_refused(review, verdict=verdict, shares_reason=True)
    carry(client, TOKEN)
    [item] = items_of(client.get(MINE))
    # The review's page shows the comment to its author.
    assert item.has_attr("data-here")
    assert item["id"] == f"comment-{comment.id}"
    assert "waiting" not in item["class"]
    words = " ".join(item.get_text(" ").split())
    assert words.startswith(f"{state} Only you, in this browser, and the moderators can see it.")
    assert "It is about another drama." in words
    assert item.select_one("[data-reader-text]").get_text().strip() == "The lighthouse scene."
    assert "Mina Park" not in words
    for path in ("/reviews/run-on", URL, "/"):
        assert "lighthouse" not in client.get(path).text


@pytest.mark.parametrize(
    "more",
    [
        {"shares_reason": False},
        {"shares_reason": True, "reason": None},
        {"shares_reason": True, "verdict": Verdict.SPAM},
    ],
    ids=["not shared", "no reason", "spam"],
)
def test_a_comment_without_a_shared_reason_is_shown_without_a_reason(client, review, more):
    make_refused(review, **more)
    carry(client, TOKEN)
    page = client.get(MINE)
    [item] = items_of(page)
    assert item.select_one(".state strong").get_text() == "Not published."
    assert item.select_one("[data-reader-text]").get_text().strip() == "The lighthouse scene."
    assert not item.select(".because")
    assert "another drama" not in page.text
    # The review's page does not show the comment.
    assert not item.has_attr("data-here")


def test_a_reason_is_hidden_after_an_undo(client, review):
    comment = make_refused(review, shares_reason=True)
    moderator = make_moderator()
    waiting = make_decision(comment=comment, moderator=moderator, verdict=Verdict.REOPEN)
    carry(client, TOKEN)
    page = client.get(MINE)
    assert "Awaiting approval" in page.text
    assert "another drama" not in page.text
    make_decision(comment=waiting, moderator=moderator, verdict=Verdict.REJECT)
    page = client.get(MINE)
    assert [item["data-state"] for item in items_of(page)] == ["rejected"]
    assert "another drama" not in page.text


@on_both
def test_only_the_last_reason_is_shown(client, review):
    comment = make_refused(review, reason="The first reason.", shares_reason=True)
    moderator = make_moderator()
    published = make_decision(comment=comment, moderator=moderator)
    make_decision(
        comment=published,
        moderator=moderator,
        verdict=Verdict.TAKE_DOWN,
        reason="The second reason.",
        shares_reason=True,
    )
    carry(client, TOKEN)
    words = text_of(client.get(MINE))
    assert "Taken down." in words
    assert "The second reason." in words
    assert "The first reason." not in words


def test_html_in_a_reason_is_escaped(client, review):
    make_refused(review, reason="<svg onload=a> & 다른 드라마", shares_reason=True)
    carry(client, TOKEN)
    [item] = items_of(client.get(MINE))
    assert "<svg onload=a> & 다른 드라마" in item.get_text()
    assert not item.find("svg")


def test_nobody_else_sees_the_reason(client, stranger, review):
    make_refused(review, shares_reason=True)
    carry(stranger, "f" * 32)
    for reader in (client, stranger):
        page = reader.get(MINE)
        assert "another drama" not in page.text
        assert "lighthouse" not in page.text


def test_pending_and_rejected_comments_are_in_the_order_of_sending(client, review):
    make_refused(review, shares_reason=True)
    make_comment(review=review, token=TOKEN, body="The umbrella scene.")
    carry(client, TOKEN)
    page = client.get(MINE)
    items = items_of(page)
    assert [item["data-state"] for item in items] == ["rejected", "waiting"]
    assert ["waiting" in item["class"] for item in items] == [False, True]
    assert all(item.has_attr("data-here") for item in items)


def test_a_reported_comment_is_shown_as_published(client, review):
    comment = make_published_comment(review=review, token=TOKEN, body="The umbrella scene.")
    make_report(comment=comment)
    carry(client, TOKEN)
    page = client.get(MINE)
    [item] = items_of(page)
    assert item["data-state"] == "published"
    assert not item.has_attr("data-here")
    assert "Everybody can read it." in item.get_text()
    assert "The umbrella scene." in item.get_text()
    assert "eported" not in page.text


def test_a_hidden_review_has_no_page_of_own_comments(client):
    make_comment(review=make_review(slug="draft", published_at=None), token=TOKEN)
    carry(client, TOKEN)
    for slug in ("draft", "unknown"):
        assert client.get(f"/reviews/{slug}/comments/mine").status_code == 404, slug


@pytest.mark.usefixtures("review")
def test_public_pages_are_the_same_for_authors_and_others(client, stranger):
    send(client)
    for path in ("/", "/reviews/run-on", URL, "/feed.atom"):
        own, others = client.get(path), stranger.get(path)
        assert own.headers["ETag"] == others.headers["ETag"], path
        for response in (own, others, client.get(path, headers=HTMX)):
            assert response.data == others.data, path
            assert response.headers["Cache-Control"] == "public, no-cache", path
            assert "Set-Cookie" not in response.headers, path
            assert "Vary" not in response.headers, path


@pytest.mark.usefixtures("review")
def test_the_review_page_has_the_url_of_the_own_comments(client):
    page = soup_of(client.get("/reviews/run-on"))
    assert page.find(id="waiting")["data-mine"] == MINE
    assert page.find(id="waiting").find_next(id="respond")
